"""Read dates: what each piece of a date is, in every style."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache

from deid.folding import fold
from deid.surrogates.month_names import DAY_WORDS, MONTHS, read_month, respelt

WEEKDAYS = tuple(fold(name) for name in calendar.day_name)
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
_PASSING = frozenset({
    "the", "of", "in", "on", "early", "mid", "late", "middle", "beginning", "start", "end", "around", "about",
    "night", "nite", "morning", "evening", "afternoon", "last", "this", "next", "past", "de", "del",
})  # fmt: skip

_TOKEN = re.compile(
    r"(?P<short_year>['’‘`]\d\d(?!\d))"
    r"|(?P<ordinal>\d{1,2}(?:st|nd|rd|th)(?![^\W_]))"
    r"|(?P<number>\d+)"
    r"|(?P<word>(?:twenty|thirty)-[a-z]+|[^\W\d_][\u0300-\u036f]*(?:[^\W\d_][\u0300-\u036f]*)*)"
    r"|(?P<rest>[\W_])",
    re.I,
)
_SPELLABLE = (*MONTHS, *WEEKDAYS, *_SEASONS)
_YEAR_FIRST = re.compile(r"(?:18|19|20|21)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DAY_AND_YEAR = re.compile(r"\s*\d{1,2}\s*(?:,\s*(?:\d\d){1,2}|\s\d{4})\s*")
_DASHES = ("-", "–", "—")
_LONGEST_MONTH = 31
_MIN_YEAR, _MAX_YEAR = 1850, 2150
LATEST_YEAR = 2030
"""When a note may have been written whose date is not known."""


class Role(StrEnum):
    """What a piece of a date is."""

    TEXT = "text"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    WEEKDAY = "weekday"
    SEASON = "season"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a date as it is written, and what it means (1..12 for a month or season, 0..6 for a weekday)."""

    text: str = field(repr=False)
    role: Role = Role.TEXT
    value: int = 0


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How dates are written in a note, where one date alone does not tell.

    Attributes:
        reference: dates without a year are taken to be near it.
        latest: years of two digits are taken to be the last ones up to this year.
        near: days without a month are taken to be near it; None: near the reference.
        day_first: whether 3/4 is the third of April.
        padded: whether days and months below ten have a leading zero.
        short_months: whether months in letters are cut to three: "May" does not tell.
    """

    reference: date = date(2019, 7, 1)
    latest: int = LATEST_YEAR
    near: date | None = None
    day_first: bool = False
    padded: bool = False
    short_months: bool = False


Pieces = tuple[Piece, ...]


def parse_date(surface: str, style: DateStyle, in_range: bool = False) -> Pieces | None:
    """Return the pieces of one date, None if it is none."""
    pieces: list[Piece | None] = []
    numbers: list[tuple[int, str]] = []
    for token in _TOKEN.finditer(surface):
        text, plain = token[0], fold(token[0])
        if token["short_year"]:
            pieces += [Piece(text[0]), Piece(text[1:], Role.YEAR, century(int(text[1:]), style))]
        elif token["ordinal"]:
            pieces.append(Piece(text, Role.DAY, int(text[:-2])))
        elif token["number"]:
            numbers.append((len(pieces), text))
            pieces.append(None)
        elif token["word"]:
            piece = _word(text, plain)
            if piece is None:
                return None
            pieces.append(piece)
        else:
            pieces.append(Piece(text))
    named = {p.role for p in pieces if p is not None}
    if numbers and numbers[0][1] in ("1", "2", "3", "4") and _follows(pieces, numbers[0][0], "q"):
        place, text = numbers.pop(0)
        pieces[place] = Piece(text, Role.QUARTER, int(text))
        named.add(Role.QUARTER)
    elif len(numbers) == 1 and len(numbers[0][1]) == 2 and _follows(pieces, numbers[0][0], "fy", "cy"):
        place, text = numbers.pop(0)
        pieces[place] = Piece(text, Role.YEAR, century(int(text), style))
    if in_range and _DAY_AND_YEAR.fullmatch(surface):
        roles: tuple[Role, ...] | None = (Role.DAY, Role.YEAR)
    else:
        roles = _number_roles([text for _, text in numbers], named, style, in_range)
        if roles == (Role.DAY, Role.YEAR) and _are_two_days(pieces, *numbers):
            return None
        if roles and roles[0] is Role.YEAR and _is_first_of_two_days(pieces, *numbers[0]):
            return None
    if roles is None:
        return None
    for (place, text), role in zip(numbers, roles, strict=True):
        if len(text) in (6, 8) and role is Role.TEXT:
            compact = _compact(text, style)
            if compact is None:
                return None
            pieces[place : place + 1] = compact  # it is the only number
        else:
            value = century(int(text), style) if role is Role.YEAR and len(text) == 2 else int(text)
            pieces[place] = Piece(text, role, value)
    whole = tuple(p for p in pieces if p is not None)
    return whole if _is_sound(whole) else None


def _are_two_days(pieces: Sequence[Piece | None], first: tuple[int, str], second: tuple[int, str]) -> bool:
    """Whether numbers beside a month are two days: "13-15 Oct", "Oct 13-15"; "Oct-13-15" has a year."""
    month = next(i for i, piece in enumerate(pieces) if piece is not None and piece.role is Role.MONTH)
    if second[0] < month:
        return len(second[1]) == 2
    between, before = (
        "".join(piece.text for piece in pieces[low + 1 : high] if piece).strip()
        for low, high in ((first[0], second[0]), (month, first[0]))
    )
    in_order = int(first[1]) < int(second[1]) <= _LONGEST_MONTH
    return between in _DASHES and between != before and len(second[1]) <= len("31") and in_order


def _is_first_of_two_days(pieces: Sequence[Piece | None], place: int, text: str) -> bool:
    """Whether a number leads to an ordinal as its day: "Oct 30-31st"."""
    for at, piece in enumerate(pieces[place + 1 :], place + 1):
        if piece is not None and piece.role is Role.DAY:
            between = "".join(other.text for other in pieces[place + 1 : at] if other).strip()
            return between in _DASHES and int(text) < piece.value
    return False


def _follows(pieces: Sequence[Piece | None], place: int, *words: str) -> bool:
    before = pieces[place - 1] if place else None
    return before is not None and fold(before.text) in words


def _is_sound(pieces: Pieces) -> bool:
    """Whether no role stands twice and all values lie in the calendar."""
    roles = [p.role for p in pieces if p.role is not Role.TEXT]
    limits = {Role.DAY: (1, 31), Role.MONTH: (1, 12), Role.YEAR: (_MIN_YEAR, _MAX_YEAR)}
    if not roles or len(set(roles)) < len(roles):
        return False
    return all(low <= p.value <= high for p in pieces if p.role in limits for low, high in (limits[p.role],))


def _word(text: str, plain: str) -> Piece | None:
    """Return what a word in a date means, None if it has no place there."""
    month = read_month(plain)
    if month is not None:
        return Piece(text, Role.MONTH, month)
    weekday = weekday_index(plain)
    if weekday is not None:
        return Piece(text, Role.WEEKDAY, weekday)
    season = _SEASONS.get(plain) or _SEASONS.get(plain.removesuffix("s"))
    if season:
        return Piece(text, Role.SEASON, season)
    if plain in DAY_WORDS:
        return Piece(text, Role.DAY, DAY_WORDS.index(plain) + 1)
    if plain in _PASSING or plain in ("q", "fy", "cy"):
        return Piece(text)
    meant = respelt(plain, _SPELLABLE)
    return _word(meant if text.islower() else meant.upper() if text.isupper() else meant.capitalize(), meant) if (
        meant
    ) else None  # fmt: skip


def is_calendar_word(text: str) -> bool:
    """Whether a word names a month or a weekday."""
    plain = fold(text)
    return read_month(plain) is not None or weekday_index(plain) is not None


def weekday_index(plain: str) -> int | None:
    """Return the weekday (0..6) that a folded word names, None if it names none."""
    return _weekday_of_form().get(plain)


@cache
def _weekday_of_form() -> Mapping[str, int]:
    return {form: i for i, name in enumerate(WEEKDAYS) for form in weekday_forms(name)}


@cache
def weekday_forms(name: str) -> tuple[str, ...]:
    """Return the ways to write a weekday, the longest first."""
    extra = {"tuesday": ("tues",), "wednesday": ("weds",), "thursday": ("thurs", "thur")}.get(name, ())
    return (name + "s", name, *extra, name[:3], name[:2])


def _number_roles(
    numbers: Sequence[str], named: set[Role], style: DateStyle, in_range: bool
) -> tuple[Role, ...] | None:
    """Return what the plain numbers of a date are, in order."""
    small = [len(n) <= 2 for n in numbers]
    match numbers:
        case []:
            return ()
        case [n] if len(n) in (6, 8):
            return (Role.TEXT,)
        case [n] if len(n) == 4:
            return (Role.YEAR,)
        case [n] if small[0] and Role.MONTH in named:
            return (Role.YEAR,) if Role.DAY in named or int(n) > 31 else (Role.DAY,)
        case [n] if len(n) == 2 and int(n) > 31 and not in_range and not named - {Role.TEXT}:
            return (Role.YEAR,)
        case [_] if small[0] and named & {Role.SEASON, Role.QUARTER}:
            return (Role.YEAR,)
        case [_] if small[0] and (in_range or Role.WEEKDAY in named):
            return (Role.DAY,)
        case [first, second] if Role.MONTH in named and small[0]:
            return (Role.DAY, Role.YEAR) if len(second) in (2, 4) else None
        case [first, second] if Role.MONTH in named and len(first) == 4 and small[1]:
            return (Role.YEAR, Role.DAY)
        case [first, second] if len(first) == 4 and len(second) == 2 and 1 <= int(second) <= 12:
            return (Role.YEAR, Role.MONTH)
        case [first, second] if small[0] and len(second) == 4:
            return (Role.MONTH, Role.YEAR)
        case [first, second] if small[0] and small[1]:
            if int(second) > 31 and len(second) == 2:
                return (Role.MONTH, Role.YEAR)
            return _day_and_month(first, second, style)
        case [first, second, third] if len(first) == 4 and small[1] and small[2]:
            return (Role.YEAR, Role.MONTH, Role.DAY)
        case [first, second, third] if small[0] and small[1] and len(third) in (2, 4):
            return (*_day_and_month(first, second, style), Role.YEAR)
    return None


def _day_and_month(first: str, second: str, style: DateStyle) -> tuple[Role, Role]:
    day_first = style.day_first if int(first) <= 12 and int(second) <= 12 else int(first) > 12
    return (Role.DAY, Role.MONTH) if day_first else (Role.MONTH, Role.DAY)


def _compact(text: str, style: DateStyle) -> list[Piece | None] | None:
    """Return the pieces of 20210304, 03042021 or 030421."""
    if _YEAR_FIRST.fullmatch(text):
        cuts = ((Role.YEAR, 0, 4), (Role.MONTH, 4, 6), (Role.DAY, 6, 8))
    else:
        first, second = _day_and_month(text[:2], text[2:4], style)
        cuts = ((first, 0, 2), (second, 2, 4), (Role.YEAR, 4, len(text)))
    pieces: list[Piece | None] = []
    for role, start, end in cuts:
        value = int(text[start:end])
        short = role is Role.YEAR and end - start == 2
        pieces.append(Piece(text[start:end], role, century(value, style) if short else value))
    return pieces


def century(short: int, style: DateStyle) -> int:
    """Return the last year of two digits that a note in this style can mean."""
    return style.latest - (style.latest - short) % 100
