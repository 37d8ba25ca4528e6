from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.labels import ASSERTIONS, CLINICAL_LABELS, MASKED, PHI_LABELS, STATUSES, bio_tags
from nlp.markup import Choice, MarkedNote
from nlp.taggers.decoding import BioDecoder
from nlp.taggers.features import WordPieces
from nlp.taggers.partial import allowed_tags
from nlp.taggers.windows import Window
from nlp.training.dataset import (
    bio,
    classes,
    encode,
    features,
    from_row,
    groups,
    partial_bio,
    tag_batch,
    to_row,
    words_of,
)
from nlp.training.split import is_validation
from nlp.types import Span
from nlp.words import split_words

TAGS = bio_tags(("PATIENT", "DATE"))


def test_rows_keep_text_spans_assertion_and_status(notes: list[MarkedNote]) -> None:
    for marked in notes:
        back = from_row(to_row(marked))
        assert back.note.text == marked.note.text
        assert back.annotations.phi == marked.annotations.phi
        for a, b in zip(back.annotations.entities, marked.annotations.entities, strict=True):
            assert (a.start, a.end, a.label, a.assertion, a.status) == (b.start, b.end, b.label, b.assertion, b.status)


def test_a_dataset_gives_rows_back(notes: list[MarkedNote]) -> None:
    from datasets import Dataset

    dataset = Dataset.from_list([to_row(m) for m in notes])
    assert [from_row(row) for row in dataset] == [from_row(to_row(m)) for m in notes]


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Words apart by blanks or not at all, with spans over whole words."""
    pieces = draw(st.lists(st.sampled_from(["Ann", "3", "/", "mg", "Rene\u0301", "\U0001f600", "\x00"]), max_size=20))
    text = "".join(piece + draw(st.sampled_from(["", " ", "\r\n"])) for piece in pieces)
    words = split_words(text)
    spans, at = [], 0
    while at < len(words):
        length = draw(st.integers(0, 3))
        if length and (end := min(at + length, len(words))) > at:
            label = draw(st.sampled_from(["PATIENT", "DATE"]))
            spans.append(Span(int(words.starts[at]), int(words.ends[end - 1]), label))
        at += max(length, 1)
    return text, spans


@given(texts_with_spans())
def test_bio_tags_decode_to_the_spans_they_were_made_of(made: tuple[str, list[Span]]) -> None:
    text, spans = made
    words = split_words(text)
    sure = np.eye(len(TAGS), dtype=np.float32)[bio(words, spans, TAGS)]
    found = BioDecoder(TAGS, {}).decode(words, sure, "x")
    assert [(s.start, s.end, s.label) for s in found] == [(s.start, s.end, s.label) for s in spans]


def test_a_word_that_a_span_covers_in_part_belongs_to_it() -> None:
    words = split_words("the noon")
    assert words_of(words, Span(5, 6, "DATE")) == (1, 2)
    assert words_of(words, Span(3, 4, "DATE")) == (1, 1)  # the blank between
    assert bio(words, [Span(5, 6, "DATE")], TAGS).tolist() == [0, TAGS.index("B-DATE")]


def test_labels_that_a_model_lacks_are_left_out() -> None:
    assert bio(split_words("a b"), [Span(0, 1, "DX"), Span(2, 3, "DATE")], TAGS).tolist() == [0, 3]


def test_classes_are_masked_outside_of_the_spans_that_carry_one() -> None:
    words = split_words("no chest pain on ASA")
    spans = [Span(3, 13, "SX", assertion="negated"), Span(17, 20, "DRUG", status="current")]
    m = MASKED
    assert classes(words, spans, "assertion", ASSERTIONS)[0].tolist() == [m, 1, 1, m, m]
    assert classes(words, spans, "status", STATUSES)[0].tolist() == [m, m, m, m, 0]


@given(text=st.text(st.characters(exclude_categories=()), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_encoded_with_one_tag_a_word_and_head(
    pieces: WordPieces, marked: Callable[..., MarkedNote], text: str
) -> None:
    heads = {"phi": bio_tags(PHI_LABELS), "clinical": bio_tags(CLINICAL_LABELS), "assertion": ASSERTIONS}
    note = marked(text.replace("[", "(").replace("]", ")") + " [[DATE:3/4]] [[DX:HTN|present]]")
    tagged = encode(note, pieces, heads)
    assert {head: len(tags) for head, tags in tagged.tags.items()} == dict.fromkeys(heads, len(tagged.document.words))
    assert tagged.tags["phi"][-4:].tolist()[:3] == [heads["phi"].index(f"{p}-DATE") for p in "BII"]


def test_groups() -> None:
    assert [list(g) for g in groups(range(5), 2)] == [[0, 1], [2, 3], [4]]


def test_a_twelfth_of_the_notes_is_held_out_and_always_the_same() -> None:
    held = [i for i in range(12_000) if is_validation(f"note-{i}")]
    assert 900 < len(held) < 1100
    assert [i for i in range(60) if is_validation(f"n{i}")] == [3, 18, 30, 32]


def allowed(marked: MarkedNote, tags: tuple[str, ...]) -> list[set[str]]:
    """The tags that every word may have."""
    ids, sets = partial_bio(split_words(marked.note.text), marked, tags)
    every = set(tags)
    rows = [{t for t, may in zip(tags, row, strict=True) if may} for row in sets]
    return [every if i == MASKED else {tags[i]} if i < len(tags) else rows[i - len(tags)] for i in ids.tolist()]


def test_words_without_a_mark_may_have_any_label_that_is_not_annotated(marked: Callable[..., MarkedNote]) -> None:
    note = replace(marked("[[PATIENT:Ann Lee]] came"), labels=frozenset({"PATIENT"}))
    assert allowed(note, TAGS) == [{"B-PATIENT"}, {"I-PATIENT"}, {"O", "B-DATE", "I-DATE"}]
    assert allowed(replace(note, labels=frozenset({"PATIENT", "DATE"})), TAGS)[2] == {"O"}
    assert allowed(replace(note, labels=frozenset()), TAGS)[2] == set(TAGS)
    assert allowed(note, bio_tags(("DX",))) == [{"O", "B-DX", "I-DX"}] * 3


def test_choices_allow_one_of_their_labels(marked: Callable[..., MarkedNote]) -> None:
    note = replace(
        marked("Ann Lee came on May 4 to see us all"),
        choices=(
            Choice(0, 7, ("PATIENT", "DOCTOR")),
            Choice(16, 21, ("DATE", "O"), loose=True),
            Choice(22, 28),
            Choice(29, 31, ("DX",)),
        ),
    )
    tags = bio_tags(("PATIENT", "DATE", "DOCTOR"))
    assert allowed(note, tags) == [
        {"B-PATIENT", "B-DOCTOR"}, {"I-PATIENT", "I-DOCTOR"}, {"O"}, {"O"},
        {"O", "B-DATE", "I-DATE"}, {"O", "B-DATE", "I-DATE"}, set(tags), set(tags), {"O"}, {"O"},
    ]  # fmt: skip


def test_a_span_stands_above_what_is_ignored(marked: Callable[..., MarkedNote]) -> None:
    note = replace(marked("saw [[PATIENT:Ann Lee]] now"), choices=(Choice(0, 8),))
    assert allowed(note, TAGS) == [set(TAGS), {"B-PATIENT"}, {"I-PATIENT"}, {"O"}]


def test_a_choice_may_carry_an_assertion() -> None:
    choice = Choice(3, 13, ("DX", "SX"), assertion="negated")
    m = MASKED
    assert classes(split_words("no chest pain"), [choice], "assertion", ASSERTIONS)[0].tolist() == [m, 1, 1]


def test_partly_annotated_notes_come_back_from_a_dataset(marked: Callable[..., MarkedNote]) -> None:
    from datasets import Dataset

    plain = marked("[[PATIENT:Ann]] came")
    partly = replace(plain, labels=frozenset({"PATIENT"}), choices=(Choice(4, 8, ("DX", "O"), True, "present"),))
    for notes in ([plain, partly], [partly, plain]):
        dataset = Dataset.from_list([to_row(m) for m in notes], features=features())
        back = [from_row(row) for row in dataset]
        assert [(m.labels, m.choices) for m in back] == [(m.labels, m.choices) for m in notes]


def test_sets_of_several_documents_are_told_apart_in_a_batch(
    pieces: WordPieces, marked: Callable[..., MarkedNote]
) -> None:
    heads = {"phi": TAGS}
    notes = [
        replace(marked("[[PATIENT:Ann]] a"), labels=frozenset({"PATIENT"})),
        marked("[[DATE:May]] b"),
        replace(marked("[[DATE:May]] c"), labels=frozenset({"DATE"})),
    ]
    tagged = [encode(note, pieces, heads) for note in notes]
    group = [Window(i, 0, 2, 0, 2, 2) for i in (2, 1, 0)]
    batch = tag_batch(tagged, group, heads)
    found = allowed_tags(batch["phi_tags"], batch["phi_sets"], len(TAGS))
    expected = [allowed(notes[i], TAGS) for i in (2, 1, 0)]
    assert [{t for t, may in zip(TAGS, row, strict=True) if may} for row in found] == [w for n in expected for w in n]
    assert "phi_sets" not in tag_batch(tagged, group[1:2], heads)
