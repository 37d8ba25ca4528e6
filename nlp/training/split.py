"""Which hand-written notes are held out for validation: a fixed twelfth, by a hash of the note id."""

from __future__ import annotations

from zlib import crc32

SHARE = 12


def is_validation(note_id: str) -> bool:
    """Whether a hand-written note is held out of training for choosing thresholds."""
    return crc32(note_id.encode()) % SHARE == 0
