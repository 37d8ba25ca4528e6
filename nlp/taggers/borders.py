"""The borders of diseases and findings, chosen among those near by.

A decoder draws borders word by word: "low back pain with", "streak" of "streak of blood on the paper". A log-linear
model (`nlp.loglinear`) over the probabilities on both sides of a border and the words there chooses between the span
that was decoded and those that are up to two words longer or shorter at one end; ``scripts/train_borders.py`` trains
it on notes that the taggers have not learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from nlp.labels import PROBLEM_LABELS
from nlp.loglinear import LogLinear, from_content, read_content
from nlp.types import Span
from nlp.words import GAPS, Words

CLASSES = ("best",)
Option = tuple[int, int, int, int]
"""Index of the first and of the last word, and by how many words each lies to the right of what was decoded."""

_REACH = 2
_MOST = 5  # log-odds beyond which all are one
_SMALLEST = 0.003
_BREAKS = np.array([name in ("newline", "paragraph") for name in GAPS])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one text shows of its borders, arrays of shape (words,).

    Attributes:
        words: of the text.
        inside: log-odds of being part of a disease or finding.
        begins: log-odds of being its first word.
    """

    words: Words
    inside: NDArray[np.int64]
    begins: NDArray[np.int64]


def evidence(words: Words, probabilities: NDArray[np.float32], tags: Sequence[str]) -> Evidence:
    """Return the evidence in tag probabilities of shape (words, tags)."""
    own = [i for i, tag in enumerate(tags) if tag[2:] in PROBLEM_LABELS]
    first = [i for i in own if tags[i][0] == "B"]
    return Evidence(words, _log_odds(probabilities[:, own].sum(1)), _log_odds(probabilities[:, first].sum(1)))


def _log_odds(chances: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return rounded log-odds."""
    odds = (chances + _SMALLEST) / (np.maximum(1 - chances, 0) + _SMALLEST)
    return np.clip(np.round(np.log(odds)), -_MOST, _MOST).astype(np.int64)


def settle(words: Words, probabilities: NDArray[np.float32], tags: Sequence[str], spans: Sequence[Span]) -> list[Span]:
    """Return the spans of one head with the best borders of those that are diseases or findings.

    Args:
        words: of the text.
        probabilities: of the head's tags, shape (words, tags).
        tags: of the head.
        spans: decoded from these, sorted and without overlaps.
    """
    settled = list(spans)
    if not any(span.label in PROBLEM_LABELS for span in spans):
        return settled
    shown = evidence(words, probabilities, tags)
    for index, span in enumerate(spans):
        if span.label in PROBLEM_LABELS:
            choices = list(options(shown.words, settled, index))
            scores = _model().scores([list(features(shown, span.label, choice)) for choice in choices])
            first, last = choices[int(scores[:, 0].argmax())][:2]
            settled[index] = replace(
                span,
                start=int(shown.words.starts[first]),
                end=int(shown.words.ends[last]),
                score=min(span.score, _least_sure(shown, choices[0], first, last)),
            )
    return settled


def _least_sure(shown: Evidence, decoded: Option, first: int, last: int) -> float:
    """Return how sure the words are that a span was drawn out over: a name among them must not pass for a disease."""
    taken = (*shown.inside[first : decoded[0]].tolist(), *shown.inside[decoded[1] + 1 : last + 1].tolist())
    return min((max(0.5, round(1 / (1 + exp(-odds)), 4)) for odds in taken), default=1.0)


@cache
def _model() -> LogLinear:
    return from_content(read_content("nlp.taggers", "data/borders.json"), CLASSES, "scripts/train_borders.py")


def options(words: Words, spans: Sequence[Span], index: int) -> Iterator[Option]:
    """Yield the borders that ``spans[index]`` may have, its own first.

    None reaches into another span, and none over the end of a line unless the decoded span does.
    """
    span = spans[index]
    first = int(np.searchsorted(words.starts, span.start, side="right")) - 1
    last = int(np.searchsorted(words.starts, span.end)) - 1
    low = int(np.searchsorted(words.starts, spans[index - 1].end)) if index else 0
    following = spans[index + 1].start if index + 1 < len(spans) else words.ends[-1]
    high = int(np.searchsorted(words.starts, following)) - 1
    over_lines = bool(_BREAKS[words.gaps[first + 1 : last + 1]].any())
    yield first, last, 0, 0
    for shift in range(-_REACH, _REACH + 1):
        for left, right in ((first + shift, last), (first, last + shift)):
            fits = shift and low <= left <= right <= high
            if fits and (over_lines or not _BREAKS[words.gaps[left + 1 : right + 1]].any()):
                yield left, right, left - first, right - last


def features(shown: Evidence, label: str, option: Option) -> Iterator[str]:
    """Yield the names of the features of one choice of borders."""
    first, last, left, right = option
    yield from (f"left {left}", f"right {right}")
    yield from (f"first {shown.inside[first]}", f"first begins {shown.begins[first]}", f"last {shown.inside[last]}")
    inner_first, inner_last = _word(shown.words, first), _word(shown.words, last)
    yield from (f"first word {inner_first}", f"{label} first word {inner_first}")
    yield from (f"last word {inner_last}", f"{label} last word {inner_last}")
    yield f"word before {_word(shown.words, first - 1)}"
    yield f"word after {_word(shown.words, last + 1)}"
    yield f"before {shown.inside[first - 1] if first else 'nothing'}"
    if last + 1 < len(shown.words):
        yield from (f"after {shown.inside[last + 1]}", f"after begins {shown.begins[last + 1]}")


def _word(words: Words, index: int) -> str:
    if not 0 <= index < len(words):
        return "nothing"
    surface = words.surfaces[index]
    return "number" if surface.isdigit() else surface.lower()
