import re

import pytest

from deid.keys import SecretKey
from deid.surrogates import Draws, NoteSurrogates, original_words
from deid.surrogates.regions import RegionSurrogates, towns
from nlp.markup import parse

KEY = SecretKey(b"k" * 32)
ADDRESS = "[[STREET:9 Elm St]], [[CITY:Quincy]], [[STATE:MA]] [[ZIP:02169]], ph [[PHONE:617-555-0188]]"


def written(marked: str, patient: str = "p1") -> list[str]:
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    avoid = original_words(text, annotations.phi)
    note = NoteSurrogates(text, annotations.phi, Draws(KEY, patient), avoid)
    return [note.surrogate(span) for span in annotations.phi]


@pytest.mark.parametrize("patient", map(str, range(25)))
def test_an_address_stays_one_coherent_address(patient):
    _, city, state, zip_code, phone = written(ADDRESS, patient)
    town = next(town for town in towns()[state] if town.name == city)
    assert zip_code.startswith(town.prefix)
    assert zip_code != "02169"
    home = RegionSurrogates("", (), Draws(KEY, patient), frozenset())
    assert phone[:3] == home.area("617")
    assert re.fullmatch(r"\d{3}-555-01\d\d", phone)


def test_a_town_belongs_to_the_state_named_elsewhere_in_the_note():
    _, city, state, *_, alone, other = written(f"{ADDRESS}; from [[CITY:Quincy]], near [[CITY:Zzyville]]")
    assert alone == city
    assert other in {town.name for town in towns()[state]}


def test_states_of_a_patient_map_one_to_one_in_name_and_code():
    names = ["[[STATE:MA]]", "[[STATE:Massachusetts]]", "[[STATE:Mass]]", "[[STATE:TX]]", "[[STATE:texas]]"]
    code, name, short, other, lower = written(" ".join(names))
    assert len({code, other}) == 2
    assert name == short
    assert lower.islower()
    assert (len(code), len(other)) == (2, 2)


def test_towns_abroad_go_to_their_country():
    city, country = written("[[CITY:Kisumu]], [[COUNTRY:Kenya]]")
    assert country != "Kenya"
    assert city in {town.name for town in towns()[country]}


def test_toll_free_numbers_stay_toll_free():
    assert written("[[PHONE:1-800-555-0133]]")[0][2:5] in {"833", "844", "855", "866", "877", "888"}


def test_foreign_postal_codes_keep_their_form():
    assert re.fullmatch(r"[A-Z]{2}\d [A-Z0-9]{3}", written("[[ZIP:HX7 4KG]]")[0])
