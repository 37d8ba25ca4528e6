"""Which drug mentions hold: what the tagger was not sure of must be a known name, and known names are not missed.

A tagger takes a word that it never saw for a drug more easily than a pharmacist does. Where it is unsure the table
of drugs (and an RxNorm release, where the user added one) decides; a name of the table that the tagger passed over
becomes a mention, unless it more often means something else when it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from extractors.drugs.normalise import key, listed, normalise
from nlp.datafiles import data_lines
from nlp.types import Span

SOURCE = "drug table"
SURE = 0.95
"""Score from which a tagger's mention needs no name of the table: new drugs and abbreviations."""
_NAMED = 0.8
_SHORTEST = 5
_WORD = re.compile(r"[^\W\d_][\w-]*\w")
# A level or a susceptibility is no treatment.
_RESULT = re.compile(
    r"[ \t]*(?:levels?|troughs?|peaks?|screen|assay|tox|[:=]?[ \t]*(?:S|R|I|SDD)\b(?![./]))", re.IGNORECASE
)


def revise(text: str, entities: Sequence[Span], phi: Iterable[Span]) -> tuple[Span, ...]:
    """Return clinical spans without implausible drugs and with the named ones that were missed, sorted.

    Args:
        text: the note's text.
        entities: clinical spans without overlaps.
        phi: candidates of the PHI layer; a name in one of them is nobody's drug.
    """
    kept = [span for span in entities if span.label != "DRUG" or is_plausible(text, span)]
    taken = bytearray(len(text))
    for span in (*kept, *phi):
        taken[span.start : span.end] = b"\1" * len(span)
    return tuple(sorted([*kept, *_named(text, taken)], key=lambda span: (span.start, span.end)))


def is_plausible(text: str, span: Span) -> bool:
    """Whether a DRUG span is sure, or a name or class that is known."""
    return span.score >= SURE or normalise(text[span.start : span.end]) is not None


def _named(text: str, taken: bytearray) -> Iterator[Span]:
    """Yield a span for every name of the table that stands free."""
    for word in _WORD.finditer(text):
        start, end = word.span()
        if end - start < _SHORTEST or any(taken[start:end]) or not _is_name(word[0]):
            continue
        if not _RESULT.match(text, end):
            yield Span(start, end, "DRUG", _NAMED, (SOURCE,))


def _is_name(word: str) -> bool:
    name = key(word)
    return name not in _not_alone() and (drug := listed(name)) is not None and bool(drug.ingredients)


@cache
def _not_alone() -> frozenset[str]:
    return frozenset(
        key(word) for line in data_lines("extractors.drugs", "data/not_alone.txt") for word in line.split()
    )
