"""Names of months: English, other languages, roman numerals, misspelt ones; days in words."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from functools import cache, lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from deid.folding import fold
from deid.wordlists import groups

MONTHS = tuple(fold(name) for name in calendar.month_name[1:])
_ABBREVIATED = 3
_ENGLISH = {form: i + 1 for i, name in enumerate(MONTHS) for form in (name, name[:_ABBREVIATED])} | {"sept": 9}
_MIN_FUZZY = 4
_LONG = 7  # letters from which two wrong ones are still the same word
_TO_TWENTY = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
DAY_WORDS = (*_TO_TWENTY, *(f"twenty-{word}" for word in _TO_TWENTY[:9]), "thirtieth", "thirty-first")


@cache
def _foreign() -> Mapping[str, tuple[int, tuple[str, ...]]]:
    """Return month (1..12) and the names of its language by folded name and abbreviation; full names first."""
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    languages = groups("surrogates/data/months")
    for length in (None, _ABBREVIATED):
        for language, names in languages.items():
            for i, name in enumerate(names if length is None or language != "roman" else ()):
                found.setdefault(fold(name)[:length], (i + 1, names))
    return found


def read_month(plain: str) -> int | None:
    """Return the month (1..12) that a folded word names, None if it names none."""
    if (month := _ENGLISH.get(plain)) is not None:
        return month
    found = _foreign().get(plain)
    return found[0] if found else None


def month_like(text: str, month: int) -> str:
    """Return the name of ``month`` in the language and length of ``text``, in lower case."""
    plain = fold(text)
    if plain == "sept":
        return "sept" if month == 9 else MONTHS[month - 1][:_ABBREVIATED]
    if plain in _ENGLISH:
        return MONTHS[month - 1] if plain in MONTHS else MONTHS[month - 1][:_ABBREVIATED]
    names = _foreign()[plain][1] if plain in _foreign() else MONTHS
    is_full = plain in map(fold, names) or len(plain) > _ABBREVIATED
    return names[month - 1] if is_full else names[month - 1][:_ABBREVIATED]


@lru_cache(1024)
def respelt(plain: str, names: tuple[str, ...]) -> str | None:
    """Return the one of ``names`` that a misspelt word means (OSA distance), None if there is none."""
    if len(plain) < _MIN_FUZZY:
        return None
    allowed = 2 if len(plain) >= _LONG else 1
    best = extractOne(plain, names, scorer=OSA.distance, score_cutoff=allowed)
    return best[0] if best else None
