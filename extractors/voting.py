"""Rules and a tagger's head decide together: a log-linear pool of both.

The rules' part is a multinomial logistic regression over `extractors.features`, trained by
``scripts/train_voting.py`` on hand-written notes. The head's part is the logarithm of its
probabilities times one weight (a logarithmic opinion pool: Genest and Zidek 1986, "Combining
probability distributions"), chosen on notes held out of the tagger's training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nlp.labels import ASSERTIONS, STATUSES
from nlp.loglinear import LogLinear, from_content, read_content

FIELDS = {"assertion": ASSERTIONS, "status": STATUSES}


@dataclass(frozen=True, slots=True)
class Vote:
    """A trained vote.

    Attributes:
        rules: scores of each class by `extractors.features`.
        head: what the logarithm of the head's probabilities is multiplied by.
    """

    rules: LogLinear
    head: float

    def pooled(self, features: Sequence[Sequence[str]], votes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the score of each class by both parts; ``votes`` are probabilities, a row a span."""
        return self.rules.scores(features) + self.head * np.log(np.maximum(votes, 1e-4))


@cache
def load_vote(field: str) -> Vote:
    """Return the vote on ``field``: "assertion" or "status"."""
    content = read_content("extractors", f"data/{field}_votes.json")
    return Vote(from_content(content, FIELDS[field], "scripts/train_voting.py"), content["head"])


def decide(
    field: str, features: Sequence[Sequence[str]], votes: Sequence[tuple[float, ...] | None], fallback: Sequence[str]
) -> list[str]:
    """Return the class of each span: by vote where a tagger gave votes, else the fallback's."""
    decided = list(fallback)
    voted = [number for number, own in enumerate(votes) if own]
    if voted:
        vote = load_vote(field)
        heads = np.array([votes[number] for number in voted], dtype=np.float64)
        best = vote.pooled([features[number] for number in voted], heads).argmax(1)
        for number, choice in zip(voted, best.tolist(), strict=True):
            decided[number] = FIELDS[field][choice]
    return decided
