import pytest

from deid.known import column_label, known_identifiers
from deid.merge import unite
from nlp.types import Note


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
