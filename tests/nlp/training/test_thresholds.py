from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.markup import MarkedNote
from nlp.taggers.features import Document
from nlp.taggers.neural import Checkpoint, NeuralTagger
from nlp.training.dataset import encode
from nlp.training.thresholds import GRID, best_threshold, choose_thresholds
from nlp.types import Annotations

BETAS = {"phi": 2.0, "clinical": 1.0}


def f_beta(mass: np.ndarray, gold: np.ndarray, threshold: float, beta: float) -> float:
    flagged = mass.astype(np.float64) >= threshold
    hit = int((flagged & gold).sum())
    if not hit:
        return 0.0
    precision, recall = hit / int(flagged.sum()), hit / int(gold.sum())
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60).filter(lambda w: any(g for _, g in w)),
    st.sampled_from([0.5, 1.0, 2.0, 4.0]),
)
def test_the_best_threshold_has_the_best_f_beta_of_the_grid(words: list[tuple[float, bool]], beta: float) -> None:
    mass, gold = np.array([m for m, _ in words], np.float32), np.array([g for _, g in words])
    chosen = best_threshold(mass, gold, beta)
    assert f_beta(mass, gold, chosen, beta) == pytest.approx(max(f_beta(mass, gold, t, beta) for t in GRID))


def test_more_weight_on_recall_never_raises_the_threshold() -> None:
    rng = np.random.default_rng(1)
    gold = rng.random(3000) < 0.2
    mass = np.clip(rng.normal(np.where(gold, 0.55, 0.25), 0.2), 0, 1).astype(np.float32)
    chosen = [best_threshold(mass, gold, beta) for beta in (0.5, 1.0, 2.0, 4.0)]
    assert chosen == sorted(chosen, reverse=True)
    assert chosen[0] > chosen[-1]


class Sure(NeuralTagger):
    """Gives every gold tag the probability ``height``, and every other word ``height / 2`` of its first label."""

    def __init__(self, checkpoint: Checkpoint, notes: Sequence[MarkedNote], height: float) -> None:
        super().__init__(checkpoint, dtype=torch.float32)
        self.notes, self.height = notes, height

    def probabilities(self, documents: Sequence[Document]) -> list[dict[str, np.ndarray]]:
        found = []
        for note in self.notes:
            tags = encode(note, self.pieces, self.heads).tags
            rows = {head: np.zeros((len(tags[head]), len(names)), np.float32) for head, names in self.heads.items()}
            for head in BETAS:
                for row, tag in zip(rows[head], tags[head], strict=True):
                    row[tag or 1] = self.height if tag else self.height / 2
                    row[0] = 1 - row.sum()
            found.append(rows)
        return found


def test_every_label_gets_a_threshold_between_what_is_gold_and_what_is_not(
    tiny_checkpoint: Callable[..., Checkpoint], notes: list[MarkedNote]
) -> None:
    chosen = choose_thresholds(Sure(tiny_checkpoint("transformer"), notes, 0.44), notes, BETAS)
    assert set(chosen) == {*PHI_LABELS, *CLINICAL_LABELS}
    assert all(0.22 < value < 0.44 for value in chosen.values())


def test_words_of_labels_that_a_note_leaves_open_do_not_count(
    tiny_checkpoint: Callable[..., Checkpoint], notes: list[MarkedNote]
) -> None:
    """Marks of other labels are taken away: found all the same, they would cost precision if they counted."""
    kept = frozenset({"PATIENT"})
    stripped = [
        replace(m, labels=kept, annotations=Annotations(tuple(s for s in m.annotations.phi if s.label in kept)))
        for m in notes
    ]
    tagger = Sure(tiny_checkpoint("transformer"), notes, 0.44)
    partly = choose_thresholds(tagger, stripped, BETAS)
    assert 0.22 < partly["PATIENT"] < 0.44
    assert not partly.keys() & {"DX", "DRUG"}  # no clinical span that is known to be one
