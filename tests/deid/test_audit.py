from hypothesis import given
from hypothesis import strategies as st

from deid.audit import AuditRow, add_up, audit, score_band
from deid.keys import SecretKey
from deid.policy import load_policy
from deid.transform import transform
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)
MASK = load_policy("mask")


def audited(text, *spans, policy=MASK):
    return audit(spans, transform(Note("n", text, "p"), spans, policy, KEY).replacements)


def test_spans_are_counted_by_label_sources_action_and_score():
    text = "Ana Reyes, a welder, Ana"
    spans = (
        Span(0, 9, "PATIENT", 0.97, ("patterns", "transformer")),
        Span(13, 19, "PROFESSION", 0.61, ("transformer",)),
        Span(21, 24, "PATIENT", 1.0, ("patterns", "transformer")),
    )
    assert audited(text, *spans) == (
        AuditRow("PATIENT", "patterns+transformer", "mask", "0.9-1.0", 2),
        AuditRow("PROFESSION", "transformer", "keep", "0.6-0.7", 1),
    )


def test_an_action_that_was_not_possible_is_counted_as_the_mask_it_became():
    surrogate = load_policy("surrogate")
    assert [row.action for row in audited("in 2/30/21", Span(3, 10, "DATE"), policy=surrogate)] == ["mask"]


@given(st.floats(-1, 2))
def test_every_score_lies_in_its_band(score):
    low, high = map(float, score_band(score).split("-"))
    assert low - 1e-6 <= min(1.0, max(0.0, score)) <= high + 1e-6


ROWS = st.builds(
    AuditRow,
    st.sampled_from(["CITY", "DATE"]),
    st.sampled_from(["known", "known+patterns", "patterns", "known+propagation"]),
    st.sampled_from(["mask", "keep"]),
    st.sampled_from(["0.5-0.6", "0.9-1.0"]),
    st.integers(1, 9),
)


@given(st.lists(ROWS), st.lists(ROWS))
def test_sums_do_not_depend_on_the_order_or_on_how_rows_are_cut_into_shards(first, second):
    whole = add_up([*first, *second])
    assert whole == add_up([*add_up(second), *add_up(first)])
    assert sum(row.spans for row in whole) == sum(row.spans for row in (*first, *second))
