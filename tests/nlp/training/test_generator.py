from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.markup import Choice, MarkedNote
from nlp.training import generator
from nlp.training.generator import variant, variants
from nlp.training.noise import choose_damage
from nlp.training.pools import Pools
from nlp.training.refill import Refiller
from nlp.types import Annotations, Note, Span


def surfaces(marked: MarkedNote) -> list[tuple[str, str]]:
    spans = sorted((*marked.annotations.phi, *marked.annotations.entities), key=lambda s: s.start)
    return [(s.label, marked.note.text[s.start : s.end]) for s in spans]


@given(seed=st.integers(0, 100_000))
@settings(max_examples=60)
def test_offsets_match_and_marks_keep_their_labels_and_links(pools: Pools, notes: list[MarkedNote], seed: int) -> None:
    for marked in notes:
        made = variant(marked, pools, random.Random(seed), 7)
        text = made.note.text
        assert made.note.note_id == f"{marked.note.note_id}~7"
        for before, after in ((marked.annotations.phi, made.annotations.phi),
                              (marked.annotations.entities, made.annotations.entities)):  # fmt: skip
            assert [(s.label, s.assertion, s.id, s.status, s.drug) for s in before] == [
                (s.label, s.assertion, s.id, s.status, s.drug) for s in after
            ]
            for a, b in zip(after, after[1:], strict=False):  # noqa: RUF007
                assert a.end <= b.start
            for span in after:
                assert text[span.start : span.end].strip() == text[span.start : span.end] != ""


@pytest.mark.parametrize("seed", range(30))
def test_what_stands_between_the_marks_stays(
    pools: Pools, notes: list[MarkedNote], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(generator, "choose_damage", lambda rng: [])
    monkeypatch.setattr(generator, "rephraser", lambda rng: str)
    for marked in notes:
        made = variant(marked, pools, random.Random(seed), 0)

        def rest(note: MarkedNote) -> list[str]:
            spans = sorted((*note.annotations.phi, *note.annotations.entities), key=lambda s: s.start)
            borders = [0, *(x for s in spans for x in (s.start, s.end)), len(note.note.text)]
            return [note.note.text[a:b] for a, b in zip(borders[::2], borders[1::2], strict=True)]

        assert rest(made) == rest(marked)


def test_some_variants_are_worded_otherwise_around_the_marks(pools: Pools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "choose_damage", lambda rng: [])
    note = MarkedNote(
        Note("n1", "Aspirin was stopped."), Annotations((), (Span(0, 7, "DRUG", id="d1", status="stop"),))
    )
    endings = {variant(note, pools, random.Random(seed), 1).note.text.split("was ")[1] for seed in range(60)}
    assert {"stopped.", "discontinued.", "ceased."} <= endings


def test_the_same_seed_gives_the_same_notes_and_another_seed_others(pools: Pools, notes: list[MarkedNote]) -> None:
    def texts(seed: int) -> list[str]:
        return [m.note.text for m in variants(notes, pools, 3, seed)]

    assert texts(1) == texts(1)
    assert texts(1) != texts(2)
    assert len(set(texts(1))) == 3 * len(notes)


def test_a_note_does_not_depend_on_the_others_of_its_corpus(pools: Pools, notes: list[MarkedNote]) -> None:
    alone = [m.note.text for m in variants(notes[1:], pools, 2, 1)]
    together = {m.note.note_id: m.note.text for m in variants(notes, pools, 2, 1)}
    assert alone == [together["n1"], together["n1~1"]]


def test_a_plan_says_how_many_variants_of_each_note(pools: Pools, notes: list[MarkedNote]) -> None:
    made = [m.note.note_id for m in variants(notes, pools, {"n1": 3, "n0": 1, "unknown": 2}, 1)]
    assert made == ["n0", "n1", "n1~1", "n1~2"]
    assert list(variants(notes, pools, {}, 1)) == []


@pytest.mark.parametrize("seed", range(30))
def test_no_name_of_the_template_is_left(pools: Pools, notes: list[MarkedNote], seed: int) -> None:
    for marked in notes:
        text = variant(marked, pools, random.Random(seed), 0).note.text.lower()
        assert not {"john", "smith", "garcia", "mark"} & set(re.findall(r"\w+", text))


@pytest.mark.parametrize("seed", range(30))
def test_the_same_number_stays_the_same_through_a_note(
    pools: Pools, notes: list[MarkedNote], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(generator, "choose_damage", lambda rng: [])
    found = surfaces(variant(notes[1], pools, random.Random(seed), 0))
    numbers = [surface for label, surface in found if label == "MEDICALRECORD"]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


def test_a_code_stays_only_with_its_disease(pools: Pools, marked: Callable[..., MarkedNote]) -> None:
    note = marked("Has [[DX:HTN|present|I10]].")
    made = [variant(note, pools, random.Random(seed), 0) for seed in range(200)]
    kept = {(surfaces(m)[0][1].lower() == "htn", m.annotations.entities[0].icd10) for m in made}
    assert (True, "I10") in kept
    assert (False, None) in kept
    assert (False, "I10") not in kept


ODD = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("ßİﬁŉ \n\r\tlOISe0")), max_size=60)


@given(before=ODD, inside=ODD.map(str.strip).filter(bool), after=ODD, seed=st.integers(0, 10_000))
def test_damage_never_shifts_offsets(pools: Pools, before: str, inside: str, after: str, seed: int) -> None:
    """Damage works piece by piece: the mark's surface is what damage makes of it alone."""

    def longer(piece: str) -> str:
        return piece.replace("l", "ll").replace(" ", "")

    note = MarkedNote(
        Note("n", before + inside + after), Annotations((Span(len(before), len(before + inside), "AGE"),))
    )
    damages = [*choose_damage(random.Random(seed)), longer]
    with patch.object(generator, "choose_damage", lambda rng: damages), patch.object(Refiller, "phi", lambda *a: a[2]):
        made = variant(note, pools, random.Random(seed), 0)
    (span,) = made.annotations.phi
    assert span.start <= span.end <= len(made.note.text)
    if all(getattr(damage, "__name__", "") != "<lambda>" for damage in damages):  # those without chance
        for damage in damages:
            before, inside, after = damage(before), damage(inside), damage(after)
        text = made.note.text
        assert (text[: span.start], text[span.start : span.end], text[span.end :]) == (before, inside, after)


def test_every_kind_of_damage_occurs_and_most_notes_have_little() -> None:
    counts = [len(choose_damage(random.Random(seed))) for seed in range(2000)]
    assert sum(c == 0 for c in counts) > 1000
    assert max(counts) >= 2
    text = "Alpha  beta gamma,\ndelta epsilon lOISe0"
    results = {d(text) for seed in range(400) for d in choose_damage(random.Random(seed))}
    assert {text.lower(), text.upper(), "Alpha beta gamma,\ndelta epsilon lOISe0",
            "Alpha  beta gamma, delta epsilon lOISe0", text.replace("\n", "\r\n")} <= results  # fmt: skip


def test_what_is_known_in_part_moves_along_and_names_are_refilled(
    marked: Callable[..., MarkedNote], pools: Pools
) -> None:
    plain = marked("Seen [[DATE:3/4/2021]] with John Smith by Amy, of Example Towers there.", "c")
    at = plain.note.text.index
    note = replace(
        plain,
        labels=frozenset({"DATE"}),
        choices=(
            Choice(at("John"), at("John") + 10, ("PATIENT", "RELATIVE")),
            Choice(at("Example"), at("Example") + 14),
        ),
    )
    with patch.object(generator, "choose_damage", lambda rng: []):
        for seed in range(20):
            made = variant(note, pools, random.Random(seed), 1)
            name, place = (made.note.text[c.start : c.end] for c in made.choices)
            assert place == "Example Towers"
            assert "Smith" not in name
            assert made.note.text.endswith(f"with {name} by Amy, of {place} there.")
            assert made.labels == {"DATE"}
    assert generator.refillable(note)
    assert not generator.refillable(replace(note, choices=(Choice(0, 7),)))
