"""Years in words: "two thousand nine", "twenty nineteen", "nineteen eighty-four"."""

from __future__ import annotations

import re

_ONES = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_BELOW_HUNDRED = (
    *_ONES,
    *_TEENS,
    *(f"{ten}-{one}" if one else ten for ten in _TENS[2:] for one in _ONES),
)
_REST = "|".join(sorted((word.replace("-", "[- ]") for word in _BELOW_HUNDRED if word), key=len, reverse=True))
YEAR_IN_WORDS = re.compile(
    rf"\b(?:(?P<thousand>two thousand(?P<joined> and)?)(?: (?P<ones>{_REST}))?"
    rf"|(?P<century>nineteen|twenty) (?:(?P<oh>oh|o)[- ])?(?P<rest>{_REST}|hundred))\b",
    re.I,
)


def read_year_words(found: re.Match[str]) -> int | None:
    """Return the year that a match of `YEAR_IN_WORDS` means, None where it means none ("twenty two")."""
    if found["thousand"]:
        return 2000 + (_BELOW_HUNDRED.index(_hyphened(found["ones"])) if found["ones"] else 0)
    start = 1900 if found["century"].lower() == "nineteen" else 2000
    if found["rest"].lower() == "hundred":
        return start if start == 1900 else None
    rest = _BELOW_HUNDRED.index(_hyphened(found["rest"]))
    return start + rest if rest > len(_ONES) - 1 or found["oh"] else None


def write_year_words(year: int, like: re.Match[str]) -> str:
    """Return a year from 1900 to 2099 in words, as the one that was found is written.

    Raises:
        ValueError: the year lies in another century.
    """
    if not 1900 <= year <= 2099:
        raise ValueError("years of this century have no words here")
    rest = _BELOW_HUNDRED[year % 100]
    if like[0].count("-") == 0:
        rest = rest.replace("-", " ")
    if year >= 2000 and (like["thousand"] or year < 2010):
        words = f"two thousand{' and' if like['joined'] and rest else ''} {rest}".rstrip()
    else:
        lead = "nineteen" if year < 2000 else "twenty"
        words = f"{lead} {rest or 'hundred'}" if year % 100 == 0 or year % 100 > len(_ONES) - 1 else f"{lead} oh {rest}"
    return words.upper() if like[0].isupper() else words.capitalize() if like[0][0].isupper() else words


def _hyphened(words: str) -> str:
    return words.lower().replace(" ", "-")
