import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.generalize import (
    LATEST_YEAR,
    generalize_age,
    generalize_country,
    generalize_date,
    generalize_hospital,
    generalize_state,
    generalize_zip,
    year_written,
)
from deid.keys import SecretKey
from deid.leak import find_leaks
from deid.policy import Action, builtin_policies, load_policy, parse_policy
from deid.surrogates.date_reading import DateStyle
from deid.transform import transform
from deid.wordlists import entries
from nlp.labels import PHI_LABELS
from nlp.markup import parse
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)
STYLE = DateStyle(reference=date(2021, 6, 1))
HARBOR, LIMITED = load_policy("safe-harbor"), load_policy("limited-dataset")
HASH = parse_policy("name: h\ndefault: hash\nlabels: {DATE: generalize, AGE: generalize}\n", "h")
PER_DUMP = HASH.model_copy(update={"hash_scope": "dump"})


def deidentified(marked, policy, patient="p", key=KEY, note_date="2021-03-05"):
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    return transform(Note("n", text, patient, note_date=note_date), annotations.phi, policy, key).text


@pytest.mark.parametrize(
    ("surface", "year"),
    [
        ("3/14/2019", "2019"), ("3/4/21", "2021"), ("March 2019", "2019"), ("2019", "2019"), ("'09", "2009"),
        ("2021-03-04T10:15", "2021"), ("20210304", "2021"), ("Easter 2020", "2020"), ("2011-2017", "2011-2017"),
        ("March 3-5, 2019", "2019"), ("3/4-3/7/21", "2021"), ("3/4", None), ("Monday", None), ("the 14th", None),
        ("1931", None), ("3/4/1931", None), ("1932", "1932"), ("1930-2019", None), ("Ramadan", None),
    ],
)  # fmt: skip
def test_a_date_becomes_its_year_unless_it_tells_an_age_over_89(surface, year):
    assert generalize_date(surface, STYLE, written=2021) == year


@pytest.mark.parametrize(
    ("note_date", "year"),
    [("2019-05-01", 2019), ("5/1/19", 2019), (None, LATEST_YEAR), ("?", LATEST_YEAR), ("1900-01-01", LATEST_YEAR)],
)
def test_year_of_the_note(note_date, year):
    assert year_written(note_date, STYLE) == year


@pytest.mark.parametrize(
    ("code", "short"),
    [("02118", "021"), ("02118-3399", "021"), ("021183399", "021"), ("05901", "000"), ("20301", "000"),
     ("75398", "000"), ("K1A 0B1", None), ("0211", None), ("021", None), ("٠٢١١٨", None)],
)  # fmt: skip
def test_a_zip_code_becomes_three_digits_or_000(code, short):
    assert generalize_zip(code) == short


def test_restricted_zip_codes_are_those_of_both_censuses():
    assert len(set(entries("data/restricted_zip3"))) == 23
    assert all(re.fullmatch(r"\d{3}", code) for code in entries("data/restricted_zip3"))


@pytest.mark.parametrize(
    ("age", "wide"), [("90", "90+"), ("ninety-two", "90+"), ("90+", "90+"), ("89", None), ("old", None)]
)
def test_an_age_from_90_becomes_90_plus(age, wide):
    assert generalize_age(age) == wide


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Mercy Bay General Hospital", "hospital"), ("Harbor View Clinic", "clinic"),
     ("Oak Lawn Nursing Home", "nursing home"),
     ("Clinic at Bay Hospital", "hospital"), ("Mercy", None), ("MGH", None)],
)  # fmt: skip
def test_a_hospital_becomes_its_kind(name, kind):
    assert generalize_hospital(name) == kind


def test_safe_harbor_keeps_years_and_three_digits_only():
    marked = "[[AGE:92]] [[AGE:89]] [[DATE:3/14/2019]] [[DATE:3/4]] [[ZIP:02118]] [[STATE:TX]] [[CITY:Waco]]"
    assert deidentified(marked, HARBOR) == "90+ 89 2019 [DATE] 021 TX [CITY]"


def test_what_is_kept_is_masked_where_it_holds_what_is_removed():
    marked = (
        "[[PATIENT:Ana Reyes]] of [[CITY:Reyes]], [[CITY:Waco]]; "
        "id [[IDNUM:20210304]] on [[DATE:2021-03-04]], [[DATE:3/4]]"
    )
    assert deidentified(marked, LIMITED) == "[PATIENT] of [CITY], Waco; id [IDNUM] on [DATE], 3/4"


def test_hashes_agree_for_the_same_identifier_and_differ_by_patient_or_key():
    one, two, name, reversed_name = deidentified(
        "[[IDNUM:AB-12 7]] [[IDNUM:ab127]] [[PATIENT:Ana Réyes]] [[PATIENT:REYES, ANA]]", HASH
    ).split(" ")
    assert one == two
    assert re.fullmatch(r"\[IDNUM#[0-9a-f]{12}\]", one)
    assert name == reversed_name
    assert deidentified("[[IDNUM:AB127]]", HASH, patient="q") != one
    assert deidentified("[[IDNUM:AB127]]", HASH, key=SecretKey(b"z" * 32)) != one
    per_dump = {deidentified("[[IDNUM:AB127]]", PER_DUMP, patient=patient) for patient in "pq"}
    assert len(per_dump) == 1
    assert per_dump != {one}
    assert deidentified("[[IDNUM:--]]", HASH) == "[IDNUM]"


WORDS = st.text(st.sampled_from("abdeiklmnorstuvz"), min_size=4, max_size=8).map(str.capitalize)
CODES = st.text(st.sampled_from("0123456789"), min_size=5, max_size=9)
NUMBERS = ("ZIP", "SSN", "MEDICALRECORD", "PHONE", "DEVICE", "DATE", "AGE")
PHI = st.tuples(st.sampled_from(sorted({*PHI_LABELS} - {*NUMBERS})), WORDS) | st.tuples(st.sampled_from(NUMBERS), CODES)
POLICIES = [load_policy(name) for name in builtin_policies() if name != "surrogate"] + [HASH, PER_DUMP]


@given(st.lists(PHI, max_size=6), st.sampled_from(POLICIES))
def test_with_perfect_detection_nothing_that_a_policy_removes_is_left(found, policy):
    text, spans = "", []
    for label, surface in found:
        # Every surface stands twice under its label, so that no other mention of it is unmarked.
        for _ in range(2):
            text += " , "
            spans.append(Span(len(text), len(text) + len(surface), label))
            text += surface
    note = Note("n", text, "p", note_date="2020-01-01")
    done = transform(note, spans, policy, KEY)
    assert find_leaks(note, spans, done, policy) == []
    assert all(r.text for r in done.replacements)


REGIONS = load_policy("mask").model_copy(update={"labels": dict.fromkeys(("STATE", "COUNTRY"), Action.GENERALIZE)})


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[[STATE:MA]], [[STATE:texas]], [[STATE:Calif.]]", "New England, West South Central, Pacific"),
        ("[[STATE:Ontario]] [[STATE:XX]]", "[STATE] [STATE]"),
        ("[[COUNTRY:U.S.]], [[COUNTRY:Viet Nam]], [[COUNTRY:ghana]]", "North America, Asia, Africa"),
        ("[[COUNTRY:Narnia]]", "[COUNTRY]"),
        ("[[PATIENT:Asia Reyes]] of [[COUNTRY:India]]", "[PATIENT] of [COUNTRY]"),
    ],
)
def test_states_become_divisions_and_countries_continents(marked, expected):
    assert deidentified(marked, REGIONS) == expected


def test_every_state_and_every_country_that_surrogates_are_drawn_from_has_a_region():
    for entry in entries("surrogates/data/states"):
        assert generalize_state(entry.partition("=")[0]), entry
    for entry in entries("surrogates/data/countries"):
        assert generalize_country(entry.partition("=")[0]), entry


def test_age_that_would_stay_goes_where_its_digits_are_removed_elsewhere():
    assert deidentified("[[ZIP:00041]] [[AGE:00041]] [[AGE:41]]", load_policy("mask")) == "[ZIP] [AGE] 41"


@given(st.text(max_size=12), st.sampled_from(["DATE", "ZIP", "AGE", "HOSPITAL"]))
def test_no_surface_breaks_a_generalization_and_none_is_longer_than_a_kind_or_a_mask(surface, label):
    if not surface:
        return
    policy = HARBOR.model_copy(update={"labels": {**HARBOR.labels, "HOSPITAL": Action.GENERALIZE}})
    done = transform(Note("n", surface), [Span(0, len(surface), label)], policy, KEY)
    assert done.text == surface if not done.replacements else len(done.text) <= 25
