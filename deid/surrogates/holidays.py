"""Holidays: when they fall, and how they are written once shifted."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

from deid.folding import fold
from deid.surrogates.date_reading import DateStyle, century, weekday_index
from deid.surrogates.date_writing import in_date_case
from deid.surrogates.month_names import MONTHS
from deid.wordlists import entries


@cache
def _holidays() -> dict[str, str]:
    return dict(entry.split("=") for entry in entries("surrogates/data/holidays"))


def holiday_date(rule: str, year: int) -> date:
    """Return when a holiday falls: "12-25", "11 thu 4" (4th Thursday), "5 mon -1" (last), "easter -2"."""
    if rule.startswith("easter"):
        return easter(year) + timedelta(int(rule.split()[1]))
    if "-" in rule and " " not in rule:
        month, day = map(int, rule.split("-"))
        return date(year, month, day)
    month_text, name, nth = rule.split()
    weekday = weekday_index(name)
    days = [d for d in calendar.Calendar().itermonthdates(year, int(month_text))
            if d.month == int(month_text) and d.weekday() == weekday]  # fmt: skip
    return days[int(nth) - 1 if int(nth) > 0 else int(nth)]


_HOLIDAY = re.compile(r"(?P<name>.*?)(?:,?\s+(?:of\s+)?(?P<year>\d{4}|['’]\d\d))?", re.S)


def shift_holiday(surface: str, days: int, style: DateStyle) -> tuple[str, date] | None:
    """Write a holiday as the day it is shifted to, "March 4", with the year if there was one."""
    found = _HOLIDAY.fullmatch(surface)
    if found is None:
        return None
    name = re.sub(r"\s+", " ", fold(found["name"]))
    rule = _holidays().get(name) or _holidays().get(re.sub(r" (?:day|weekend|wknd|week)$", "", name))
    if rule is None:
        return None
    if found["year"]:
        number = int(found["year"].strip("'’"))
        anchor = holiday_date(rule, number if number > 99 else century(number, style))
    else:
        around = style.reference.year
        anchor = min(
            (holiday_date(rule, year) for year in (around - 1, around, around + 1)),
            key=lambda d: (abs((d - style.reference).days), d),
        )
    moved = anchor + timedelta(days)
    text = in_date_case(f"{MONTHS[moved.month - 1]} {moved.day}", surface)
    return (f"{text}, {moved.year}" if found["year"] else text), anchor
