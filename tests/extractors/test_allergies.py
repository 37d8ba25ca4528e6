"""Allergies: drugs and other substances, what they cause, and that there are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.allergies import Allergy, find_allergies
from extractors.sections import find_sections
from extractors.structure import structure
from nlp.markup import parse


def allergies(marked: str) -> tuple[str, list[Allergy]]:
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    return text, find_allergies(text, annotations.entities, find_sections(text))


def told(marked: str) -> list[tuple[str, str | None, list[str]]]:
    """Return substance as written, its usual name and its reactions; none-known mentions are left out."""
    text, found = allergies(marked)
    return [
        (text[a.start : a.end], a.substance, [text[r.start : r.end] for r in a.reactions])
        for a in found
        if not a.none_known
    ]


def absent(marked: str) -> list[tuple[str, str | None]]:
    text, found = allergies(marked)
    return [(text[a.start : a.end], a.category) for a in found if a.none_known]


def test_drugs_and_other_substances_of_a_list_with_their_reactions() -> None:
    assert told(
        "ALLERGIES: [[DRUG:penicillin|m1|allergy]] ([[SX:hives|historical]], [[SX:lip swelling|historical]]); "
        "latex -> [[DX:contact dermatitis|historical]]; Peanuts; IV contrast - [[SX:rash|historical]]\n"
    ) == [
        ("penicillin", None, ["hives", "lip swelling"]),
        ("latex", "latex", ["contact dermatitis"]),
        ("Peanuts", "peanut", []),
        ("IV contrast", "contrast media", ["rash"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("He is allergic to bee stings and shellfish.", ["bee venom", "shellfish"]),
        ("Allergic to [[DRUG:sulfa|m1|allergy]], latex and adhesive tape.", [None, "latex", "adhesive"]),
        ("Severe reaction to contrast dye in the past.", ["contrast media"]),
        ("Known [[DX:peanut allergy|present]].", ["peanut"]),
        ("She has shrimp or seafood allergy.", ["shrimp", "shellfish"]),
        ("[[DX:anaphylaxis|historical]] to cashews as a child", ["tree nuts"]),
        ("Allergies: PCN, eggs", [None, "egg"]),
    ],
)
def test_wording_makes_an_allergy(marked: str, wanted: list[str | None]) -> None:
    assert [substance for _, substance, _ in told(marked)] == wanted


@pytest.mark.parametrize(
    "marked",
    [
        "Ate peanuts and shrimp yesterday. The cat scratched him.",
        "Denies allergy to latex or shellfish.",
        "ALLERGIES: No known drug allergies. Latex: no.",
        "No latex allergy.",
        "Mother is allergic to bee stings.",
        "ALLERGIES: [[DRUG:codeine|m1|allergy]]. NO [[DRUG:SHRIMP|m2|negated]], SEAFOOD, OR DYE ALLERGY.",
        "ALLERGIES: The patient denies allergies to medications and to latex.",
        "Denies [[SX:rhinitis|negated]], [[DX:asthma|negated]], skin sensitivity, latex allergies.",
        "She denies any [[DX:shrimp allergy|negated]].",
        "CT with contrast. No allergic reaction was seen.",
        "Allergic rhinitis. Has two dogs.",
    ],
)
def test_what_is_denied_or_of_others_or_only_mentioned_is_none(marked: str) -> None:
    assert [name for _, name, _ in told(marked) if name] == []


def test_a_reaction_may_stand_before_what_caused_it() -> None:
    assert told("[[DX:Anaphylaxis|historical]] to peanuts; [[SX:hives|historical]] from eggs. Egg allergy.") == [
        ("peanuts", "peanut", ["Anaphylaxis"]),
        ("Egg", "egg", []),
    ]
    assert told("Allergies: [[SX:hives|historical]] from eggs") == [("eggs", "egg", ["hives"])]


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        ("NKDA.", [("NKDA", "medication")]),
        ("Allergies: NKA", [("NKA", None)]),
        ("ALLERGIES: None.", [("None", None)]),
        ("DRUG ALLERGIES:  none known\n", [("none known", "medication")]),
        ("ALLERGIES: SHE HAS NO KNOWN DRUG ALLERGIES.", [("NO KNOWN DRUG ALLERGIES", "medication")]),
        ("No known allergies except peanuts.", []),
        ("Allergies: none but latex", []),
        ("No food allergies", [("No food allergies", "food")]),
        ("ALLERGIES: Denied.", [("Denied", None)]),
        ("The test found no allergens.", []),
    ],
)
def test_none_known(marked: str, wanted: list[tuple[str, str | None]]) -> None:
    assert absent(marked) == wanted


def test_what_follows_no_known_allergies_except_is_one() -> None:
    assert told("ALLERGIES: No known allergies except peanuts.") == [("peanuts", "peanut", [])]


def test_a_drug_that_says_that_there_is_none_is_no_drug() -> None:
    text, annotations, _ = parse("ALLERGIES: [[DRUG:NKDA|m1|allergy]]. Takes [[DRUG:aspirin|m2|current]].")
    spans = structure(text, annotations.entities)
    assert [text[span.start : span.end] for span in spans] == ["aspirin"]
    assert absent(text) == [("NKDA", "medication")]


def test_an_unknown_drug_counts_only_where_something_speaks_of_allergies() -> None:
    assert told("The [[DRUG:aspirate|m1|allergy]] was mostly fat.") == []
    assert told("Allergic to [[DRUG:zorbamycin|m1|allergy]].") == [("zorbamycin", None, [])]
    assert told("ALLERGIES: [[DRUG:Egg-based|m1|allergy]] products") == [("Egg-based", "egg", [])]


def test_seasonal_allergies_cause_nothing_that_is_only_listed_after_them() -> None:
    assert told("PMH: Seasonal allergies, chronic [[DX:sinusitis|present]], [[DX:hypertension|present]].") == [
        ("Seasonal", "seasonal allergens", [])
    ]
    assert told("Has latex allergy ([[SX:hives|historical]]).") == [("latex", "latex", ["hives"])]


def test_a_drug_that_is_no_allergy_takes_the_reaction_from_the_one_before() -> None:
    assert told("Allergic to latex. [[DRUG:Aspirin|m1|current]] for [[SX:headache|present]].") == [
        ("latex", "latex", [])
    ]


@given(
    st.lists(
        st.sampled_from(
            ["allergic to ", "latex", "NKDA", "\n", "; ", "é", "İ", "\U0001f600", " ", "allergies: ", "peanuts"]
        ),
        max_size=30,
    )
)
def test_offsets_are_those_of_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for allergy in find_allergies(text, [], find_sections(text)):
        assert text[allergy.start : allergy.end].lower() in ("latex", "peanuts", "nkda")
