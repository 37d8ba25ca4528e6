"""What is mended of the taggers' spans before they are structured: borders, labels, and spans that name nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from extractors.allergies import says_none
from extractors.drugs import parse_frequency, parse_route
from extractors.drugs.lookup import folded, rows_by_name
from nlp.datafiles import data_words
from nlp.labels import ATTRIBUTE_LABELS
from nlp.types import Span

_ABBREVIATION = re.compile(r"(?<![\w.])(?:(?:[A-Za-z]\.){2,5}|(?:[A-Za-z]\.){1,4}[A-Za-z](?!\w))")
"""With full stops: "p.o.", "t.i.d", "q.h.s."."""
_LONGEST = 12
_MARK = re.compile(r"[\d\s.,;:'*-]{0,3}")


def mend(text: str, entities: Iterable[Span]) -> list[Span]:
    """Return clinical spans, sorted, that do not overlap: what names something, by its right borders and label.

    * An attribute that cuts an abbreviation takes all of it (".i.d." of "t.i.d.").
    * A FREQUENCY that is only known as a route is a ROUTE ("p.o."), and the other way round.
    * A drug or diagnosis that is only a mark or a number ("-", "4"), a diagnosis of empty words ("the left"), and
      a drug that says that there are no allergies ("NKDA") are left out.

    Args:
        text: the note.
        entities: spans that do not overlap one another.
    """
    spans = sorted((span for span in entities if _names_something(text, span)), key=_place)
    mended: list[Span] = []
    for index, span in enumerate(spans):
        if span.label in ATTRIBUTE_LABELS:
            last = mended[-1] if mended else None
            if last and span.start < last.end:  # the rest of an abbreviation that the one before took whole
                mended[-1] = replace(last, end=max(last.end, span.end))
                continue
            following = (spans[i] for i in range(index + 1, len(spans)) if spans[i].label != span.label)
            until = other.start if (other := next(following, None)) else len(text)
            span = _relabelled(text, _widened(text, span, last.end if last else 0, until))
        mended.append(span)
    return mended


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _names_something(text: str, span: Span) -> bool:
    surface = text[span.start : span.end]
    match span.label:
        case "DRUG":
            return not (_MARK.fullmatch(surface) or says_none(surface))
        case "DX":
            return not (_MARK.fullmatch(surface) or _empty_words().issuperset(surface.lower().split()))
    return True


@cache
def _empty_words() -> frozenset[str]:
    return data_words("extractors", "data/empty_words.txt")


def _widened(text: str, span: Span, since: int, until: int) -> Span:
    """Return an attribute with the whole of the abbreviations that it cuts, between ``since`` and ``until``."""
    for match in _ABBREVIATION.finditer(text, max(0, span.start - _LONGEST), span.end + _LONGEST):
        start, end = match.span()
        if start < span.end and span.start < end and not (span.start <= start and end <= span.end):
            span = replace(span, start=max(since, min(start, span.start)), end=min(until, max(end, span.end)))
    return span


def _relabelled(text: str, span: Span) -> Span:
    if span.label not in ("FREQUENCY", "ROUTE"):
        return span
    surface = text[span.start : span.end]
    route = folded(surface) in rows_by_name("routes.txt")
    if span.label == "FREQUENCY" and route and not parse_frequency(surface):
        return replace(span, label="ROUTE")
    if span.label == "ROUTE" and not parse_route(surface) and parse_frequency(surface):
        return replace(span, label="FREQUENCY")
    return span
