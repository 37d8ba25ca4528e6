"""Unite what the sources found into spans that do not overlap and leave no found character out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cmp_to_key

from deid.borders import fuse, join_pieces, trim, whole_words
from deid.parts import is_half_of_decimal, parts
from deid.policy import DEFAULT_THRESHOLD
from deid.sources import KNOWN
from nlp.labels import ID_LABELS, NAME_LABELS, PHI_LABELS
from nlp.types import Span

NAME_LIKE = NAME_LABELS | {"HOSPITAL", "ORGANIZATION", "CITY", "LOCATION-OTHER"}
CLINICAL = frozenset({"DX", "SX", "DRUG"})
_UNSURE_NAME = 0.7
_SURE_ENTITY = 0.8

# Labels whose form shows come before labels that only context shows; general labels come last.
_SPECIFICITY = {
    **dict.fromkeys(PHI_LABELS, 2),
    **dict.fromkeys(ID_LABELS, 3),
    **dict.fromkeys(("EMAIL", "URL", "SSN"), 5),
    **dict.fromkeys(("PHONE", "FAX", "IPADDR", "DATE", "ZIP"), 4),
    "IDNUM": 1,
    "AGE": 1,
    "PROFESSION": 0,
    "LOCATION-OTHER": 1,
}
_CONTAINERS = frozenset({"EMAIL", "URL"})
_EVIDENCE_STEP = 0.05  # scores closer than this are one


def merge(
    text: str, candidates: Sequence[Span], entities: Sequence[Span], thresholds: Mapping[str, float]
) -> tuple[Span, ...]:
    """Return the PHI of a note, sorted and without overlaps.

    Args:
        text: the note's text.
        candidates: PHI spans of all sources, in any order.
        entities: clinical spans; they take unsure names back that are eponyms or drugs.
        thresholds: label to the least score that counts; "default" for all others.

    Raises:
        ValueError: a candidate has an unknown label or lies outside the text.
    """
    named = without_eponyms(above_threshold(text, candidates, thresholds), entities)
    return unite(text, without_halves(text, named))


def above_threshold(text: str, candidates: Iterable[Span], thresholds: Mapping[str, float]) -> list[Span]:
    """Return the spans whose score reaches the threshold of their label; known identifiers always do."""
    default = thresholds.get("default", DEFAULT_THRESHOLD)
    kept = []
    for span in candidates:
        if span.label not in _SPECIFICITY:
            raise ValueError(f"{span.label!r} is no PHI label")
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"{span.label} span {span.start}..{span.end} is empty or outside the text")
        if span.score >= thresholds.get(span.label, default) or KNOWN in span.sources:
            kept.append(span)
    return kept


def without_eponyms(spans: Sequence[Span], entities: Sequence[Span]) -> list[Span]:
    """Drop unsure names that lie inside a sure disease, symptom or drug: eponyms and drug names."""
    sure = [e for e in entities if e.label in CLINICAL and e.score >= _SURE_ENTITY]

    def is_eponym(span: Span) -> bool:
        if span.label not in NAME_LIKE or span.score >= _UNSURE_NAME or KNOWN in span.sources:
            return False
        return any(e.start <= span.start and span.end <= e.end for e in sure)

    return [span for span in spans if not is_eponym(span)]


def without_halves(text: str, spans: Iterable[Span]) -> list[Span]:
    """Drop dates and ages that are a half of a decimal ("0.[04]"), unless they are known."""

    def is_half(span: Span) -> bool:
        bare = trim(text, whole_words(text, span))
        return KNOWN not in span.sources and bare is not None and is_half_of_decimal(text, bare)

    return [span for span in spans if not is_half(span)]


def unite(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans that cover every letter and digit that ``spans`` cover, each one once.

    Overlaps of one label become one span. Where labels differ the better evidence keeps the
    characters: score, then how specific the label is, then length. What is left of the other stays
    as a span of its own if a blank parts the two, else it goes to the winner: half a number is no
    number. Adjacent pieces of one name are joined, blanks and punctuation at the ends are cut off.
    """
    joined = _join_overlaps(whole_words(text, span) for span in spans)
    trimmed = (t for span in _resolve(text, joined) if (t := trim(text, span)) is not None)
    return join_pieces(text, [part for span in trimmed for part in parts(text, span)])


def _better(a: Span, b: Span) -> Span:
    """Return which of two overlapping spans of different labels keeps the shared characters."""
    for outer, inner in ((a, b), (b, a)):
        if outer.label in _CONTAINERS and outer.start <= inner.start and inner.end <= outer.end:
            return outer
    if abs(a.score - b.score) > _EVIDENCE_STEP:
        return max(a, b, key=lambda s: s.score)
    return max(a, b, key=lambda s: (_SPECIFICITY[s.label], len(s), s.score, -s.start, s.label))


def _by_evidence(a: Span, b: Span) -> int:
    return -1 if _better(a, b) is a else 1


def _join_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Join overlapping spans of one label."""
    last: dict[str, Span] = {}
    done: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end, s.label)):
        before = last.get(span.label)
        if before is not None and span.start < before.end:
            last[span.label] = fuse(before, span)
        else:
            if before is not None:
                done.append(before)
            last[span.label] = span
    return sorted([*done, *last.values()], key=lambda s: (s.start, s.end, s.label))


def _resolve(text: str, spans: list[Span]) -> list[Span]:
    """Settle overlaps of different labels, group by group of spans that hang together."""
    settled: list[Span] = []
    group: list[Span] = []
    reach = -1
    for span in spans:
        if span.start >= reach and group:
            settled += _settle(text, group)
            group = []
        group.append(span)
        reach = max(reach, span.end)
    return settled + _settle(text, group)


def _settle(text: str, group: list[Span]) -> list[Span]:
    """Lay the best span down first; every other gets what is left of it."""
    if len(group) < 2:
        return group
    ranked = sorted(group, key=cmp_to_key(_by_evidence))
    laid: list[Span] = []
    for span in ranked:
        pieces = [(span.start, span.end)]
        for i, winner in enumerate(laid):
            if not winner.overlaps(span):
                continue
            rest: list[tuple[int, int]] = []
            for start, end in pieces:
                for left, right in ((start, min(end, winner.start)), (max(start, winner.end), end)):
                    if left < right:
                        rest.append((left, right))
            pieces = rest
            laid[i] = replace(winner, sources=tuple(sorted({*winner.sources, *span.sources})))
        for start, end in pieces:
            _lay(text, laid, replace(span, start=start, end=end))
    return sorted(laid, key=lambda s: s.start)


def _lay(text: str, laid: list[Span], piece: Span) -> None:
    """Lay a piece down; without a blank between it and its neighbour it goes to the neighbour.

    The words of a piece that do not touch the neighbour stay its own.
    """
    start, end = piece.start, piece.end
    for i, other in enumerate(laid):
        if other.end == start and start < end:
            cut = start
            while cut < end and not text[cut].isspace():
                cut += 1
            laid[i], start = replace(other, end=cut), cut
        elif other.start == end and start < end:
            cut = end
            while cut > start and not text[cut - 1].isspace():
                cut -= 1
            laid[i], end = replace(other, start=cut), cut
    if start < end:
        laid.append(replace(piece, start=start, end=end))
