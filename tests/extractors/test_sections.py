"""Section titles in the layouts that notes use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.lexicon import read_blocks
from extractors.sections import find_sections, kinds_at, loinc


def kinds(text: str) -> list[tuple[str, str]]:
    return [(text[s.title_start : s.title_end], s.kind) for s in find_sections(text)]


@pytest.mark.parametrize(
    ("line", "title", "kind"),
    [
        ("PMH: HTN", "PMH", "past_medical_history"),
        ("Past Medical History:", "Past Medical History", "past_medical_history"),
        ("pmh htn, dm2", "pmh", "past_medical_history"),
        ("FAMILY HISTORY", "FAMILY HISTORY", "family_history"),
        ("**Discharge Medications**", "Discharge Medications", "discharge_medications"),
        ("## Assessment and Plan", "Assessment and Plan", "assessment_and_plan"),
        ("A/P:", "A/P", "assessment_and_plan"),
        ("ALLERGIES (per mother): penicillin", "ALLERGIES", "allergies"),
        ("MEDS   lisinopril 20", "MEDS", "medications"),
        ("CHIEF COMPLAINT.  Chest pain.", "CHIEF COMPLAINT", "chief_complaint"),
        ("Hospital Course - He did well.", "Hospital Course", "hospital_course"),
        ("Review of Systems\n-----------------", "Review of Systems", "review_of_systems"),
        ("3. Allergies: none", "Allergies", "allergies"),
        ("MEDICATIONS PRIOR TO ADMISSION:", "MEDICATIONS PRIOR TO ADMISSION", "medications"),
    ],
)
def test_title_layouts(line: str, title: str, kind: str) -> None:
    assert kinds(line + "\n") == [(title, kind)]
    assert kinds(line.replace("\n", "\r\n") + "\r\n") == [(title, kind)]


def test_inline_titles_split_a_line() -> None:
    text = "PMH: HTN, gout. Meds: lisinopril. FH: father MI."
    assert kinds(text) == [("PMH", "past_medical_history"), ("Meds", "medications"), ("FH", "family_history")]


def test_words_that_are_titles_elsewhere_are_none_in_prose() -> None:
    assert kinds("All others negative. The plan is to go home; history is from his wife.") == []


def test_an_inline_section_stops_at_a_blank_line_and_at_an_unlisted_title() -> None:
    text = "FH: father MI\nSpouse: well\n\nAllergies: sulfa\n\nShe went home with cough."
    sections = find_sections(text)
    assert [s.kind for s in sections] == ["family_history", "other", "allergies"]
    assert list(kinds_at(sections, [text.index(word) for word in ("MI", "well", "sulfa", "cough")])) == [
        "family_history", "other", "allergies", "other",
    ]  # fmt: skip


def test_a_section_whose_title_stands_alone_runs_over_blank_lines_and_item_labels() -> None:
    text = "MEDICATIONS\n\nlisinopril\nAt night: melatonin\n\nPLAN\nhome"
    sections = find_sections(text)
    assert [s.kind for s in sections] == ["medications", "plan"]
    assert list(kinds_at(sections, [text.index("melatonin"), text.index("home")])) == ["medications", "plan"]


def test_kinds_of_sections_have_loinc_codes() -> None:
    assert loinc("family_history") == "10157-6"
    assert loinc("other") is None
    kinds = read_blocks("section_titles.txt").keys()
    codes = read_blocks("section_loinc.txt")
    assert codes.keys() <= kinds


@pytest.mark.parametrize("kind", read_blocks("section_loinc.txt"))
def test_loinc_codes_have_their_check_digit(kind: str) -> None:
    number, check = (loinc(kind) or "").split("-")
    # Luhn's mod 10, as LOINC uses it.
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(number))]
    assert (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(check)


@given(
    st.lists(st.sampled_from(["PMH:", "meds ", "\n", "\n\n", "FAMILY", ": ", "x. ", "\r\n", "İ", "\x00", "😀", "**"]))
)
def test_sections_are_in_order_and_inside_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    position = 0
    for section in find_sections(text):
        assert position <= section.start <= section.title_start < section.title_end <= section.end <= len(text)
        position = section.end
