"""What must hold for any note under every policy: thousands of made-up notes, their PHI marked."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deid.folding import fold
from deid.keys import SecretKey
from deid.leak import find_leaks
from deid.policy import Action, Policy, builtin_policies, load_policy, parse_policy
from deid.transform import is_removed, transform
from deid.vault import make_entry, restore, seal, unseal
from nlp.batch.tables import valid
from nlp.labels import PHI_LABELS
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)
OWN = """
name: own
default: hash
labels: {DATE: shift, AGE: generalize, ZIP: generalize, HOSPITAL: generalize, PATIENT: redact, CITY: surrogate}
date_shift: {min_days: 7, max_days: 700, whole_weeks: true}
"""
POLICIES = {name: load_policy(name) for name in builtin_policies()} | {"own": parse_policy(OWN, "own")}
SHIFTING = {name: policy for name, policy in POLICIES.items() if policy.action("DATE") is Action.SHIFT}
EVERY_POLICY = pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
EVERY_SHIFT = pytest.mark.parametrize("policy", SHIFTING.values(), ids=SHIFTING)

# Words that no list of ours holds: consonants that no language puts together.
WORD = st.text(st.sampled_from("bcdfghjkmpqrtvwxz"), min_size=4, max_size=8).map(str.capitalize)
DIGITS = st.text(st.sampled_from("0123456789"), min_size=5, max_size=10)
NAME = st.one_of(
    WORD,
    st.builds("{} {}".format, WORD, WORD),
    st.builds("{}, {}".format, WORD.map(str.upper), WORD.map(str.upper)),
    st.builds("{} X. {}-{}".format, WORD, WORD, WORD),
    st.builds("O'{}".format, WORD),
    st.builds("{}é {}\u0301".format, WORD, WORD.map(str.lower)),
)
SURFACES = {
    **dict.fromkeys(("PATIENT", "RELATIVE", "DOCTOR"), NAME),
    "HOSPITAL": st.builds("{} Valley Hospital".format, WORD),
    "ORGANIZATION": st.builds("{} Foods, Inc.".format, WORD),
    "STREET": st.builds("{} {} Street, Apt 4".format, DIGITS, WORD),
    "EMAIL": st.builds("{}.{}@{}.test".format, WORD, DIGITS, WORD),
    "URL": st.builds("www.{}.test/{}/{}".format, WORD, WORD, DIGITS),
    "USERNAME": st.builds("{}{}".format, WORD, DIGITS),
    "PHONE": st.builds("({}) {}-{}".format, *(st.integers(200, 999),) * 2, st.integers(1000, 9999)),
    "SSN": st.from_regex(r"[1-8]\d\d-\d\d-[1-9]\d\d\d", fullmatch=True).filter(str.isascii),
    "AGE": st.integers(0, 110).map(str),
    "DATE": st.dates(date(1930, 1, 1), date(2029, 12, 31)).map(lambda day: f"{day:%B} {day.day}, {day.year}"),
    **dict.fromkeys(("MEDICALRECORD", "ACCOUNT", "IDNUM", "HEALTHPLAN", "DEVICE", "BIOID", "VEHICLE", "LICENSE"),
                    st.one_of(DIGITS, st.builds("{}-{}".format, WORD.map(str.upper), DIGITS))),
    "ZIP": st.integers(10000, 99999).map(str),
    "IPADDR": st.builds("10.{}.{}.{}".format, *(st.integers(0, 255),) * 3),
}  # fmt: skip
MARK = st.sampled_from(PHI_LABELS).flatmap(lambda label: st.tuples(st.just(label), SURFACES.get(label, WORD)))
# What stands around: any character but letters and digits, so that no surface stands there by chance.
GAP = st.text(
    st.characters(exclude_categories=("L", "N", "M")), max_size=6
).map(lambda text: f" {text} ")  # fmt: skip
ANY = st.text(st.characters(exclude_categories=()), max_size=8)


def built(parts: list[tuple[str, str, str]], patient: str | None = "p", note_id: str = "n") -> tuple[Note, list[Span]]:
    """Return a note of (text before, label, surface), and its spans."""
    text, spans = "", []
    for before, label, surface in parts:
        text += before
        if surface:
            spans.append(Span(len(text), len(text) + len(surface), label, 0.9, ("a",)))
        text += surface
    return Note(note_id, text, patient), spans


NOTES = st.lists(st.builds(lambda gap, mark: (gap, *mark), GAP, MARK), min_size=1, max_size=7).map(built)
ODD_NOTES = st.lists(st.tuples(ANY, st.sampled_from(PHI_LABELS), ANY), max_size=6).map(built)


def identifying(surface: str) -> set[str]:
    """Return the made-up words and the numbers of a surface."""
    return {t for t in re.findall(r"[^\W_]{4,}", fold(surface)) if t.isdigit() or not re.search("[aeiouy]", t)}


@EVERY_POLICY
@given(note=NOTES)
@settings(max_examples=250)
def test_no_surface_that_is_removed_stands_anywhere_in_the_output(policy: Policy, note):
    note, spans = note
    done = transform(note, spans, policy, KEY)
    assert find_leaks(note, spans, done, policy) == []
    output = {word for part in done.text.split() for word in identifying(part.partition("#")[0])}  # a hash is a tag
    shifted = policy.action("DATE") in (Action.SHIFT, Action.GENERALIZE)
    replaced = {r.start for r in done.replacements}
    for span in spans:
        if span.start not in replaced:  # what the policy keeps may hold a part of a name: "Bell", "O'Bell"
            output -= identifying(note.text[span.start : span.end])
    for span in spans:
        surface = note.text[span.start : span.end]
        if not is_removed(span, note.text, policy) or (span.label == "DATE" and shifted) or span.label == "AGE":
            continue
        generalized = {surface[:3]} if policy.action(span.label) is Action.GENERALIZE else set()
        assert not identifying(surface) & output - generalized, span.label


@EVERY_POLICY
@given(note=ODD_NOTES, places=st.tuples(st.integers(0, 60), st.integers(0, 60)))
@settings(max_examples=200)
def test_offsets_lead_to_the_same_characters(policy: Policy, note, places):
    note, spans = note
    done = transform(note, spans, policy, KEY)
    replaced = {i for r in done.replacements for i in range(r.start, r.end)}
    back = done.offsets.inverse()
    for i, character in enumerate(note.text):
        place = done.offsets.to_new(i, i + 1)
        assert (place is None) == (i in replaced)
        if place:
            assert done.text[slice(*place)] == character
            assert back.to_new(*place) == (i, i + 1)
    start, end = sorted(min(place, len(note.text)) for place in places)
    if start < end and not replaced & set(range(start, end)):
        assert done.text[slice(*done.offsets.to_new(start, end))] == note.text[start:end]
    for r, *place in zip(done.replacements, done.offsets.new_starts, done.offsets.new_ends, strict=True):
        assert done.text[slice(*place)] == r.text


@EVERY_POLICY
@given(notes=st.lists(st.one_of(NOTES, ODD_NOTES), min_size=1, max_size=3))
@settings(max_examples=120)
def test_reidentify_restores_every_character(policy: Policy, notes):
    entries, texts = [], []
    for nth, (note, spans) in enumerate(notes):
        original = Note(f"n{nth}", note.text, note.patient_id, "type \ud800", "2021")
        done = transform(original, spans, policy, KEY)
        texts.append(valid(done.text))
        entries.append(make_entry(original, texts[-1], done.offsets))
    opened = unseal(seal(entries, KEY, 3), KEY, 3, "part")
    for nth, (entry, text) in enumerate(zip(opened, texts, strict=True)):
        assert restore(entry, text) == Note(f"n{nth}", notes[nth][0].text, "p", "type \ud800", "2021")


DAY = st.dates(date(1931, 1, 1), date(2028, 12, 31))
STYLES = (
    "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d-%b-%Y", "%d%b%Y",
    "%Y%m%d", "%A, %B %d, %Y", "%a %m/%d/%Y", "%B %d %Y", "%m.%d.%Y", "%Y/%m/%d", "%d %b %y", "%m/%d/%Y %H:%M",
)  # fmt: skip


def read(text: str, style: str) -> date:
    return datetime.strptime(text, style).date()


def shape(text: str, beside: str) -> str:
    """Return what a date looks like: digits and words by kind, not which; a leading zero does not count."""
    long = "Long" if "May" not in (text + beside) else "Abc"  # "May" is long and short
    text = re.sub(r"[A-Za-z]+", lambda m: "Abc" if len(m[0]) < 4 else long, text)
    return re.sub(r"\d{4}", "2000", re.sub(r"(?<!\d)\d{1,2}(?!\d)", "0", text))


@EVERY_SHIFT
@given(days=st.lists(st.tuples(DAY, st.sampled_from(STYLES)), min_size=2, max_size=5), cut=st.integers(0, 5))
@settings(max_examples=350)
def test_intervals_of_a_patient_are_kept_to_the_day_in_every_style_and_over_notes(policy: Policy, days, cut):
    surfaces = [day.strftime(style) for day, style in days]
    assume(all(day.year > 1999 for day, style in days if "%y" in style))  # else the century is a guess
    assume(all(day.month != 5 for day, style in days if "%b" in style.lower()))  # "May" is long and short
    moved = []
    for nth, part in enumerate((surfaces[:cut], surfaces[cut:])):
        note, spans = built([(" . ", "DATE", surface) for surface in part], note_id=f"n{nth}")
        moved += [r.text for r in transform(note, spans, policy, KEY).replacements]
    for old, new in zip(surfaces, moved, strict=True):
        assert shape(new, old) == shape(old, new)
    read_again = [read(new, style) for new, (_, style) in zip(moved, days, strict=True)]
    shifts = {new - old for new, (old, _) in zip(read_again, days, strict=True)}
    assert len(shifts) == 1
    shift = shifts.pop().days
    bounds = policy.date_shift
    assert bounds.min_days <= abs(shift) <= bounds.max_days
    assert shift % 7 == 0 or not bounds.whole_weeks


PARTIAL = {
    "%m/%d": lambda a, b: (a.month, a.day) == (b.month, b.day),
    "%B %d": lambda a, b: (a.month, a.day) == (b.month, b.day),
    "the %dth": lambda a, b: a.day == b.day,
    "%A": lambda a, b: a.weekday() == b.weekday(),
    "%B %Y": lambda a, b: (a.year, a.month) == (b.year, b.month),
    "%m/%Y": lambda a, b: (a.year, a.month) == (b.year, b.month),
}


@EVERY_SHIFT
@given(written=DAY, beside=st.integers(-150, 150), style=st.sampled_from(sorted(PARTIAL)))
@settings(max_examples=300)
def test_partial_dates_move_with_the_full_ones(policy: Policy, written, beside, style):
    day = written + timedelta(beside if style != "the %dth" else beside % 9)
    if "%Y" in style:
        day = day.replace(day=15)  # a month moves from its middle
    if style == "the %dth":
        assume(3 < day.day < 21)
    note, spans = built([("", "DATE", written.isoformat()), (" . ", "DATE", day.strftime(style))])
    first, second = (r.text for r in transform(note, spans, policy, KEY).replacements)
    moved = day + (date.fromisoformat(first) - written)
    if style == "the %dth":
        assert int(re.sub(r"\D", "", second)) == moved.day
    elif style == "%A":
        assert second == f"{moved:%A}"
    elif (moved.month, moved.day) != (2, 29):  # no year to parse it with
        assert PARTIAL[style](datetime.strptime(f"{second} 2020"[: None if "%Y" not in style else len(second)],
                                                style if "%Y" in style else f"{style} %Y"), moved)  # fmt: skip


@EVERY_SHIFT
@given(
    days=st.lists(DAY.filter(lambda day: day.day > 12), min_size=1, max_size=3),
    more=st.lists(DAY, max_size=3),
    mark=st.sampled_from("/.-"),
)
@settings(max_examples=200)
def test_day_first_notes_stay_day_first(policy: Policy, days, more, mark):
    style = mark.join(("%d", "%m", "%Y"))
    note, spans = built([(" . ", "DATE", day.strftime(style)) for day in (*days, *more)])
    moved = [read(r.text, style) for r in transform(note, spans, policy, KEY).replacements]
    assert len({new - old for new, old in zip(moved, (*days, *more), strict=True)}) == 1


@EVERY_SHIFT
@given(born=st.dates(date(1935, 1, 1), date(2005, 1, 1)), age=st.integers(0, 88), beside=st.integers(0, 364))
@settings(max_examples=100)
def test_ages_fit_dates_of_birth_and_of_the_note(policy: Policy, born, age, beside):
    seen = born + timedelta(age * 365 + age // 4 + beside)
    note, spans = built([("", "DATE", f"{born:%m/%d/%Y}"), (" . ", "DATE", f"{seen:%m/%d/%Y}")])
    new_born, new_seen = (read(r.text, "%m/%d/%Y") for r in transform(note, spans, policy, KEY).replacements)
    assert new_seen - new_born == seen - born


def made_up(count: int) -> list[dict]:
    """Return notes drawn from a fixed seed, as JSON holds them."""
    rng = random.Random(4)

    def word() -> str:
        return "".join(rng.choices("bcdfghjkmpqrtvwxz", k=rng.randint(4, 8))).capitalize()

    forms = {
        "PATIENT": lambda: f"{word()} {word()}", "DOCTOR": lambda: f"{word()}, {word()}", "CITY": word,
        "STATE": lambda: rng.choice(("MA", "Texas", "Ohio")), "ZIP": lambda: str(rng.randint(10000, 99999)),
        "HOSPITAL": lambda: f"{word()} Clinic",
        "PHONE": lambda: f"617-{rng.randint(200, 999)}-{rng.randint(1000, 9999)}",
        "DATE": lambda: f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/{rng.randint(1950, 2024)}",
        "EMAIL": lambda: f"{word()}@{word()}.test".lower(), "MEDICALRECORD": lambda: str(rng.randint(10**5, 10**8)),
        "AGE": lambda: str(rng.randint(1, 105)), "STREET": lambda: f"{rng.randint(1, 99)} {word()} Road",
    }  # fmt: skip
    notes = []
    for nth in range(count):
        labels = rng.choices(sorted(forms), k=rng.randint(1, 9))
        note, spans = built([(" . ", label, forms[label]()) for label in labels])
        notes.append({"id": f"n{nth}", "text": note.text, "patient": rng.choice(("a", "b", None)),
                      "spans": [[s.start, s.end, s.label] for s in spans]})  # fmt: skip
    return notes


def transformed(notes: list[dict]) -> dict[str, list[str]]:
    """Return the output for every note under every policy."""
    return {
        note["id"]: [
            transform(
                Note(note["id"], note["text"], note["patient"]), [Span(*s) for s in note["spans"]], policy, KEY
            ).text
            for policy in POLICIES.values()
        ]
        for note in notes
    }


def test_output_depends_on_neither_the_process_nor_the_order_of_the_notes():
    notes = made_up(250)
    expected = transformed(notes)
    program = "import json, sys; from test_properties import *; print(json.dumps(transformed(json.load(sys.stdin))))"
    paths = os.pathsep.join([os.getcwd(), os.path.dirname(__file__)])
    for seed, order in (("1", notes[::-1]), ("2", random.Random(2).sample(notes, len(notes)))):
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(order).encode(),
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True,
            check=True,
        )
        assert json.loads(done.stdout) == expected
