"""Which names may stand for a name: of the same gender and rough origin, where they show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from deid.nicknames import nicknames
from deid.wordlists import groups, members, ordinary_words

_MIN_POOL = 20  # a smaller group of names would tell too much, and repeat itself
_LISTS = "surrogates/data/"
_EUROPEAN = frozenset({"french", "italian", "germanic", "nordic", "slavic", "westasian", "portuguese"})
_FEMALE_ENDINGS = ("a", "ah", "ie", "ine", "elle", "ette", "lyn", "beth")


@lru_cache(4096)
def surnames_for(word: str) -> tuple[str, ...]:
    """Return the surnames of the rough origin of a surname (folded), all where it does not show."""
    return _pool("surnames", surname_origin(word))


@lru_cache(4096)
def given_names_for(word: str, origin: str | None = None) -> tuple[str, ...]:
    """Return the given names of the gender and rough origin of a given name (folded).

    Args:
        word: the given name.
        origin: of the surname beside it (see `surname_origin`); counts where the given name is in no list of ours.
    """
    for gender in ("female", "male"):
        own = members(f"{_LISTS}given_{gender}").get(word)
        if own is not None:
            return _pool(f"given_{gender}", own)
    if (known := members(f"{_LISTS}given_known").get(word)) is not None:
        return _pool(f"given_{known}", "anglo")
    gender = "female" if word.endswith(_FEMALE_ENDINGS) else "male"
    return _pool(f"given_{gender}", _given_group(origin))


@lru_cache(4096)
def surname_origin(word: str) -> str | None:
    """Return the rough origin of a surname (folded) by our lists or its ending, None where it does not show."""
    for name in ("surnames", "surnames_known"):
        if (origin := members(f"{_LISTS}{name}").get(word)) is not None:
            return origin
    if word.startswith(("mc", "o'")) or word in ordinary_words():
        return "anglo"
    endings = _endings()
    return next((endings[word[i:]] for i in range(1, len(word)) if word[i:] in endings), None)


def is_given(word: str) -> bool:
    """Whether a word (folded) is a given name that we know, and no surname."""
    lists = ("given_female", "given_male", "given_known")
    known = word in nicknames() or any(word in members(f"{_LISTS}{name}") for name in lists)
    return known and word not in members(f"{_LISTS}surnames_known")


def _given_group(origin: str | None) -> str | None:
    if origin in _EUROPEAN:
        return "european"
    return "eastasian" if origin in ("japanese", "vietnamese") else origin


@cache
def _pool(name: str, group: str | None) -> tuple[str, ...]:
    table = groups(f"{_LISTS}{name}")
    own = table.get(group or "", ())
    return own if len(own) >= _MIN_POOL else tuple(word for words in table.values() for word in words)


@cache
def _endings() -> Mapping[str, str]:
    return members(f"{_LISTS}surname_endings")
