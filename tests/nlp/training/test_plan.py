from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from nlp.markup import MarkedNote
from nlp.models import model_folders
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.plan import hardest, note_losses


@pytest.fixture(scope="module")
def tagger() -> NeuralTagger:
    return NeuralTagger(load_checkpoint(model_folders("cnn-rnn", None)[0]))


def test_the_part_with_the_highest_loss_is_taken() -> None:
    losses = {"a": 0.1, "b": 0.9, "c": 0.5, "d": 0.9}
    assert hardest(losses, 0.5) == ["b", "d"]
    assert hardest(losses, 0.0) == []
    assert set(hardest(losses, 1.0)) == set(losses)


def test_a_note_with_wrong_marks_has_a_higher_loss(tagger: NeuralTagger, marked: Callable[..., MarkedNote]) -> None:
    right = (
        "Seen by Dr. [[DOCTOR:Rivera]] on [[DATE:03/14/2021]]. [[DRUG:Lisinopril|m1|current]] [[STRENGTH:10 mg|m1]]."
    )
    wrong = "Seen by [[DRUG:Dr|m1|start]]. Rivera on 03/14/2021. Lisinopril [[CITY:10 mg]]."
    losses = dict(note_losses(tagger, [marked(right, "right"), marked(wrong, "wrong")]))
    assert losses["wrong"] > 3 * losses["right"] > 0
    assert hardest(losses, 0.5) == ["wrong"]


def test_marks_that_a_corpus_leaves_open_do_not_count(tagger: NeuralTagger, marked: Callable[..., MarkedNote]) -> None:
    note = marked("Mr. Rivera takes aspirin.")
    ((_, complete),) = note_losses(tagger, [note])
    ((_, partly),) = note_losses(tagger, [replace(note, labels=frozenset({"SSN"}))])
    assert partly < complete / 10
