"""Which mentions hold: what the tagger was not sure of must bear a known word, and known drugs are not missed.

A tagger takes a word that it never saw for a drug or a disease more easily than a clinician does. Where it is unsure
word lists decide: the table of drugs (and an RxNorm release, where the user added one), the words of diseases and
findings. A name of the table that the tagger passed over becomes a mention, unless it more often means something
else when it stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from extractors.drugs.normalise import key, listed, normalise
from nlp.datafiles import data_lines, data_words
from nlp.types import Span

SOURCE = "drug table"
SURE = {"DRUG": 0.95, "DX": 0.9, "SX": 0.9}
"""Score from which a tagger's mention of a label needs no known word: new names and abbreviations."""
_NAMED = 0.8
_SHORTEST = 5
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_SMALL = frozenset(
    _LETTERS.findall("the and with without for not other left right due from type per both his her non was are has")
)
_WORD = re.compile(r"[^\W\d_][\w-]*\w")
# A level or a susceptibility is no treatment.
_RESULT = re.compile(
    r"[ \t]*(?:levels?|troughs?|peaks?|screen|assay|tox|[:=]?[ \t]*(?:S|R|I|SDD)\b(?![./]))", re.IGNORECASE
)


def revise(text: str, entities: Sequence[Span], phi: Iterable[Span]) -> tuple[Span, ...]:
    """Return clinical spans without implausible ones and with the named drugs that were missed, sorted.

    Args:
        text: the note's text.
        entities: clinical spans without overlaps.
        phi: candidates of the PHI layer; a name in one of them is nobody's drug.
    """
    kept = [span for span in entities if is_plausible(text, span)]
    taken = bytearray(len(text))
    for span in (*kept, *phi):
        taken[span.start : span.end] = b"\1" * len(span)
    return tuple(sorted([*kept, *_named(text, taken)], key=lambda span: (span.start, span.end)))


def is_plausible(text: str, span: Span) -> bool:
    """Whether a span is sure, names a drug or class that is known, or holds a word of diseases or findings."""
    if span.score >= SURE.get(span.label, 0.0):
        return True
    surface = text[span.start : span.end]
    if span.label == "DRUG":
        return normalise(surface) is not None
    words = problem_words(surface)
    return not words or not words.isdisjoint(_known_problem_words())


def problem_words(surface: str) -> frozenset[str]:
    """Return the words of a disease or finding that may tell what it is: of three letters or more, in lower case."""
    return frozenset(_LETTERS.findall(surface.lower())) - _SMALL


@cache
def _known_problem_words() -> frozenset[str]:
    return frozenset(data_lines("extractors", "data/problem_words.txt"))


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
    return frozenset(map(key, data_words("extractors.drugs", "data/not_alone.txt")))
