import re
from dataclasses import replace

import pytest

from deid.keys import SecretKey
from deid.leak import Leak, LeakError, close_leaks, find_leaks, hashed_id, id_may_tell, leaks_beside, names_patient
from deid.offsets import OffsetMap
from deid.policy import load_policy
from deid.transform import Deidentified, transform
from nlp.markup import parse
from nlp.types import Note, Span

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
        ("[[PATIENT:Kowalczyk]], [[DX:Kowalczyk depression|present]]", ("PATIENT", "Kowalczyk")),
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
        "[[PATIENT:Kowalczyk]], no [[DX:Kowalczyk syndrome|negated]]",
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


def test_a_kept_holiday_holds_nobody_s_name():
    limited = load_policy("limited-dataset")
    assert leaks_of("[[PATIENT:Valentine Xu]] on [[DATE:Valentine's Day 2024]]", limited) == []
    assert leaks_of("[[PATIENT:Valentine Xu]], Valentine's Day", limited) == [("PATIENT", "Valentine")]


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


def known(text: str, *phi: Span, policy=MASK, **identifiers: str):
    note = Note("n", text, "p", identifiers=identifiers)
    return note, phi, transform(note, phi, policy, KEY)


@pytest.mark.parametrize("policy", [MASK, SURROGATE])
def test_known_identifier_that_is_left_is_a_leak(policy):
    text = "Ana, MRN 441-0927, Quist"
    note, phi, done = known(text, Span(0, 3, "PATIENT"), policy=policy, mrn="4410927", last_name="Quist")
    left = [(leak.label, done.text[leak.start : leak.end]) for leak in find_leaks(note, phi, done, policy)]
    assert left == [("MEDICALRECORD", "441-0927"), ("PATIENT", "Quist")]


def test_known_identifier_that_the_policy_keeps_is_none():
    note, phi, done = known("lives in Ashby", policy=load_policy("limited-dataset"), city="Ashby")
    assert find_leaks(note, phi, done, load_policy("limited-dataset")) == []
    assert [leak.label for leak in find_leaks(note, phi, done, MASK)] == ["CITY"]


def test_kept_place_that_is_a_known_name_is_removed():
    policy = load_policy("limited-dataset")
    note, phi, done = known("lives in Reyes", Span(9, 14, "CITY"), policy=policy, last_name="Reyes")
    assert done.text == "lives in [CITY]"
    assert find_leaks(note, phi, done, policy) == []


MASK_LEAKS = MASK.model_copy(update={"on_leak": "mask"})


def test_leak_ends_in_an_error_unless_the_policy_has_it_masked():
    text, annotations, _ = parse("[[PATIENT:Ana Kowalczyk]] and kowalczyk, chart 4410927")
    note = Note("n", text, "p", identifiers={"mrn": "4410927"})
    done = transform(note, annotations.phi, MASK, KEY)
    with pytest.raises(LeakError) as caught:
        close_leaks(note, annotations.phi, done, MASK, KEY)
    assert not caught.value.args

    phi, done = close_leaks(note, annotations.phi, done, MASK_LEAKS, KEY)
    assert done.text == "[PATIENT] and [PATIENT], chart [MEDICALRECORD]"
    assert [span.sources for span in phi] == [(), ("leak",), ("leak",)]
    assert find_leaks(note, phi, done, MASK_LEAKS) == []


def test_leak_that_cannot_be_masked_ends_in_an_error(monkeypatch):
    text, annotations, _ = parse("[[PATIENT:Ana Kowalczyk]] [[CITY:Reno]]")
    note = Note("n", text)
    forgotten = Deidentified(text, (), OffsetMap())
    calls = []

    def broken(*args):
        calls.append(args)
        return forgotten

    monkeypatch.setattr("deid.leak.transform", broken)
    with pytest.raises(LeakError):
        close_leaks(note, annotations.phi, forgotten, MASK_LEAKS, KEY)
    assert 1 <= len(calls) <= 3


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("Kowalczyk_Ana.txt", ("PATIENT",)),
        ("x4410927-2", ("MEDICALRECORD",)),
        ("441-0927", ("MEDICALRECORD",)),
        ("20210304_2", ("DATE",)),
        ("2021-03-04 kowalczyk", ("DATE", "PATIENT")),
        ("note 2021-05-06", ("DATE",)),
        ("5550123", ("PHONE",)),
        ("mercy-bay-03", ()),
        ("n1", ()),
        ("441092", ()),
        ("2021-03-05", ()),
        ("", ()),
    ],
)
def test_id_gives_away_what_the_note_holds(value, labels):
    text, annotations, _ = parse(
        "[[PATIENT:Ana Kowalczyk]] [[MEDICALRECORD:4410927]] [[DATE:3/4/2021]] [[HOSPITAL:Mercy Bay]] [[DATE:3/4]]"
    )
    note = Note("n", text, note_date="2021-05-06", identifiers={"phone": "555-0123"})
    assert leaks_beside([value, "n1"], note, annotations.phi, MASK) == [labels, ()]


def test_id_may_hold_what_the_policy_keeps():
    text, annotations, _ = parse("seen [[DATE:3/4/2021]]")
    assert leaks_beside(["2021-03-04"], Note("n", text), annotations.phi, load_policy("limited-dataset")) == [()]


@pytest.mark.parametrize(
    ("note_id", "hashed"),
    [
        ("Kowalczyk_Ana.txt", True),
        ("x-441-0927", True),
        ("4410927/2", True),
        ("quist-1", True),
        ("n1", False),
        ("note-000017", False),
        ("3f2a9c", False),
        ("", False),
    ],
)
def test_id_of_a_note_that_failed_early_is_hashed_where_it_shares_something_with_the_note(note_id, hashed):
    note = Note(note_id, "ANA KOWALCZYK, MRN 441 0927, has gout", identifiers={"last_name": "Quist"})
    assert id_may_tell(note) is hashed
    assert re.fullmatch(r"id-[0-9a-f]{16}", hashed_id(note_id, KEY))


@pytest.mark.parametrize(
    ("note_id", "patient_id", "named"),
    [
        ("10000032-DS-21", "10000032", True),
        ("rad_10000032", "10000032", True),
        ("x/ab-77/2.txt", "AB-77", True),
        ("110000032-DS-21", "10000032", False),
        ("10000032", None, False),
        ("p1-n1", "p1", False),
        ("n.1", "n1.1", False),
    ],
)
def test_id_of_a_note_names_its_patient(note_id, patient_id, named):
    note = Note(note_id, "has gout", patient_id=patient_id)
    assert names_patient(note) is named
    assert id_may_tell(note) is named


def test_leaks_hold_no_text():
    assert "kowalczyk" not in repr(Leak("PATIENT", 3, 12)).lower()
