"""Log-linear models over named features: a weight for every feature and class, learned by `nlp.training.loglinear`.

Such a model says how likely each class is as the softmax of the summed weights of the features that hold
(multinomial logistic regression). Its file is JSON: the weights in hundredths, so that people can read them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LogLinear:
    """A trained model.

    Attributes:
        classes: names of the classes.
        rows: feature -> row of `table`.
        table: (features + 1, classes); the last row is added for features that are not known.
        prior: (classes,), added to every choice.
    """

    classes: tuple[str, ...]
    rows: Mapping[str, int]
    table: NDArray[np.float64]
    prior: NDArray[np.float64]

    def scores(self, features: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return the summed weights of each class, shape (len(features), classes)."""
        unknown = len(self.rows)
        scores = np.empty((len(features), self.table.shape[1]), dtype=np.float64)
        for number, names in enumerate(features):
            scores[number] = self.table[[self.rows.get(name, unknown) for name in names]].sum(0)
        return scores + self.prior

    def to_content(self) -> dict[str, Any]:
        """Return what `from_content` reads."""
        return {
            "classes": self.classes,
            "prior": [round(100 * float(value)) for value in self.prior],
            "features": {name: [round(100 * float(w)) for w in self.table[row]] for name, row in self.rows.items()},
        }


def from_content(content: Mapping[str, Any], classes: Sequence[str], trained_by: str) -> LogLinear:
    """Return the model of a file's content.

    Raises:
        ValueError: the model is for other classes; ``trained_by`` names what makes a new one.
    """
    if list(content["classes"]) != list(classes):
        raise ValueError(f"a model for other classes than {', '.join(classes)}: train it anew with {trained_by}")
    table = np.array([*content["features"].values(), [0] * len(classes)], dtype=np.float64) / 100
    prior = np.array(content["prior"], dtype=np.float64) / 100
    return LogLinear(tuple(classes), {name: row for row, name in enumerate(content["features"])}, table, prior)


def read_content(package: str, path: str) -> dict[str, Any]:
    """Return the content of a model's file, ``path`` inside ``package``."""
    content: dict[str, Any] = json.loads(files(package).joinpath(path).read_text(encoding="utf-8"))
    return content


def to_text(content: Mapping[str, Any]) -> str:
    """Return the text of a model's file, a feature a line."""
    return json.dumps(content).replace('], "', '],\n"') + "\n"
