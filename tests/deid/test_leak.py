from dataclasses import replace

import pytest

from deid.keys import SecretKey
from deid.leak import Leak, find_leaks
from deid.offsets import OffsetMap
from deid.policy import load_policy
from deid.transform import Deidentified, transform
from nlp.markup import parse
from nlp.types import Note

KEY = SecretKey(b"k" * 32)
MASK, SURROGATE = load_policy("mask"), load_policy("surrogate")


def leaks_of(marked: str, policy=MASK) -> list[tuple[str, str]]:
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    note = Note("n", text, "p")
    done = transform(note, annotations.phi, policy, KEY)
    leaks = find_leaks(note, annotations.phi, done, policy, annotations.entities)
    return [(leak.label, done.text[leak.start : leak.end]) for leak in leaks]


@pytest.mark.parametrize("policy", [MASK, SURROGATE])
@pytest.mark.parametrize(
    ("marked", "left"),
    [
        ("[[PATIENT:Ana Kowalczyk]] and kowalczyk", ("PATIENT", "kowalczyk")),
        ("[[DOCTOR:Osei-Pinto]], Dr. Pinto", ("DOCTOR", "Pinto")),
        ("[[MEDICALRECORD:4410927]]; 441 0927", ("MEDICALRECORD", "441 0927")),
        ("[[HOSPITAL:Mercy Bay]], MERCY BAY", ("HOSPITAL", "MERCY BAY")),
        ("[[PATIENT:Kowalczyk]] kowalczyk9@x.test", ("EMAIL", "kowalczyk9@x.test")),
    ],
)
def test_what_was_removed_once_and_left_once_is_a_leak(marked, left, policy):
    assert leaks_of(marked, policy) == [left]


@pytest.mark.parametrize("policy", [MASK, SURROGATE])
@pytest.mark.parametrize(
    "marked",
    [
        "[[PATIENT:Ana Kowalczyk]] and [[PATIENT:kowalczyk]]",
        "[[PATIENT:Lou Parkinson]] has [[DX:Parkinson disease|present]]",
        "[[PATIENT:Allegra Xu]] takes [[DRUG:Allegra|m1|current]]",
        "[[PATIENT:Will Xu]] will go",
        "[[DATE:3/4]] and [[DATE:3/1]], ratio 3/4",
        "[[PATIENT:Min Park]] at [[LOCATION-OTHER:Ogden Park]]",
        "a [[PROFESSION:welder]], no welder",
        "",
    ],
)
def test_clean_notes_have_no_leaks(marked, policy):
    assert leaks_of(marked, policy) == []


def test_span_that_was_forgotten_is_a_leak():
    text, annotations, _ = parse("[[PATIENT:Ana]] on [[DATE:3/4]]")
    note = Note("n", text)
    done = transform(note, annotations.phi[:1], MASK, KEY)
    leaks = find_leaks(note, annotations.phi, done, MASK)
    assert leaks == [Leak("DATE", *done.offsets.to_new(annotations.phi[1].start, annotations.phi[1].end))]


def test_surrogate_that_is_a_name_of_the_note_is_a_leak():
    text, annotations, _ = parse("[[PATIENT:Ana Kowalczyk]] [[CITY:Reno]]")
    note = Note("n", text)
    done = transform(note, annotations.phi, SURROGATE, KEY)
    bad = tuple(replace(r, text="Kowalczyk") if r.label == "CITY" else r for r in done.replacements)
    offsets = OffsetMap.build((r.start, r.end, len(r.text)) for r in bad)
    spoilt = Deidentified(bad[0].text + " " + bad[1].text, bad, offsets)
    assert [leak.label for leak in find_leaks(note, annotations.phi, spoilt, SURROGATE)] == ["CITY"]


def test_leaks_hold_no_text():
    assert "kowalczyk" not in repr(Leak("PATIENT", 3, 12)).lower()
