"""A note's problems, each once."""

from extractors.problems import problem_list
from extractors.schema import DiagnosisRecord


def record(surface, start, icd10=None, assertion="present", label="DX", **more):
    return DiagnosisRecord(
        note_id="n", start=start, end=start + len(surface), surface=surface, section="other", score=1.0,
        model="m", label=label, assertion=assertion, icd10=icd10, icd10_category=icd10 and icd10[:3], **more,
    )  # fmt: skip


def test_mentions_of_one_category_are_one_problem_at_the_first_offset():
    (problem,) = problem_list([record("CKD stage 3b", 90, "N18.32"), record("CKD", 10, "N18.9")])
    assert (problem.surface, problem.icd10, problem.icd10_category) == ("CKD stage 3b", "N18.32", "N18")
    assert (problem.start, problem.end, problem.mentions) == (90, 102, (10, 90))


def test_strongest_assertion_holds():
    (problem,) = problem_list([record("PE", 0, "I26.99", "negated"), record("PE", 9, "I26.99", "possible")])
    assert problem.assertion == "possible"


def test_without_a_code_equal_words_are_one_problem():
    problems = problem_list([record("the Zorb's disease", 0), record("zorb", 50), record("blick", 70)])
    assert [p.mentions for p in problems] == [(0, 50), (70,)]


def test_disease_of_a_relative_stands_apart_and_symptoms_are_left_out():
    problems = problem_list([
        record("MI", 0, "I21.9", "family"), record("MI", 20, "I21.9"), record("cough", 30, label="SX"),
    ])  # fmt: skip
    assert [(p.assertion, p.mentions) for p in problems] == [("family", (0,)), ("present", (20,))]


def test_diseases_of_two_relatives_are_two_problems_and_one_who_has_it_outweighs_one_who_has_not():
    family = {"icd10": "C50.919", "assertion": "family"}
    problems = problem_list([
        record("breast cancer", 0, relative="mother", family_negated=True, **family),
        record("breast cancer", 20, relative="aunt", family_negated=False, **family),
        record("breast cancer", 40, relative="mother", family_negated=False, **family),
    ])  # fmt: skip
    assert [(p.relative, p.mentions, p.family_negated) for p in problems] == [
        ("mother", (0, 40), False),
        ("aunt", (20,), False),
    ]


def test_problem_does_not_show_its_text():
    assert "gout" not in repr(problem_list([record("gout", 0)]))
