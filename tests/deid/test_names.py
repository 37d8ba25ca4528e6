from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.names import Kind, parse_name
from deid.persons import number


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("John Smith", "given surname"),
        ("John A. Smith", "given initial surname"),
        ("SMITH, JOHN A", "surname given initial"),
        ("SMITH,JOHN", "surname given"),
        ("J. Smith", "initial surname"),
        ("Smith", "name"),
        ("JS", "initial initial"),
        ("J.S.", "initial initial"),
        ("Ana de la Cruz", "given particle particle surname"),
        ("Yusra al-Hakim", "given particle surname"),
        ("Mary Smith-Jones", "given surname surname"),
        ("John Smith Jr.", "given surname fixed"),
        ("Mrs Vail", "fixed surname"),
        ("Ng", "name"),
        ("", ""),
        ("123 ???", ""),
    ],
)
def test_parts_of_names(name, kinds):
    assert " ".join(part.kind for part in parse_name(name)) == kinds


@given(st.text())
def test_parts_lie_where_they_say_in_any_text(name):
    parts = parse_name(name)
    assert all(name[part.start : part.end] == part.text for part in parts)
    assert all(a.end <= b.start for a, b in pairwise(parts))


@pytest.mark.parametrize(
    "name", ["R. St. John", "R. St John", "R. Ste. Marie", "R. St-Pierre", "R. St.-Pierre", "r. st. john"]
)
def test_saint_is_a_particle(name):
    kinds = [part.kind for part in parse_name(name)]
    assert kinds == [Kind.INITIAL, Kind.PARTICLE, Kind.SURNAME]


def test_forms_of_one_person_share_a_number():
    surfaces = ["R. Osei", "Ruth Osei", "Tom Pak", "OSEI, RUTH", "Dr Osei", "RO", "Pak"]
    assert number(["DOCTOR"] * 7, surfaces) == [1, 1, 2, 1, 1, 1, 2]


def test_same_surname_with_another_given_name_is_another_person():
    assert number(["DOCTOR"] * 3, ["Ruth Osei", "Kofi Osei", "K. Osei"]) == [1, 2, 2]


@pytest.mark.parametrize(
    ("surfaces", "numbers"),
    [
        (["William Osei", "Bill", "Bill Osei"], [1, 1, 1]),
        (["Bill Osei", "William Osei"], [1, 1]),
        (["William Osei", "Bill Pak"], [1, 2]),
        (["Bill", "Osei"], [1, 2]),
    ],
)
def test_a_nickname_shares_the_number_of_its_full_name(surfaces, numbers):
    assert number(["PATIENT"] * len(surfaces), surfaces) == numbers


def test_labels_count_apart():
    assert number(["DOCTOR", "RELATIVE", "DOCTOR"], ["Osei", "Osei", "Pak"]) == [1, 1, 2]
