from __future__ import annotations

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.taggers.windows import Window, batches, windows

COSTS = st.lists(st.integers(1, 12), max_size=300).map(lambda costs: np.array(costs, dtype=np.int32))
SIZES = st.tuples(st.integers(4, 80), st.integers(0, 40))


@given(COSTS, SIZES)
def test_every_word_is_kept_exactly_once_in_order(costs: np.ndarray, sizes: tuple[int, int]) -> None:
    cut = windows(0, costs, *sizes)
    assert [i for w in cut for i in range(w.keep_start, w.keep_end)] == list(range(len(costs)))
    assert all(w.start <= w.keep_start < w.keep_end <= w.end for w in cut)


@given(COSTS, SIZES)
def test_a_window_is_at_most_its_size_unless_one_word_is_longer(costs: np.ndarray, sizes: tuple[int, int]) -> None:
    for w in windows(0, costs, *sizes):
        assert w.cost == costs[w.start : w.end].sum()
        assert w.cost <= sizes[0] or w.end - w.start == 1


@given(st.lists(st.integers(1, 4), min_size=100, max_size=400), st.integers(40, 80), st.integers(8, 20))
def test_words_are_decided_away_from_the_borders_of_windows(costs: list[int], size: int, overlap: int) -> None:
    cut = windows(0, np.array(costs, dtype=np.int32), size, overlap)
    for i, w in enumerate(cut):
        # A word more or less may fit (4 pieces at most); the first and last border are the text's own.
        if i:
            assert sum(costs[w.start : w.keep_start]) >= overlap // 2 - 4
        if i < len(cut) - 1:
            assert sum(costs[w.keep_end : w.end]) >= overlap // 2 - 4


def test_a_short_text_is_one_window_and_an_empty_one_none() -> None:
    assert windows(7, np.array([1, 2, 3], dtype=np.int32), 256, 64) == [Window(7, 0, 3, 0, 3, 6)]
    assert windows(0, np.zeros(0, dtype=np.int32), 256, 64) == []


def test_windows_of_long_notes_are_few() -> None:
    cut = windows(0, np.ones(100_000, dtype=np.int32), 256, 64)
    assert len(cut) <= 100_000 / (256 - 64) + 1


def some_windows(costs: list[int]) -> list[Window]:
    return [Window(i, 0, cost, 0, cost, cost) for i, cost in enumerate(costs)]


@given(st.lists(st.integers(1, 300), max_size=200), st.integers(1, 4000), st.integers(1, 64))
def test_batches_hold_every_window_once_within_the_budget(costs: list[int], budget: int, most: int) -> None:
    made = batches(some_windows(costs), budget, most)
    assert sorted(w.document for group in made for w in group) == list(range(len(costs)))
    for group in made:
        assert len(group) <= most
        assert len(group) == 1 or max(w.cost for w in group) * len(group) <= budget


@given(st.lists(st.integers(1, 300), max_size=100), st.integers(0, 9))
def test_batches_do_not_depend_on_the_order_of_the_windows(costs: list[int], seed: int) -> None:
    items = some_windows(costs)
    shuffled = random.Random(seed).sample(items, len(items))
    assert batches(shuffled, 1000) == batches(items, 1000)
