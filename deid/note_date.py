"""The date of a note as the policy leaves it: kept, shifted, or gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from dateutil.parser import parse

from deid.keys import SecretKey
from deid.policy import Policy
from deid.transform import transform
from nlp.types import Note, Span

_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))


def read_note_date(value: str | None) -> date | None:
    """Return the day that a date of the dump names, None where it cannot be read or is not whole.

    ISO 8601 with or without a time, and what `dateutil` reads; 3/4/2021 is the 4th of March.
    """
    if not value:
        return None
    try:
        # What both defaults agree on, the text gave; "March 2021" would take its day from the default.
        first, second = (parse(value, default=default).date() for default in _DEFAULTS)
    except (ValueError, OverflowError):
        return None
    return first if first == second else None


def released_date(note: Note, policy: Policy, key: SecretKey) -> str | None:
    """Return the ISO 8601 date of ``note`` as `transform` would write it in the note's own text.

    None where the note has no date or the policy leaves less than a whole day of it.
    """
    day = read_note_date(note.note_date)
    if day is None:
        return None
    written = day.isoformat()
    alone = replace(note, text=written, note_date=written)
    released = transform(alone, [Span(0, len(written), "DATE")], policy, key).text
    try:
        return date.fromisoformat(released).isoformat() if len(released) == len(written) else None
    except ValueError:
        return None
