"""What dates mean: the style that those of a note show together, and the day that stands for each."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from deid.folding import fold
from deid.surrogates.date_reading import DateStyle, Pieces, Role, parse_date
from deid.surrogates.month_names import read_month

_FULL_DATE = re.compile(r"\d{4}|\d\D+\d+\D+\d\d|\d\D*[^\W\d_]{3}\D*\d\d|[^\W\d_]{3}\D+\d+\D+\d\d")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SHORT = 3


def read_style(surfaces: Sequence[str], note_date: str | None = None) -> DateStyle:
    """Return the style that the dates of a note show together."""
    votes = Counter[bool]()
    weak = Counter[bool]()  # 13/4 may be a month and a year
    padded = unpadded = short = 0
    reference: date | None = None
    for surface in (*((note_date,) if note_date else ()), *surfaces):
        numbers = re.findall(r"\d+", surface)
        if len(numbers) == 3 and all(len(n) <= 2 for n in numbers[:2]):
            first, second = int(numbers[0]), int(numbers[1])
            votes.update(_day_first(first, second))
        elif re.fullmatch(r"\d\d?[/.]\d\d?", surface):
            weak.update(_day_first(int(numbers[0]), int(numbers[1])))
        if len(numbers) >= 2 and len(numbers[0]) <= 2:
            padded += any(n.startswith("0") for n in numbers[:2])
            unpadded += any(len(n) == 1 for n in numbers[:2])
        for word in _WORD.findall(surface):
            if (plain := fold(word)) != "may" and read_month(plain) is not None:
                short += 1 if len(plain) == _SHORT else -1
    shown = votes if votes[True] != votes[False] else weak
    style = DateStyle(day_first=shown[True] > shown[False], padded=padded > unpadded, short_months=short > 0)
    for surface in (*((note_date,) if note_date else ()), *surfaces):
        pieces = parse_date(surface, style) if _FULL_DATE.search(surface) else None
        if pieces and {Role.DAY, Role.MONTH, Role.YEAR} <= {p.role for p in pieces}:
            try:
                anchor = anchor_of(pieces, style)
            except ValueError:  # the 31st of February: some other date has to do
                continue
            if anchor is not None and (reference is None or anchor > reference):
                reference = anchor  # the latest full date of a note is nearest to the time of writing
    return replace(style, reference=reference, latest=reference.year + 1) if reference else style


def _day_first(first: int, second: int) -> list[bool]:
    """Return [whether the day stands first] of two numbers, [] where both could be the month."""
    if not (1 <= min(first, second) <= 12 < max(first, second) <= 31):
        return []
    return [first > 12]


def anchor_of(pieces: Pieces, style: DateStyle, known: Mapping[Role, int] | None = None) -> date | None:
    """Return the day that stands for a date: itself, or the middle of the month, season or year.

    Raises:
        ValueError: there is no such day.
    """
    found: dict[Role, int] = dict(known or {})
    found.update((p.role, p.value) for p in pieces if p.role is not Role.TEXT)
    year, month, day = found.get(Role.YEAR), found.get(Role.MONTH), found.get(Role.DAY)
    if Role.SEASON in found:
        month, day = found[Role.SEASON], 15
    elif Role.QUARTER in found:
        month, day = found[Role.QUARTER] * 3 - 1, 15
    if month is None and day is not None:
        near = style.near or style.reference
        return _nearest(near, [(y, m, day) for y, m in _months_around(near)])
    if month is not None:
        if year is not None:
            return date(year, month, day or 15)
        around = style.reference.year
        return _nearest(style.reference, [(y, month, day or 15) for y in range(around - 4, around + 5)])
    return date(year, 7, 1) if year is not None else None


def _months_around(reference: date) -> list[tuple[int, int]]:
    count = reference.year * 12 + reference.month - 1
    return [((count + step) // 12, (count + step) % 12 + 1) for step in range(-2, 3)]


def _nearest(reference: date, options: Sequence[tuple[int, int, int]]) -> date:
    """Return the existing day nearest to the reference.

    Raises:
        ValueError: none exists.
    """
    days = [date(y, m, d) for y, m, d in options if d <= calendar.monthrange(y, m)[1]]
    if not days:
        raise ValueError("no such day")
    return min(days, key=lambda d: (abs((d - reference).days), d))
