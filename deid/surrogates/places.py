"""Look-alikes of hospitals, organizations, streets, towns, states, countries and occupations."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

from deid.folding import fold
from deid.surrogates.draws import Draws
from deid.surrogates.numbers import plain_code, scramble
from deid.wordlists import entries, folded

_TOKEN = re.compile(r"(?P<word>[^\W\d_][\u0300-\u036f]*(?:['’ʻ.]?[^\W\d_][\u0300-\u036f]*)*)|(?P<code>[\w]+)|(?P<gap>\W)")
_LISTS: Mapping[str, str] = {"CITY": "cities", "COUNTRY": "countries", "PROFESSION": "professions"}


def in_case(new: str, like: str) -> str:
    """Return ``new`` in upper or lower case where ``like`` is, else as it stands."""
    if like.isupper() and len(like) > 1:
        return new.upper()
    return new.lower() if like.islower() else new


def place(surface: str, label: str, draws: Draws, avoid: Collection[str]) -> str:
    """Return another place: words such as Hospital, River or Street stay, names and numbers change.

    Args:
        surface: the place.
        label: HOSPITAL, ORGANIZATION, STREET or LOCATION-OTHER.
        draws: of the patient.
        avoid: folded words that must not come out.
    """
    if surface.isupper() and surface.isalpha() and len(surface) <= 5:
        return scramble(surface, draws, "ACRONYM", avoid)
    tokens = list(_TOKEN.finditer(surface))
    generic = folded("surrogates/data/generic_place_words")
    proper = [t["word"] is not None and fold(t[0]).strip(".") not in generic for t in tokens]
    new: list[str] = []
    i = 0
    while i < len(tokens):
        if proper[i]:
            last = i
            while last + 2 < len(tokens) and tokens[last + 1]["gap"] and proper[last + 2] and tokens[last + 1][0] not in "/,;":
                last += 2
            run = surface[tokens[i].start() : tokens[last].end()]
            new.append(_name(run, draws, avoid))
            i = last
        elif tokens[i]["code"]:
            new.append(scramble(tokens[i][0], draws, label, avoid) if plain_code(tokens[i][0]) else tokens[i][0])
        else:
            new.append(tokens[i][0])
        i += 1
    if any(proper) or any(t["code"] for t in tokens):
        return "".join(new)
    words = [t[0] for t in tokens if t["word"]]
    return " ".join([_name(surface, draws, avoid), *words[-1:]])


def _name(run: str, draws: Draws, avoid: Collection[str]) -> str:
    name = draws.choice(entries("surrogates/data/place_names"), "place", fold(run).removesuffix("'s"), avoid=avoid)
    return in_case(name, run) + ("'s" if fold(run).endswith("'s") else "")


def listed(surface: str, label: str, draws: Draws, avoid: Collection[str]) -> str:
    """Return another town, country or occupation from our lists."""
    options = entries(f"surrogates/data/{_LISTS[label]}")
    return in_case(draws.choice(options, label, fold(surface), avoid=avoid), surface)


@cache
def _states() -> Mapping[str, str]:
    return {fold(name): code for name, code in (entry.split("=") for entry in entries("surrogates/data/states"))}


def state(surface: str, draws: Draws, avoid: Collection[str]) -> str:
    """Return another state: a postal code for two letters, else a name; the same for both ways of writing."""
    plain = plain_code(surface)
    code = _states().get(fold(surface), plain.upper())
    names = [entry.split("=")[0] for entry in entries("surrogates/data/states")]
    own = [name for name in names if _states()[fold(name)] == code]
    name = draws.choice([n for n in names if n not in own], "STATE", code, avoid=avoid)
    return in_case(_states()[fold(name)] if len(plain) == 2 else name, surface)
