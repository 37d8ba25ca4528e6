import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.columns import column_label
from deid.known import known_identifiers, tally
from deid.merge import unite
from nlp.types import Note, Span


def found(text: str, **identifiers: str) -> list[tuple[str, str]]:
    spans = known_identifiers(Note("n", text, identifiers=identifiers))
    assert all(s.score == 1.0 and s.sources == ("known",) for s in spans)
    return [(text[s.start : s.end], s.label) for s in unite(text, spans)]


@pytest.mark.parametrize(
    ("column", "value", "text", "expected"),
    [
        ("last_name", "Treviño", "Mr. TREVINO left", [("TREVINO", "PATIENT")]),
        ("name", "Ana Treviño", "Ana, Mrs Treviño", [("Ana", "PATIENT"), ("Treviño", "PATIENT")]),
        ("mrn", "00731884", "MRN 007-318-84.", [("007-318-84", "MEDICALRECORD")]),
        ("mrn", "4471", "chart 4471!", [("4471", "MEDICALRECORD")]),
        ("phone", "(617) 555-0123", "617.555.0123", [("617.555.0123", "PHONE")]),
        ("email", "a.b@x.example", "to A.B@x.example", [("A.B@x.example", "EMAIL")]),
        ("dob", "1976-08-11", "born 8/11/76 or Aug 11, 1976", [("8/11/76", "DATE"), ("Aug 11, 1976", "DATE")]),
        ("next_of_kin", "Omar Bello", "son Bello", [("Bello", "RELATIVE")]),
        (
            "address",
            "14 Kiln Ln, Ashby, MA 01431",
            "14 Kiln Ln in Ashby",
            [("14 Kiln Ln", "STREET"), ("Ashby", "CITY")],
        ),
        ("badge", "K-20931", "badge k-20931", [("k-20931", "IDNUM")]),
        ("alias", "Moss Kane; Kit Doyle", "aka Doyle", [("Doyle", "PATIENT")]),
    ],
)
def test_known_identifiers_are_found(column, value, text, expected):
    assert found(text, **{column: value}) == expected


def test_ordinary_word_as_a_name_needs_a_capital():
    assert found("he may leave; and May did, ms. may", last_name="May") == [("May", "PATIENT"), ("may", "PATIENT")]


@pytest.mark.parametrize("value", ["", " ", ";", "-"])
def test_empty_values_find_nothing(value):
    assert found("a - b ; c", last_name=value, mrn=value) == []


@pytest.mark.parametrize(
    ("column", "value", "label"),
    [("Last Name", "x", "PATIENT"), ("MRN", "1", "MEDICALRECORD"), ("healthplan", "1", "HEALTHPLAN"),
     ("foo", "a1", "IDNUM"), ("foo", "Ann", "PATIENT"), ("foo", "a@b.c", "EMAIL")],
)  # fmt: skip
def test_unknown_columns_are_labelled_by_shape(column, value, label):
    assert column_label(column, value) == label


@pytest.mark.parametrize(
    ("column", "value", "text", "expected"),
    [
        ("name", "Marisol Quintanar", "Quintanar, Marisol", ["Quintanar", "Marisol"]),
        ("last_name", "Quintanar", "pt Quintannar and Qiuntanar", ["Quintannar", "Qiuntanar"]),
        ("last_name", "Quintanar", "Quin-\r\n  tanar", ["Quin-\r\n  tanar"]),
        ("last_name", "O'Hearn", "Ms OHearn or O Hearn", ["OHearn", "O Hearn"]),
        ("last_name", "Böttcher", "Boettcher or Bottcher", ["Boettcher", "Bottcher"]),
        ("last_name", "Núñez", "Nu\u0301n\u0303ez", ["Nu\u0301n\u0303ez"]),
        ("first_name", "Robert", "Bobby called", ["Bobby"]),
        ("nickname", "Bobby", "Robert called", ["Robert"]),
        ("name", "Maria T Cruz", "Maria Crux", ["Maria Crux"]),
        ("name", "Dana R. Voss", "Dana R. Voss; Voss, D.", ["Dana R. Voss", "Voss, D."]),
        ("last_name", "ROSE", "Rose was seen. Rose bengal. a rose", ["Rose"]),
        ("last_name", "LEE", "Lee left. LEE (J)", ["Lee", "LEE"]),
        ("first_name", "May", "May 3. MAY here. May and her son. WIFE MAY", ["May", "MAY"]),
        ("first_name", "May", "seen May 3, 2021, of May 2020", []),
        ("first_name", "rose", "8  rose (jail), - rose\nwife in law rose; gf rose. rose said so", ["rose"] * 5),
        ("first_name", "jim", "its jims wife, jims wifi", ["jims"]),
        ("last_name", "Okafor", "WifeMrs.Okaforsays. Okaforina", ["Okaforsays"]),
        ("name", "Emi1", "husband Emi1 says", ["Emi1"]),
        ("name", "AAT", "Initials: AAT", ["AAT"]),
        ("mrn", "E-30-4471", "MRE-30-4471, 1E30447", ["MRE-30-4471"]),
        ("neighborhood", "Point", "lives in the Point. Point made.", ["Point"]),
        ("phone", "+1 (617) 555-0123 ext 9", "617–555–\n0123, 555-0123", ["617–555–\n0123", "555-0123"]),
        ("mrn", "0044109", "MRN 44109; 004 4190", ["44109", "004 4190"]),
        ("member_id", "1EG4-TE5-MK73", "1EG4 TE5 MK73, 1EG4TE5MK37", ["1EG4 TE5 MK73", "1EG4TE5MK37"]),
        ("dob", "1976-08-11", "11-AUG-1976, 11th of August '76", ["11-AUG-1976", "11th of August '76"]),
        ("dob", "1976-08-11", "18/11/1976 8/11/1975", []),
        ("address", "14 Kiln Ln", "14 Kiln\n   Lane", ["14 Kiln"]),
        ("mother_first_name", "Odalys", "Odalys", ["Odalys"]),
        ("sex", "Female", "Female", []),
    ],
)  # fmt: skip
def test_other_spellings_are_found(column, value, text, expected):
    assert [surface for surface, _ in found(text, **{column: value})] == expected


def test_given_name_and_surname_in_two_columns_give_initials():
    assert [s for s, _ in found("signed JQ", first_name="Jorun", last_name="Quist")] == ["JQ"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Will", "He will walk. Will follow."),
        ("Ana", "ANA negative"),
        ("Foreman", "for\nmand"),
        ("Parkinson", "Parkinson disease"),
        ("Bell", "Bell's palsy"),
        ("White", "White count 11. white cells"),
        ("Rose", "rose to 5; face rose\n"),
    ],
)
def test_common_words_are_left_alone(value, text):
    assert found(text, name=value) == []


def test_tally_counts_what_the_other_sources_missed():
    text = "Ana Quist, MRN 4410927, Quist"
    known = known_identifiers(Note("n", text, identifiers={"name": "Ana Quist", "mrn": "4410927"}))
    others = [Span(0, 3, "PATIENT"), Span(15, 22, "IDNUM"), Span(24, 29, "PATIENT")]
    assert tally(text, known, others) == {
        "PATIENT": {"found": 2, "missed_by_taggers": 1},
        "MEDICALRECORD": {"found": 1, "missed_by_taggers": 0},
    }
    assert tally("", [], []) == {}


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["name", "mrn", "dob", "address", "phone", "x"]))
def test_spans_lie_in_any_text_for_any_value(text, value, column):
    for span in known_identifiers(Note("n", text + value, identifiers={column: value})):
        assert 0 <= span.start < span.end <= len(text + value)
