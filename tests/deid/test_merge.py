from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.merge import merge, without_halves
from nlp.labels import PHI_LABELS
from nlp.types import Span

HALF = {"default": 0.5}


def merged(text, *candidates, entities=(), thresholds=HALF):
    """Merge (surface, label, score, source) candidates; return [(surface, label)]."""
    spans = [
        Span(text.index(surface), text.index(surface) + len(surface), label, score, (source,))
        for surface, label, score, source in candidates
    ]
    found = [Span(text.index(s), text.index(s) + len(s), label, score) for s, label, score in entities]
    return [(text[s.start : s.end], s.label) for s in merge(text, spans, found, thresholds)]


def test_overlaps_of_one_label_are_joined_with_all_sources():
    spans = merge(
        "John Smith here", [Span(0, 7, "PATIENT", 0.6, ("b",)), Span(5, 10, "PATIENT", 0.9, ("a",))], [], HALF
    )
    assert spans == (Span(0, 10, "PATIENT", 0.9, ("a", "b")),)


def test_thresholds_are_per_label_and_known_identifiers_pass():
    thresholds = {"default": 0.5, "CITY": 0.9}
    assert merged("Reno, Ann", ("Reno", "CITY", 0.8, "a"), ("Ann", "PATIENT", 0.5, "a"), thresholds=thresholds) == [
        ("Ann", "PATIENT")
    ]
    assert merged("Reno", ("Reno", "CITY", 0.1, "known"), thresholds=thresholds) == [("Reno", "CITY")]


def test_better_evidence_wins_and_the_rest_stays_covered():
    assert merged(
        "John Smith Hospital", ("John Smith", "PATIENT", 0.9, "a"), ("Smith Hospital", "HOSPITAL", 0.6, "b")
    ) == [
        ("John Smith", "PATIENT"),
        ("Hospital", "HOSPITAL"),
    ]


def test_half_a_number_goes_to_the_winner():
    assert merged("call 617-555-0123", ("617-555-0123", "PHONE", 0.6, "a"), ("555-0123", "IDNUM", 0.9, "b")) == [
        ("617-555-0123", "IDNUM")
    ]


def test_specific_label_wins_at_equal_scores():
    assert merged("no 4471902", ("4471902", "IDNUM", 0.9, "a"), ("4471902", "MEDICALRECORD", 0.9, "b")) == [
        ("4471902", "MEDICALRECORD")
    ]


def test_name_in_an_address_is_part_of_the_address():
    assert merged(
        "jo.reyes@x.example", ("reyes", "PATIENT", 1.0, "known"), ("jo.reyes@x.example", "EMAIL", 0.8, "b")
    ) == [("jo.reyes@x.example", "EMAIL")]


def test_pieces_of_one_name_are_joined():
    assert merged("seen by J. Smith-Jones.", *((s, "DOCTOR", 0.9, "a") for s in ("J", "Smith", "Jones"))) == [
        ("J. Smith-Jones", "DOCTOR")
    ]


def test_names_in_a_list_stay_apart():
    assert len(merged("Smith, Jones", ("Smith", "DOCTOR", 0.9, "a"), ("Jones", "DOCTOR", 0.9, "a"))) == 2


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("Mr. Pak, here", "Pak, ", "Pak"),
        ("x (917) 555 0134.", "(917) 555 0134.", "(917) 555 0134"),
        ("since '09", "'09", "'09"),
        ("St. Ann's (Reno)", "(Reno)", "(Reno)"),
        ("in Mass. now", "Mass.", "Mass."),
    ],
)
def test_ends_are_trimmed_of_what_is_no_part(text, found, kept):
    assert merged(text, (found, "CITY", 0.9, "a")) == [(kept, "CITY")]


def test_span_that_cuts_a_word_is_widened():
    assert merged("Kowalczyk came", ("Kowal", "PATIENT", 0.9, "a")) == [("Kowalczyk", "PATIENT")]
    assert merged("45F", ("45", "AGE", 0.9, "a")) == [("45", "AGE")]


EPONYM = [("Parkinson disease", "DX", 0.95)]


def test_unsure_name_in_a_sure_disease_is_an_eponym():
    assert merged("has Parkinson disease", ("Parkinson", "PATIENT", 0.6, "a"), entities=EPONYM) == []


@pytest.mark.parametrize(
    ("label", "score", "source"),
    [("PATIENT", 0.9, "a"), ("PATIENT", 0.6, "known"), ("DATE", 0.6, "a"), ("IDNUM", 0.6, "a")],
)
def test_sure_names_known_names_dates_and_ids_are_never_taken_back(label, score, source):
    assert merged("has Parkinson disease", ("Parkinson", label, score, source), entities=EPONYM) != []


@pytest.mark.parametrize(
    "span", [Span(0, 1, "DX"), Span(2, 2, "PATIENT"), Span(0, 99, "PATIENT"), Span(-1, 2, "PATIENT")]
)
def test_impossible_candidates_are_refused(span):
    with pytest.raises(ValueError, match=span.label):
        merge("text", [span], [], HALF)


@pytest.mark.parametrize(("text", "found"), [("0.04 mcg", "04"), (".06 mcg", ".06"), ("ABI 1.08", "1")])
def test_a_half_of_a_decimal_is_no_date_but_what_else_it_may_be_stays(text, found):
    start, end = text.index(found), text.index(found) + len(found)
    assert merge(text, [Span(start, end, "DATE", 0.9, ("a",))], [], HALF) == ()
    both = [Span(start, end, "DATE", 0.9, ("a",)), Span(start, end, "IDNUM", 0.6, ("b",))]
    assert [s.label for s in merge(text, both, [], HALF)] == ["IDNUM"]


# Letters that make no article and no everyday word: `deid.parts` leaves those out of a name.
TEXTS = st.text(st.sampled_from("qB9é\u0301 .,-()@'\n\t\x00𝒜\ud800王"), min_size=1, max_size=40)


@st.composite
def candidate_sets(draw):
    text = draw(TEXTS)
    spans = []
    for _ in range(draw(st.integers(0, 7))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        score = draw(st.sampled_from([0.2, 0.5, 0.52, 0.9]))
        spans.append(Span(start, end, draw(st.sampled_from(PHI_LABELS)), score, (draw(st.sampled_from("abc")),)))
    return text, spans


@given(candidate_sets())
def test_every_letter_and_digit_found_by_any_source_is_covered_once(case):
    text, spans = case
    result = merge(text, spans, [], HALF)
    assert all(a.end <= b.start for a, b in pairwise(result))
    assert all(0 <= s.start < s.end <= len(text) for s in result)
    covered = {i for s in result for i in range(s.start, s.end)}
    halves = {s for s in spans if s not in without_halves(text, spans)}
    wanted = {
        i for s in spans if s.score >= 0.5 and s not in halves for i in range(s.start, s.end) if text[i].isalnum()
    }
    assert wanted <= covered


@given(candidate_sets())
def test_merge_does_not_depend_on_the_order_of_candidates(case):
    text, spans = case
    assert merge(text, spans, [], HALF) == merge(text, spans[::-1], [], HALF)
