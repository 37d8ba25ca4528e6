from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from nlp.markup import Choice, MarkedNote
from nlp.training.scoring import Tally, score_spans
from nlp.types import Span

TEXT = "[[PATIENT:Ann Lee]] of [[CITY:Rome]] has [[DX:gout|present]]"  # Ann Lee 0-7, Rome 11-15, gout 20-24


@pytest.fixture
def gold(marked: Callable[..., MarkedNote]) -> MarkedNote:
    return marked(TEXT)


def test_exact_spans_labels_and_coverage(gold: MarkedNote) -> None:
    found = [Span(0, 3, "PATIENT"), Span(4, 7, "DOCTOR"), Span(11, 15, "STATE"), Span(20, 24, "DX"), Span(8, 10, "SX")]
    scores = score_spans([gold], [found])
    assert scores["PHI"] == Tally(gold=2, found=3, hits=0, covered=1)  # the blank in "Ann Lee" stays
    assert scores["PATIENT"] == Tally(gold=1, found=1, hits=0, covered=0)
    assert scores["STATE"] == Tally(gold=0, found=1, hits=0, covered=0)
    assert scores["CITY"] == Tally(gold=1, found=0, hits=0, covered=1)
    assert scores["CLINICAL"] == Tally(gold=1, found=2, hits=1, covered=1)
    assert (scores["CLINICAL"].precision, scores["CLINICAL"].recall) == (0.5, 1.0)
    assert scores["CLINICAL"].f1 == pytest.approx(2 / 3)
    assert next(iter(scores)) == "PHI"


def test_the_layers_do_not_cover_one_another(gold: MarkedNote) -> None:
    assert score_spans([gold], [[Span(0, 24, "DX")]])["PHI"].covered == 0


def test_labels_that_a_note_does_not_annotate_are_not_held_against_what_was_found(gold: MarkedNote) -> None:
    partly = replace(gold, labels=frozenset({"PATIENT", "CITY", "DX"}))
    found = [Span(0, 7, "PATIENT"), Span(16, 19, "DATE"), Span(16, 19, "CITY")]
    assert score_spans([partly], [found])["PHI"] == Tally(gold=2, found=2, hits=1, covered=1)
    assert score_spans([gold], [found])["PHI"].found == 3


def test_choices_are_gold_for_each_of_their_labels_and_open_places_count_for_nothing(
    marked: Callable[..., MarkedNote],
) -> None:
    note = replace(
        marked("Ann Lee of Rome has gout"),
        choices=(Choice(0, 7, ("PATIENT", "RELATIVE")), Choice(11, 15), Choice(20, 24, ("DX", "O"), loose=True)),
    )
    scores = score_spans([note], [[Span(0, 7, "RELATIVE"), Span(11, 13, "STATE"), Span(20, 24, "DX")]])
    assert scores == {"PHI": Tally(1, 1, 1, 1), "PATIENT": Tally(1, 1, 1, 1)}


def test_nothing_to_find_and_nothing_found() -> None:
    assert (Tally().precision, Tally().recall, Tally().f1, Tally().coverage) == (0, 0, 0, 0)
    assert score_spans([], []) == {}
