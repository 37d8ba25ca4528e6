"""Fold text for comparison without moving a single offset."""

from __future__ import annotations

import unicodedata

_TWINS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "’": "'", "‘": "'", "ʻ": "'", "ʼ": "'", "`": "'"}
_DASHES = "‐‑‒–—−"


class _FoldTable(dict[int, int]):
    """Character code to folded character code, filled as characters are met."""

    def __missing__(self, code: int) -> int:
        folded = fold_character(chr(code))
        self[code] = ord(folded)
        return self[code]


def fold_character(char: str) -> str:
    """Return one character for one: lower case, without diacritics, blanks and dashes made plain."""
    if char.isspace():
        return " "
    if char in _DASHES:
        return "-"
    if (twin := _TWINS.get(char) or _TWINS.get(char.lower())) is not None:
        return twin
    base = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)).lower()
    return base if len(base) == 1 else char


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Return ``text`` folded for comparison; it has the same length, so offsets hold in both."""
    return text.translate(_TABLE)


def is_word_character(char: str) -> bool:
    """Whether ``char`` continues a word: a letter, a digit, an underscore or a combining mark."""
    return char.isalnum() or char == "_" or unicodedata.combining(char) != 0
