"""Shift dates by days and write them as they were written: every style, partial dates, ranges."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from deid.surrogates.date_meaning import anchor_of, read_style
from deid.surrogates.date_reading import DateStyle, Piece, Pieces, Role, is_calendar_word, parse_date
from deid.surrogates.date_writing import write_date
from deid.surrogates.holidays import shift_holiday
from deid.surrogates.recurring import shift_recurring
from deid.surrogates.year_words import YEAR_IN_WORDS, read_year_words, write_year_words

__all__ = ["DateStyle", "read_style", "repaired", "shift_date", "shift_dates"]

_DIGITS_OF_A_DAY = 4  # "the 14th-16th"
_SAME_STORY = 1000  # days; a day without a month is not near the date of birth before it
_TIME = re.compile(r"(?<=\d)(?:T\d\d:?\d\d| \d\d:\d\d)(?::?\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$")
_LEAD = re.compile(r"(?:the\s+)?(?:week|weekend|wk|night|morning|evening)\s+of\s+", re.I)
_SCANNED_NUMBER = re.compile(r"(?<![^\W\d_])[\dOolI]+(?![^\W\d_])")
_SCANNED_DIGITS = str.maketrans("OolI", "0011")
_TORN_WORD = re.compile(r"([^\W\d_]+)(?:-\n| )([^\W\d_]+)")
_FOUR_DIGITS = re.compile(r"\d{4}")
_NUMBERS = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2,4}")
_RANGE_END = re.compile(r"\d{1,2}")
_RANGE_MARK = re.compile(r"\s?[-–—]\s?")
_RANGES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\s+(?:to|through|thru|until|and|or)\s+|\s*&\s*",
        r"\s+[-–—]\s+|\s*[–—]\s*",
        r"\s*[,;]\s+|\s*\n\s*",
        r"\s*-\s*",
        r"\s*/\s*",
        r"\s+",
    )
)


def shift_dates(
    text: str, stretches: Sequence[tuple[int, int]], days: int, style: DateStyle
) -> list[tuple[str, date | None] | None]:
    """Return what `shift_date` returns for each date of a note, read as what stands before it tells.

    "The 14th" is near the date before it, and the end of a range of its kind: "2016" - "18", "March 4" - "9".

    Args:
        text: the note.
        stretches: start and end of its dates, in order.
        days: how far to move them.
        style: of the note's dates.
    """
    moved: list[tuple[str, date | None] | None] = []
    previous: date | None = None
    for nth, (start, end) in enumerate(stretches):
        surface = text[start:end]
        found: tuple[str, date | None] | None = None
        if nth and _RANGE_END.fullmatch(surface):
            first, first_end = stretches[nth - 1]
            if _RANGE_MARK.fullmatch(gap := text[first_end:start]):
                found = _end_of_range(text[first:first_end], gap, surface, days, replace(style, near=previous))
        found = found or shift_date(surface, days, style, previous)
        previous = (found and found[1]) or previous
        moved.append(found)
    return moved


def _end_of_range(first: str, mark: str, second: str, days: int, style: DateStyle) -> tuple[str, date | None] | None:
    try:
        whole = _shift_range([first, second], [mark], days, style)
    except (ValueError, OverflowError):
        return None
    return (whole[0][-1], whole[1]) if whole else None


def shift_date(
    surface: str, days: int, style: DateStyle, previous: date | None = None
) -> tuple[str, date | None] | None:
    """Return a date moved by ``days`` in its own style, and which day (before the shift) it meant.

    Args:
        surface: the date as it stands in the note.
        days: how far to move it.
        style: of the note's dates.
        previous: the day that the date before it in the note meant; "the 14th" is taken to be near it.

    Returns:
        None if the surface cannot be read as a date or leaves the calendar.
    """
    lone_day = sum(c.isdigit() for c in surface) <= _DIGITS_OF_A_DAY  # all others look at the note's reference
    if lone_day and previous is not None and abs((previous - style.reference).days) <= _SAME_STORY:
        style = replace(style, near=previous)
    try:
        return _shift(surface, days, style) or _shift(repaired(surface), days, style)
    except (ValueError, OverflowError):  # a day that does not exist, or outside of the calendar
        return None


def repaired(surface: str) -> str:
    """Return a date without the slips of scanners: O and l for digits, words and numbers torn apart."""
    text = re.sub(r"(?<=[^\W\d_])[01](?=[a-z])", lambda m: "l" if m[0] == "1" else "o", surface)
    text = _SCANNED_NUMBER.sub(lambda m: m[0].translate(_SCANNED_DIGITS), text)
    text = re.sub(r"(?<=\d[./-]) +(?=\d)", "", text)
    return _TORN_WORD.sub(lambda m: m[1] + m[2] if is_calendar_word(m[1] + m[2]) else m[0], text)


def _shift(surface: str, days: int, style: DateStyle) -> tuple[str, date | None] | None:
    if time := _TIME.search(surface):
        moved = _shift(surface[: time.start()], days, style)
        return (moved[0] + time[0], moved[1]) if moved else None
    holiday = shift_holiday(surface, days, style)
    if holiday is not None:
        return holiday
    recurring = shift_recurring(surface, days, style)
    if recurring is not None:
        return recurring, None
    if (year := YEAR_IN_WORDS.search(surface)) and (value := read_year_words(year)):
        return _shift_worded_year(surface, year, value, days, style)
    if lead := _LEAD.match(surface):
        moved = _shift(surface[lead.end() :], days, style)
        return (lead[0] + moved[0], moved[1]) if moved else None
    pieces = parse_date(surface, style)
    if pieces is not None:
        anchor = anchor_of(pieces, style)
        has_day = anchor is not None or {p.role for p in pieces} <= {Role.TEXT, Role.WEEKDAY}
        return (write_date(pieces, anchor, days, style), anchor) if has_day else None
    if _NUMBERS.fullmatch(surface):  # one date, of a day that does not exist: no range of days
        return None
    for separator in _RANGES:
        marks = [m[0] for m in separator.finditer(surface)]
        if marks:
            whole = _shift_range(separator.split(surface), marks, days, style)
            if whole is not None:
                written, last = whole
                rest = "".join(mark + part for mark, part in zip(marks, written[1:], strict=True))
                return written[0] + rest, last
    return None


def _shift_worded_year(
    surface: str, year: re.Match[str], value: int, days: int, style: DateStyle
) -> tuple[str, date | None] | None:
    """Shift a date whose year stands in words: it is shifted with the year in digits, which are then written out."""
    moved = _shift(f"{surface[: year.start()]}{value}{surface[year.end() :]}", days, style)
    if moved is None:
        return None
    years = list(_FOUR_DIGITS.finditer(moved[0]))
    if len(years) != 1:
        return None
    start, end = years[0].span()
    return moved[0][:start] + write_year_words(int(years[0][0]), year) + moved[0][end:], moved[1]


def _shift_range(
    parts: Sequence[str], marks: Sequence[str], days: int, style: DateStyle
) -> tuple[list[str], date] | None:
    """Shift "3/4-3/7/21", "March 3-5", "2011-17" part by part: each takes what it lacks from another."""
    read = [parse_date(part, style, in_range=True) for part in parts]
    if len(parts) == 2 and re.fullmatch(r"\d{4} \d{2}", " ".join(parts)):
        read[1] = (Piece(parts[1], Role.YEAR, int(parts[0][:2] + parts[1])),)  # "1990-91"
    whole = [pieces for pieces in read if pieces]
    if len(whole) != len(parts):
        return None
    rich = max(whole, key=lambda pieces: sum(p.role in (Role.DAY, Role.MONTH) for p in pieces))
    known: dict[Role, int] = {
        p.role: p.value for pieces in (*whole[::-1], rich) for p in pieces if p.role in (Role.MONTH, Role.YEAR)
    }
    if Role.YEAR in known and Role.MONTH not in known and any(p.role is Role.DAY for pieces in whole for p in pieces):
        return None  # "28, 2022" behind "January 14 and": the month stands elsewhere
    written: list[str] = []
    last: date | None = None
    for pieces in whole:
        roles = {p.role for p in pieces}
        if roles <= {Role.TEXT, Role.WEEKDAY}:
            written.append(write_date(pieces, None, days, style))
            continue
        anchor = anchor_of(pieces, style, known)
        if anchor is None:
            return None
        last = anchor
        if Role.DAY in roles and Role.MONTH not in roles and Role.MONTH in known:
            moved, base = anchor + timedelta(days), anchor_of(rich, style, known)
            if base is None:
                return None
            if (base + timedelta(days)).month != moved.month:  # the second day fell into the next month: name it
                day = next(i for i, p in enumerate(pieces) if p.role is Role.DAY)
                pieces = (*_without_year(rich), *pieces[day + 1 :])
        written.append(write_date(pieces, anchor, days, style))
    if last is None and not all(written):
        return None
    return written, last or style.reference


def _without_year(pieces: Pieces) -> Pieces:
    kept = [p for p in pieces if p.role is not Role.YEAR]
    while kept and kept[-1].role is Role.TEXT:
        kept.pop()
    return tuple(kept)
