"""Which hand-written notes are held out for validation: a fixed twelfth, by a hash of the note id."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from nlp.markup import MarkedNote

SHARE = 12


def is_validation(note_id: str) -> bool:
    """Whether a hand-written note is held out of training for choosing thresholds."""
    return crc32(note_id.encode()) % SHARE == 0


def held_out(notes: Iterable[MarkedNote]) -> list[MarkedNote]:
    """Return the notes that are held out for validation."""
    return [marked for marked in notes if is_validation(marked.note.note_id)]


def learned_from(notes: Iterable[MarkedNote]) -> list[MarkedNote]:
    """Return the notes that are not held out."""
    return [marked for marked in notes if not is_validation(marked.note.note_id)]
