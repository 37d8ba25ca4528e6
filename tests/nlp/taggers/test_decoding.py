from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nlp.labels import bio_tags
from nlp.taggers.decoding import BioDecoder
from nlp.words import Words, split_words

LABELS = ("PATIENT", "DATE", "AGE")
TAGS = bio_tags(LABELS)


def words(count: int) -> Words:
    return split_words(" ".join(["word"] * count))


def rows(*kinds: str, sure: float = 0.9) -> np.ndarray:
    """One row a word: ``sure`` on the tag, the rest spread over the others."""
    table = np.full((len(kinds), len(TAGS)), (1 - sure) / (len(TAGS) - 1), dtype=np.float32)
    for row, kind in zip(table, kinds, strict=True):
        row[TAGS.index(kind)] = sure
    return table


def decoded(probabilities: np.ndarray, **thresholds: float) -> list[tuple[int, int, str]]:
    """Spans as ranges of words."""
    text = words(len(probabilities))
    return [
        (int(np.searchsorted(text.starts, s.start)), int(np.searchsorted(text.ends, s.end)) + 1, s.label)
        for s in BioDecoder(TAGS, thresholds).decode(text, probabilities, "test")
    ]


PROBABILITIES = st.integers(0, 25).flatmap(
    lambda n: hnp.arrays(np.float32, (n, len(TAGS)), elements=st.floats(0.0009765625, 1.0, width=32)).map(
        lambda a: (a**4 / np.maximum((a**4).sum(-1, keepdims=True), 1e-9)).astype(np.float32)
    )
)


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["O", "O"], []),
        (["B-DATE", "I-DATE", "O", "B-AGE"], [(0, 2, "DATE"), (3, 4, "AGE")]),
        (["B-DATE", "B-DATE"], [(0, 1, "DATE"), (1, 2, "DATE")]),
        (["B-DATE", "I-AGE"], [(0, 1, "DATE"), (1, 2, "AGE")]),
        (["I-DATE", "I-DATE"], [(0, 2, "DATE")]),
        ([], []),
    ],
)
def test_tags_become_spans(kinds: list[str], expected: list[tuple[int, int, str]]) -> None:
    assert decoded(rows(*kinds) if kinds else np.zeros((0, len(TAGS)), np.float32)) == expected


def test_a_word_counts_when_all_its_labels_together_reach_the_threshold() -> None:
    row = np.zeros((1, len(TAGS)), np.float32)
    row[0, [0, TAGS.index("B-PATIENT"), TAGS.index("B-DATE")]] = 0.45, 0.3, 0.25
    assert decoded(row) == [(0, 1, "PATIENT")]


def test_the_label_is_that_of_the_highest_mean_and_a_small_doubt_does_not_cut() -> None:
    table = rows("B-PATIENT", "I-PATIENT", "I-PATIENT")
    table[1, [TAGS.index("I-PATIENT"), TAGS.index("I-DATE")]] = 0.4, 0.45
    assert decoded(table) == [(0, 3, "PATIENT")]


def test_thresholds_are_per_label() -> None:
    table = rows("B-PATIENT", "O", "B-DATE", sure=0.3)
    table[:, 0] = [0.6, 0.95, 0.6]
    assert decoded(table) == []
    assert decoded(table, DATE=0.35) == [(2, 3, "DATE")]
    assert decoded(table, default=0.35) == [(0, 1, "PATIENT"), (2, 3, "DATE")]


@given(PROBABILITIES, st.floats(0.05, 0.9), st.floats(0.05, 0.9))
def test_a_lower_threshold_only_adds_words(probabilities: np.ndarray, one: float, two: float) -> None:
    low, high = sorted((one, two))
    covered = [
        {i for start, end, _ in decoded(probabilities, default=threshold) for i in range(start, end)}
        for threshold in (low, high)
    ]
    assert covered[0] >= covered[1]


def simple_decode(p: np.ndarray, threshold: float) -> list[tuple[int, int, str]]:
    """Word by word, with every sum made anew: what `BioDecoder` must equal."""
    runs: list[list[int]] = []
    for i in range(len(p)):
        if 1 - p[i, 0] < np.float32(threshold):
            continue
        label = [p[i, 1 + 2 * k] + p[i, 2 + 2 * k] for k in range(len(LABELS))]
        fits = bool(runs) and runs[-1][-1] == i - 1 and sum(p[i, 1::2]) <= sum(p[i, 2::2])
        if fits:
            weight = [sum(p[j, 1 + 2 * k] + p[j, 2 + 2 * k] for j in runs[-1]) for k in range(len(LABELS))]
            fits = max(label) <= 4 * label[int(np.argmax(weight))]
        if fits:
            runs[-1].append(i)
        else:
            runs.append([i])
    weights = [[sum(p[j, 1 + 2 * k] + p[j, 2 + 2 * k] for j in run) for k in range(len(LABELS))] for run in runs]
    return [(r[0], r[-1] + 1, LABELS[int(np.argmax(w))]) for r, w in zip(runs, weights, strict=True)]


@pytest.mark.parametrize("seed", range(30))
def test_decoding_equals_a_simple_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=2, size=(60, len(TAGS)))
    table = (np.exp(logits) / np.exp(logits).sum(1, keepdims=True)).astype(np.float32)
    assert decoded(table, default=0.6) == simple_decode(table, 0.6)


@given(PROBABILITIES)
def test_spans_are_sorted_apart_and_scored_from_a_half_to_one(probabilities: np.ndarray) -> None:
    spans = BioDecoder(TAGS, {"DATE": 0.2}).decode(words(len(probabilities)), probabilities, "test")
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(0.5 <= s.score <= 1 and s.sources == ("test",) for s in spans)


def test_scores_grow_with_the_probability_and_a_half_is_the_threshold() -> None:
    def score(outside: float, threshold: float) -> float:
        row = np.zeros((1, len(TAGS)), np.float32)
        row[0, :2] = outside, 1 - outside
        return BioDecoder(TAGS, {"default": threshold}).decode(words(1), row, "t")[0].score

    assert score(0.799, 0.2) == pytest.approx(0.5, abs=1e-3)
    assert score(0.0, 0.2) == 1.0
    assert 0.5 < score(0.6, 0.2) < score(0.3, 0.2) < 1


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_broken_probabilities_raise_instead_of_finding_nothing(broken: float) -> None:
    table = rows("O", "B-DATE")
    table[1, 0] = broken
    with pytest.raises(ValueError, match="no numbers"):
        decoded(table)


@pytest.mark.parametrize("tags", [("B-X", "O", "I-X"), ("O", "I-X", "B-X"), ("O", "B-X", "I-X", "B-Y")])
def test_tags_in_another_order_are_refused(tags: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"tags must be|zip"):
        BioDecoder(tags, {})


def test_a_run_over_the_whole_of_a_long_text_is_decoded_quickly() -> None:
    table = rows("B-PATIENT", *["I-PATIENT"] * 49_999)
    started = time.monotonic()
    assert decoded(table) == [(0, 50_000, "PATIENT")]
    assert time.monotonic() - started < 5


def of_date(*masses: float) -> np.ndarray:
    """One row a word: so much on DATE, the rest outside."""
    table = np.zeros((len(masses), len(TAGS)), dtype=np.float32)
    table[:, TAGS.index("I-DATE")] = masses
    table[:, 0] = 1 - table[:, TAGS.index("I-DATE")]
    return table


def test_a_word_beside_a_found_one_needs_less_but_none_is_found_by_that_alone() -> None:
    text = words(5)
    for continues, last in ((1.0, 0), (0.55, 2)):
        decoder = BioDecoder(TAGS, {"default": 0.7}, continues)
        spans = decoder.decode(text, of_date(0.9, 0.4, 0.4, 0.1, 0.4), "test")
        assert [(s.start, s.end) for s in spans] == [(int(text.starts[0]), int(text.ends[last]))]


def test_a_span_drawn_out_is_less_sure() -> None:
    table, text = of_date(0.98, 0.4), words(2)
    short, long = (BioDecoder(TAGS, {"default": 0.7}, c).decode(text, table, "test")[0].score for c in (1.0, 0.55))
    assert long < short
