"""Take a person's name apart: given names, surname, initials, particles, suffixes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from deid.folding import fold
from deid.wordlists import entries, folded

# Letters with combining marks; an apostrophe only inside ("O'Shea").
NAME_TOKEN = re.compile(r"[^\W\d_][\u0300-\u036f]*(?:['’ʻ]?[^\W\d_][\u0300-\u036f]*)*")

_CACHED = 4096  # names recur in every stage of a note and among the notes of a shard
SAINTS = {
    "st": ("st. ", "st ", "st.", "st-", "st.-", "saint ", "saint-"),
    "ste": ("ste. ", "ste ", "ste.", "ste-", "ste.-", "sainte ", "sainte-"),
}
"""How what stands before a saint's name is written, folded."""
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


class Kind(StrEnum):
    """What a part of a name is; NAME where it does not show."""

    GIVEN = "given"
    SURNAME = "surname"
    NAME = "name"
    INITIAL = "initial"
    PARTICLE = "particle"
    FIXED = "fixed"  # titles, credentials, Jr.: they identify nobody


FULL_KINDS = (Kind.GIVEN, Kind.SURNAME, Kind.NAME)


@dataclass(frozen=True, slots=True)
class NamePart:
    """A part of a name: characters ``start`` to ``end`` of the name."""

    start: int
    end: int
    text: str = field(repr=False)
    kind: Kind

    @property
    def folded(self) -> str:
        """The part as it is compared."""
        return fold_name(self.text)


@lru_cache(_CACHED)
def fold_name(text: str) -> str:
    """Return a name as it is compared: folded, without combining marks."""
    plain = fold(text)
    return plain if plain.isascii() else re.sub(r"[\u0300-\u036f]", "", plain)


@lru_cache(_CACHED)
def parse_name(name: str) -> tuple[NamePart, ...]:
    """Return the parts of a name in any order of writing ("John A. Smith", "SMITH, JOHN", "JS").

    A text without letters has no parts.
    """
    tokens = list(NAME_TOKEN.finditer(name))
    kinds: list[Kind | None] = [_fixed_kind(name, tokens, i) for i in range(len(tokens))]
    open_places = [i for i, kind in enumerate(kinds) if kind is None]
    if len(open_places) == 1 and _looks_like_initials(tokens[open_places[0]][0], len(tokens)):
        return tuple(
            NamePart(token.start() + i, token.start() + i + 1, token[0][i], Kind.INITIAL)
            if kind is None
            else NamePart(token.start(), token.end(), token[0], kind)
            for token, kind in zip(tokens, kinds, strict=True)
            for i in range(len(token[0]) if kind is None else 1)
        )
    surname_first = _comma_between(name, tokens, kinds)
    for i, kind in _order(name, tokens, kinds, open_places, surname_first):
        kinds[i] = kind
    return tuple(
        NamePart(token.start(), token.end(), token[0], kind or Kind.NAME)
        for token, kind in zip(tokens, kinds, strict=True)
    )


def _fixed_kind(name: str, tokens: list[re.Match[str]], i: int) -> Kind | None:
    """Return the kind of a token that shows by itself, None for a full name."""
    text = tokens[i][0]
    plain = fold(text)
    if i > 0 and (plain in _SUFFIXES or (text in entries("data/credentials"))):
        return Kind.FIXED
    if plain in folded("data/titles") and len(tokens) > 1 and i < len(tokens) - 1:
        return Kind.FIXED
    if len(text) == 1:
        return Kind.INITIAL
    if plain in folded("data/name_particles") and i < len(tokens) - 1:
        gap = name[tokens[i].end() : tokens[i + 1].start()]
        if plain in SAINTS:
            return Kind.PARTICLE if gap.removeprefix(".") in ("", " ", "-") else None
        if gap == "-" or (gap.isspace() and plain not in ("al", "do")):
            return Kind.PARTICLE
    return None


def _looks_like_initials(text: str, tokens: int) -> bool:
    return tokens == 1 and 2 <= len(text) <= 3 and text.isalpha() and text.isupper()


def _comma_between(name: str, tokens: list[re.Match[str]], kinds: list[Kind | None]) -> int | None:
    """Return the offset of the comma in "LAST, FIRST"; None where there is none or only a suffix follows."""
    comma = name.find(",")
    if comma < 0:
        return None
    named = (None, Kind.INITIAL)
    before = any(t.end() <= comma and k is None for t, k in zip(tokens, kinds, strict=True))
    after = any(t.start() > comma and k in named for t, k in zip(tokens, kinds, strict=True))
    return comma if before and after else None


def _order(
    name: str, tokens: list[re.Match[str]], kinds: list[Kind | None], places: list[int], comma: int | None
) -> list[tuple[int, Kind]]:
    """Return the kind of every full token from where it stands."""
    if comma is not None:
        return [(i, Kind.SURNAME if tokens[i].start() < comma else Kind.GIVEN) for i in places]
    if not places:
        return []
    surname_from = len(places) - 1
    while surname_from > 0 and (
        name[tokens[places[surname_from - 1]].end() : tokens[places[surname_from]].start()] == "-"
        or (surname_from > 1 and Kind.PARTICLE in kinds[places[surname_from - 1] + 1 : places[surname_from]])
    ):
        surname_from -= 1
    if surname_from == 0:
        led = any(kind is not None for kind in kinds[: places[0]])  # "J. Smith", "Dr. Smith", "van Dam"
        return [(i, Kind.SURNAME if led else Kind.NAME) for i in places]
    return [(i, Kind.GIVEN if nth < surname_from else Kind.SURNAME) for nth, i in enumerate(places)]
