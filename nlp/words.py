"""Words of a text with their offsets, shapes and gaps: the units that both neural taggers label."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Letters (with the combining marks that belong to them), digits, or one other character: spans of
# the guidelines begin and end at such borders ("54F", "20mg", "AV/mlk2").
WORD = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\d+|[^\w\s]|_")
SURROGATE = re.compile("[\ud800-\udfff]")

SHAPES: tuple[str, ...] = (
    "pad", "lower", "Title", "UPPER", "mixed", "letter", "Letter", "digit1", "digit2", "digit3", "digit4",
    "digit5", "digit6", "digit7", "digit8", "digit9", "digits", "punctuation", "symbol", "uncased",
)  # fmt: skip
GAPS: tuple[str, ...] = ("pad", "none", "space", "wide", "newline", "paragraph", "start")
_SHAPE_ID = {name: i for i, name in enumerate(SHAPES)}
_GAP_ID = {name: i for i, name in enumerate(GAPS)}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one text.

    Attributes:
        surfaces: the words, lone surrogates replaced by U+FFFD (tokenizers cannot take them).
        starts, ends: character offsets into the text, shape (n,).
        shapes: index into `SHAPES` per word, shape (n,).
        gaps: index into `GAPS`: what stands between a word and the one before, shape (n,).
    """

    surfaces: list[str]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    shapes: NDArray[np.int32]
    gaps: NDArray[np.int32]

    def __repr__(self) -> str:
        return f"Words({len(self.surfaces)})"

    def __len__(self) -> int:
        return len(self.surfaces)


@lru_cache(maxsize=1 << 16)
def shape_of(word: str) -> int:
    """Return the index of a word's case and digit shape in `SHAPES`."""
    if word.isdigit():
        return _SHAPE_ID[f"digit{len(word)}" if len(word) < 10 else "digits"]
    if not word[0].isalpha():
        return _SHAPE_ID["punctuation" if word.isascii() else "symbol"]
    if len(word) == 1:
        return _SHAPE_ID["Letter" if word.isupper() else "letter"]
    if word.islower():
        return _SHAPE_ID["lower"]
    if word.isupper():
        return _SHAPE_ID["UPPER"]
    if word[0].isupper() and word[1:].islower():
        return _SHAPE_ID["Title"]
    return _SHAPE_ID["mixed" if word.lower() != word.upper() else "uncased"]


@lru_cache(maxsize=1 << 12)
def gap_of(blank: str) -> int:
    """Return the index of a stretch of blanks in `GAPS`."""
    if not blank:
        return _GAP_ID["none"]
    breaks = max(blank.count("\n"), blank.count("\r"))
    if breaks:
        return _GAP_ID["newline" if breaks == 1 else "paragraph"]
    return _GAP_ID["space" if blank == " " else "wide"]


def split_words(text: str) -> Words:
    """Split a text into words; every letter, digit and mark belongs to exactly one."""
    safe = text if text.isascii() else SURROGATE.sub("\ufffd", text)
    spans = [m.span() for m in WORD.finditer(safe)]
    surfaces = [safe[a:b] for a, b in spans]
    gaps = [_GAP_ID["start"]] if spans else []
    gaps += [gap_of(safe[end:start]) for (_, end), (start, _) in itertools.pairwise(spans)]
    # Of numpy's own width for indices: a search for a Python integer then converts nothing.
    offsets = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return Words(
        surfaces=surfaces,
        starts=offsets[:, 0],
        ends=offsets[:, 1],
        shapes=np.array([shape_of(w) for w in surfaces], dtype=np.int32),
        gaps=np.array(gaps, dtype=np.int32),
    )
