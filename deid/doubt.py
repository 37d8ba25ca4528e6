"""Doubtful finds are judged once more: by their form, by how their words are used, by the words beside them.

"Ortho", "5/5" or "Trelegy" are taken for PHI more easily by a small tagger than by its reader. What a tagger is
not sure of, and what the patterns alone found, has to pass a logistic regression (`nlp.loglinear`) that
``scripts/train_doubt.py`` trains on notes that the taggers have not learned from. It may only take back: what is sure
or known stays, a name with its title, and what a Hugging Face model found, whose scores it has not seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from math import log2

import numpy as np

from deid.folding import fold
from deid.policy import DEFAULT_THRESHOLD
from deid.sources import PATTERNS
from deid.wordlists import entries, folded, given_names, members
from nlp.labels import LOCATION_LABELS, NAME_LABELS
from nlp.loglinear import LogLinear, from_content, read_content
from nlp.types import Span

SURE = 0.95
"""Score from which a tagger's find is not judged."""
SURE_FORM = 0.81
"""The same where the patterns found it too: of 46 such finds below that no tagger confirmed, 41 were wrong."""

CLASSES = ("other", "PHI")
WORD = re.compile(r"[^\W\d_]+")
_JUDGED = frozenset({PATTERNS, "transformer", "cnn-rnn"})
_GROUPS = (
    dict.fromkeys(LOCATION_LABELS, "place")
    | dict.fromkeys(NAME_LABELS, "name")
    | {"ZIP": "number", "DATE": "date", "AGE": "age"}
)
_REACH = 40
_LAST_WORD = re.compile(r"([^\W\d_]+)\.?:?[ \t]*\Z")
_NEXT_WORD = re.compile(r",?[ \t]+([^\W\d_]+)\b")
_TOKEN = re.compile(r"\w+|[^\w\s]")


def held(
    text: str, spans: Iterable[Span], heard: Collection[str], threshold: Callable[[str], float]
) -> tuple[Span, ...]:
    """Return the spans without the doubtful ones that are more likely no PHI.

    Args:
        text: the note's text.
        spans: PHI spans without overlaps.
        heard: labels that a tagger knows and that count when it finds them; what the patterns alone find of
            other labels stays.
        threshold: label to the least score that counts; a lower one than 0.5 lets more doubtful finds stay.
    """
    spans = tuple(spans)
    doubtful = [span for span in spans if is_doubtful(text, span, heard)]
    if not doubtful:
        return spans
    scores = _model().scores([list(features(text, span)) for span in doubtful])
    chances = 1 / (1 + np.exp(scores[:, 0] - scores[:, 1]))
    refused = {
        span
        for span, chance in zip(doubtful, chances.tolist(), strict=True)
        if chance < min(DEFAULT_THRESHOLD, threshold(span.label))
    }
    return tuple(span for span in spans if span not in refused)


def is_doubtful(text: str, span: Span, heard: Collection[str]) -> bool:
    """Whether a find is judged; takes what `held` takes."""
    if span.score >= (SURE_FORM if PATTERNS in span.sources else SURE):
        return False
    if not span.sources or not _JUDGED.issuperset(span.sources):
        return False
    return (span.sources != (PATTERNS,) or span.label in heard) and not _is_titled(text, span)


def _is_titled(text: str, span: Span) -> bool:
    """Whether a name has a title before it or a degree behind it: that is more than any word can say."""
    if span.label not in NAME_LABELS:
        return False
    before, after = _LAST_WORD.search(text, max(0, span.start - _REACH), span.start), _NEXT_WORD.match(text, span.end)
    titled = before is not None and fold(before[1]) in folded("data/titles")
    return titled or (after is not None and after[1] in entries("data/credentials"))


@cache
def _model() -> LogLinear:
    return from_content(read_content("deid", "data/doubt.json"), CLASSES, "scripts/train_doubt.py")


def features(text: str, span: Span) -> Iterator[str]:
    """Yield the names of the features of a find."""
    group = _GROUPS.get(span.label, "number")
    band = f"score {int(20 * span.score)}"
    sources = "+".join(span.sources)
    surface = text[span.start : span.end]
    shape = _shape(surface)
    yield from (span.label, band, f"{group} {band}", sources, f"{sources} {band}", f"{span.label} {sources}")
    yield from (f"shape {shape}", f"{group} shape {shape}", f"{group} length {min(12, len(surface))}")
    if words := [fold(word) for word in WORD.findall(surface)]:
        yield from _of_words(span.label, group, shape, words)
    yield from _of_neighbours(text, span, group)


def _shape(surface: str) -> str:
    """Return the form of a find: its digits and signs, or the case of its letters."""
    if any(char.isdigit() for char in surface):
        return re.sub(r"\d", "9", re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", surface)))[:8]
    if surface.isupper():
        return "few capitals" if len(surface) <= 4 else "capitals"
    return "small letters" if surface.islower() else "capitalised" if surface.istitle() else "mixed"


def _of_words(label: str, group: str, shape: str, words: Sequence[str]) -> Iterator[str]:
    """Yield what the words of a find are: the least and the most name-like of them."""
    kinds = sorted(map(_kind, words), key=lambda kind: ("given" in kind) + ("surname" in kind))
    yield from (f"least {kinds[0]}", f"{group} least {kinds[0]}", f"{label} most {kinds[-1]}")
    yield from (f"{group} least {kinds[0]} {shape}", f"{group} words {min(4, len(words))}")
    shares = [_share(word) for word in words]
    often = max(min(5, int(log2(1 + _uses().get(word, (0, 0, 0))[0]))) for word in words)
    yield from (f"{group} share from {min(shares)}", f"{group} share to {max(shares)}")
    yield from (f"{group} share to {max(shares)} of {often}", f"share {min(shares)} {max(shares)} {shape}")


@cache
def _uses() -> dict[str, tuple[int, int, int]]:
    """Return, for a word of the training notes, how often it occurs, how often in PHI, how often in lower case else."""
    lines = (line.split() for line in entries("data/word_uses"))
    return {word: (int(total), int(inside), int(lower)) for word, total, inside, lower in lines}


def _share(word: str) -> int:
    """Return which quarter of a word's uses is PHI; -1 where it is not known."""
    total, inside, _ = _uses().get(word, (0, 0, 0))
    return int(4 * (inside + 0.3) / (total + 1)) if total else -1


def _kind(word: str) -> str:
    """Return what a folded word is: a name, an everyday word, both."""
    total, inside, lower = _uses().get(word, (0, 0, 0))
    lists = {
        "given": word in given_names(),
        "surname": word in members("surrogates/data/surnames"),
        "also a name": word in folded("data/name_words"),
        "eponym": word in folded("data/eponyms"),
        "everyday": lower > 0,
        "other": lower == 0 and total > inside,
    }
    return "+".join(name for name, holds in lists.items() if holds) or "new"


def _of_neighbours(text: str, span: Span, group: str) -> Iterator[str]:
    """Yield what stands before and after a find."""
    left, right = text[max(0, span.start - _REACH) : span.start], text[span.end : span.end + _REACH]
    before, after = _TOKEN.findall(left)[-1:-3:-1], _TOKEN.findall(right)[:2]
    for side, tokens in (("before", before), ("after", after)):
        first, second = (_named(tokens[i]) if i < len(tokens) else "nothing" for i in (0, 1))
        yield from (f"{side} {first}", f"{group} {side} {first}", f"{group} {side} that {second}")
    for side, near, beside in (("left", left[-3:], left[-1:]), ("right", right[:3], right[:1])):
        yield from (f"{group} line ends {side}",) if "\n" in near else ()
        yield f"{group} {side} {'letter' if beside.isalnum() else beside!r}"


def _named(token: str) -> str:
    """Return a token of the text as it may stand in a feature: itself if it is an everyday word or a sign."""
    word = fold(token)
    if token.isdigit():
        return "number"
    return word if not word.isalpha() or _uses().get(word, (0, 0, 0))[2] > 0 else _kind(word)
