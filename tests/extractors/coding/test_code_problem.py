"""What mentions are coded as."""

import re

import pytest

from extractors.coding import code_problem, code_spans, default_coder
from extractors.coding.tables import rows
from extractors.coding.words import of_mention, tokens
from nlp.markup import parse

COMMON = [
    ("HTN", "I10"),
    ("high blood pressure", "I10"),
    ("heart attack", "I21.9"),
    ("T2DM", "E11.9"),
    ("Type 2 diabetes mellitus with diabetic neuropathy", "E11.40"),
    ("hypothyroidism", "E03.9"),
    ("Parkinson's disease", "G20.A1"),
    ("COPD exacerbation", "J44.1"),
    ("acute on chronic systolic heart failure", "I50.23"),
    ("heart failure with preserved ejection fraction", "I50.30"),
    ("CKD stage 3b", "N18.32"),
    ("ckd 4", "N18.4"),
    ("RLL pneumonia", "J18.9"),
    ("left distal radius fracture", "S52.502A"),
    ("right knee osteoarthritis", "M17.11"),
    ("stage 2 pressure injury of the right heel", "L89.612"),
    ("sciatica, left side", "M54.32"),
    ("invasive ductal carcinoma, left breast", "C50.912"),
    ("mild intermittent asthma", "J45.20"),
]


@pytest.mark.parametrize(("surface", "code"), COMMON)
def test_common_mentions_get_their_code(surface, code):
    assert code_problem(surface)[0].code == code


@pytest.mark.parametrize(
    ("surface", "context", "code"),
    [
        ("MS", "on ocrelizumab", "G35.D"),
        ("MS", "diastolic murmur, rheumatic valve disease", "I05.0"),
        ("PE", "CT angiogram positive", "I26.99"),
        ("PE", "thoracentesis of the effusion", "J90"),
        ("sepsis", "", "A41.9"),
        ("sepsis", "NICU day 4", "P36.9"),
    ],
)
def test_context_decides_between_senses(surface, context, code):
    assert code_problem(surface, context)[0].code == code


def test_past_events_get_the_code_of_history():
    assert code_problem("MI", assertion="historical")[0].code == "I25.2"
    assert code_problem("breast cancer", assertion="historical")[0].code == "Z85.3"
    assert code_problem("asthma", assertion="historical")[0].code == "J45.909"


@pytest.mark.parametrize("surface", ["hyponatrernia", "hypothyrodism", "pneumon ia", "diverticulits"])
def test_misspelt_and_torn_words_are_read(surface):
    right = {"hyponatrernia": "E87.1", "hypothyrodism": "E03.9", "pneumon ia": "J18.9", "diverticulits": "K57.32"}
    found = code_problem(surface)[0]
    assert found.code == right[surface]
    assert found.score < 1


@pytest.mark.parametrize("surface", ["", "   ", "\x00", "\ud800", "xqzvw", "left", "3 cm", "𝔊"])
def test_what_names_nothing_gets_no_code(surface):
    assert code_problem(surface) == ()


def test_candidates_are_sorted_distinct_and_described():
    found = code_problem("left distal radius fracture", limit=4)
    assert len(found) <= 4
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert len({c.code for c in found}) == len(found)
    first = found[0]
    assert first.billable
    assert first.category == "S52"
    assert "left radius" in first.title
    assert "initial encounter" in first.title


def test_open_fracture_takes_its_seventh_character():
    assert code_problem("open fracture of left tibia")[0].code.endswith("B")


def test_only_diagnoses_without_a_code_are_coded():
    text, annotations, mistakes = parse("[[DX:HTN|present]], [[SX:cough|present]], [[DX:gout|present|M1A.9XX0]].")
    assert not mistakes
    coded = code_spans(text, annotations.entities)
    assert [span.icd10 for span in coded] == ["I10", None, "M1A.9XX0"]
    assert [(s.start, s.end, s.assertion) for s in coded] == [
        (s.start, s.end, s.assertion) for s in annotations.entities
    ]


def test_equal_mentions_cost_one_search():
    coder = default_coder()
    coder("a mention seen nowhere else: gout")
    before = coder._find.cache_info()
    coder("A mention  seen nowhere else: gout", "other text around it")
    after = coder._find.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_every_code_of_the_tables_exists():
    system = default_coder().system
    unknown = []
    for name in ("synonyms.tsv", "history.tsv"):
        for code, *rest in rows(name, 3):
            try:
                system.describe(rest[0] if name == "history.tsv" else code)
            except KeyError:
                unknown.append((name, code, rest))
    assert unknown == []


def test_every_code_found_is_valid():
    system = default_coder().system
    for surface, _ in COMMON:
        for candidate in code_problem(surface):
            assert system.describe(candidate.code) == (candidate.title, candidate.billable)


def test_every_synonym_leads_to_its_category():
    wrong = []
    for code, names, context in rows("synonyms.tsv", 3):
        for name in names.split("|"):
            found = code_problem(name.strip(), context)
            if not found or found[0].category != code[:3]:
                wrong.append((code, name.strip(), found[0].code if found else None))
    assert wrong == []


def test_abbreviations_are_single_rows_of_lower_case_words():
    senses = list(rows("abbreviations.tsv", 3))
    assert len(set(senses)) == len(senses)
    assert all(re.fullmatch(r"[a-z0-9 ]+", short) for short, _, _ in senses)


def test_words_are_folded():
    assert tokens("Sjögren's (L3-4) w/o T2DM") == ["sjogren", "l3", "4", "without", "t2dm"]
    assert of_mention("renal failure").kept == of_mention("kidney failure").kept
    assert "no:hemorrhage" in of_mention("ulcer without bleeding").kept
