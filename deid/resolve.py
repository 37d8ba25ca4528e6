"""From what the sources found to the PHI of a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deid.merge import merge, unite
from deid.propagate import propagate
from nlp.types import Note, Span


def resolve(
    note: Note, candidates: Sequence[Span], entities: Sequence[Span], thresholds: Mapping[str, float]
) -> tuple[Span, ...]:
    """Return the PHI of a note, sorted and without overlaps: merge, propagate, merge.

    Args:
        note: its text is searched.
        candidates: PHI spans of all sources, in any order.
        entities: the clinical layer, which keeps eponyms and drugs from being taken for names.
        thresholds: label to the least score that counts; "default" for all others.

    Raises:
        ValueError: a candidate has an unknown label or lies outside the text.
    """
    found = merge(note.text, candidates, entities, thresholds)
    further = propagate(note.text, found, entities)
    return unite(note.text, [*found, *further]) if further else found
