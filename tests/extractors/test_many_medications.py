"""A note with 2,000 medications: every one is read, and the work grows with their number, not its square."""

from __future__ import annotations

import sys
from types import FrameType

from deid.offsets import OffsetMap
from extractors.records import Records, build_records
from extractors.structure import structure
from nlp.types import Note, Span

NAMES = ("metformin", "lisinopril", "warfarin", "aspirin", "furosemide")


class Unchanged:
    """A note in which nothing was replaced."""

    def __init__(self, text: str) -> None:
        self.text, self.offsets = text, OffsetMap()


def extract(count: int) -> Records:
    text, spans = "MEDICATIONS:\n", []
    for number in range(count):
        for label, words, after in (
            ("DRUG", NAMES[number % len(NAMES)], " "), ("STRENGTH", f"{number + 1} mg", " "),
            ("FREQUENCY", "BID", " for "), ("DX", "gout", "\n"),
        ):  # fmt: skip
            spans.append(Span(len(text), len(text) + len(words), label))
            text += words + after
    return build_records(Note("n", text), [], structure(text, spans), Unchanged(text), "m")


def calls(count: int) -> int:
    """Return how many functions are called, Python's and C's."""
    number = 0

    def hook(frame: FrameType, event: str, argument: object) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    sys.setprofile(hook)
    try:
        extract(count)
    finally:
        sys.setprofile(None)
    return number


def test_every_one_of_2000_is_read() -> None:
    found = extract(2000).medications
    assert len(found) == 2000
    assert [record.strength_value for record in found] == [number + 1.0 for number in range(2000)]
    assert {(record.daily_dose, record.reason) for record in found[:3]} == {(2.0, "gout"), (4.0, "gout"), (6.0, "gout")}
    assert [found[number].ingredients[0] for number in range(5)] == list(NAMES)


def test_four_times_the_medications_are_four_times_the_work() -> None:
    calls(10)  # tables are loaded
    assert calls(400) < 5 * calls(100)
