"""From what the sources found to the PHI of a note."""

from __future__ import annotations

from collections.abc import Sequence

from deid.merge import merge, unite
from deid.policy import Policy
from deid.propagate import propagate
from nlp.types import Note, Span


def resolve(note: Note, candidates: Sequence[Span], entities: Sequence[Span], policy: Policy) -> tuple[Span, ...]:
    """Return the PHI of a note, sorted and without overlaps: merge, propagate, merge.

    Args:
        note: its text is searched.
        candidates: PHI spans of all sources, in any order.
        entities: the clinical layer, which keeps eponyms and drugs from being taken for names.
        policy: which scores and which sources count for each label.

    Raises:
        ValueError: a candidate has an unknown label or lies outside the text.
    """
    found = merge(note.text, [*filter(policy.counts, candidates)], entities, policy.thresholds)
    further = [*filter(policy.counts, propagate(note.text, found, entities))]
    return unite(note.text, [*found, *further]) if further else found
