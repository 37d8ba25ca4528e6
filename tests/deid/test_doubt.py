"""Doubtful finds: which are judged, what the judge is told, and what it may do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import doubt
from deid.doubt import CLASSES, SURE, SURE_FORM, features, held
from deid.policy import load_policy
from deid.resolve import resolve
from nlp.labels import PHI_LABELS
from nlp.loglinear import LogLinear
from nlp.types import Note, Span

LABELS = frozenset(PHI_LABELS)
TEXT = "Seen by Ortho, then Okafor notified. Pain 4/10 at rest."


def span(surface: str, label: str, score: float = 0.6, *sources: str) -> Span:
    start = TEXT.index(surface)
    return Span(start, start + len(surface), label, score, sources or ("transformer",))


def half(label: str) -> float:
    return 0.5


@pytest.fixture
def refuses_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    never = LogLinear(CLASSES, {}, np.zeros((1, 2)), np.array([3.0, 0.0]))
    monkeypatch.setattr(doubt, "_model", lambda: never)


def test_departments_and_scores_are_taken_back_and_names_stay() -> None:
    ortho, okafor = span("Ortho", "DOCTOR"), span("Okafor", "DOCTOR", 0.9)
    pain = span("4/10", "DATE", 0.6, "patterns")
    assert held(TEXT, [ortho, okafor, pain], LABELS, half) == (okafor,)


@pytest.mark.usefixtures("refuses_everything")
def test_what_is_sure_or_known_or_found_by_another_tagger_is_not_judged() -> None:
    spans = (
        span("Ortho", "DOCTOR", SURE),
        span("Okafor", "DOCTOR", 0.6, "known", "transformer"),
        span("4/10", "DATE", 0.6, "their-own-model"),
    )
    assert held(TEXT, spans, LABELS, half) == spans


@pytest.mark.usefixtures("refuses_everything")
def test_patterns_alone_are_judged_only_where_a_tagger_is_heard() -> None:
    date = span("4/10", "DATE", 0.6, "patterns")
    assert held(TEXT, [date], frozenset(), half) == (date,)
    assert held(TEXT, [date], {"DATE"}, half) == ()


@pytest.mark.usefixtures("refuses_everything")
def test_a_lower_threshold_of_the_policy_lets_doubtful_finds_stay() -> None:
    ortho = span("Ortho", "DOCTOR")
    assert held(TEXT, [ortho], LABELS, lambda label: 0.04) == (ortho,)
    assert held(TEXT, [ortho], LABELS, lambda label: 0.05) == ()
    assert held(TEXT, [ortho], LABELS, lambda label: 0.9) == ()


@pytest.mark.usefixtures("refuses_everything")
@pytest.mark.parametrize("text", ["Dr. Murphy came", "Mrs Murphy came", "by Murphy, MD", "by Murphy RN"])
def test_a_name_with_its_title_or_degree_is_not_judged(text: str) -> None:
    start = text.index("Murphy")
    name = Span(start, start + 6, "DOCTOR", 0.6, ("transformer",))
    assert held(text, [name], LABELS, half) == (name,)


@pytest.mark.usefixtures("refuses_everything")
def test_a_form_that_is_sure_is_not_judged() -> None:
    spans = (
        span("4/10", "DATE", SURE_FORM, "patterns"),
        span("Okafor", "DOCTOR", SURE_FORM, "patterns", "transformer"),
    )
    assert held(TEXT, spans, LABELS, half) == spans
    assert held(TEXT, [span("4/10", "DATE", SURE_FORM)], LABELS, half) == ()


@pytest.mark.usefixtures("refuses_everything")
def test_what_is_taken_back_is_not_propagated() -> None:
    text = "Okafor came. Okafor left."
    found = Span(0, 6, "DOCTOR", 0.6, ("transformer",))
    assert resolve(Note("n", text), [found], (), load_policy("mask")) == ()


def test_features_tell_form_words_and_neighbours() -> None:
    told = set(features(TEXT, span("Okafor", "DOCTOR", 0.62, "patterns", "transformer")))
    assert {"DOCTOR", "score 12", "patterns+transformer", "shape capitalised", "name length 6"} <= told
    assert {"before then", "name before that ,", "after notified", "name right ' '"} <= told
    assert {"date shape 9/99", "date before pain"} <= set(features(TEXT, span("4/10", "DATE")))


def test_a_name_beside_a_find_is_no_feature() -> None:
    told = " ".join(features("Zyxwvut Smith Qwertzu", Span(8, 13, "PATIENT", 0.6, ("transformer",))))
    assert not any(word in told.lower() for word in ("zyxwvut", "smith", "qwertzu"))


@given(st.text(max_size=30), st.data())
def test_only_doubtful_finds_are_missing_and_nothing_is_changed(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = tuple(
        Span(
            low,
            high,
            data.draw(st.sampled_from(PHI_LABELS)),
            data.draw(st.floats(0.5, 1)),
            tuple(sorted(data.draw(st.sets(st.sampled_from(("known", "patterns", "transformer")), min_size=1)))),
        )
        for low, high in zip(cuts[::2], cuts[1::2], strict=False)
    )
    kept = held(text, spans, LABELS, half)
    assert [span for span in spans if span in kept] == list(kept)
    assert all(span.score < SURE and "known" not in span.sources for span in spans if span not in kept)
