"""Recognizers of identifiers that have a form, and the tagger that runs them all.

Each family has its module; every recognizer is a Presidio `PatternRecognizer` and can be added to a
Presidio registry by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deid.recognizers.ages import age_recognizers
from deid.recognizers.base import TIMEOUT, WEAK, Form, FormRecognizer, PatternTimeoutError, index_words
from deid.recognizers.contacts import contact_recognizers
from deid.recognizers.dates import date_recognizers
from deid.recognizers.numbers import number_recognizers
from deid.recognizers.people import people_recognizers
from deid.recognizers.places import place_recognizers
from deid.sources import PATTERNS
from nlp.types import Span

__all__ = ["Form", "FormRecognizer", "PatternTagger", "PatternTimeoutError", "pattern_recognizers"]


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
        timeout: seconds that one form may take on one text.
    """

    name = PATTERNS

    def __init__(self, recognizers: Iterable[FormRecognizer] | None = None, timeout: float = TIMEOUT) -> None:
        self.recognizers = list(pattern_recognizers() if recognizers is None else recognizers)
        self.timeout = timeout
        self.labels = tuple(dict.fromkeys(recognizer.label for recognizer in self.recognizers))

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return, for each text, its spans sorted by start; no two overlap.

        Raises:
            PatternTimeoutError: a form took too long; nothing of any text is returned then.
        """
        return [self._tag(text) for text in texts]

    def _tag(self, text: str) -> list[Span]:
        index = index_words(text)
        found = [
            (start, end, recognizer.label, score)
            for recognizer in self.recognizers
            for start, end, score, _ in recognizer.find(text, self.timeout, index)
        ]
        return [Span(*piece, sources=(self.name,)) for piece in settle_overlaps(text, found)]


Piece = tuple[int, int, str, float]
"""Start, end, label, score."""


def settle_overlaps(text: str, found: Sequence[Piece]) -> list[Piece]:
    """Return pieces that do not overlap and cover every letter and digit that the given ones cover.

    Overlapping pieces of one label become one. Of different labels the higher score wins, then the
    longer piece, then the earlier one, whatever order they come in; what sticks out of the winner
    keeps the loser's label and score.
    """
    ranked = sorted(_join_within_labels(found), key=lambda piece: (-piece[3], piece[0] - piece[1], piece))
    kept: list[Piece] = []
    taken = bytearray(len(text))
    for piece in ranked:
        start, end, _, _ = piece
        if taken.find(1, start, end) < 0:
            kept.append(piece)
        else:
            kept.extend(_free_pieces(text, piece, taken))
        taken[start:end] = b"\x01" * (end - start)
    return sorted(kept)


def _join_within_labels(found: Iterable[Piece]) -> list[Piece]:
    """Join overlapping pieces of one label; weak pieces are not joined to others, they would ride on their score."""
    joined: list[Piece] = []
    for piece in sorted(found, key=lambda piece: (piece[2], piece[3] < WEAK, piece[0])):
        start, end, label, score = piece
        if joined and joined[-1][2] == label and start < joined[-1][1] and (score < WEAK) == (joined[-1][3] < WEAK):
            first, last, _, best = joined.pop()
            piece = (first, max(last, end), label, max(best, score))
        joined.append(piece)
    return joined


def _free_pieces(text: str, piece: Piece, taken: bytearray) -> Iterable[Piece]:
    """Yield the stretches of a piece that nothing has taken, without blanks and punctuation around them."""
    start, end, label, score = piece
    while start < end:
        if taken[start] or not text[start].isalnum():
            start += 1
            continue
        stop = taken.find(1, start, end)
        stop = end if stop < 0 else stop
        last = max(at for at in range(start, stop) if text[at].isalnum())
        yield start, last + 1, label, score
        start = stop
