"""From words to tensors: WordPieces, characters, shapes and gaps of a batch of windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from nlp.taggers.windows import Window
from nlp.words import Words

MOST_PIECES = 12  # of one word; the tail of a longer word tells nothing about its label
MOST_CHARACTERS = 20
CACHE_SIZE = 1 << 17


@dataclass(frozen=True, slots=True)
class Document:
    """The words of a text with their WordPiece ids; ``pieces[i]`` holds 1 to `MOST_PIECES` ids."""

    words: Words
    pieces: list[tuple[int, ...]]

    @property
    def costs(self) -> NDArray[np.int32]:
        """Return the number of pieces of every word, shape (words,)."""
        return np.fromiter(map(len, self.pieces), dtype=np.int32, count=len(self.pieces))


class WordPieces:
    """WordPiece ids by word. A word's pieces do not depend on its neighbours, so they are cached."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._unknown: tuple[int, ...] = (int(tokenizer.token_to_id("[UNK]") or 0),)
        self._cache: dict[str, tuple[int, ...]] = {}

    @property
    def mask(self) -> int:
        """Id of the piece that stands for one that is hidden; ``[UNK]`` where the vocabulary has none."""
        return int(self.tokenizer.token_to_id("[MASK]") or self._unknown[0])

    @classmethod
    def from_file(cls, path: Path) -> WordPieces:
        """Load a ``tokenizer.json``."""
        return cls(Tokenizer.from_file(str(path)))

    def document(self, words: Words) -> Document:
        """Return the words with their pieces; a word the tokenizer drops becomes ``[UNK]``."""
        if len(self._cache) > CACHE_SIZE:
            self._cache.clear()
        new = sorted({w for w in words.surfaces if w not in self._cache})
        for word, encoding in zip(new, self.tokenizer.encode_batch(new, add_special_tokens=False), strict=True):
            self._cache[word] = tuple(encoding.ids[:MOST_PIECES]) or self._unknown
        cache = self._cache
        return Document(words, [cache[w] for w in words.surfaces])


def _padded(rows: Sequence[NDArray[np.int32]]) -> Tensor:
    out = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return torch.from_numpy(out)


def piece_batch(documents: Sequence[Document], group: Sequence[Window]) -> dict[str, Tensor]:
    """Return ``pieces``, ``shapes``, ``gaps`` (windows, pieces) and ``first`` (words in the batch,).

    The pieces after the first of a word carry its shape and the gap "none" (1).
    """
    pieces, shapes, gaps, firsts = [], [], [], []
    for window in group:
        document = documents[window.document]
        chosen = document.pieces[window.start : window.end]
        counts = np.fromiter(map(len, chosen), dtype=np.int32, count=len(chosen))
        first = np.cumsum(counts) - counts
        pieces.append(np.fromiter((p for word in chosen for p in word), dtype=np.int32, count=int(counts.sum())))
        shapes.append(np.repeat(document.words.shapes[window.start : window.end], counts))
        gap = np.ones(len(pieces[-1]), dtype=np.int32)
        gap[first] = document.words.gaps[window.start : window.end]
        gaps.append(gap)
        firsts.append(first)
    width = max(map(len, pieces))
    first_index = np.concatenate([first.astype(np.int64) + i * width for i, first in enumerate(firsts)])
    return {
        "pieces": _padded(pieces),
        "shapes": _padded(shapes),
        "gaps": _padded(gaps),
        "first": torch.from_numpy(first_index),
    }


def word_batch(documents: Sequence[Document], group: Sequence[Window]) -> dict[str, Tensor]:
    """Return ``pieces``, ``characters`` (windows, words, ...) and ``shapes``, ``gaps`` (windows, words).

    Characters are code points below 128; all others share the id 127.
    """
    longest = max(w.end - w.start for w in group)
    pieces = np.zeros((len(group), longest, MOST_PIECES), dtype=np.int64)
    characters = np.zeros((len(group), longest, MOST_CHARACTERS), dtype=np.int64)
    shapes, gaps = [], []
    for i, window in enumerate(group):
        document = documents[window.document]
        for j in range(window.end - window.start):
            word = document.pieces[window.start + j]
            pieces[i, j, : len(word)] = word
            codes = [min(ord(c), 127) for c in document.words.surfaces[window.start + j][:MOST_CHARACTERS]]
            characters[i, j, : len(codes)] = codes
        shapes.append(document.words.shapes[window.start : window.end])
        gaps.append(document.words.gaps[window.start : window.end])
    return {
        "pieces": torch.from_numpy(pieces),
        "characters": torch.from_numpy(characters),
        "shapes": _padded(shapes),
        "gaps": _padded(gaps),
    }
