"""Overlapping windows over long notes, and batches of windows of like length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Window:
    """Words ``start:end`` of document ``document``; those in ``keep_start:keep_end`` are decided here."""

    document: int
    start: int
    end: int
    keep_start: int
    keep_end: int
    cost: int


def windows(document: int, costs: NDArray[np.int32], size: int, overlap: int) -> list[Window]:
    """Cut a document into windows of at most ``size`` pieces that share about ``overlap`` pieces.

    ``costs`` has the number of pieces of each word, shape (words,). Every word is kept in exactly one
    window, and away from a window's inner border by about half the overlap. A word that is longer
    than a window stands alone in one.
    """
    total = np.concatenate(([0], np.cumsum(costs)))
    count = len(costs)
    found: list[Window] = []
    start = kept = 0
    while kept < count:
        end = int(np.searchsorted(total, total[start] + size, side="right")) - 1
        if end <= kept:  # the next word to keep does not fit behind the overlap
            start, end = kept, max(kept + 1, int(np.searchsorted(total, total[kept] + size, side="right")) - 1)
        if end == count:
            keep_end = count
        else:
            keep_end = int(np.searchsorted(total, total[end] - overlap // 2, side="left"))
            keep_end = min(max(keep_end, kept + 1), end)
        found.append(Window(document, start, end, kept, keep_end, int(total[end] - total[start])))
        kept = keep_end
        behind = int(np.searchsorted(total, total[kept] - overlap // 2, side="left"))
        start = min(max(behind, start + 1), kept)
    return found


def batches(items: Sequence[Window], budget: int, most: int = 64) -> list[list[Window]]:
    """Group windows of like cost so that ``longest * windows`` stays within ``budget`` padded pieces.

    The grouping depends only on the windows themselves: the same notes give the same batches.
    """
    ordered = sorted(items, key=lambda w: (-w.cost, w.document, w.start))
    groups: list[list[Window]] = []
    for window in ordered:
        group = groups[-1] if groups else []
        if group and len(group) < most and group[0].cost * (len(group) + 1) <= budget:
            group.append(window)
        else:
            groups.append([window])
    return groups
