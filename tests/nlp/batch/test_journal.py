"""The search for the note that kills: it finds exactly the guilty ones, in few crashes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import ceil, log2
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.batch.journal import CRASH_LIMIT, KILLED, MAX_CRASHES, MAX_FRUITLESS, STRIKES, Journal


class WorkerDiedError(Exception):
    """Stands for the end of the worker process."""


def life(path: Path, notes: int, batch: int, kills: Callable[[Sequence[int]], bool]) -> Journal:
    """Do what a worker does with a shard: probe the suspects, then go through all batches."""
    journal = Journal.open(path)

    def fly(group: Sequence[int]) -> None:
        with journal.in_flight(group):
            if kills(group):
                raise WorkerDiedError

    for group in journal.probes():
        fly(group)
    for start in range(0, notes, batch):
        if group := tuple(i for i in range(start, min(start + batch, notes)) if i not in journal.condemned):
            fly(group)
    return journal


def search(notes: int, batch: int, kills: Callable[[Sequence[int]], bool]) -> Journal:
    with TemporaryDirectory() as folder:
        for _ in range(1000):
            try:
                return life(Path(folder) / "journal.json", notes, batch, kills)
            except WorkerDiedError:
                continue
    raise AssertionError("the search does not end")


@settings(max_examples=50)
@given(st.integers(1, 40), st.integers(1, 16), st.sets(st.integers(0, 39), max_size=4))
def test_exactly_the_notes_that_kill_are_condemned(notes: int, batch: int, guilty: set[int]) -> None:
    guilty = {note for note in guilty if note < notes}
    journal = search(notes, batch, lambda group: bool(guilty & set(group)))
    assert journal.condemned == dict.fromkeys(guilty, KILLED)
    assert journal.crashes <= len(guilty) * (ceil(log2(batch)) + STRIKES)


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 16))
def test_accidents_from_outside_condemn_nobody_beside_the_guilty(seed: int, batch: int) -> None:
    chance = random.Random(seed)
    accidents = 3

    def kills(group: Sequence[int]) -> bool:
        nonlocal accidents
        # Two accidents on one note alone could not be told from guilt: these hit groups.
        if accidents and len(group) > 1 and chance.random() < 0.3:
            accidents -= 1
            return True
        return 7 in group

    assert search(20, batch, kills).condemned == {7: KILLED}


def test_one_accident_on_a_single_note_does_not_condemn_it() -> None:
    deaths = iter([True])
    assert search(1, 32, lambda group: next(deaths, False)).condemned == {}


def test_notes_that_only_kill_together_are_given_up_after_a_while() -> None:
    journal = search(20, 8, lambda group: {8, 15} <= set(group))
    assert journal.condemned == dict.fromkeys(range(8, 16), CRASH_LIMIT)
    assert journal.crashes == MAX_FRUITLESS + 1


def test_when_every_note_kills_the_search_still_ends() -> None:
    journal = search(256, 32, lambda group: True)
    assert set(journal.condemned) == set(range(256))
    assert journal.crashes <= MAX_CRASHES + 32 + 8
