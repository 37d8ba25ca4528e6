"""The hand-written notes, with their marks as perfect detection."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deid.policy import load_policy
from deid.surrogates import Draws
from deid.transform import is_removed, shift_days, transform
from nlp.markup import read_folder

ROOT = Path(__file__).parents[3]
POLICY = load_policy("surrogate")
EVERY = 4  # notes; the script does them all


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
def done(check):
    notes = list(read_folder(ROOT / "corpora_templates"))[::EVERY]
    return [(n, transform(n.note, n.annotations.phi, POLICY, check.KEY)) for n in notes]


def test_no_original_token_is_left_in_a_surrogate(check, done):
    for note, output in done:
        removed = [(s.start, s.end, s.label) for s in note.annotations.phi if is_removed(s, note.note.text, POLICY)]
        left = [(miss.label, miss.new) for miss in check.left_over(note, output, removed)]
        assert not left, note.note.note_id


def test_the_check_finds_a_token_that_is_left(check, done):
    note, output = next(
        (n, o) for n, o in done if any(check.tokens(r.text) for r in o.replacements if r.label == "CITY")
    )
    surrogates = " ".join(r.text for r in output.replacements if r.label == "CITY")
    leaky = replace(note, note=replace(note.note, text=f"{note.note.text} {surrogates}"))
    everything = [(0, len(leaky.note.text), "CITY")]
    assert any(miss.label == "CITY" for miss in check.left_over(leaky, output, everything))


def test_dates_parse_to_the_shifted_date(check, done):
    checked = [
        miss
        for note, output in done
        for miss in check.wrong_dates(
            note, output, shift_days(Draws.of(check.KEY, note.note), POLICY.date_shift)
        )
    ]  # fmt: skip
    what = [miss.what for miss in checked if miss]
    assert len(checked) > 500
    assert (
        what.count("date moved wrongly") <= len(checked) / 250
    )  # no year to tell leap days by, both orders in one note
    assert what.count("date masked") <= len(checked) / 30  # lunar feasts, impossible days
