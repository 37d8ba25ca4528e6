"""The vote of rules and tagger: who wins when, and what it is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.context import BACKWARD, Finding, Judgement
from extractors.features import drug_features, problem_features
from extractors.structure import examine, structure
from extractors.voting import FIELDS, decide, load_vote
from nlp.labels import ASSERTIONS, STATUSES
from nlp.loglinear import LogLinear
from nlp.types import Span


def votes(classes: tuple[str, ...], **shares: float) -> tuple[float, ...]:
    rest = (1 - sum(shares.values())) / (len(classes) - len(shares))
    return tuple(shares.get(name, rest) for name in classes)


def assertion(text: str, surface: str, **shares: float) -> str | None:
    start = text.index(surface)
    return structure(text, [Span(start, start + len(surface), "SX", votes=votes(ASSERTIONS, **shares))])[0].assertion


def test_a_sure_tagger_outvotes_rules_that_found_no_cue() -> None:
    assert assertion("The night before: emesis.", "emesis", historical=0.98) == "historical"


def test_a_cue_outvotes_an_unsure_tagger() -> None:
    assert assertion("No emesis.", "emesis", present=0.4, negated=0.35) == "negated"


def test_both_agree() -> None:
    assert assertion("No emesis.", "emesis", negated=0.95) == "negated"
    assert assertion("Emesis since noon.", "Emesis", present=0.95) == "present"


def test_status_is_voted_on_and_the_votes_are_gone_afterwards() -> None:
    text = "Start aspirin 81 mg daily."
    spans = [
        Span(6, 13, "DRUG", status="current", votes=votes(STATUSES, current=0.3, start=0.3)),
        Span(14, 19, "STRENGTH"),
        Span(20, 25, "FREQUENCY"),
    ]
    aspirin = structure(text, spans)[0]
    assert (aspirin.status, aspirin.votes) == ("start", None)


def test_without_votes_the_fallback_stays() -> None:
    assert decide("status", [["hold"], ["stop"]], [None, None], ["past", "once"]) == ["past", "once"]


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6))
def test_unknown_features_leave_the_choice_to_prior_and_head(features: list[list[str]]) -> None:
    known = load_vote("assertion").rules.rows
    features = [[f"unknown {name}" for name in names] for names in features]
    assert not any(name in known for names in features for name in names)
    sure = votes(ASSERTIONS, family=0.999)
    assert decide("assertion", features, [sure] * len(features), [""] * len(features)) == ["family"] * len(features)


@pytest.mark.parametrize("field", FIELDS)
def test_the_weights_belong_to_the_classes_and_to_features_that_exist(field: str) -> None:
    vote = load_vote(field)
    assert vote.rules.table.shape == (len(vote.rules.rows) + 1, len(FIELDS[field]))
    assert vote.head > 0
    assert set(FIELDS[field]) - {"family"} <= vote.rules.rows.keys()


def test_features_of_drugs_tell_attributes_neighbours_and_other_mentions() -> None:
    text = "aspirin 81 mg daily, heparin. aspirin"
    drugs = [Span(0, 7, "DRUG"), Span(21, 28, "DRUG"), Span(30, 37, "DRUG")]
    judged = [Judgement("hold", "plan", (Finding("hold", BACKWARD, 2),)), *[Judgement("current", "plan", ())] * 2]
    own = {0: [Span(8, 13, "STRENGTH"), Span(14, 19, "FREQUENCY")]}
    first, second, third = drug_features(text, drugs, judged, own)
    assert {"hold", "plan", "hold in plan", "hold backward", "hold backward 2"} <= set(first)
    assert {"with FREQUENCY+STRENGTH", "STRENGTH in plan", "same after current", "listed after current"} <= set(first)
    assert {"listed before hold", "with "} <= set(second)
    assert "same before hold" in third


def test_features_of_problems_tell_reasons_and_neighbours() -> None:
    text = "fever then, a good while after that, cough"
    problems = [Span(0, 5, "SX", drug="m1"), Span(37, 42, "DX")]
    fever, cough = problem_features(
        text, problems, [Judgement("negated", "other", ()), Judgement("present", "other", ())]
    )
    assert {"reason", "SX", "near after present"} <= set(fever)
    assert {"DX", "near before negated"} <= set(cough)
    assert "reason" not in cough


def test_no_feature_holds_words_of_the_note() -> None:
    text = "Zyxwvut: stop quuxomab 5 mg qd, foobaritis"
    examined = examine(text, [Span(14, 22, "DRUG"), Span(23, 27, "STRENGTH"), Span(32, 42, "DX")])
    told = " ".join(name for names in (*examined.status_features, *examined.assertion_features) for name in names)
    assert "stop" in told
    assert not any(word in told.lower() for word in ("zyxwvut", "quuxomab", "foobaritis"))


def test_looking_up_weights_is_counted_by_spans_not_by_pairs(monkeypatch) -> None:
    counted = []
    scores = LogLinear.scores
    monkeypatch.setattr(
        LogLinear, "scores", lambda self, features: counted.append(len(features)) or scores(self, features)
    )
    text = "aspirin, " * 500
    spans = [Span(9 * i, 9 * i + 7, "DRUG", votes=votes(STATUSES, current=0.9)) for i in range(500)]
    assert len(structure(text, spans)) == 500
    assert counted == [500]
