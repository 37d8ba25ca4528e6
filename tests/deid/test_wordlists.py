import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.folding import fold
from deid.wordlists import entries, folded, given_names, ordinary_words

NAME_LISTS = ("given_female", "given_male", "surnames")


@pytest.mark.parametrize("name", [*NAME_LISTS, "cities", "place_names"])
def test_surrogates_are_no_eponyms_and_no_drugs(name):
    words = {word for entry in folded(f"surrogates/data/{name}") for word in entry.replace("-", " ").split()}
    assert not words & (folded("data/eponyms") | folded("data/brand_names"))


@pytest.mark.parametrize("name", NAME_LISTS)
def test_surrogate_names_are_single_words_and_no_ordinary_ones(name):
    assert all(entry.isalpha() for entry in entries(f"surrogates/data/{name}"))
    assert not folded(f"surrogates/data/{name}") & ordinary_words()
    assert len(set(entries(f"surrogates/data/{name}"))) == len(entries(f"surrogates/data/{name}")) > 200


def test_given_names_are_known_in_any_case():
    assert fold("TERESA") in given_names() or fold("Theresa") in given_names()


@given(st.text())
def test_folding_keeps_the_length_and_is_stable(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
