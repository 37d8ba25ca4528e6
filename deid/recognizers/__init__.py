"""Recognizers of identifiers that have a form, and the tagger that runs them all.

Each family has its module; every recognizer is a Presidio `PatternRecognizer` and can be added to a
Presidio registry by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from deid.recognizers.ages import age_recognizers
from deid.recognizers.base import TIMEOUT, FormRecognizer, PatternTimeoutError, stems
from deid.recognizers.contacts import contact_recognizers
from deid.recognizers.dates import date_recognizers
from deid.recognizers.numbers import number_recognizers
from deid.recognizers.people import people_recognizers
from deid.recognizers.places import place_recognizers
from nlp.types import Span

__all__ = ["FormRecognizer", "PatternTagger", "PatternTimeoutError", "pattern_recognizers"]


def pattern_recognizers() -> list[FormRecognizer]:
    """Return a new instance of every recognizer, the more specific families first."""
    return [
        *contact_recognizers(),
        *number_recognizers(),
        *date_recognizers(),
        *age_recognizers(),
        *place_recognizers(),
        *people_recognizers(),
    ]


class PatternTagger:
    """Runs pattern recognizers over texts (`nlp.taggers.base.Tagger`).

    Args:
        recognizers: which to run, by default all.
        timeout: seconds that one pattern may take on one text.
    """

    name = "patterns"

    def __init__(self, recognizers: Iterable[FormRecognizer] | None = None, timeout: float = TIMEOUT) -> None:
        self.recognizers = list(pattern_recognizers() if recognizers is None else recognizers)
        self.timeout = timeout
        self.labels = tuple(dict.fromkeys(recognizer.label for recognizer in self.recognizers))

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return, for each text, its spans sorted by start; no two overlap.

        Raises:
            PatternTimeoutError: a pattern took too long; nothing of any text is returned then.
        """
        return [self._tag(text) for text in texts]

    def _tag(self, text: str) -> list[Span]:
        words = stems(text)
        spans = [span for recognizer in self.recognizers for span, _ in recognizer.find(text, self.timeout, words)]
        return [replace(span, sources=(self.name,)) for span in settle_overlaps(text, spans)]


def settle_overlaps(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return spans that do not overlap and cover every letter and digit that the given ones cover.

    The higher score wins, then the longer span, then the one that came first. What sticks out of
    the winner keeps the loser's label and score.
    """
    ranked = sorted(range(len(spans)), key=lambda i: (-spans[i].score, spans[i].start - spans[i].end, i))
    kept: list[Span] = []
    taken = bytearray(len(text) + 1)
    for i in ranked:
        span = spans[i]
        if not any(taken[span.start : span.end]):
            kept.append(span)
        else:
            kept.extend(_free_pieces(text, span, taken))
        taken[span.start : span.end] = b"\x01" * len(span)
    return sorted(kept, key=lambda span: span.start)


def _free_pieces(text: str, span: Span, taken: bytearray) -> Iterable[Span]:
    """Yield the stretches of a span that nothing has taken, without blanks and punctuation around them."""
    start = span.start
    while start < span.end:
        if taken[start] or not text[start].isalnum():
            start += 1
            continue
        end = next((at for at in range(start, span.end) if taken[at]), span.end)
        last = max(at for at in range(start, end) if text[at].isalnum())
        yield replace(span, start=start, end=last + 1)
        start = end
