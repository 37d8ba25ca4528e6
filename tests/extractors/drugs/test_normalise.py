"""Mentions of drugs: names, brands, abbreviations, combinations, misspellings - and what must not be guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.drugs.normalise import Drug, closest_pairs, normalise
from extractors.drugs.table import entries

TERMS = Path(__file__).parents[4] / "shared" / "terms"


@pytest.mark.parametrize(
    ("surface", "ingredients"),
    [
        ("metoprolol", "metoprolol"), ("METOPROLOL", "metoprolol"), ("Toprol XL", "metoprolol"),
        ("toprol-xl", "metoprolol"),
        ("metoprolol succinate ER", "metoprolol"), ("metoprolol tart 25 mg", "metoprolol"), ("ASA", "aspirin"),
        ("APAP", "acetaminophen"), ("paracetamol", "acetaminophen"), ("HCTZ", "hydrochlorothiazide"),
        ("MTX", "methotrexate"),
        ("Tylenol PM", "acetaminophen+diphenhydramine"), ("lisinopril-HCTZ", "hydrochlorothiazide+lisinopril"),
        ("lisinopril/hydrochlorothiazide", "hydrochlorothiazide+lisinopril"),
        ("Bactrim DS", "sulfamethoxazole+trimethoprim"),
        ("carbidopa/levodopa", "carbidopa+levodopa"), ("amox-clav", "amoxicillin+clavulanate"),
        ("home metformin", "metformin"),
        ("insulin glargine pen", "insulin glargine"), ("5-FU", "fluorouracil"), ("vit D3", "cholecalciferol"),
        ("KCl", "potassium chloride"),
        ("losartán", "losartan"), ("azithro", "azithromycin"), ("rosuva", "rosuvastatin"), ("metforrnin", "metformin"),
        ("lisinopri1", "lisinopril"), ("alb uterol", "albuterol"), ("gabapentan", "gabapentin"),
        ("levothyroxene", "levothyroxine"),
        ("hydralizine", "hydralazine"), ("hydroxizine", "hydroxyzine"),
        ("mFOLFOX6", "fluorouracil+leucovorin+oxaliplatin"),
        ("flu shot", "influenza virus vaccine"), ("EpiPens", "epinephrine"),
    ],
)  # fmt: skip
def test_ingredients(surface: str, ingredients: str) -> None:
    found = normalise(surface)
    assert found is not None
    assert "+".join(found.ingredients) == ingredients


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("beta blocker", "beta blocker"), ("beta-blockers", "beta blocker"), ("ACEi", "ACE inhibitor"),
        ("NSAIDs", "NSAID"),
        ("statins", "statin"), ("abx", "antibiotic"), ("antibiotics", "antibiotic"), ("DOAC", "anticoagulant"),
        ("PPI", "proton pump inhibitor"),
    ],
)  # fmt: skip
def test_class_is_no_ingredient(surface: str, name: str) -> None:
    found = normalise(surface)
    assert found is not None
    assert (found.ingredients, found.drug_class, found.rxcui) == ((), name, None)


def test_brand_and_numbers() -> None:
    assert normalise("Lipitor") == Drug(("atorvastatin",), "Lipitor", "153165", ("83367",), "statin", 1.0)
    zestoretic = normalise("Zestoretic")
    assert zestoretic is not None
    assert zestoretic.ingredient_rxcuis == ("5487", "29046")


@pytest.mark.parametrize(
    "surface",
    ["", " ", "hydrazine", "levo", "dex", "predni",
     "xyzzymab", "the patient", "\x00", "\ud800", "a" * 500, "heart drops", "1234"],
)  # fmt: skip
def test_unclear_names_are_not_guessed(surface: str) -> None:
    assert normalise(surface) is None


def test_look_alike_drugs_stay_apart() -> None:
    pairs = list(closest_pairs(2))
    assert ("prednisolone", "prednisone") in pairs
    for a, b in pairs:
        one, other = normalise(a), normalise(b)
        assert one is not None
        assert other is not None
        assert one.ingredients != other.ingredients


@pytest.mark.parametrize(
    "name", sorted({i for e in entries() for i in e.ingredients if i.isalpha() and len(i) >= 6})[::20]
)
def test_one_wrong_letter_never_makes_another_drug(name: str) -> None:
    right = normalise(name)
    assert right is not None
    for place in range(1, len(name)):
        for damaged in (name[:place] + name[place + 1 :], name[:place] + "x" + name[place + 1 :]):
            found = normalise(damaged)
            assert found is None or found.score == 1.0 or set(found.ingredients) & set(right.ingredients), damaged


@given(st.text(max_size=50))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = normalise(text)
    assert found is None or (0 < found.score <= 1 and (found.ingredients or found.drug_class))


def test_table_is_large_enough_and_names_one_thing_each() -> None:
    names = [name for entry in entries() for name in (entry.name, *entry.brands)]
    assert sum(name.rxcui is not None for name in names) >= 1500
    everything = [n.lower() for e in entries() for n in (e.name.text, *(b.text for b in e.brands), *e.aliases)]
    assert len(everything) == len(set(everything))


@pytest.mark.skipif(not TERMS.is_dir(), reason="../shared/terms is missing")
def test_numbers_agree_with_rxnorm() -> None:
    import subprocess
    import sys

    script = Path(__file__).parents[3] / "scripts" / "check_drug_table.py"
    done = subprocess.run([sys.executable, script, TERMS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
