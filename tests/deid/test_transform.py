import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.keys import SecretKey
from deid.policy import Action, DateShift, load_policy, parse_policy
from deid.surrogates import Draws
from deid.transform import shift_days, transform
from nlp.markup import parse
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)
MASK, SURROGATE = load_policy("mask"), load_policy("surrogate")


def deidentified(marked: str, policy=MASK, patient="p1", key=KEY) -> str:
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    return transform(Note("n1", text, patient), annotations.phi, policy, key).text


@pytest.mark.parametrize(
    ("marked", "masked"),
    [
        ("[[PATIENT:Ana Reyes]], again [[PATIENT:Reyes]]", "[PATIENT], again [PATIENT]"),
        ("Dr. [[DOCTOR:Osei]], Dr. [[DOCTOR:Pak]], [[DOCTOR:R. Osei]]", "Dr. [DOCTOR-1], Dr. [DOCTOR-2], [DOCTOR-1]"),
        ("[[HOSPITAL:Mercy Bay Clinic]] -> [[HOSPITAL:Mercy Bay]]", "[HOSPITAL-1] -> [HOSPITAL-1]"),
        ("on [[DATE:3/4]] a [[PROFESSION:welder]]", "on [DATE] a welder"),
        ("[[AGE:89]] [[AGE:90]] [[AGE:ninety-two]] [[AGE:nineties]] [[AGE:8]] [[AGE:forties]] [[AGE:old]]",
         "89 [AGE] [AGE] [AGE] 8 forties [AGE]"),
    ],
)  # fmt: skip
def test_mask(marked, masked):
    assert deidentified(marked) == masked


def test_redact_tells_nothing():
    policy = parse_policy("name: r\ndefault: redact\n", "r")
    assert deidentified("[[PATIENT:Ana]] [[DATE:3/4]]", policy) == "[REDACTED] [REDACTED]"


def test_kept_labels_stay_and_map_through():
    text, annotations, _ = parse("[[PATIENT:Ana]] the [[PROFESSION:welder]]")
    done = transform(Note("n", text), annotations.phi, MASK, KEY)
    assert [r.label for r in done.replacements] == ["PATIENT"]
    assert done.text[slice(*done.offsets.to_new(8, 14))] == "welder"
    assert done.offsets.to_new(0, 3) is None


def test_reprs_hold_no_text():
    text, annotations, _ = parse("[[PATIENT:Zebulon]] is a [[PROFESSION:welder]]")
    done = transform(Note("n", text), annotations.phi, SURROGATE, KEY)
    assert not any(word in repr(done) + repr(done.replacements) for word in ("Zebulon", "welder", done.text[:6]))


PERSONS = (
    "[[PATIENT:Maria Kowalczyk]]; [[PATIENT:KOWALCZYK, MARIA]]; [[PATIENT:M. Kowalczyk]]; [[PATIENT:kowalczyk]]'s; "
    "[[PATIENT:M.K.]]; husband [[RELATIVE:Petr Kowalczyk]]; [[PATIENT:Kowalcyzk]]; [[EMAIL:maria.kowalczyk7@gmx.test]]"
)


def test_surrogates_of_one_person_agree_in_every_form():
    full, last_first, initial, lower, letters, relative, misspelt, email = deidentified(PERSONS, SURROGATE).split("; ")
    first, last = full.split()
    assert last_first == f"{last}, {first}".upper()
    assert initial == f"{first[0]}. {last}"
    assert lower == f"{last.lower()}'s"
    assert letters == f"{first[0]}.{last[0]}."
    assert relative.split()[-1] == last
    assert misspelt == last
    assert email.startswith(f"{first.lower()}.{last.lower()}")
    assert email.endswith(".example")


def test_gender_of_known_names_is_kept():
    from deid.wordlists import groups

    women, men = ({n for names in groups(f"surrogates/data/given_{g}").values() for n in names}
                  for g in ("female", "male"))  # fmt: skip
    for patient in map(str, range(20)):
        woman, man = deidentified("[[PATIENT:Teresa Xu]] [[RELATIVE:Walter Xu]]", SURROGATE, patient).split()[::2]
        assert woman in women
        assert man in men


@pytest.mark.parametrize(
    ("marked", "pattern"),
    [
        ("[[PHONE:(617) 555-0123]]", r"\([2-9]\d\d\) 555-01\d\d"),
        ("[[PHONE:+44 20 7946 0991]]", r"\+44 20 7946 0\d{3}"),
        ("[[MEDICALRECORD:AB-00123/7]]", r"[A-Z]{2}-\d{5}/\d"),
        ("[[IPADDR:10.0.0.7]]", r"198\.51\.100\.\d+"),
        ("[[URL:https://chart.mercy.test/p/77]]", r"https://[a-z]+\.example/[a-z]/\d\d"),
        ("[[HOSPITAL:Mercy Bay General Hospital]]", r"\w+( \w+)? General Hospital"),
        ("[[STREET:14 Kiln Ln, Apt 3]]", r"\d\d [\w ]+ Ln, Apt \d"),
        ("[[STREET:31st Ave S]]", r"\d+(st|nd|rd|th) Ave S"),
        ("[[STATE:TX]]", r"[A-Z]{2}"),
        ("[[STATE:Texas]]", r"[A-Z][a-z]+.*"),
        ("[[ZIP:02118-3399]]", r"\d{5}-\d{4}"),
        ("[[AGE:93]]", r"90\+"),
        ("[[AGE:74]]", r"74"),
    ],
)
def test_surrogates_keep_the_form(marked, pattern):
    import re

    for patient in map(str, range(10)):
        assert re.fullmatch(pattern, deidentified(marked, SURROGATE, patient))


def test_the_same_number_stays_the_same_whatever_parts_it():
    one, other = deidentified("[[MEDICALRECORD:441-0927]] [[MEDICALRECORD:4410927]]", SURROGATE).split()
    assert one.replace("-", "") == other


def test_dates_of_a_patient_move_together_and_never_by_nothing():
    from datetime import date

    for patient in map(str, range(30)):
        text = deidentified("[[DATE:2021-03-04]] [[DATE:2021-05-01]]", SURROGATE, patient)
        first, second = map(date.fromisoformat, text.split())
        assert (second - first).days == 58
        assert 1 <= abs((first - date(2021, 3, 4)).days) <= 365


@pytest.mark.parametrize(("low", "high"), [(1, 365), (7, 7), (30, 60), (20, 21)])
def test_shift_by_whole_weeks_keeps_weekdays_and_stays_in_its_range(low, high):
    bounds = DateShift(min_days=low, max_days=high, whole_weeks=True)
    shifts = {shift_days(Draws(KEY, str(patient)), bounds) for patient in range(200)}
    assert all(days % 7 == 0 and low <= abs(days) <= high for days in shifts)
    assert min(shifts) < 0 < max(shifts)


def test_range_without_a_whole_week_is_refused():
    with pytest.raises(ValueError, match="whole number of weeks"):
        DateShift(min_days=8, max_days=13, whole_weeks=True)


def test_unreadable_dates_are_masked():
    assert deidentified("on [[DATE:spring break]]", SURROGATE) == "on [DATE]"


def test_another_patient_or_key_gives_other_surrogates():
    base = deidentified(PERSONS, SURROGATE)
    assert deidentified(PERSONS, SURROGATE) == base
    assert deidentified(PERSONS, SURROGATE, patient="p2") != base
    assert deidentified(PERSONS, SURROGATE, key=SecretKey(b"z" * 32)) != base


def test_notes_of_a_patient_share_surrogates_and_shift():
    text, annotations, _ = parse("[[PATIENT:Ana Reyes]] [[DATE:2021-03-04]] [[MEDICALRECORD:44109]]")
    outputs = {transform(Note(n, text, "p"), annotations.phi, SURROGATE, KEY).text for n in ("n1", "n2")}
    assert len(outputs) == 1
    assert len({transform(Note(n, text), annotations.phi, SURROGATE, KEY).text for n in ("n1", "n2")}) == 2


def test_output_does_not_depend_on_the_hash_seed_of_the_process():
    program = (
        "import sys; sys.path[:0] = ['.', 'tests/deid']\n"
        "from test_transform import *\n"
        "print(deidentified(PERSONS + ' [[HOSPITAL:Mercy Bay]] [[DATE:3/4/21]]', SURROGATE))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(3, 4), (0, 1)], [(0, 9)], [(1, 1)]])
def test_impossible_spans_are_refused(spans):
    with pytest.raises(ValueError, match="PATIENT span"):
        transform(Note("n", "text"), [Span(s, e, "PATIENT") for s, e in spans], MASK, KEY)


LABELS = (
    "PATIENT",
    "DOCTOR",
    "RELATIVE",
    "HOSPITAL",
    "CITY",
    "STREET",
    "IDNUM",
    "PHONE",
    "EMAIL",
    "DATE",
    "AGE",
    "URL",
    "USERNAME",
)


@st.composite
def marked_notes(draw):
    """A note of odd characters with PHI of any label in it."""
    odd = st.text(st.characters(), max_size=6)
    text, spans = draw(odd), []
    for _ in range(draw(st.integers(0, 5))):
        surface = draw(st.text(st.characters(), min_size=1, max_size=12))
        spans.append(Span(len(text), len(text) + len(surface), draw(st.sampled_from(LABELS)), 0.9, ("a",)))
        text += surface + draw(odd)
    return Note("n", text, "p"), spans


@given(marked_notes(), st.sampled_from([MASK, SURROGATE]))
def test_kept_text_is_unchanged_and_replacements_stand_where_the_offsets_say(case, policy):
    note, spans = case
    done = transform(note, spans, policy, KEY)
    assert done == transform(note, spans, policy, KEY)
    last_old = last_new = 0
    offsets = done.offsets
    for r, start, end in zip(done.replacements, offsets.new_starts, offsets.new_ends, strict=True):
        assert done.text[start:end] == r.text
        assert done.text[last_new:start] == note.text[last_old : r.start]
        last_old, last_new = r.end, end
    assert done.text[last_new:] == note.text[last_old:]


WORDS = st.text(st.sampled_from("abdeiklmnorstuvz"), min_size=4, max_size=9).map(str.capitalize)


@given(st.lists(st.tuples(WORDS, WORDS, st.sampled_from(["PATIENT", "DOCTOR", "RELATIVE"])), min_size=1, max_size=4))
def test_no_name_is_left_and_no_surrogate_is_a_name_of_the_note(people):
    marked = " 1 ".join(f"[[{label}:{first} {last}]] 2 [[{label}:{last.upper()}]]" for first, last, label in people)
    for policy in (MASK, SURROGATE):
        words = {w.strip("[]").lower() for w in deidentified(marked, policy).split()}
        assert not words & {w.lower() for first, last, _ in people for w in (first, last)}


def test_surrogates_avoid_known_identifiers_that_the_note_does_not_hold():
    text, annotations, _ = parse("[[PATIENT:Xuquist]] [[CITY:Reno]] [[MEDICALRECORD:4410927]]")
    note = Note("n", text, "p")
    name, city, number = transform(note, annotations.phi, SURROGATE, KEY).text.split(maxsplit=2)
    known = {"alias": name, "neighborhood": city, "mrn": number}
    done = transform(Note("n", text, "p", identifiers=known), annotations.phi, SURROGATE, KEY)
    assert not {name, city, number} & {r.text for r in done.replacements}
    assert {r.action for r in done.replacements} == {Action.SURROGATE}


@pytest.mark.parametrize("known", [{"state": "MA"}, {"zip": "02169"}, {"address": "9 Elm St, Zzyville, MA 02169"}])
def test_town_whose_state_only_one_note_tells_is_one_town_where_the_home_is_known(known):
    towns = set()
    for marked in (
        "[[CITY:Zzyville]], [[STATE:MA]]",
        "[[CITY:Zzyville]]",
        "[[CITY:Zzyville]]; once in [[STATE:TX]], [[STATE:TX]]",
    ):
        text, annotations, _ = parse(marked)
        done = transform(Note("n", text, "p", identifiers=known), annotations.phi, SURROGATE, KEY)
        towns.add(done.replacements[0].text)
    assert len(towns) == 1


@given(
    st.text(st.sampled_from("0123456789ABxyz-/. "), min_size=2, max_size=14),
    st.sampled_from(["IDNUM", "SSN", "PHONE", "ZIP"]),
)
def test_no_code_is_its_own_surrogate(code, label):
    text = deidentified(f"<[[{label}:{code}]]>", SURROGATE) if code == code.strip() else ""
    assert text != f"<{code}>"


def test_actions_that_were_not_possible_are_reported_as_masks():
    text, annotations, _ = parse("[[DATE:spring break]] [[IDNUM:---]]")
    done = transform(Note("n", text, "p"), annotations.phi, SURROGATE, KEY)
    assert {r.action for r in done.replacements} == {Action.MASK}
