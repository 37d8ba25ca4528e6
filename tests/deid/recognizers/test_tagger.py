"""The tagger over all recognizers, and what every recognizer must keep to."""

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import RecognizerRegistry

from deid.recognizers import (
    Form,
    FormRecognizer,
    PatternTagger,
    PatternTimeoutError,
    pattern_recognizers,
    settle_overlaps,
)
from deid.recognizers.base import index_words
from nlp.labels import PHI_LABELS
from nlp.markup import read_folder
from nlp.taggers.base import Tagger

RECOGNIZERS = pattern_recognizers()
TAGGER = PatternTagger(RECOGNIZERS)
TEXTS = [
    "Pt: Pham, Cuong Van  MRN: 4471902  DOB 12/08/1931 (92 y)  SSN xxx-xx-4471\n"
    "Seen on 3/15 and June 14, 2022 by Dr. Grabowski, cell (207) 555-0147, fax 401-555-0171 x22.\n"
    "Lives at 9 Quahog Ln, Westerly, RI 02891; m.oyelaran@gulfmail.example; wife Wilma, 61.\n"
    "Bright Heron Children's Hospital, NPI 1093817465, case # 23-D-4410, last fall, Labor Day 2020.\n"
    "mjet/abk   D 02/27/23  T 02/28/23 Job# 8823104",
    "BP 120/80, strength 5/5, pain 3/10, 1-2 tabs, POD 3, flu shot lot U2257.",
    "",
]
FRAGMENTS = st.sampled_from(
    [
        "MRN: ",
        "1234567",
        "3/4",
        " ",
        "\n",
        "Dr. ",
        "Smith",
        "555-0147",
        "x",
        "\t",
        "é",
        "\U0001f600",
        "\x00",
        "\ud800",
        "\r\n",
        "a\u0301",
    ]
)


def test_it_is_a_tagger():
    assert isinstance(TAGGER, Tagger)
    assert TAGGER.name == "patterns"
    assert set(TAGGER.labels) <= set(PHI_LABELS)


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
@settings(max_examples=60)
def test_spans_of_any_text_are_sorted_apart_and_inside(text):
    spans = TAGGER.tag([text])[0]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in itertools.pairwise(spans))
    assert all(span.sources == ("patterns",) and 0 < span.score <= 1 for span in spans)


@given(st.text(max_size=30))
@settings(max_examples=40)
def test_text_in_front_shifts_offsets_and_nothing_else(prefix):
    text = f"{prefix}\n\n\n\nSSN: 319-00-5542"
    surfaces = [text[span.start : span.end] for span in TAGGER.tag([text])[0] if span.label == "SSN"]
    assert surfaces[-1] == "319-00-5542"


def test_astral_characters_nul_and_lone_surrogates_do_not_move_offsets():
    text = "\U0001f468\u200d\u2695\ufe0f \x00 \ud83d caf\u0065\u0301\r\n\tMRN: 4471902\r\ncall 617-555-0119"
    found = {(span.label, text[span.start : span.end]) for span in TAGGER.tag([text])[0]}
    assert found >= {("MEDICALRECORD", "4471902"), ("PHONE", "617-555-0119")}


def test_each_text_gets_its_own_list():
    tagged = TAGGER.tag(TEXTS)
    assert len(tagged) == len(TEXTS)
    assert tagged[0]
    assert tagged[2] == []


def pieces(text):
    piece = st.tuples(
        st.integers(0, len(text)),
        st.integers(0, len(text)),
        st.sampled_from(["DATE", "PHONE"]),
        st.sampled_from([0.3, 0.6, 0.9]),
    )
    return st.lists(piece.filter(lambda p: p[0] < p[1]), max_size=6)


@given(pieces("ab, 12-34 (cd) 5"))
def test_settling_overlaps_keeps_every_letter_and_digit_covered_once(found):
    text = "ab, 12-34 (cd) 5"

    def covered(spans):
        return [i for start, end, *_ in spans for i in range(start, end) if text[i].isalnum()]

    settled = covered(settle_overlaps(text, found))
    assert sorted(settled) == sorted(set(settled))
    assert set(settled) == set(covered(found))


def test_the_higher_score_wins_and_the_loser_keeps_what_sticks_out():
    assert settle_overlaps("0123456789", [(0, 6, "PHONE", 0.9), (4, 9, "IDNUM", 0.6)]) == [
        (0, 6, "PHONE", 0.9),
        (6, 9, "IDNUM", 0.6),
    ]


@given(pieces("ab, 12-34 (cd) 5"), st.randoms(use_true_random=False))
def test_the_order_of_the_matches_does_not_matter(found, random):
    shuffled = random.sample(found, len(found))
    assert settle_overlaps("ab, 12-34 (cd) 5", shuffled) == settle_overlaps("ab, 12-34 (cd) 5", found)


def test_overlapping_spans_of_one_label_become_one():
    assert settle_overlaps("0123456789", [(0, 6, "DATE", 0.6), (4, 9, "DATE", 0.9)]) == [(0, 9, "DATE", 0.9)]


def test_a_form_that_runs_out_of_time_raises_instead_of_finding_nothing():
    slow = FormRecognizer("DATE", "slow", [Form("catastrophic", r"(?:a|aa)+(?:a|aa)+(?:a|aa)+b", 0.9)])
    text = "secret " + "a" * 400
    with pytest.raises(PatternTimeoutError) as raised:
        PatternTagger([slow], timeout=0.05).tag([text])
    assert "slow" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_presidio_analyze_raises_on_a_timeout_too():
    slow = FormRecognizer("DATE", "slow", [Form("catastrophic", r"(?:a|aa)+(?:a|aa)+(?:a|aa)+b", 0.9)])
    slow.timeout = 0.05
    with pytest.raises(PatternTimeoutError):
        slow.analyze("a" * 400, ["DATE"])


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda r: r.name)
def test_each_recognizer_works_in_a_stock_presidio_registry(recognizer):
    registry = RecognizerRegistry(recognizers=[], supported_languages=["en"])
    registry.add_recognizer(recognizer)
    (chosen,) = registry.get_recognizers(language="en", entities=[recognizer.label])
    for text in TEXTS:
        results = chosen.analyze(text, [recognizer.label])
        expected = {(start, end) for start, end, *_ in recognizer.find(text)}
        assert {(r.start, r.end) for r in results} <= expected
        assert all(r.entity_type == recognizer.label for r in results)
        assert bool(results) == bool(expected)


def test_recognizers_survive_the_dict_form_that_presidio_writes():
    for recognizer in RECOGNIZERS:
        state = recognizer.to_dict()
        assert state["supported_entity"] == recognizer.label
        assert len(state["patterns"]) == len(recognizer.patterns)


def test_names_are_unique():
    names = [recognizer.name for recognizer in RECOGNIZERS]
    assert len(names) == len(set(names))


def plain_spans(compiled, text):
    return {compiled.span(match) for match in compiled.regex.finditer(text)}


def corpus_texts():
    folder = Path(__file__).parents[3] / "corpora_templates"
    return [marked.note.text for marked in read_folder(folder)][::30] if folder.is_dir() else []


def test_gates_save_time_and_change_nothing():
    for text in TEXTS + corpus_texts():
        index = index_words(text)
        for recognizer in RECOGNIZERS:
            for compiled in recognizer._compiled:
                gated = {compiled.span(match) for match in compiled.matches(text, index, 10.0)}
                assert plain_spans(compiled, text) <= gated, (recognizer.name, compiled.pattern.name)


def test_a_context_word_lifts_a_weak_form_most_on_its_own_line():
    alone, earlier, same = (
        next(span.score for span in TAGGER.tag([text])[0] if text[span.start : span.end] == "555-0148")
        for text in ("see 555-0148 then", "her phone\n  555-0148 then", "her phone: 555-0148 then")
    )
    assert alone < 0.5 <= earlier < same


def test_a_long_text_of_blanks_digits_or_letters_takes_no_more_than_linear_time():
    def seconds(text):
        begin = time.process_time()
        TAGGER.tag([text])
        return time.process_time() - begin

    for unit in ("Aa ", "1/", "A1-", "   ", "a.", "x@", "1.1.", "Dr. A ", "MRN ", "9 "):
        seconds(unit * 200)
        assert seconds(unit * 4000) < 3.0, unit
