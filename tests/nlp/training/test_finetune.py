from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from nlp.errors import ConfigError
from nlp.markup import Choice, MarkedNote
from nlp.taggers.neural import Checkpoint
from nlp.training import finetune
from nlp.training.finetune import FineTuning, fine_tune, hold_out, label_counts, rows, with_annotated
from nlp.training.pools import Pools
from nlp.training.trainer import Step


def silent(step: Step) -> None:
    assert step.number <= step.total


@pytest.fixture
def several(marked: Callable[..., MarkedNote]) -> list[MarkedNote]:
    made = [marked(f"Mr. [[PATIENT:Smith]] {i} has [[SX:pain|present]].", f"n{i}") for i in range(8)]
    return [replace(m, note=replace(m.note, patient_id=f"p{i // 2}")) for i, m in enumerate(made)]


def test_a_label_that_never_occurs_is_not_taken_as_annotated(several: list[MarkedNote]) -> None:
    assert {m.labels for m in with_annotated(several, None)} == {frozenset({"PATIENT", "SX"})}
    given = frozenset({"PATIENT"})
    assert {m.labels for m in with_annotated(several, given)} == {given}
    told = [replace(m, labels=given) for m in several]
    assert {m.labels for m in with_annotated(told, None)} == {given}


def test_choices_count_and_nothing_at_all_is_an_error(marked: Callable[..., MarkedNote]) -> None:
    plain = marked("nothing here")
    choice = replace(plain, choices=(Choice(0, 7, ("DX", "O")), Choice(8, 12)))
    assert label_counts([choice]) == {"DX": 1}
    with pytest.raises(ConfigError, match="no annotation"):
        with_annotated([plain], None)


def test_all_notes_of_a_patient_are_on_one_side_and_the_seed_decides(several: list[MarkedNote]) -> None:
    training, held = hold_out(several, 0.25, seed=1)
    assert (len(training), len(held)) == (6, 2)
    assert len({m.note.patient_id for m in held}) == 1
    assert hold_out(several, 0.25, seed=1) == (training, held)
    assert {hold_out(several, 0.25, seed=s)[1][0].note.patient_id for s in range(30)} == {"p0", "p1", "p2", "p3"}
    assert hold_out(several, 0.0, seed=1) == (several, [])
    with pytest.raises(ConfigError, match="too few"):
        hold_out(several[:2], 0.5, seed=1)


@pytest.mark.parametrize("wrong", [{"validation": 1.0}, {"validation": -0.1}, {"epochs": 0}, {"variants": 0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        FineTuning(**wrong)


def test_notes_whose_marks_overlap_are_kept_but_not_refilled(
    several: list[MarkedNote], pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finetune, "build_pools", lambda notes, seed: pools)
    overlapping = replace(several[0], choices=(Choice(0, 9),))
    made = rows([overlapping, several[1]], FineTuning(variants=3))
    assert [row["note_id"] for row in made] == ["n0", "n1", "n1~1", "n1~2"]
    assert len(rows(several, FineTuning(variants=1))) == len(several)


@pytest.mark.parametrize("architecture", ["transformer", "cnn-rnn"])
def test_fine_tuning_learns_keeps_the_start_and_chooses_thresholds(
    architecture: str, tiny_checkpoint: Callable[..., Checkpoint], several: list[MarkedNote]
) -> None:
    start = replace(tiny_checkpoint(architecture), thresholds={"DOCTOR": 0.31, "default": 0.5})
    before = {k: v.clone() for k, v in start.model.state_dict().items()}
    notes = with_annotated(several, None)
    settings = FineTuning(
        epochs=40, rate=2e-2 if architecture == "cnn-rnn" else 2e-3, variants=1, validation=0.25, fewest=2
    )
    outcome = fine_tune(start, notes, settings, silent)
    assert all(torch.equal(before[k], v) for k, v in start.model.state_dict().items())
    assert (outcome.trained, outcome.held_out) == (6, 2)
    assert outcome.after["PATIENT"].coverage == 1.0
    assert outcome.after["PATIENT"].f1 > outcome.before["PATIENT"].f1
    assert outcome.checkpoint.thresholds["DOCTOR"] == 0.31
    assert {"PATIENT", "SX"} <= outcome.checkpoint.thresholds.keys()
    assert set(outcome.report()) == {"trained", "held_out", "before", "after"}


def test_without_held_out_notes_there_are_no_scores_and_the_old_thresholds(
    tiny_checkpoint: Callable[..., Checkpoint], several: list[MarkedNote]
) -> None:
    start = replace(tiny_checkpoint("cnn-rnn"), thresholds={"DX": 0.2})
    outcome = fine_tune(start, several, FineTuning(epochs=1, variants=1, validation=0), silent, share=0.25)
    assert (outcome.trained, outcome.held_out, outcome.after) == (2, 0, {})
    assert outcome.checkpoint.thresholds == {"DX": 0.2}


def test_thresholds_are_not_chosen_on_a_handful_of_notes(
    tiny_checkpoint: Callable[..., Checkpoint], several: list[MarkedNote]
) -> None:
    start = replace(tiny_checkpoint("cnn-rnn"), thresholds={"PATIENT": 0.2})
    notes = with_annotated(several, None)
    for fewest, same in ((3, True), (2, False)):
        settings = FineTuning(epochs=1, variants=1, validation=0.25, fewest=fewest)
        outcome = fine_tune(start, notes, settings, silent)
        assert (set(outcome.checkpoint.thresholds) == {"PATIENT"}) is same
        assert outcome.after["PHI"].gold == 2
