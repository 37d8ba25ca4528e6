"""Thresholds per label, chosen on notes that were held out of training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.labels import PHI_LABELS
from nlp.markup import MarkedNote
from nlp.taggers.neural import SPAN_HEADS, NeuralTagger
from nlp.taggers.partial import allowed_tags
from nlp.training.dataset import Tagged, encode

GRID = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7])
FEWEST = 40
"""Words of a label below which it takes the threshold of its whole head."""

NO_IDENTIFIERS = frozenset({"PROFESSION"})
"""PHI labels that no law asks to remove: a miss weighs no more than a word that is lost."""


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


def _judged(
    rows: NDArray[np.float32], tagged: Tagged, head: str, tags: Sequence[str], labels: frozenset[str] | None
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.bool_]]:
    """Return mass, best label and whether it is inside a span, of the words whose gold tells that.

    Only labels that the note annotates count: of the others nobody knows whether they are right.
    """
    annotated = np.array([labels is None or tag[2:] in labels for tag in tags])
    annotated[0] = False
    ids, sets = torch.from_numpy(tagged.tags[head]), torch.from_numpy(tagged.sets[head])
    allowed = allowed_tags(ids, sets, len(tags)).numpy()
    inside = ~allowed[:, 0]
    told = inside | ~allowed[:, annotated].any(1)
    counted = np.where(annotated, rows, 0)
    best = (counted[:, 1::2] + counted[:, 2::2]).argmax(1)
    mass = 1 - rows[:, ~annotated].sum(1)
    return mass[told], best[told], inside[told]


def choose_thresholds(tagger: NeuralTagger, notes: Sequence[MarkedNote], beta: Mapping[str, float]) -> dict[str, float]:
    """Return a threshold for every label of the tagger's BIO heads that have a span in the notes.

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
        parts = [_judged(f[head], t, head, tags, m.labels) for f, t, m in zip(found, tagged, notes, strict=True)]
        mass, best, gold = (np.concatenate(column) for column in zip(*parts, strict=True))
        if not gold.any():
            continue  # without a single span there is nothing to choose by
        common = best_threshold(mass, gold, beta[head])
        for i, label in enumerate(tag[2:] for tag in tags[1::2]):
            own = best == i
            enough = int((own & gold).sum()) >= FEWEST
            weight = min(beta[head], 1.0) if label in NO_IDENTIFIERS else beta[head]
            thresholds[label] = best_threshold(mass[own], gold[own], weight) if enough else common
            if label in PHI_LABELS and label not in NO_IDENTIFIERS:
                thresholds[label] = min(thresholds[label], common)
    return thresholds
