import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.folding import fold
from deid.keys import SecretKey
from deid.nicknames import drawn_forms, short_forms
from deid.surrogates import Draws
from deid.surrogates.name_pools import given_names_for, surname_origin, surnames_for
from deid.surrogates.people import PeopleSurrogates
from deid.wordlists import folded, groups, members

DRAWS = Draws(SecretKey(b"k" * 32), "patient p1")


def surrogates(*names: tuple[str, str], draws: Draws = DRAWS) -> PeopleSurrogates:
    return PeopleSurrogates([label for label, _ in names], [surface for _, surface in names], draws, frozenset())


@pytest.mark.parametrize(
    ("word", "origin"),
    [
        ("garcia", "hispanic"),
        ("zelinkov", "slavic"),
        ("arvidsson", "nordic"),
        ("mcelhaney", "anglo"),
        ("papazian", "westasian"),
        ("tran", "vietnamese"),
        ("hope", "anglo"),
        ("xqzt", None),
    ],
)
def test_origin_of_a_surname_shows_by_list_or_ending(word, origin):
    assert surname_origin(word) == origin


def test_surrogate_names_keep_origin_and_gender_where_they_show():
    assert set(surnames_for("garcia")) == set(groups("surrogates/data/surnames")["hispanic"])
    assert set(given_names_for("teresa")) == set(groups("surrogates/data/given_female")["hispanic"])
    assert {"Abdullah", "Omar"} <= set(given_names_for("qasem", "muslim"))
    assert set(map(fold, given_names_for("faith"))) <= set(members("surrogates/data/given_female"))
    assert len(surnames_for("xqzt")) == len(members("surrogates/data/surnames"))


def test_one_person_is_one_surrogate_in_every_form():
    forms = ["Teresa Kowalczyk", "KOWALCZYK, TERESA", "T. Kowalczyk", "kowalczyk", "TK", "Kowalcyzk"]
    people = surrogates(*(("PATIENT", form) for form in forms))
    full, listed, initial, lower, letters, misspelt = (people.name(i) for i in range(len(forms)))
    first, last = full.split()
    assert listed == f"{last}, {first}".upper()
    assert (initial, lower, letters, misspelt) == (f"{first[0]}. {last}", last.lower(), first[0] + last[0], last)


def short_for(full: str) -> set[str]:
    return {full, *(short.capitalize() for short in short_forms().get(full.lower(), ()))}


@pytest.mark.parametrize("patient", map(str, range(12)))
def test_nicknames_go_with_the_full_name_and_its_surrogate(patient):
    draws = Draws(SecretKey(b"k" * 32), patient)
    both = surrogates(("PATIENT", "William Ashgrove"), ("PATIENT", "Bill Ashgrove"), ("PATIENT", "Billy"), draws=draws)
    full, short, shorter = both.name(0).split()[0], both.name(1).split()[0], both.name(2)
    assert {short, shorter} <= short_for(full)
    assert surrogates(("PATIENT", "Bill Ashgrove"), draws=draws).name(0).split()[0] == short


def test_nickname_of_several_names_goes_with_the_one_of_the_note():
    people = surrogates(("PATIENT", "Alexandra Xu"), ("PATIENT", "Alex"))
    assert people.name(1) in short_for(people.name(0).split()[0])
    assert people.name(0).split()[0] in {
        name for names in groups("surrogates/data/given_female").values() for name in names
    }


def test_no_nickname_that_is_drawn_is_a_clinical_term():
    drawn = {short for name in short_forms() for short in drawn_forms(name)}
    assert not drawn & (folded("data/eponyms") | folded("data/brand_names") | folded("data/abbreviations"))


def test_full_name_that_is_also_a_nickname_keeps_its_origin():
    assert (
        surrogates(("PATIENT", "Carlos Reyes")).name(0).split()[0] in groups("surrogates/data/given_male")["hispanic"]
    )


def test_no_nickname_is_a_name_of_the_note():
    for patient in map(str, range(40)):
        people = PeopleSurrogates(["PATIENT"], ["Bill Quist"], Draws(SecretKey(b"k" * 32), patient), frozenset({"bob"}))
        assert "Bob" not in people.name(0)


def test_given_names_one_letter_apart_are_two_persons():
    people = surrogates(("RELATIVE", "Daniel"), ("RELATIVE", "Daniela"))
    assert people.name(0) != people.name(1)


def test_relatives_go_on_sharing_a_surname():
    people = surrogates(("PATIENT", "Ana Whitcombe"), ("RELATIVE", "Joseph Whitcombe"), ("DOCTOR", "Lee Whitcombe"))
    assert len({people.name(i).split()[-1] for i in range(3)}) == 1


@pytest.mark.parametrize(
    ("handle", "form"),
    [
        ("smithers", "{last}"),
        ("jsmithers", "{f}{last}"),
        ("smithersj", "{last}{f}"),
        ("johnsmithers", "{first}{last}"),
        ("smithersjohn", "{last}{first}"),
        ("js", "{f}{l}"),
        ("JS", "{f}{l}"),
    ],
)
def test_letters_in_a_handle_follow_the_person(handle, form):
    people = surrogates(("DOCTOR", "John Smithers"))
    first, last = people.name(0).lower().split()
    assert people.in_handle(handle) == form.format(first=first, last=last, f=first[0], l=last[0])


def test_a_cut_name_in_a_handle_is_cut_again():
    people = surrogates(("DOCTOR", "John Featherstone"))
    first, last = people.name(0).lower().split()
    assert people.in_handle("jfeath") == (first[0] + last)[:6]


def test_letters_of_no_name_are_left_to_the_caller():
    assert surrogates(("DOCTOR", "John Smithers")).in_handle("frontdesk") is None


NAMES = st.text(st.sampled_from("abdeiklmnorstuvz"), min_size=4, max_size=9).map(str.capitalize)


@settings(max_examples=60)
@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_patients_surrogate_does_not_depend_on_who_else_is_named_nor_on_the_order(people, random):
    (first, last), *others = people
    alone = surrogates(("PATIENT", f"{first} {last}")).name(0)
    named = [("PATIENT", f"{first} {last}"), *(("DOCTOR", f"{a} {b}") for a, b in others)]
    random.shuffle(named)
    together = surrogates(*named)
    assert together.name(named.index(("PATIENT", f"{first} {last}"))) == alone
