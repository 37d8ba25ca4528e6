"""Which mentions hold: unsure ones need a known word, known drugs are not passed over."""

from __future__ import annotations

import pytest

from extractors.mentions import SOURCE, SURE, revise
from nlp.types import Span


def mark(text: str, surface: str, label: str, score: float = 0.7) -> Span:
    """Return a span over the first place of a surface."""
    start = text.index(surface)
    return Span(start, start + len(surface), label, score, ("transformer",))


def drugs(text: str, *entities: Span, phi: tuple[Span, ...] = ()) -> list[str]:
    """Return the surfaces of the drugs that are left or were added."""
    return [text[s.start : s.end] for s in revise(text, entities, phi) if s.label == "DRUG"]


@pytest.mark.parametrize("surface", ["lisinopril", "Lisinoprill", "HCTZ", "ACE inhibitor", "metop succ"])
def test_an_unsure_mention_with_a_known_name_stays(surface: str) -> None:
    text = f"takes {surface} daily"
    assert drugs(text, mark(text, surface, "DRUG", 0.5)) == [surface]


def test_an_unsure_mention_without_a_known_name_goes() -> None:
    text = "dropped a teapot last week"
    assert drugs(text, mark(text, "teapot", "DRUG", SURE["DRUG"] - 0.01)) == []


def test_a_sure_mention_needs_no_name() -> None:
    text = "started xylobrutinib 40 mg"
    assert drugs(text, mark(text, "xylobrutinib", "DRUG", SURE["DRUG"])) == ["xylobrutinib"]


def test_a_name_that_the_tagger_passed_over_is_found() -> None:
    text = "son = Coumadin, dad = Coreg"
    found = revise(text, [], [])
    assert [(text[s.start : s.end], s.label, s.sources) for s in found] == [
        ("Coumadin", "DRUG", (SOURCE,)),
        ("Coreg", "DRUG", (SOURCE,)),
    ]


@pytest.mark.parametrize(
    "text", ["glucose 288", "water broke at Ocean Beach", "tacrolimus level 6.8", "cefepime: S", "an antibiotic", "asa"]
)
def test_levels_results_classes_and_words_with_other_meanings_are_not_added(text: str) -> None:
    assert drugs(text) == []


@pytest.mark.parametrize("label", ["DX", "STRENGTH"])
def test_a_name_inside_another_finding_is_not_added(label: str) -> None:
    text = "warfarin toxicity"
    assert drugs(text, mark(text, "warfarin toxicity", label)) == []


def test_a_name_that_may_be_phi_is_not_added() -> None:
    text = "seen by Dr. Warfarin"
    assert drugs(text, phi=(mark(text, "Warfarin", "DOCTOR"),)) == []


def test_other_spans_stay_and_the_order_is_that_of_the_text() -> None:
    text = "AFib on warfarin 5 mg"
    entities = [mark(text, "5 mg", "STRENGTH"), mark(text, "AFib", "DX")]
    assert [s.label for s in revise(text, entities, [])] == ["DX", "DRUG", "STRENGTH"]


@pytest.mark.parametrize(
    ("surface", "stays"), [("pneumonia", True), ("LLL pna", True), ("8/10", True), ("patrol", False)]
)
def test_an_unsure_problem_needs_a_word_of_diseases_or_findings(surface: str, stays: bool) -> None:
    text = f"noted {surface} today"
    found = revise(text, [mark(text, surface, "SX", SURE["SX"] - 0.01)], [])
    assert bool(found) is stays
    assert revise(text, [mark(text, surface, "SX", SURE["SX"])], [])
