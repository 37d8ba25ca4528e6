"""Spans as taggers give them, mended: borders, labels, and what names nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.mending import mend
from extractors.structure import structure
from nlp.labels import CLINICAL_LABELS
from nlp.markup import parse
from nlp.types import Span


def mended(marked: str) -> list[tuple[str, str]]:
    text, annotations, _ = parse(marked)
    return [(span.label, text[span.start : span.end]) for span in mend(text, annotations.entities)]


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("25 mg t[[FREQUENCY:.i.d.|m1]]", [("FREQUENCY", "t.i.d.")]),
        ("25 mg [[FREQUENCY:q.h|m1]].s.", [("FREQUENCY", "q.h.s.")]),
        ("[[FREQUENCY:p|m1]].r[[FREQUENCY:.n.|m1]] pain", [("FREQUENCY", "p.r.n.")]),
        ("[[FREQUENCY:p.o.|m1]] [[FREQUENCY:daily|m1]]", [("ROUTE", "p.o."), ("FREQUENCY", "daily")]),
        ("[[ROUTE:nightly|m1]]", [("FREQUENCY", "nightly")]),
        ("[[FREQUENCY:od|m1]]", [("FREQUENCY", "od")]),  # once a day, or the right eye
        ("[[ROUTE:p|m1]].[[FREQUENCY:o. daily|m1]]", [("ROUTE", "p."), ("FREQUENCY", "o. daily")]),
    ],
)
def test_attributes(marked: str, wanted: list[tuple[str, str]]) -> None:
    assert mended(marked) == wanted


@pytest.mark.parametrize(
    "marked", ["[[DX:the left|present]]", "[[DX:5|present]]", "[[DRUG:-|m1|current]]", "[[DRUG:NKDA|m1|allergy]]"]
)
def test_what_names_nothing_is_left_out(marked: str) -> None:
    assert mended(marked) == []


@pytest.mark.parametrize(
    "marked", ["[[DX:#|present]]", "[[DRUG:70/30|m1|current]]", "[[SX:2+|present]]", "[[DX:AS|present]]"]
)
def test_what_names_something_stays(marked: str) -> None:
    assert len(mended(marked)) == 1


def test_links_of_what_stays_hold() -> None:
    text, annotations, _ = parse("[[DRUG:-|m1|current]] [[DRUG:Zocor|m2|current]] 20 mg [[FREQUENCY:p.o.|m2]]")
    assert [(span.label, span.id, span.drug) for span in structure(text, annotations.entities)] == [
        ("DRUG", "m1", None), ("ROUTE", None, "m1"),
    ]  # fmt: skip


@given(st.text("pqo. \nx", max_size=30), st.data())
def test_spans_stay_apart_and_inside_the_text(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    labels = data.draw(st.lists(st.sampled_from(CLINICAL_LABELS), min_size=4, max_size=4))
    spans = [Span(a, b, label) for a, b, label in zip(cuts[::2], cuts[1::2], labels, strict=False)]
    found = mend(text, spans)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
