"""The choice of borders: which there are, what the model is told of them, and what it may not do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.loglinear import LogLinear
from nlp.taggers import borders
from nlp.taggers.borders import CLASSES, evidence, features, options, settle
from nlp.types import Span
from nlp.words import split_words

TAGS = ("O", "B-DX", "I-DX", "B-DRUG", "I-DRUG")
PHI_TAGS = ("O", "B-PATIENT", "I-PATIENT", "B-DATE", "I-DATE")


def settled_in(text: str, spans: list[Span], head: str = "clinical") -> list[Span]:
    words = split_words(text)
    tags = TAGS if head == "clinical" else PHI_TAGS
    return settle(head, words, np.full((len(words), len(tags)), 1 / len(tags), dtype=np.float32), tags, spans)


def surfaces(text: str, *spans: Span, index: int = 0) -> set[str]:
    words = split_words(text)
    return {text[words.starts[a] : words.ends[b]] for a, b, *_ in options(words, spans, index)}


def preferring(*names: str) -> LogLinear:
    rows = {name: row for row, name in enumerate(names)}
    return LogLinear(CLASSES, rows, np.array([*[[1.0]] * len(names), [0.0]]), np.zeros(1))


def test_options_lie_within_two_words_at_one_end() -> None:
    assert surfaces("mild low back pain with legs", Span(9, 18, "SX")) == {
        "back pain", "low back pain", "mild low back pain", "pain", "back", "back pain with", "back pain with legs",
    }  # fmt: skip


def test_no_option_reaches_into_another_span_or_over_the_end_of_a_line() -> None:
    text = "aspirin pain x\nnow gone"
    assert surfaces(text, Span(0, 7, "DRUG"), Span(8, 12, "SX"), index=1) == {"pain", "pain x"}


def test_no_option_gives_up_a_word_that_touches_another_span() -> None:
    text = "Streets and San called"
    assert surfaces(text, Span(0, 11, "ORGANIZATION"), Span(12, 15, "ORGANIZATION")) == {"Streets and", "and"}
    assert surfaces(text, Span(0, 7, "CITY"), Span(8, 15, "CITY"), index=1) == {
        "and San", "and", "and San called",
    }  # fmt: skip


def test_a_span_over_two_lines_may_go_on_there() -> None:
    assert "pain\nin leg now" in surfaces("pain\nin leg now", Span(0, 11, "SX"))


def test_the_best_borders_are_taken_and_only_of_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(borders, "_model", lambda path: preferring("last word pain"))
    text = "low back pain with aspirin today"
    problem, drug = Span(0, 18, "SX", 0.7, ("transformer",)), Span(19, 26, "DRUG")
    settled = settled_in(text, [problem, drug])
    assert [(text[s.start : s.end], s.score, s.sources) for s in settled] == [
        ("low back pain", 0.7, ("transformer",)),
        ("aspirin", 1.0, ()),
    ]


def test_a_span_drawn_out_over_an_unlikely_word_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(borders, "_model", lambda path: preferring("first word grace"))
    drawn, kept = (
        settled_in("Grace depression", [Span(6, 16, "DX", 0.98)]),
        settled_in("depression", [Span(0, 10, "DX")]),
    )
    assert (drawn[0].start, drawn[0].score) == (0, 0.5)
    assert kept[0].score == 1.0


def test_phi_loses_words_only_where_that_is_clearly_better(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Auntie Dee came"
    name = Span(0, 10, "PATIENT", 0.8)
    monkeypatch.setattr(borders, "_model", lambda path: preferring("first word dee"))
    assert settled_in(text, [name], "phi") == [name]
    monkeypatch.setattr(
        borders, "_model", lambda path: preferring("first word dee", "name first word dee", "left 1", "name left 1")
    )
    assert settled_in(text, [name], "phi") == [Span(7, 10, "PATIENT", 0.8)]


def test_phi_drawn_out_over_an_unlikely_word_stays_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(borders, "_model", lambda path: preferring("first word amos"))
    assert settled_in("Amos Tillery", [Span(5, 12, "PATIENT", 0.98)], "phi") == [Span(0, 12, "PATIENT", 0.98)]


def test_heads_that_are_not_settled_stay_as_they_were_decoded() -> None:
    spans = [Span(0, 4, "PATIENT")]
    assert settle("theirs", split_words("Amos Tillery"), np.ones((2, 5), dtype=np.float32), PHI_TAGS, spans) == spans


def test_features_tell_words_and_probabilities_on_both_sides() -> None:
    words = split_words("left foot pain today")
    chances = np.zeros((4, len(TAGS)), dtype=np.float32)
    chances[:, 0] = 1
    chances[1:3, 0] = 0.01
    chances[1, 1] = chances[2, 2] = 0.99
    told = set(features(evidence(words, chances, TAGS, "clinical"), "DX", (1, 2, 0, 0)))
    assert {"left 0", "right 0", "first 4", "first begins 4", "last 4", "before -5", "after -5"} <= told
    assert {"first word foot", "DX last word pain", "DX before word left", "after word today"} <= told
    assert {"DX begins lower lower", "DX ends lower lower", "DX gap after space", "DX words 2"} <= told


@given(st.text(alphabet="ab \n.", min_size=1, max_size=30), st.data())
def test_spans_stay_spans_that_do_not_overlap(text: str, data: st.DataObject) -> None:
    words = split_words(text)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(words)), max_size=8)))
    spans = [
        Span(int(words.starts[a]), int(words.ends[b - 1]), data.draw(st.sampled_from(("DX", "SX", "DRUG"))))
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    settled = settled_in(text, spans)
    assert [s.label for s in settled] == [s.label for s in spans]
    assert all(s.start < s.end for s in settled)
    assert all(a.end <= b.start for a, b in itertools.pairwise(settled))
    assert all(s.overlaps(t) for s, t in zip(settled, spans, strict=True))


def test_the_shipped_model_cuts_a_preposition_off() -> None:
    text = "He has low back pain with"
    words = split_words(text)
    chances = np.full((len(words), len(TAGS)), 0.001, dtype=np.float32)
    chances[:, 0] = 0.99
    for place, (inside, begins) in {2: (0.95, 0.9), 3: (0.97, 0.01), 4: (0.98, 0.01), 5: (0.5, 0.01)}.items():
        chances[place, :3] = (1 - inside, begins, inside - begins)
    settled = settle("clinical", words, chances, TAGS, [Span(7, len(text), "SX")])
    assert text[settled[0].start : settled[0].end] == "low back pain"


def test_the_shipped_model_of_phi_cuts_a_role_off() -> None:
    text = "signed by nurse Okafor today"
    words = split_words(text)
    chances = np.full((len(words), len(PHI_TAGS)), 0.001, dtype=np.float32)
    chances[:, 0] = 0.99
    for place, (inside, begins) in {2: (0.1, 0.08), 3: (0.99, 0.95)}.items():
        chances[place, :3] = (1 - inside, begins, inside - begins)
    settled = settle("phi", words, chances, PHI_TAGS, [Span(10, 22, "PATIENT")])
    assert text[settled[0].start : settled[0].end] == "Okafor"
