from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp.words import GAPS, SHAPES, gap_of, shape_of, split_words

# Everything that Python takes as text, lone surrogates and unassigned code points included.
ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("aZ9 \t\r\n\x00\u0301\ud800\udfff\U0001f600\u00bd\u00b2\u0660\u200b\ufeff_'./-İßǅ"),
    )
)


@given(ANY_TEXT)
@example("e\u0301\u0302 \ud83d \ude00 \x00 \U0001f468\u200d\U0001f469 1\u00b2 \u00bd")
def test_words_partition_everything_that_is_not_blank(text: str) -> None:
    words = split_words(text)
    covered = [i for a, b in zip(words.starts.tolist(), words.ends.tolist(), strict=True) for i in range(a, b)]
    assert covered == sorted(set(covered))  # in order, and no character twice
    assert {i for i, c in enumerate(text) if not c.isspace()} == set(covered)


@given(ANY_TEXT)
def test_a_word_stands_in_the_text_at_its_offsets(text: str) -> None:
    words = split_words(text)
    for surface, start, end in zip(words.surfaces, words.starts, words.ends, strict=True):
        assert len(surface) == end - start
        assert all(a == b or (0xD800 <= ord(b) < 0xE000 and a == "\ufffd") for a, b in
                   zip(surface, text[start:end], strict=True))  # fmt: skip
        surface.encode("utf-8")  # a tokenizer can take it


@given(ANY_TEXT)
def test_every_word_has_a_shape_and_a_gap_and_only_the_first_starts(text: str) -> None:
    words = split_words(text)
    assert len(words.shapes) == len(words.gaps) == len(words)
    assert (words.shapes > 0).all()
    assert (words.gaps > 0).all()
    assert [GAPS[g] == "start" for g in words.gaps] == [i == 0 for i in range(len(words))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("54F, 20mg q4-6h", ["54", "F", ",", "20", "mg", "q", "4", "-", "6", "h"]),
        ("AV/mlk2 a_b", ["AV", "/", "mlk", "2", "a", "_", "b"]),
        ("Rene\u0301 O'Neil", ["Rene\u0301", "O", "'", "Neil"]),
        ("03/04/21\r\nx\ty", ["03", "/", "04", "/", "21", "x", "y"]),
        ("\x00a\ud800", ["\x00", "a", "\ufffd"]),
        (" \n\t ", []),
        ("", []),
    ],
)
def test_words_are_cut_where_spans_may_begin(text: str, expected: list[str]) -> None:
    assert split_words(text).surfaces == expected


@pytest.mark.parametrize(
    ("word", "shape"),
    [("pain", "lower"), ("Smith", "Title"), ("MRN", "UPPER"), ("McCoy", "mixed"), ("a", "letter"), ("A", "Letter"),
     ("7", "digit1"), ("123456789", "digit9"), ("1234567890", "digits"), (".", "punctuation"), ("\u20ac", "symbol"),
     ("\u674e\u660e", "uncased")],
)  # fmt: skip
def test_shapes(word: str, shape: str) -> None:
    assert SHAPES[shape_of(word)] == shape


@pytest.mark.parametrize(
    ("blank", "gap"),
    [("", "none"), (" ", "space"), ("  ", "wide"), ("\t", "wide"), ("\n", "newline"), (" \r\n", "newline"),
     ("\r\n\r\n", "paragraph"), ("\n \n", "paragraph"), ("\r", "newline")],
)  # fmt: skip
def test_gaps(blank: str, gap: str) -> None:
    assert GAPS[gap_of(blank)] == gap


def test_repr_shows_no_text() -> None:
    assert "Smith" not in repr(split_words("Mr. Smith"))


def test_long_texts_are_split_quickly() -> None:
    text = "Pt seen 3/4 by J. Smith; BP 120/80.\r\n" * 27_000
    started = time.monotonic()
    words = split_words(text)
    assert time.monotonic() - started < 10
    assert words.ends[-1] == len(text) - 2
    assert (np.diff(words.starts) > 0).all()
    assert all(a <= b for a, b in itertools.pairwise(words.ends))
