"""Rules and a tagger's head decide together: a log-linear pool of both.

The rules' part is a multinomial logistic regression over `extractors.features`, trained by
``scripts/train_voting.py`` on hand-written notes. The head's part is the logarithm of its
probabilities times one weight (a logarithmic opinion pool: Genest and Zidek 1986, "Combining
probability distributions"), chosen on notes held out of the tagger's training.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from nlp.labels import ASSERTIONS, STATUSES

FIELDS = {"assertion": ASSERTIONS, "status": STATUSES}


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained vote.

    Attributes:
        rows: feature -> row of `table`.
        table: (features + 1, classes); the last row is added for features that are not known.
        prior: (classes,), added to every choice.
        head: what the logarithm of the head's probabilities is multiplied by.
    """

    rows: dict[str, int]
    table: NDArray[np.float64]
    prior: NDArray[np.float64]
    head: float

    def rules(self, features: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return the score of each class by the rules' part, shape (len(features), classes)."""
        unknown = len(self.rows)
        scores = np.empty((len(features), self.table.shape[1]), dtype=np.float64)
        for number, names in enumerate(features):
            scores[number] = self.table[[self.rows.get(name, unknown) for name in names]].sum(0)
        return scores + self.prior

    def pooled(self, features: Sequence[Sequence[str]], votes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the score of each class by both parts; ``votes`` are probabilities, a row a span."""
        return self.rules(features) + self.head * np.log(np.maximum(votes, 1e-4))


@cache
def load_weights(field: str) -> Weights:
    """Return the weights of ``field``: "assertion" or "status"."""
    content = json.loads(files("extractors").joinpath("data", f"{field}_votes.json").read_text(encoding="utf-8"))
    if tuple(content["classes"]) != FIELDS[field]:
        raise ValueError(f"{field}_votes.json is for other classes: train it anew with scripts/train_voting.py")
    table = np.array([*content["features"].values(), [0] * len(FIELDS[field])], dtype=np.float64) / 100
    prior = np.array(content["prior"], dtype=np.float64) / 100
    return Weights({name: row for row, name in enumerate(content["features"])}, table, prior, content["head"])


def decide(
    field: str, features: Sequence[Sequence[str]], votes: Sequence[tuple[float, ...] | None], fallback: Sequence[str]
) -> list[str]:
    """Return the class of each span: by vote where a tagger gave votes, else the fallback's."""
    decided = list(fallback)
    voted = [number for number, own in enumerate(votes) if own]
    if voted:
        weights = load_weights(field)
        heads = np.array([votes[number] for number in voted], dtype=np.float64)
        best = weights.pooled([features[number] for number in voted], heads).argmax(1)
        for number, choice in zip(voted, best.tolist(), strict=True):
            decided[number] = FIELDS[field][choice]
    return decided
