from __future__ import annotations

import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from nlp.entities import merge_entities
from nlp.types import Span

SPANS = st.lists(
    st.builds(
        lambda start, length, label, score, source: Span(start, start + length, label, score, (source,)),
        st.integers(0, 40), st.integers(1, 8), st.sampled_from(["DX", "SX", "DRUG"]),
        st.sampled_from([0.5, 0.7, 0.9]), st.sampled_from(["a", "b"]),
    )
)  # fmt: skip


def simple_merge(spans: list[Span]) -> list[tuple[int, int, str]]:
    """Every span against every span that was kept: what the merge must equal."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.score, -len(s), s.start, s.label, s.sources)):
        if not any(span.overlaps(k) for k in kept):
            kept.append(span)
    return sorted((s.start, s.end, s.label) for s in kept)


@given(SPANS)
def test_the_merge_keeps_what_a_comparison_of_all_pairs_keeps(spans: list[Span]) -> None:
    merged = merge_entities(spans)
    assert [(s.start, s.end, s.label) for s in merged] == simple_merge(spans)


@given(SPANS, st.randoms())
def test_the_merge_does_not_depend_on_the_order_of_its_input(spans: list[Span], rng: object) -> None:
    shuffled = list(spans)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge_entities(shuffled) == merge_entities(spans)


@given(SPANS)
def test_merged_spans_are_sorted_and_do_not_overlap(spans: list[Span]) -> None:
    merged = merge_entities(spans)
    assert all(a.end <= b.start for a, b in itertools.pairwise(merged))


@given(SPANS)
def test_every_span_is_kept_or_gives_way_to_one_of_at_least_its_score(spans: list[Span]) -> None:
    merged = merge_entities(spans)
    for span in spans:
        assert any(k.overlaps(span) and k.score >= span.score for k in merged)


def test_equal_spans_of_several_taggers_become_one_that_names_all_and_keeps_all_they_know() -> None:
    merged = merge_entities(
        [
            Span(0, 4, "DX", 0.9, ("rnn",)),
            Span(0, 4, "DX", 0.8, ("bert",), assertion="negated"),
            Span(0, 4, "DX", 0.7, ("crf",), assertion="present"),
        ]
    )
    assert merged == (Span(0, 4, "DX", 0.9, ("bert", "crf", "rnn"), assertion="negated"),)


def test_the_better_score_wins_then_the_longer_span() -> None:
    assert [s.label for s in merge_entities([Span(0, 9, "DX", 0.6), Span(2, 4, "SX", 0.9)])] == ["SX"]
    assert [s.label for s in merge_entities([Span(0, 9, "DX", 0.6), Span(2, 4, "SX", 0.6)])] == ["DX"]


def test_thousands_of_entities_merge_at_once() -> None:
    spans = [Span(i, i + 3, "DX", 0.5 + (i % 7) / 20, (source,)) for i in range(40_000) for source in ("a", "b")]
    started = time.monotonic()
    merged = merge_entities(spans)
    assert time.monotonic() - started < 5  # all pairs would take minutes
    assert len(merged) > 10_000
