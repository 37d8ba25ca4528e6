"""Write a date shifted by days in the style of its pieces."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from deid.folding import fold
from deid.surrogates.date_reading import WEEKDAYS, DateStyle, Piece, Pieces, Role, weekday_forms
from deid.surrogates.month_names import DAY_WORDS, month_like

_MONTHS = 12


def write_date(pieces: Pieces, anchor: date | None, days: int, style: DateStyle) -> str:
    """Return the shifted date in the style of its pieces."""
    moved = anchor + timedelta(days) if anchor is not None else None
    if moved is not None and moved.day <= _MONTHS:
        pieces = _in_order(pieces, style)
    if moved is not None and moved.month == _MONTHS and any(p.role is Role.SEASON for p in pieces):
        moved += timedelta(31)  # a winter is named after the year of its January
    padded = _is_padded(pieces, style)
    in_one = not any(p.text.isspace() for p in pieces) and len(pieces) > 1  # "02-May-25" is short for May
    short_may = in_one or style.short_months
    return "".join(_write_piece(p, moved, days, padded, short_may) for p in pieces)


def _in_order(pieces: Pieces, style: DateStyle) -> Pieces:
    """Return the pieces with day and month as the note writes them.

    13/5/18 shows by itself that the day stands first, 10/2/18 no more: where the note puts the month first, it has to
    be written 2/10/18 to be read right.
    """
    places = [i for i, p in enumerate(pieces) if p.role in (Role.DAY, Role.MONTH) and p.text.isdigit()]
    if len(places) < 2 or pieces[0].role is Role.YEAR or (pieces[places[0]].role is Role.DAY) == style.day_first:
        return pieces
    swapped = {i: replace(pieces[i], role=pieces[j].role) for i, j in (places, places[::-1])}
    return tuple(swapped.get(i, piece) for i, piece in enumerate(pieces))


def _is_padded(pieces: Pieces, style: DateStyle) -> bool:
    numbers = [p.text for p in pieces if p.role in (Role.DAY, Role.MONTH) and p.text.isdigit()]
    if any(n.startswith("0") for n in numbers):
        return True
    if any(len(n) == 1 for n in numbers):
        return False
    iso = bool(pieces) and pieces[0].role is Role.YEAR
    compact = any(a.role is not Role.TEXT and b.role is not Role.TEXT and a.text.isdigit() and b.text.isdigit()
                  for a, b in pairwise(pieces))  # fmt: skip
    in_letters = len(numbers) < sum(p.role in (Role.DAY, Role.MONTH) for p in pieces)
    return iso or compact or (style.padded and not in_letters)


def _write_piece(piece: Piece, moved: date | None, days: int, padded: bool, short_may: bool) -> str:
    text = piece.text
    if piece.role is Role.WEEKDAY:
        plain = fold(text)
        forms, new_forms = (weekday_forms(WEEKDAYS[i]) for i in (piece.value, (piece.value + days) % 7))
        if plain in forms[:2]:
            return in_date_case(new_forms[forms.index(plain)], text)
        return in_date_case(new_forms[{2: -1, 3: -2}.get(len(plain), 2)], text)
    if moved is None or piece.role is Role.TEXT:
        return text
    match piece.role:
        case Role.DAY if fold(text) in DAY_WORDS:
            return in_date_case(DAY_WORDS[moved.day - 1], text)
        case Role.DAY if not text.isdigit():
            return f"{moved.day}{in_date_case(ordinal_ending(moved.day), text[-2:])}"
        case Role.DAY:
            return f"{moved.day:02}" if padded else str(moved.day)
        case Role.MONTH if text.isdigit():
            return f"{moved.month:02}" if padded else str(moved.month)
        case Role.MONTH:
            name = month_like(text, moved.month)
            return in_date_case(name[:3] if short_may and fold(text) == "may" else name, text)
        case Role.YEAR:
            return f"{moved.year:04}" if len(text) == 4 else f"{moved.year % 100:02}"
        case Role.QUARTER:
            return str((moved.month + 2) // 3)
    season = {0: "winter", 1: "spring", 2: "summer", 3: "autumn" if fold(text) == "autumn" else "fall"}
    plural = "s" if fold(text).endswith("s") else ""
    return in_date_case(season[moved.month % 12 // 3] + plural, text)


def ordinal_ending(day: int) -> str:
    """Return the letters behind an ordinal number: "st", "nd", "rd" or "th"."""
    return "th" if 11 <= day % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def in_date_case(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word if like.islower() else word.capitalize()
