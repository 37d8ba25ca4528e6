"""From what the sources found to the PHI of a note."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from deid.doubt import held
from deid.merge import merge, unite
from deid.policy import Policy
from deid.propagate import propagate
from nlp.types import Note, Span


def resolve(
    note: Note, candidates: Sequence[Span], entities: Sequence[Span], policy: Policy, heard: Collection[str] = ()
) -> tuple[Span, ...]:
    """Return the PHI of a note, sorted and without overlaps: merge, take doubtful finds back, propagate, merge.

    Args:
        note: its text is searched.
        candidates: PHI spans of all sources, in any order.
        entities: the clinical layer, which keeps eponyms and drugs from being taken for names.
        policy: which scores and which sources count for each label.
        heard: labels that a tagger knows and that count when it finds them.

    Raises:
        ValueError: a candidate has an unknown label or lies outside the text.
    """
    merged = merge(note.text, [*filter(policy.counts, candidates)], entities, policy.thresholds)
    found = held(note.text, merged, heard, policy.threshold)
    further = [*filter(policy.counts, propagate(note.text, found, entities))]
    return unite(note.text, [*found, *further]) if further else found
