"""The borders of diseases, findings and PHI, chosen among those near by.

A decoder draws borders word by word: "low back pain with", "streak" of "streak of blood on the paper", "Fr. Malachy
Tuohy". A log-linear model (`nlp.loglinear`) over the probabilities on both sides of a border and the words there
chooses between the span that was decoded and those that are up to two words longer or shorter at one end;
``scripts/train_borders.py`` trains one for each head of `SETTLED` on notes that the taggers have not learned from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp

import numpy as np
from numpy.typing import NDArray

from nlp.labels import LOCATION_LABELS, NAME_LABELS, PHI_LABELS, PROBLEM_LABELS
from nlp.loglinear import LogLinear, from_content, read_content
from nlp.types import Span
from nlp.words import GAPS, SHAPES, Words

CLASSES = ("best",)
Option = tuple[int, int, int, int]
"""Index of the first and of the last word, and by how many words each lies to the right of what was decoded."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What is settled of the spans of one head.

    Attributes:
        groups: label of the spans -> name of the labels whose borders are alike.
        path: file of the model in this package.
        reluctance: by how much of log-odds an option must be better to lose words: a word of PHI lost is a leak.
        wary: whether a span drawn out over unlikely words is no surer than these: a name must not pass for a disease.
    """

    groups: Mapping[str, str]
    path: str
    reluctance: float
    wary: bool


_INSTITUTIONS = ("HOSPITAL", "ORGANIZATION")
_ALIKE = (
    dict.fromkeys(PHI_LABELS, "number")
    | dict.fromkeys(LOCATION_LABELS, "place")
    | dict.fromkeys(_INSTITUTIONS, "institution")
    | dict.fromkeys(NAME_LABELS, "name")
    | {label: label for label in ("USERNAME", "PROFESSION", "AGE", "DATE")}
)
SETTLED: Mapping[str, Settled] = {
    "clinical": Settled({label: label for label in PROBLEM_LABELS}, "data/borders.json", 0.0, wary=True),
    "phi": Settled(_ALIKE, "data/phi_borders.json", 3.0, wary=False),
}

_REACH = 2
_MOST = 5  # log-odds beyond which all are one
_SMALLEST = 0.003
_BREAKS = np.array([name in ("newline", "paragraph") for name in GAPS])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one text shows of its borders, arrays of shape (words,).

    Attributes:
        words: of the text.
        inside: log-odds of being part of what is settled.
        begins: log-odds of being its first word.
    """

    words: Words
    inside: NDArray[np.int64]
    begins: NDArray[np.int64]


def evidence(words: Words, probabilities: NDArray[np.float32], tags: Sequence[str], head: str) -> Evidence:
    """Return the evidence in the tag probabilities of a head, shape (words, tags)."""
    own = [i for i, tag in enumerate(tags) if tag[2:] in SETTLED[head].groups]
    first = [i for i in own if tags[i][0] == "B"]
    return Evidence(words, _log_odds(probabilities[:, own].sum(1)), _log_odds(probabilities[:, first].sum(1)))


def _log_odds(chances: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return rounded log-odds."""
    odds = (chances + _SMALLEST) / (np.maximum(1 - chances, 0) + _SMALLEST)
    return np.clip(np.round(np.log(odds)), -_MOST, _MOST).astype(np.int64)


def settle(
    head: str, words: Words, probabilities: NDArray[np.float32], tags: Sequence[str], spans: Sequence[Span]
) -> list[Span]:
    """Return the spans of one head with the best borders of those that `SETTLED` names.

    Args:
        head: name of the head; the spans of one that is not in `SETTLED` stay as they are.
        words: of the text.
        probabilities: of the head's tags, shape (words, tags).
        tags: of the head.
        spans: decoded from these, sorted and without overlaps.
    """
    settled = list(spans)
    own = SETTLED.get(head)
    if own is None or not any(span.label in own.groups for span in spans):
        return settled
    shown = evidence(words, probabilities, tags, head)
    for index, span in enumerate(spans):
        if span.label in own.groups:
            choices = list(options(words, settled, index))
            scores = _model(own.path).scores([list(features(shown, own.groups[span.label], c)) for c in choices])[:, 0]
            first, last = choices[best(head, scores, choices)][:2]
            settled[index] = replace(
                span,
                start=int(words.starts[first]),
                end=int(words.ends[last]),
                score=min(span.score, _least_sure(shown, choices[0], first, last)) if own.wary else span.score,
            )
    return settled


def best(head: str, scores: NDArray[np.float64], choices: Sequence[Option]) -> int:
    """Return the index of the best borders for a span of a head, given the score of each, shape (choices,)."""
    loses = np.array([left > 0 or right < 0 for *_, left, right in choices])
    return int((scores - SETTLED[head].reluctance * loses).argmax())


def _least_sure(shown: Evidence, decoded: Option, first: int, last: int) -> float:
    """Return how sure the words are that a span was drawn out over."""
    taken = (*shown.inside[first : decoded[0]].tolist(), *shown.inside[decoded[1] + 1 : last + 1].tolist())
    return min((max(0.5, round(1 / (1 + exp(-odds)), 4)) for odds in taken), default=1.0)


@cache
def _model(path: str) -> LogLinear:
    return from_content(read_content("nlp.taggers", path), CLASSES, "scripts/train_borders.py")


def options(words: Words, spans: Sequence[Span], index: int) -> Iterator[Option]:
    """Yield the borders that ``spans[index]`` may have, its own first.

    None reaches into another span, none over the end of a line unless the decoded span does, and none gives up a word
    that touches another span of its label: the decoder cut one thing apart ("Streets and" + "San").
    """
    span = spans[index]
    first = int(np.searchsorted(words.starts, span.start, side="right")) - 1
    last = int(np.searchsorted(words.starts, span.end)) - 1
    before, after = (spans[index - 1] if index else None), (spans[index + 1] if index + 1 < len(spans) else None)
    low = int(np.searchsorted(words.starts, before.end)) if before else 0
    high = int(np.searchsorted(words.starts, after.start if after else words.ends[-1])) - 1
    keeps_first = before is not None and before.label == span.label and low == first
    keeps_last = after is not None and after.label == span.label and high == last
    over_lines = bool(_BREAKS[words.gaps[first + 1 : last + 1]].any())
    yield first, last, 0, 0
    for shift in range(-_REACH, _REACH + 1):
        for left, right in ((first + shift, last), (first, last + shift)):
            fits = shift and low <= left <= right <= high
            cuts = (keeps_first and left > first) or (keeps_last and right < last)
            if fits and not cuts and (over_lines or not _BREAKS[words.gaps[left + 1 : right + 1]].any()):
                yield left, right, left - first, right - last


def features(shown: Evidence, group: str, option: Option) -> Iterator[str]:
    """Yield the names of the features of one choice of borders for a span whose label is of the group."""
    first, last, left, right = option
    words, behind = shown.words, last + 1
    yield from (f"left {left}", f"right {right}", f"{group} left {left}", f"{group} right {right}")
    yield from (f"first {shown.inside[first]}", f"first begins {shown.begins[first]}", f"last {shown.inside[last]}")
    yield f"before {shown.inside[first - 1] if first else 'nothing'}"
    if behind < len(words):
        yield from (f"after {shown.inside[behind]}", f"after begins {shown.begins[behind]}")
        yield f"{group} gap after {GAPS[words.gaps[behind]]}"
    yield from (f"{group} gap before {GAPS[words.gaps[first]]}", f"{group} words {min(5, behind - first)}")
    for place, index in (("first", first), ("last", last), ("before", first - 1), ("after", behind)):
        if 0 <= index < len(words):
            word = _word(words, index)
            yield from (f"{place} word {word}", f"{group} {place} word {word}")
    for place, index in (("begins", first), ("ends", behind)):
        yield f"{group} {place} {_shape(words, index - 1)} {_shape(words, index)}"


def _word(words: Words, index: int) -> str:
    surface = words.surfaces[index]
    return "number" if surface.isdigit() else surface.lower()


def _shape(words: Words, index: int) -> str:
    """Return the case of a word, a sign itself, or how many digits."""
    if not 0 <= index < len(words):
        return "nothing"
    surface = words.surfaces[index]
    return SHAPES[words.shapes[index]] if surface.isalnum() else surface
