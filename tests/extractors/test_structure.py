"""What `structure` keeps, fills in and never breaks."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from extractors.mending import mend
from extractors.structure import structure
from nlp.labels import ASSERTIONS, CLINICAL_LABELS, STATUSES
from nlp.types import Span

PIECES = st.sampled_from(
    ["no ", "pain ", "HTN", "aspirin", " 20 mg ", "daily", ", ", ". ", "\n", "\r\n", "\n\n", "PMH: ", "?", "FH ", "|",
     "   ", "İ", "😀", "\x00", "\ud800", "e\u0301", "\t", "for ", "stop ", "(", "mother "]
)  # fmt: skip


@given(st.lists(st.tuples(PIECES, st.sampled_from([None, None, *CLINICAL_LABELS])), max_size=40))
def test_every_span_keeps_its_place_and_gets_all_its_fields(pieces: list[tuple[str, str | None]]) -> None:
    text, spans = "", []
    for piece, label in pieces:
        if label:
            spans.append(Span(len(text), len(text) + len(piece), label, 0.7, ("t",)))
        text += piece
    done = structure(text, spans)
    assert [(s.start, s.end, s.label, s.score, s.sources) for s in done] == [
        (s.start, s.end, s.label, s.score, s.sources) for s in mend(text, spans)
    ]
    ids = [s.id for s in done if s.label == "DRUG"]
    assert ids == [f"m{number}" for number in range(1, len(ids) + 1)]
    for span in done:
        assert (span.assertion in ASSERTIONS) == (span.label in ("DX", "SX"))
        assert (span.status in STATUSES) == (span.label == "DRUG")
        assert span.drug is None or (span.drug in ids and span.label != "DRUG")


def test_what_a_tagger_filled_in_is_kept_where_no_cue_says_otherwise() -> None:
    text = "   fever. stop aspirin 20 mg"
    spans = [
        Span(3, 8, "SX", assertion="possible"),
        Span(15, 22, "DRUG", status="current"),
        Span(23, 28, "STRENGTH"),
    ]
    fever, aspirin, strength = structure(text, spans)
    assert (fever.assertion, aspirin.status, strength.drug) == ("possible", "current", "m1")


def test_a_cue_overrules_the_assertion_of_a_tagger() -> None:
    assert structure("no fever", [Span(3, 8, "SX", assertion="historical")])[0].assertion == "negated"


def test_links_of_a_tagger_move_with_the_new_ids() -> None:
    text = "aspirin, lisinopril 20 mg"
    spans = [Span(0, 7, "DRUG", id="x9"), Span(9, 19, "DRUG", id="x1"), Span(20, 25, "STRENGTH", drug="x9")]
    assert [s.drug for s in structure(text, spans) if s.label == "STRENGTH"] == ["m1"]


def test_a_link_to_a_drug_that_is_not_there_is_made_anew() -> None:
    assert structure("aspirin 20 mg", [Span(0, 7, "DRUG"), Span(8, 13, "STRENGTH", drug="m7")])[1].drug == "m1"


def test_a_note_of_eight_hundred_medications_on_one_line_takes_no_quadratic_time(
    operations: Callable[[Callable[[], object]], int],
) -> None:
    def run(number: int) -> int:
        text = "no aspirin 20 mg daily for pain, " * number
        spans = []
        for i in range(number):
            at = 33 * i
            spans += [Span(at + 3, at + 10, "DRUG"), Span(at + 11, at + 16, "STRENGTH"), Span(at + 27, at + 31, "SX")]
        assert len(structure(text, spans)) == 3 * number
        return operations(lambda: structure(text, spans))

    assert run(800) < 5 * run(200)
