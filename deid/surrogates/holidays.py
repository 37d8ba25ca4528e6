"""Holidays: when they fall, and how they are written once shifted."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from deid.folding import fold
from deid.surrogates.date_reading import DateStyle, century, weekday_index
from deid.surrogates.date_writing import in_date_case
from deid.surrogates.month_names import MONTHS, read_month
from deid.wordlists import entries

_YEAR_END = r"(?:,?\s+(?:of\s+)?(?P<year>\d{4}|['’]\d\d))?"
_HOLIDAY = re.compile(rf"(?P<name>.*?){_YEAR_END}", re.S)
_ORDINALS = ("first", "second", "third", "fourth", "last")
_NTH_WEEKDAY = re.compile(rf"(?:the )?(?P<nth>{'|'.join(_ORDINALS)}) (?P<weekday>[a-z]+) (?:in|of) (?P<month>[a-z]+)")
_EVE = re.compile(r"(?P<before>.+) eve|erev (?P<after>.+)")
_LENGTH = re.compile(r" (?:day|weekend|wknd|week)$")
_ABOUT = "about "


@cache
def _holidays() -> Mapping[str, str]:
    return dict(entry.split("=") for entry in entries("surrogates/data/holidays"))


@cache
def _feasts() -> Mapping[str, tuple[date, ...]]:
    pairs = (entry.split("=") for entry in entries("surrogates/data/feasts"))
    return {name: tuple(map(date.fromisoformat, days.split())) for name, days in pairs}


@cache
def holiday_dates(rule: str, year: int) -> tuple[date, ...]:
    """Return when a holiday falls in a year: on one day, on two (a feast of a lunar year), or on none we know.

    Args:
        rule: "12-25", "11 thu 4" (4th Thursday), "5 mon -1" (last), "tue from 11-2" (on that day or next after it),
            "easter -2", "orthodox 0", "feast diwali 0" (of the table of feasts); "about" before it: days on end.
        year: the year.
    """
    first, _, rest = rule.removeprefix(_ABOUT).partition(" ")
    if first in ("easter", "orthodox"):
        sunday = easter(year, EASTER_WESTERN if first == "easter" else EASTER_ORTHODOX)
        return (sunday + timedelta(int(rest)),)
    if first == "feast":
        name, _, offset = rest.rpartition(" ")
        return tuple(day + timedelta(int(offset)) for day in _feasts()[name] if day.year == year)
    if not rest:
        month, day = map(int, first.split("-"))
        return (date(year, month, day),)
    if rest.startswith("from "):
        month, day = map(int, rest.removeprefix("from ").split("-"))
        earliest = date(year, month, day)
        return (earliest + timedelta(((weekday_index(first) or 0) - earliest.weekday()) % 7),)
    name, nth = rest.split()
    month, weekday = int(first), weekday_index(name)
    days = [d for d in calendar.Calendar().itermonthdates(year, month) if d.month == month and d.weekday() == weekday]
    return (days[int(nth) - 1 if int(nth) > 0 else int(nth)],)


def _rule(name: str) -> tuple[str, int] | None:
    """Return the rule of a holiday (folded), and by how many days what is meant lies beside it."""
    for plain in (name, _LENGTH.sub("", name)):
        if plain in _holidays():
            return _holidays()[plain], 0
    if eve := _EVE.fullmatch(name):
        day = _rule(eve["before"] or eve["after"])
        return (day[0], day[1] - 1) if day else None
    if nth := _NTH_WEEKDAY.fullmatch(name):
        month, weekday = read_month(nth["month"]), weekday_index(nth["weekday"])
        place = _ORDINALS.index(nth["nth"]) + 1
        if month is not None and weekday is not None:
            return f"{month} {nth['weekday']} {place if nth['nth'] != 'last' else -1}", 0
    return None


def is_holiday(surface: str) -> bool:
    """Whether a date is a holiday that we know by name, with or without a year."""
    found = _HOLIDAY.fullmatch(surface)
    return found is not None and _rule(re.sub(r"\s+", " ", fold(found["name"]))) is not None


def shift_holiday(surface: str, days: int, style: DateStyle) -> tuple[str, date] | None:
    """Write a holiday as the day it is shifted to, "March 4", with the year if there was one.

    What lasts for weeks (Ramadan, Lent) is written as a month.

    Returns:
        None if the surface is no holiday that we know, or of a year for which no table tells its day.
    """
    found = _HOLIDAY.fullmatch(surface)
    known = _rule(re.sub(r"\s+", " ", fold(found["name"]))) if found else None
    if found is None or known is None:
        return None
    rule, beside = known
    around = style.reference.year
    years: tuple[int, ...] = (around - 1, around, around + 1)
    if found["year"]:
        number = int(found["year"].strip("'’"))
        years = (number if number > 99 else century(number, style),)
    options = [day + timedelta(beside) for year in years for day in holiday_dates(rule, year)]
    if not options:
        return None
    anchor = min(options, key=lambda day: (abs((day - style.reference).days), day))
    moved = anchor + timedelta(days)
    month = in_date_case(MONTHS[moved.month - 1], surface)
    if rule.startswith(_ABOUT):
        return (f"{month} {moved.year}" if found["year"] else month), anchor
    return (f"{month} {moved.day}, {moved.year}" if found["year"] else f"{month} {moved.day}"), anchor
