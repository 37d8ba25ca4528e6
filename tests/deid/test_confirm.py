from __future__ import annotations

from deid.confirm import SURE_ALONE, confirmed
from nlp.types import Span

DOUBTFUL = SURE_ALONE - 0.1


def pattern(start: int, end: int, score: float, label: str = "DATE") -> Span:
    return Span(start, end, label, score, ("patterns",))


def test_a_doubtful_match_alone_does_not_count() -> None:
    assert confirmed([pattern(0, 3, DOUBTFUL)], {"DATE"}) == []


def test_a_sure_match_needs_nobody() -> None:
    sure = pattern(0, 3, SURE_ALONE)
    assert confirmed([sure], {"DATE"}) == [sure]


def test_a_doubtful_match_counts_where_a_tagger_sees_any_phi() -> None:
    doubtful, seen = pattern(0, 3, DOUBTFUL), Span(2, 5, "AGE", 0.5, ("transformer",))
    assert confirmed([doubtful, seen], {"DATE"}) == [seen, doubtful]
    assert confirmed([doubtful, Span(3, 5, "AGE", 0.5, ("transformer",))], {"DATE"}) == [
        Span(3, 5, "AGE", 0.5, ("transformer",))
    ]


def test_another_pattern_confirms_nothing() -> None:
    sure = pattern(0, 3, 0.95, "AGE")
    assert confirmed([pattern(0, 3, DOUBTFUL), sure], {"DATE", "AGE"}) == [sure]


def test_where_no_tagger_knows_the_label_every_match_stays() -> None:
    doubtful = pattern(0, 3, DOUBTFUL)
    assert confirmed([doubtful], {"AGE"}) == [doubtful]
    assert confirmed([doubtful], ()) == [doubtful]
