import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.folding import fold
from deid.surrogates.regions import Town, towns
from deid.wordlists import entries, folded, given_names, groups, members, ordinary_words

NAME_LISTS = ("given_female", "given_male", "surnames")


def surrogates_of(name: str) -> set[str]:
    if name == "towns":
        return {fold(town.name) for group in towns().values() for town in group}
    return set(members(f"surrogates/data/{name}") if name in NAME_LISTS else folded(f"surrogates/data/{name}"))


@pytest.mark.parametrize("name", [*NAME_LISTS, "towns", "place_names", "saints"])
def test_surrogates_are_no_eponyms_and_no_drugs(name):
    words = {word for entry in surrogates_of(name) for word in entry.replace("-", " ").split()}
    assert words
    assert not words & (folded("data/eponyms") | folded("data/brand_names"))


@pytest.mark.parametrize("name", NAME_LISTS)
def test_surrogate_names_are_single_words_and_no_ordinary_ones(name):
    names = [word for words in groups(f"surrogates/data/{name}").values() for word in words]
    assert all(word.isalpha() for word in names)
    assert not set(map(fold, names)) & ordinary_words()
    assert len(set(names)) == len(names) > 300


def test_every_state_has_towns_zip_codes_and_area_codes():
    states = {entry.split("=")[0] for entry in entries("surrogates/data/states")}
    assert len(states) == 50
    ranges = {e.split("=")[0]: e.split("=")[1].split() for e in entries("surrogates/data/zip_prefixes")}
    areas = [area for codes in groups("surrogates/data/area_codes").values() for area in codes]
    assert set(ranges) == set(groups("surrogates/data/area_codes")) == states
    assert len(set(areas)) == len(areas)
    for state in states:
        assert all(isinstance(town, Town) and town.region == state for town in towns()[state])
        for town in towns()[state]:
            bounds = ((part[:3], part[-3:]) for part in ranges[state])
            assert any(first <= town.prefix <= last for first, last in bounds), town.name


def test_given_names_are_known_in_any_case():
    assert fold("TERESA") in given_names()


@given(st.text())
def test_folding_keeps_the_length_and_is_stable(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
