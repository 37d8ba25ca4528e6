from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
import torch

from nlp.labels import CLINICAL_LABELS
from nlp.markup import MarkedNote
from nlp.taggers.neural import Checkpoint, NeuralTagger
from nlp.training.dataset import to_row
from nlp.training.trainer import Step, TrainingConfig, train, training_batches

TEXTS = (
    "Mr. [[PATIENT:Smith]] has [[SX:pain|present]].",
    "The [[DATE:3/4]] visit of Mrs. [[PATIENT:Mason]]: no [[SX:pain|negated]].",
    "[[PATIENT:Thomas]] came on [[DATE:5/6]] with [[DX:gout|present]].",
    "Seen by Dr. [[DOCTOR:Reed]], who stops [[DRUG:aspirin|m1|stop]].",
    "Takes [[DRUG:insulin|m1|current]]. Nothing else on [[DATE:7/8]].",
)
CONFIG = TrainingConfig(epochs=60, rate=1e-2, head_rate=2e-2, warmup=0.1, window=64, budget=512, precision="no")
Maker = Callable[..., Checkpoint]


def silent(step: Step) -> None:
    assert 0 < step.number <= step.total
    assert step.seconds_left >= 0


@pytest.fixture
def gold(marked: Callable[..., MarkedNote]) -> list[MarkedNote]:
    return [marked(text, f"n{i}") for i, text in enumerate(TEXTS)]


@pytest.fixture
def rows(gold: Sequence[MarkedNote]) -> list[Mapping[str, Any]]:
    return [to_row(m) for m in gold]


def without_dropout(checkpoint: Checkpoint) -> Checkpoint:
    """The tiny models need all they have to learn five notes by heart in seconds."""
    for module in checkpoint.model.modules():
        if isinstance(getattr(module, "dropout", None), float):
            module.dropout = 0.0
    checkpoint.model.config = replace(checkpoint.model.config, dropout=0.0)
    return checkpoint


@pytest.mark.parametrize("architecture", ["transformer", "cnn-rnn"])
def test_a_tiny_model_learns_five_notes_by_heart(
    architecture: str, tiny_checkpoint: Maker, gold: list[MarkedNote], rows: list[Mapping[str, Any]]
) -> None:
    config = replace(CONFIG, epochs=150) if architecture == "cnn-rnn" else CONFIG
    trained = train(without_dropout(tiny_checkpoint(architecture)), rows, config, silent)
    found = NeuralTagger(trained, dtype=torch.float32).tag([m.note.text for m in gold])
    for spans, m in zip(found, gold, strict=True):
        expected = sorted((*m.annotations.phi, *m.annotations.entities), key=lambda s: s.start)
        assert [(s.start, s.end, s.label) for s in spans] == [(s.start, s.end, s.label) for s in expected]
        if architecture == "transformer":
            for a, b in zip(spans, expected, strict=True):
                assert a.label not in CLINICAL_LABELS or (a.assertion, a.status) == (b.assertion, b.status)


@pytest.mark.parametrize("architecture", ["transformer", "cnn-rnn"])
def test_a_seeded_run_repeats_and_another_seed_differs(
    architecture: str, tiny_checkpoint: Maker, rows: list[Mapping[str, Any]]
) -> None:
    def run(seed: int) -> dict[str, torch.Tensor]:
        config = replace(CONFIG, epochs=3, seed=seed)
        return train(tiny_checkpoint(architecture), rows, config, silent).model.state_dict()

    one, two, other = run(1), run(1), run(2)
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_a_run_of_few_steps_is_not_thrown_away(tiny_checkpoint: Maker, rows: list[Mapping[str, Any]]) -> None:
    start = {k: v.clone() for k, v in tiny_checkpoint("transformer").model.state_dict().items()}
    trained = train(tiny_checkpoint("transformer"), rows, replace(CONFIG, epochs=1, budget=4096), silent)
    assert any(not torch.equal(start[name], value) for name, value in trained.model.state_dict().items())


def test_word_embeddings_of_the_transformer_stay(tiny_checkpoint: Maker, rows: list[Mapping[str, Any]]) -> None:
    checkpoint = tiny_checkpoint("transformer")
    before = checkpoint.model.words.weight.clone()
    trained = train(checkpoint, rows, replace(CONFIG, epochs=2), silent)
    assert torch.equal(trained.model.words.weight, before)


def test_the_average_so_far_is_handed_out_while_training(tiny_checkpoint: Maker, rows: list[Mapping[str, Any]]) -> None:
    kept: list[Checkpoint] = []
    train(tiny_checkpoint("cnn-rnn"), rows, replace(CONFIG, epochs=12), silent, kept.append, save_every=0.0)
    assert kept
    assert not kept[-1].model.training
    assert kept[-1].heads == tiny_checkpoint("cnn-rnn").heads


@pytest.mark.parametrize("architecture", ["transformer", "cnn-rnn"])
def test_a_pass_holds_every_word_once_with_its_tags(
    architecture: str, tiny_checkpoint: Maker, rows: list[Mapping[str, Any]]
) -> None:
    checkpoint = tiny_checkpoint(architecture)
    config = replace(CONFIG, window=6, budget=24)
    total = 0
    for batch in training_batches(rows, checkpoint, config, 0):
        words = len(batch["first"]) if "first" in batch else int((batch["shapes"] != 0).sum())
        assert all(len(batch[f"{head}_tags"]) == words for head in checkpoint.heads)
        assert batch["pieces"].shape[:2].numel() <= 24 or len(batch["pieces"]) == 1
        total += words
    expected = sum(len(checkpoint.pieces.document(w).words) for w in _words(rows))
    assert total == expected


def test_the_order_of_batches_depends_on_seed_and_epoch_only(
    tiny_checkpoint: Maker, rows: list[Mapping[str, Any]]
) -> None:
    def pieces(seed: int, epoch: int) -> list[list[int]]:
        made = training_batches(rows * 4, tiny_checkpoint("cnn-rnn"), replace(CONFIG, seed=seed), epoch)
        return [batch["phi_tags"].tolist() for batch in islice(made, 5)]

    assert pieces(1, 0) == pieces(1, 0)
    assert pieces(1, 0) != pieces(1, 1)
    assert pieces(1, 0) != pieces(2, 0)


def _words(rows: list[Mapping[str, Any]]) -> list[Any]:
    from nlp.words import split_words

    return [split_words(row["text"]) for row in rows]
