"""Sig phrases mean what the hand-written table says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.drugs.frequency import parse_frequency

TABLE = [
    tuple(line.split(" => "))
    for line in Path(__file__).with_name("sigs.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_table_is_large_enough() -> None:
    assert len({phrase for phrase, _ in TABLE}) >= 150


@pytest.mark.parametrize(("phrase", "meaning"), TABLE, ids=[phrase for phrase, _ in TABLE])
def test_phrase_means(phrase: str, meaning: str) -> None:
    assert str(parse_frequency(phrase) or "none") == meaning


@pytest.mark.parametrize("phrase", [phrase for phrase, _ in TABLE[:60]])
def test_case_and_blanks_do_not_matter(phrase: str) -> None:
    assert parse_frequency(f"  {phrase.upper()}\n") == parse_frequency(phrase)


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("q4h prn for pain", "pain"),
        ("as needed for nausea or vomiting", "nausea or vomiting"),
        ("PRN if SBP > 180", "sbp > 180"),
        ("prn", None),
    ],
)
def test_reason_of_prn_is_kept_out_of_repr(phrase: str, reason: str | None) -> None:
    found = parse_frequency(phrase)
    assert found is not None
    assert found.as_needed
    assert found.reason == reason
    assert reason is None or reason not in repr(found) + str(found)


@pytest.mark.parametrize(
    ("phrase", "per_day"),
    [
        ("bid", 2),
        ("q6h", 4),
        ("q4-6h", 6),
        ("every other day", 0.5),
        ("weekly", 1 / 7),
        ("MWF", 3 / 7),
        ("weekly on Sundays", 1 / 7),
        ("bid on weekends", 4 / 7),
        ("monthly", 1 / 30),
        ("with HD", None),
        ("x1", None),
        ("prn", None),
        ("3-4 times daily", 4),
    ],
)
def test_times_a_day(phrase: str, per_day: float | None) -> None:
    found = parse_frequency(phrase)
    assert found is not None
    assert found.per_day == (None if per_day is None else pytest.approx(per_day))


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse_frequency(text)
    assert found is None or found.times is None or found.times > 0


@given(st.integers(1, 23), st.sampled_from(["h", " hours", "hrs", " hr"]))
def test_every_interval_in_hours(hours: int, unit: str) -> None:
    found = parse_frequency(f"q{hours}{unit}")
    assert found is not None
    assert (found.times, found.period, found.period_unit) == (1, hours, "h")


def test_long_text_is_no_frequency() -> None:
    assert parse_frequency("daily " * 100) is None
