from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.labels import CLINICAL_LABELS, NAME_LABELS, PHI_LABELS
from nlp.training.pools import Pools
from nlp.training.refill import Refiller, like, scramble
from nlp.training.wordlists import members

SURFACE = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40).map(str.strip).filter(bool)
NAME = st.from_regex(r"\A(?:Dr\. )?[A-Z][a-z]{2,8}(?:[ -][A-Z][a-z]{2,8}){0,2}\Z")


def refiller(pools: Pools, seed: int) -> Refiller:
    return Refiller(pools, random.Random(seed))


@given(label=st.sampled_from(PHI_LABELS), surface=SURFACE, seed=st.integers(0, 99))
@settings(max_examples=300)
def test_any_surface_of_any_phi_label_is_refilled(pools: Pools, label: str, surface: str, seed: int) -> None:
    new = refiller(pools, seed).phi(label, surface)
    assert new
    assert new == refiller(pools, seed).phi(label, surface)  # the seed decides


@given(label=st.sampled_from(CLINICAL_LABELS), surface=SURFACE, seed=st.integers(0, 99))
def test_any_surface_of_any_clinical_label_is_refilled(pools: Pools, label: str, surface: str, seed: int) -> None:
    assert refiller(pools, seed).clinical(label, surface)


@given(label=st.sampled_from(sorted(NAME_LABELS)), name=NAME, seed=st.integers(0, 9999))
def test_no_part_of_a_name_is_left(pools: Pools, label: str, name: str, seed: int) -> None:
    new = refiller(pools, seed).phi(label, name)
    old = {w.lower() for w in re.findall(r"[A-Za-z]+", name)} - members("particles") - members("credentials")
    assert not old & {w.lower() for w in re.findall(r"[A-Za-z]+", new)}


@pytest.mark.parametrize("seed", range(40))
def test_a_name_with_an_initial_is_exchanged(pools: Pools, seed: int) -> None:
    assert "Jackson" not in refiller(pools, seed).name("R. Jackson")


@pytest.mark.parametrize("seed", range(40))
def test_a_person_keeps_one_new_name_through_a_note(pools: Pools, seed: int) -> None:
    rng = random.Random(seed)
    rng.random = lambda: 0.9  # type: ignore[method-assign]  # no other forms, no typos
    one = Refiller(pools, rng)
    full, family, capitals = one.name("John Smith"), one.name("Smith"), one.name("SMITH, JOHN")
    assert full.endswith(family)
    given = full.removesuffix(family).strip()
    assert capitals == f"{family.upper()}, {given.upper()}"


def test_a_code_stays_the_same_within_a_note_and_keeps_its_form(pools: Pools) -> None:
    one = refiller(pools, 1)
    assert one.phi("MEDICALRECORD", "MR-123456") == one.phi("MEDICALRECORD", "MR-123456")
    assert one.phi("SSN", "123-45-6789") != "123-45-6789"
    assert re.fullmatch(r"\d{3}-\d\d-\d{4}", one.phi("SSN", "123-45-6789"))
    assert re.fullmatch(r"\d{5}", one.phi("ZIP", "02115"))


@given(SURFACE, st.integers(0, 99))
def test_scrambling_keeps_separators_and_kinds(surface: str, seed: int) -> None:
    new = scramble(surface, random.Random(seed))
    assert len(new) == len(surface)
    for a, b in zip(surface, new, strict=True):
        assert b.isdigit() if a.isdigit() else a == b or (a.isalpha() and a.isupper() == b.isupper())


@pytest.mark.parametrize(
    ("old", "expected"), [("SMITH", "MEER"), ("smith", "meer"), ("Smith", "Meer"), ("S", "Meer"), ("4x", "meer")]
)
def test_the_case_of_the_old_surface_is_kept(old: str, expected: str) -> None:
    assert like(old, "meer") == expected


@pytest.mark.parametrize("surface", ["71", "8", "104"])
@given(seed=st.integers(0, 999))
def test_ages_stay_ages(pools: Pools, surface: str, seed: int) -> None:
    assert 1 <= int(refiller(pools, seed).age(surface)) <= 104


def test_ages_in_words_stay_tens(pools: Pools) -> None:
    assert refiller(pools, 3).age("Nineties").endswith("ties")
    assert refiller(pools, 3).age("newborn") == "newborn"


@pytest.mark.parametrize("seed", range(20))
def test_phones_keep_their_digits_or_take_a_usual_style(pools: Pools, seed: int) -> None:
    new = refiller(pools, seed).phone("(617) 555-0123")
    assert sum(c.isdigit() for c in new) in (7, 10, 11)
    assert re.fullmatch(r"x\d{4}", refiller(pools, seed).phone("x4455"))


@pytest.mark.parametrize("seed", range(20))
def test_contacts_keep_their_kind(pools: Pools, seed: int) -> None:
    one = refiller(pools, seed)
    assert re.fullmatch(r"[\w.]+@[\w.]+\.[a-z]+", one.phi("EMAIL", "a.b@example.org"))
    assert one.phi("URL", "https://www.stjude.org/x").startswith("https://www.")
    assert one.phi("STATE", "MA") in ("UT", "IA")
    assert one.phi("STATE", "Massachusetts") in ("Utah", "Iowa")
    assert one.place("HOSPITAL", "Tufts Medical Center") != "Tufts Medical Center"


@pytest.mark.parametrize("word", ["abcdef", "word", "a"])
def test_typos_are_small(pools: Pools, word: str) -> None:
    for seed in range(30):
        assert abs(len(refiller(pools, seed).typo(word)) - len(word)) <= 1
    assert refiller(pools, 1).typo("word") == "word"
