"""From offsets of the original text to offsets of the de-identified text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where the stretches that were not replaced stand in the new text.

    Attributes:
        starts, ends: the replaced stretches of the original text, sorted and disjoint.
        new_starts, new_ends: what replaced each of them, in the new text.
    """

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    new_starts: tuple[int, ...] = ()
    new_ends: tuple[int, ...] = ()

    @classmethod
    def build(cls, replaced: Iterable[tuple[int, int, int]]) -> OffsetMap:
        """Return the map for sorted, disjoint (start, end, length of what stands there now).

        Raises:
            ValueError: a stretch is empty, or they overlap or are out of order.
        """
        starts: list[int] = []
        ends: list[int] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        shift = 0
        for start, end, length in replaced:
            if start >= end or start < (ends[-1] if ends else 0):
                raise ValueError(f"replaced stretch {start}..{end} is empty, overlaps another or is out of order")
            starts.append(start)
            ends.append(end)
            new_starts.append(start + shift)
            new_ends.append(start + shift + length)
            shift += length - (end - start)
        return cls(tuple(starts), tuple(ends), tuple(new_starts), tuple(new_ends))

    def inverse(self) -> OffsetMap:
        """Return the map from the new text to the original; nothing leads back from an empty replacement."""
        return OffsetMap(self.new_starts, self.new_ends, self.starts, self.ends)

    def to_new(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where the original stretch stands now, None if it overlaps a replaced one.

        Raises:
            ValueError: the stretch runs backwards or starts before the text.
        """
        if not 0 <= start <= end:
            raise ValueError(f"{start}..{end} is no stretch of a text")
        before = bisect_right(self.starts, start) - 1
        if before >= 0 and start < self.ends[before] and (start < end or start > self.starts[before]):
            return None
        following = before + 1
        if following < len(self.starts) and self.starts[following] < end:
            return None
        if before >= 0 and start == end == self.starts[before]:
            before -= 1  # an empty stretch right before a replaced one
        shift = self.new_ends[before] - self.ends[before] if before >= 0 else 0
        return start + shift, end + shift
