"""Log-linear models: scores, files, and what training makes of examples."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.loglinear import LogLinear, from_content, to_text
from nlp.training.loglinear import fit, fit_choice

CLASSES = ("no", "yes")
WEATHER = [["cloud", "wind"], ["cloud"], ["sun"], ["sun", "wind"]]
RAIN = np.array([1, 1, 0, 0])


def small() -> LogLinear:
    return LogLinear(CLASSES, {"a": 0, "b": 1}, np.array([[1.0, -1.0], [0.5, 0.25], [0.0, 0.0]]), np.array([0.0, 0.1]))


def test_scores_add_the_weights_of_known_features_to_the_prior() -> None:
    assert small().scores([["a", "b", "c"], []]) == pytest.approx(np.array([[1.5, -0.65], [0.0, 0.1]]))


def test_a_file_gives_back_the_same_model() -> None:
    text = to_text(small().to_content())
    read = from_content(json.loads(text), CLASSES, "us")
    assert read.rows == small().rows
    assert np.array_equal(read.table, small().table)
    assert np.array_equal(read.prior, small().prior)
    assert text.splitlines()[-1] == '"b": [50, 25]}}'


def test_a_model_for_other_classes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"than maybe, yes: .* scripts/train_it.py"):
        from_content(small().to_content(), ("maybe", "yes"), "scripts/train_it.py")


def test_fitting_finds_what_tells_the_classes_apart_and_leaves_rare_features_out() -> None:
    model = fit([*WEATHER * 5, ["snow"]], np.array([*RAIN.tolist() * 5, 1]), CLASSES, rare=2, penalty=0.1)
    assert model.rows.keys() == {"cloud", "sun", "wind"}
    assert model.scores(WEATHER).argmax(1).tolist() == RAIN.tolist()
    weights = model.table[model.rows["wind"]]
    assert abs(weights[1] - weights[0]) < np.ptp(model.table[model.rows["sun"]]) / 4


def test_fitting_choices_finds_what_marks_the_best_of_each_group() -> None:
    groups = [[["short"], ["long", "good"], ["long"]], [["good"], ["short"]]] * 4
    model = fit_choice(groups, [1, 0] * 4, "best", rare=1, penalty=0.1)
    assert [int(model.scores(group)[:, 0].argmax()) for group in groups[:2]] == [1, 0]


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=4), min_size=2, max_size=8))
def test_weights_come_out_as_the_file_holds_them(features: list[list[str]]) -> None:
    gold = np.arange(len(features)) % 2
    model = fit(features, gold, CLASSES, rare=1, penalty=1.0)
    read = from_content(json.loads(to_text(model.to_content())), CLASSES, "us")
    assert read.scores(features) == pytest.approx(model.scores(features))
