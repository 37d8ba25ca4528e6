"""The hand-written notes, with their marks as perfect detection, under every built-in policy."""

import importlib.util
import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from deid.offsets import OffsetMap
from deid.policy import builtin_policies, load_policy
from deid.transform import Deidentified
from nlp.markup import read_folder

ROOT = Path(__file__).parents[3]
EVERY = 6  # notes; the script does them all


@pytest.fixture(scope="module")
def check():
    spec = importlib.util.spec_from_file_location("check_surrogates", ROOT / "scripts/check_surrogates.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setitem(sys.modules, spec.name, module)  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    yield module
    monkeypatch.undo()


@pytest.fixture(scope="module")
def notes():
    return list(read_folder(ROOT / "corpora_templates"))[::EVERY]


@pytest.mark.parametrize("name", builtin_policies())
def test_no_original_token_is_left_in_the_output(check, notes, name):
    policy = load_policy(name)
    kinds = Counter(
        miss.what for note in notes for miss in check.left_over(note, check.output(note, policy), policy)
    )  # fmt: skip
    assert kinds["in a replacement"] == 0
    assert kinds["beside the marks"] <= len(notes) / 20  # words that our list of ordinary ones lacks


def spoilt(note, out, nth, text):
    """Return the output with another text for one of its replacements."""
    replacements = [replace(r, text=text) if i == nth else r for i, r in enumerate(out.done.replacements)]
    pieces, last = [], 0
    for r in replacements:
        pieces += [note.note.text[last : r.start], r.text]
        last = r.end
    offsets = OffsetMap.build((r.start, r.end, len(r.text)) for r in replacements)
    return replace(out, done=Deidentified("".join((*pieces, note.note.text[last:])), tuple(replacements), offsets))


def test_the_check_finds_a_token_that_is_left(check, notes):
    policy = load_policy("surrogate")
    for note in notes:
        out = check.output(note, policy)
        for nth, r in enumerate(out.done.replacements):
            surface = note.note.text[r.start : r.end]
            if r.label == "CITY" and check.tokens(surface):
                left = check.left_over(note, spoilt(note, out, nth, surface), policy)
                assert "in a replacement" in {miss.what for miss in left}
                return
    pytest.fail("no note with a town")


def test_dates_mean_the_shifted_day(check, notes):
    policy = load_policy("surrogate")
    checked = [miss for note in notes for miss in check.wrong_dates(note, check.output(note, policy), policy)]
    kinds = Counter(miss.what for miss in checked if miss)
    assert len(checked) > 400
    assert kinds["date moved wrongly"] == 0
    assert sum(kinds.values()) <= len(checked) / 30  # days that do not exist, "spring break"


def test_the_check_finds_a_date_that_moved_by_a_day_too_many(check, notes):
    policy = load_policy("surrogate")
    for note in notes:
        out = check.output(note, policy)
        for nth, r in enumerate(out.done.replacements):
            if r.label == "DATE" and (day := re.fullmatch(r"(\d\d?/)(1[3-9]|2[0-6])(/\d{2,4})", r.text)):
                late = spoilt(note, out, nth, f"{day[1]}{int(day[2]) + 1}{day[3]}")
                assert "date moved wrongly" in {miss.what for miss in check.wrong_dates(note, late, policy) if miss}
                return
    pytest.fail("no note with such a date")
