from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.training.dates import DAYS, FULL_STYLES, MONTH_YEAR_STYLES, MONTHS, PARTIAL_STYLES, SEASONS, refill_date
from nlp.training.wordlists import entries

SEEDS = st.integers(0, 10_000)
MONTH = "(?:" + "|".join(MONTHS) + "|" + "|".join(m[:3] for m in MONTHS) + ")"


class Steady(random.Random):
    """Never changes the style."""

    def random(self) -> float:
        return 0.99


@given(st.text(st.characters(exclude_categories=()), max_size=30), SEEDS)
def test_any_text_is_taken_as_a_date(surface: str, seed: int) -> None:
    new = refill_date(surface, random.Random(seed), -3)
    assert bool(new) == bool(surface)
    assert new == refill_date(surface, random.Random(seed), -3)


@pytest.mark.parametrize(
    ("surface", "form"),
    [
        ("3/4/2021", r"\d{1,2}/\d{1,2}/(?:19|20)\d\d"),
        ("03/04/21", r"\d\d/\d\d/\d\d"),
        ("2021-03-04", r"(?:19|20)\d\d-\d\d-\d\d"),
        ("March 4, 2021", rf"{MONTH} \d{{1,2}}, (?:19|20)\d\d"),
        ("MAR 4", rf"{MONTH.upper()} \d{{1,2}}"),
        ("Tuesday", "|".join(DAYS)),
        ("tues", "mon|tue|wed|thu|fri|sat|sun|tues|thurs|weds"),
        ("winter", "|".join(SEASONS)),
        ("'09", r"'\d\d"),
        ("2019", r"(?:19|20)\d\d"),
        ("20210304", r"(?:19|20)\d{6}"),
    ],
)
@given(seed=SEEDS)
@settings(max_examples=20)
def test_in_its_own_style_a_date_keeps_its_form(surface: str, form: str, seed: int) -> None:
    assert re.fullmatch(form, refill_date(surface, Steady(seed), -3))


@pytest.mark.parametrize("style", [*FULL_STYLES, *PARTIAL_STYLES, *MONTH_YEAR_STYLES])
def test_every_style_has_its_fields(style: str) -> None:
    fields = set(re.findall(r"\{(\w+)\}", style))
    assert fields <= {"d", "dd", "o", "m", "mm", "Y", "y", "B", "b", "A", "a"}
    assert bool(fields & {"Y", "y"}) is (style not in PARTIAL_STYLES)
    assert bool(fields & {"d", "dd", "o"}) is (style not in MONTH_YEAR_STYLES)


@given(SEEDS)
def test_another_style_says_as_much(seed: int) -> None:
    full = refill_date("3/4/2021", random.Random(seed), 0)
    partial = refill_date("3/4", random.Random(seed), 0)
    assert len(re.findall(r"\d+|[A-Za-z]{3,}", full)) in (1, 2, 3, 4)
    assert sum(c.isdigit() for c in full) > 2
    assert not re.search(r"(?:19|20)\d\d", partial)


@given(SEEDS)
def test_holidays_become_holidays(seed: int) -> None:
    assert refill_date("Christmas", random.Random(seed), 0) in entries("holidays")
    assert refill_date("LABOR DAY", random.Random(seed), 0).isupper()


def test_ordinals_are_english() -> None:
    found = {refill_date("Mar 4", random.Random(seed), 0) for seed in range(3000)}
    ordinals = {m[0] for date in found if (m := re.search(r"\d+(?:st|nd|rd|th)", date))}
    assert {"1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd"} <= ordinals
    assert not {"1th", "2th", "3th", "11st", "12nd", "13rd", "21th"} & ordinals
