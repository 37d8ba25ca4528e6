"""Union of the clinical spans of several taggers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nlp.types import Span


def merge_entities(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return non-overlapping clinical spans, sorted by start.

    Where spans overlap the one of higher score stays (then the longer, then the earlier one); equal
    spans of several taggers become one that names all of them.
    """
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.score, -len(s), s.start, s.label, s.sources)):
        clash = next((i for i, k in enumerate(kept) if k.overlaps(span)), None)
        if clash is None:
            kept.append(span)
            continue
        other = kept[clash]
        if (other.start, other.end, other.label) == (span.start, span.end, span.label):
            kept[clash] = replace(
                other,
                sources=tuple(sorted({*other.sources, *span.sources})),
                assertion=other.assertion or span.assertion,
                status=other.status or span.status,
            )
    return tuple(sorted(kept, key=lambda s: s.start))
