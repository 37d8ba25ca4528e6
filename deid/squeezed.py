"""A text without anything between its letters and digits: what is written apart or broken over lines is found in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from deid.folding import fold

_RUN = re.compile(r"[^\W_]+")
_MAX_BLANKS = 24  # a line end and the indentation of the next line
_MAX_MARKS = 2
_MIN_GLUED_DIGITS = 5
_NUMBER_MARKS = frozenset("-./()_+~")


def squeeze(value: str) -> str:
    """Return the letters and digits of ``value``, folded."""
    return "".join(_RUN.findall(fold(value)))


class Squeezed:
    """The letters and digits of one folded text, and where each stands.

    Args:
        folded: what `deid.folding.fold` returns.
    """

    def __init__(self, folded: str) -> None:
        runs = [match.span() for match in _RUN.finditer(folded)]
        self._folded = folded
        self._letters = "".join(folded[start:end] for start, end in runs)
        self._places = list(chain.from_iterable(range(start, end) for start, end in runs))

    def find(self, needle: str, *, glued: bool = False) -> Iterator[tuple[int, int]]:
        """Yield where the squeezed ``needle`` stands in the text, from first to last character, as whole words.

        With ``glued``, letters may touch its letters ("MRE-30-4471"), digits never its digits.
        """
        at = self._letters.find(needle)
        while at >= 0:
            start, end = self._places[at], self._places[at + len(needle) - 1] + 1
            if self._is_whole(start, end, str.isdigit if glued else str.isalnum):
                yield start, end
            at = self._letters.find(needle, at + 1)

    def _is_whole(self, start: int, end: int, counts: Callable[[str], bool]) -> bool:
        """Whether the stretch goes on on neither side with a character of the same kind that counts."""
        folded = self._folded
        return not (
            (start > 0 and counts(folded[start]) and _same_kind(folded[start - 1], folded[start]))
            or (end < len(folded) and counts(folded[end - 1]) and _same_kind(folded[end - 1], folded[end]))
        )

    def gaps(self, start: int, end: int) -> list[str]:
        """Return what stands between the letters and digits of a stretch."""
        return [gap for gap in _RUN.split(self._folded[start:end]) if gap]

    def find_code(self, needle: str) -> Iterator[tuple[int, int]]:
        """Yield where a number, address or name of a place stands, whatever parts its characters.

        Four characters or fewer must stand together; a comma parts two numbers. With five digits or more
        it may be glued to a word.
        """
        for start, end in self.find(needle, glued=sum(map(str.isdigit, needle)) >= _MIN_GLUED_DIGITS):
            gaps = self.gaps(start, end)
            if (gaps and len(needle) <= 4) or not all(map(_joins, gaps)):
                continue
            if needle.isdigit() and not {c for gap in gaps for c in gap if not c.isspace()} <= _NUMBER_MARKS:
                continue
            yield start, end


def _joins(gap: str) -> bool:
    marks = sum(not c.isspace() for c in gap)
    return marks <= _MAX_MARKS and len(gap) - marks <= _MAX_BLANKS


def _same_kind(left: str, right: str) -> bool:
    return (left.isdigit() and right.isdigit()) or (left.isalpha() and right.isalpha())
