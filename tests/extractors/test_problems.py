"""A note's problems, each once."""

from extractors.problems import problem_list
from extractors.schema import DiagnosisRecord


def record(surface, start, icd10=None, assertion="present", label="DX"):
    return DiagnosisRecord(
        note_id="n", start=start, end=start + len(surface), surface=surface, section="other", score=1.0,
        model="m", label=label, assertion=assertion, icd10=icd10,
    )  # fmt: skip


def test_mentions_of_one_category_are_one_problem_at_the_first_offset():
    (problem,) = problem_list([record("CKD stage 3b", 90, "N18.32"), record("CKD", 10, "N18.9")])
    assert (problem.name, problem.icd10, problem.category) == ("CKD stage 3b", "N18.32", "N18")
    assert (problem.start, problem.count) == (10, 2)


def test_strongest_assertion_holds():
    (problem,) = problem_list([record("PE", 0, "I26.99", "negated"), record("PE", 9, "I26.99", "possible")])
    assert problem.assertion == "possible"


def test_without_a_code_equal_words_are_one_problem():
    problems = problem_list([record("the Zorb's disease", 0), record("zorb", 50), record("blick", 70)])
    assert [(p.start, p.count) for p in problems] == [(0, 2), (70, 1)]


def test_disease_of_a_relative_stands_apart_and_symptoms_are_left_out():
    problems = problem_list([
        record("MI", 0, "I21.9", "family"), record("MI", 20, "I21.9"), record("cough", 30, label="SX"),
    ])  # fmt: skip
    assert [(p.assertion, p.count) for p in problems] == [("family", 1), ("present", 1)]


def test_problem_does_not_show_its_text():
    assert "gout" not in repr(problem_list([record("gout", 0)]))
