"""Look-alikes of hospitals, organizations, streets, towns, states, countries and occupations."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

from deid.folding import fold
from deid.surrogates.date_writing import ordinal_ending
from deid.surrogates.draws import Draws
from deid.surrogates.numbers import plain_code, scramble
from deid.wordlists import entries, folded

_TOKEN = re.compile(
    r"(?P<word>[^\W\d_][\u0300-\u036f]*(?:['’ʻ.]?[^\W\d_][\u0300-\u036f]*)*)|(?P<code>\w+)|(?P<gap>\W+)"
)
_INSIDE_NAME = re.compile(r"[ \t\n]+|\.? ?|-")
_ORDINAL = re.compile(r"\d+(?=(?:st|nd|rd|th)$)", re.I)
_LISTS: Mapping[str, str] = {"CITY": "cities", "COUNTRY": "countries", "PROFESSION": "professions"}


def in_case(new: str, like: str) -> str:
    """Return ``new`` in upper or lower case where ``like`` is, else as it stands; "UK" is no upper case."""
    if like.isupper() and len(like) > 1:
        return new if len(like) <= 3 < len(new) else new.upper()
    return new.lower() if like.islower() else new


def place(surface: str, label: str, draws: Draws, avoid: Collection[str]) -> str:
    """Return another place: words such as Hospital, River or Street stay, names and numbers change.

    Args:
        surface: the place.
        label: HOSPITAL, ORGANIZATION, STREET or LOCATION-OTHER.
        draws: of the patient.
        avoid: folded words that must not come out.
    """
    if surface.isupper() and surface.isalpha() and len(surface) <= 4:
        return scramble(surface, draws, "ACRONYM", avoid)
    tokens = list(_TOKEN.finditer(surface))
    generic = folded(f"surrogates/data/generic_{'street' if label == 'STREET' else 'place'}_words")
    proper = [t["word"] is not None and len(t[0]) > 1 and fold(t[0]).strip(".") not in generic for t in tokens]
    codes = [
        t["gap"] is None and (t["code"] is not None or len(t[0]) == 1) and fold(t[0]) not in generic for t in tokens
    ]
    new: list[str] = []
    i = 0
    while i < len(tokens):
        if proper[i]:
            last = i
            while last + 2 < len(tokens) and proper[last + 2] and _INSIDE_NAME.fullmatch(tokens[last + 1][0]):
                last += 2
            run = surface[tokens[i].start() : tokens[last].end()]
            new.append(_name(run, draws, avoid))
            i = last
        elif codes[i]:
            new.append(_code(tokens[i][0], label, draws, avoid))
        else:
            new.append(tokens[i][0])
        i += 1
    if any(proper) or any(codes):
        return "".join(new)
    words = [t[0] for t in tokens if t["word"]]
    return " ".join([_name(surface, draws, avoid), *words[-1:]])


def _code(code: str, label: str, draws: Draws, avoid: Collection[str]) -> str:
    """Return another house number, "12th" or code."""
    if not plain_code(code):
        return code
    ordinal = _ORDINAL.match(code)
    if ordinal is None:
        return scramble(code, draws, label, avoid)
    number = scramble(ordinal[0], draws, label, avoid)
    return number + in_case(ordinal_ending(int(number)), code[-2:])


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
