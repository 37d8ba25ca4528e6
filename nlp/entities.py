"""Union of the clinical spans of several taggers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from nlp.types import Span


def merge_entities(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return non-overlapping clinical spans, sorted by start.

    Where spans overlap the one of higher score stays (then the longer, then the earlier one); equal
    spans of several taggers become one that names all of them.
    """
    kept: list[Span] = []
    starts: list[int] = []  # of `kept`, ascending
    for span in sorted(spans, key=lambda s: (-s.score, -len(s), s.start, s.label, s.sources)):
        # What is kept does not overlap, so only the neighbours on either side can clash.
        at = bisect_left(starts, span.start)
        after = kept[at] if at < len(kept) else None
        if after and (after.start, after.end, after.label) == (span.start, span.end, span.label):
            kept[at] = _joined(after, span)
        elif not (after and after.overlaps(span)) and not (at and kept[at - 1].overlaps(span)):
            kept.insert(at, span)
            starts.insert(at, span.start)
    return tuple(kept)


def _joined(better: Span, other: Span) -> Span:
    """Return the better of two equal spans with what only the other one knows."""
    return replace(
        better,
        sources=tuple(sorted({*better.sources, *other.sources})),
        assertion=better.assertion or other.assertion,
        status=better.status or other.status,
        votes=better.votes or other.votes,
    )
