"""Say less than a surface says: a year instead of a date, three digits of a ZIP code, a region instead of a state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from deid.ages import OLD, read_age
from deid.folding import fold
from deid.surrogates.date_reading import LATEST_YEAR, DateStyle, Role, parse_date
from deid.surrogates.numbers import plain_code
from deid.surrogates.regions import RegionSurrogates
from deid.wordlists import entries, folded, groups

_OLDEST = 90
_EARLIEST_NOTE = 1990  # an earlier date of a note is a placeholder such as 1900-01-01
_YEAR = re.compile(r"(?<!\d)(?:18|19|20|21)\d\d(?!\d)")
_RANGE = re.compile(r"\s*(?:-|–|—|&|\bto\b|\bthrough\b|\band\b)\s*")
_US_ZIP = re.compile(r"(\d{3})\d\d(?:[- ]?\d{4})?", re.ASCII)


def generalize_age(surface: str) -> str | None:
    """Return "90+" for ages from 90, None for what is no such age."""
    age = read_age(surface)
    return OLD if (age is not None and age >= _OLDEST) or fold(surface) == OLD else None


def generalize_zip(surface: str) -> str | None:
    """Return the first three digits of a US ZIP code, 000 where too few people share them; None for other codes.

    45 CFR 164.514(b)(2)(i)(B): the area of all codes that begin so must hold more than 20,000 people. Both the
    list of Census 2000 and that of Census 2010 count.
    """
    code = _US_ZIP.fullmatch(surface.strip())
    if code is None:
        return None
    return "000" if code[1] in entries("data/restricted_zip3") else code[1]


def generalize_date(surface: str, style: DateStyle, written: int) -> str | None:
    """Return the year of a date ("2011-2017" of a span of years), None where it names none or one too long ago.

    45 CFR 164.514(b)(2)(i)(C): years that tell an age over 89 must not be left. Whether a year is one of
    birth is not known, so that all years are left out which lie 90 or more before the note.

    Args:
        surface: the date.
        style: of the note's dates.
        written: the year of the note, see `year_written`.
    """
    years = years_of(surface, style)
    if not years or any(written - year >= _OLDEST for year in years):
        return None
    return "-".join(map(str, dict.fromkeys((min(years), max(years)))))


def years_of(surface: str, style: DateStyle) -> tuple[int, ...]:
    """Return the years that a date names, in the order of the text."""
    if years := tuple(int(year) for year in _YEAR.findall(surface)):
        return years
    return _named_year(surface, style) or next(
        (years for part in reversed(_RANGE.split(surface)) if (years := _named_year(part, style))), ()
    )


def _named_year(surface: str, style: DateStyle) -> tuple[int, ...]:
    return tuple(piece.value for piece in parse_date(surface, style) or () if piece.role is Role.YEAR)


def year_written(note_date: str | None, style: DateStyle) -> int:
    """Return the year in which a note was written, `LATEST_YEAR` where its date does not tell."""
    years = years_of(note_date, style) if note_date else ()
    return max(years) if years and max(years) >= _EARLIEST_NOTE else LATEST_YEAR


def generalize_hospital(surface: str) -> str | None:
    """Return what kind of place it is ("hospital", "nursing home"), None where its name does not say."""
    words = f" {fold(surface)} "
    kinds = sorted(folded("data/place_kinds"), key=lambda kind: (-words.rfind(f" {kind} "), -len(kind), kind))
    return kinds[0] if f" {kinds[0]} " in words else None


def generalize_state(surface: str) -> str | None:
    """Return the division of the Census Bureau that a state of the USA lies in, None for other regions."""
    return _divisions().get(RegionSurrogates.region(surface, "STATE") or "")


def generalize_country(surface: str) -> str | None:
    """Return the continent that a country lies in, None for what we do not know as one."""
    return _continents().get(plain_code(surface))


@cache
def _divisions() -> Mapping[str, str]:
    return {state: division for division, states in groups("data/census_divisions").items() for state in states}


@cache
def _continents() -> Mapping[str, str]:
    pairs = (entry.split("=") for entry in entries("data/continents"))
    return {plain_code(country): continent for continent, countries in pairs for country in countries.split(",")}
