"""The shortcuts that make coding cheap change no result."""

import json
import os
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from extractors.coding import code_spans, default_coder, describe
from extractors.coding.coder import LEAST, Coder
from extractors.coding.system import CodeSystem, Node
from extractors.coding.words import canonical, of_mention, tokens
from extractors.details import code_fields
from nlp.types import Span

PROGRAM = """
import json, sys
from extractors.coding import code_problem
found = [[(c.code, c.score) for c in code_problem(s)] for s in ("R foot ulcer", "aml", "medial meniscus tear")]
json.dump([found, "simple_icd_10_cm" in sys.modules], sys.stdout)
"""


def test_codes_do_not_depend_on_the_hash_seed_and_the_package_is_not_imported():
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", PROGRAM],
                env=os.environ | {"PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert all(found[0][0])
    assert not found[0][1]


TEXTS = st.text(st.sampled_from("abT0135cm's’/wo.-é\u0301\u00a0\ud800𝔊\x00"), max_size=12)


@given(TEXTS, TEXTS)
def test_no_word_depends_on_the_one_beside_it(first, second):
    assert tokens(f"{first} {second}") == tokens(first) + tokens(second)


@given(st.lists(st.sampled_from(["with", "of", "ulcers", "renal", "carcinoma", "left", "2", "hypertensive"])))
def test_words_without_phrases_fold_as_they_do_among_them(words):
    # A negation at the end changes no word, but takes the long way.
    assert canonical(words) == canonical([*words, "without"])


def test_names_passed_over_are_those_that_fall_short():
    index = default_coder().index
    for surface in ("gouty arthropathy of foot", "radius fracture left", "chronic kidney pain", "infarct lacunar"):
        words = of_mention(surface).kept
        everything = index.search(words, 100_000, 0.0)
        assert len(everything) > len(index.search(words, 100_000, LEAST))
        assert [pair for pair in everything if pair[0] >= LEAST] == index.search(words, 100_000, LEAST)


def test_codes_are_described_or_unknown():
    assert describe("I10").title.startswith("Essential")
    assert describe("S52.502A").billable
    for unknown in ("", "I", "X", "Z99.999", "S52.502Z", "S52.5A", "𝔊"):
        assert describe(unknown) is None


def test_release_without_a_code_of_the_tables_still_codes():
    node = Node("I21", "Acute myocardial infarction")
    coder = Coder(CodeSystem("2030", {"I21": node}))
    assert coder("acute myocardial infarction", assertion="historical")[0].code == "I21"


def test_title_is_that_of_the_code_that_was_chosen():
    text = "thoracentesis " + "x" * 100 + " PE"
    (span,) = code_spans(text, [Span(len(text) - 2, len(text), "DX", assertion="present")])
    fields = code_fields(text, span.start, span.end, span.icd10, "present")
    assert (fields["icd10"], fields["icd10_title"]) == ("J90", describe("J90").title)
    assert fields["icd10_candidates"][0].code == "J90"
    assert "icd10_score" in fields


def test_code_that_no_candidate_has_is_described_all_the_same():
    fields = code_fields("gout", 0, 4, "I10", "present")
    assert fields["icd10_title"] == describe("I10").title
    assert "icd10_score" not in fields
    assert "icd10_title" not in code_fields("gout", 0, 4, "Z99.999", "present")
