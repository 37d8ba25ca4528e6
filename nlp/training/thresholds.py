"""Thresholds per label, chosen on notes that were held out of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.labels import PHI_LABELS
from nlp.markup import MarkedNote
from nlp.taggers.neural import SPAN_HEADS, NeuralTagger
from nlp.training.dataset import encode

GRID = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7])
FEWEST = 40
"""Words of a label below which it takes the threshold of its whole head."""


def best_threshold(mass: NDArray[np.float32], gold: NDArray[np.bool_], beta: float) -> float:
    """Return the threshold of `GRID` with the best F-beta (van Rijsbergen 1979) over words.

    Args:
        mass: probability of being inside any span, shape (words,).
        gold: whether the word is inside one.
        beta: how many times as much recall weighs as precision.
    """
    scores = []
    for threshold in GRID:
        flagged = mass >= threshold
        hit = float((flagged & gold).sum())
        scores.append((1 + beta**2) * hit / max(1.0, beta**2 * float(gold.sum()) + float(flagged.sum())))
    return float(GRID[int(np.argmax(scores))])


def choose_thresholds(tagger: NeuralTagger, notes: Sequence[MarkedNote], beta: Mapping[str, float]) -> dict[str, float]:
    """Return a threshold for every label of the tagger's BIO heads.

    A word counts for the label that is its best; it is right if the gold has any label of the head.

    Args:
        beta: weight of recall per head.
    """
    tagged = [encode(note, tagger.pieces, tagger.heads) for note in notes]
    found = tagger.probabilities([t.document for t in tagged])
    thresholds: dict[str, float] = {}
    for head, tags in tagger.heads.items():
        if head in SPAN_HEADS:
            continue
        rows = np.concatenate([f[head] for f in found])
        gold = np.concatenate([t.tags[head] for t in tagged]) > 0
        best = (rows[:, 1::2] + rows[:, 2::2]).argmax(1)
        mass = 1 - rows[:, 0]
        common = best_threshold(mass, gold, beta[head])
        for i, label in enumerate(tag[2:] for tag in tags[1::2]):
            own = best == i
            enough = int((own & gold).sum()) >= FEWEST
            thresholds[label] = best_threshold(mass[own], gold[own], beta[head]) if enough else common
            if label in PHI_LABELS:
                thresholds[label] = min(thresholds[label], common)
    return thresholds
