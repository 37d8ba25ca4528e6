"""Which notes a training pass should hold: those on which the tagger still loses most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from nlp.markup import MarkedNote
from nlp.taggers.neural import NeuralTagger
from nlp.training.dataset import encode, groups
from nlp.training.trainer import TrainingConfig

GROUP = 100
FEWEST_WORDS = 30  # a line of three words and one mistake is no hard note


def note_losses(tagger: NeuralTagger, notes: Sequence[MarkedNote]) -> Iterator[tuple[str, float]]:
    """Yield the id and the loss of every note: the heads' weighted cross-entropies, summed and divided by its words."""
    weights = TrainingConfig().weights
    for group in groups(notes, GROUP):
        tagged = [encode(marked, tagger.pieces, tagger.heads) for marked in group]
        found = tagger.probabilities([one.document for one in tagged])
        for marked, one, probabilities in zip(group, tagged, found, strict=True):
            loss = 0.0
            for head, rows in probabilities.items():
                ids = one.tags[head]
                known = (ids >= 0) & (ids < rows.shape[1])  # words that may have several tags do not count
                loss -= weights[head] * float(np.log(np.maximum(rows[known, ids[known]], 1e-6)).sum())
            yield marked.note.note_id, loss / max(FEWEST_WORDS, len(one.document.words))


def hardest(losses: Mapping[str, float], share: float) -> list[str]:
    """Return the ids of the part of the notes, 0..1, on which the loss is highest."""
    ranked = sorted(losses, key=lambda note_id: (-losses[note_id], note_id))
    return ranked[: int(share * len(ranked))]
