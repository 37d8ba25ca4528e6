"""Train log-linear models (`nlp.loglinear`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nlp.loglinear import LogLinear


def fit(
    features: Sequence[Sequence[str]],
    gold: NDArray[np.int64],
    classes: Sequence[str],
    *,
    rare: int,
    penalty: float,
) -> LogLinear:
    """Return the multinomial logistic regression with an L2 penalty, by L-BFGS.

    Args:
        features: names of the features of every example.
        gold: index of the class of every example.
        classes: their names.
        rare: features of fewer examples are left out.
        penalty: of the squared weights, in units of the loss of one example.
    """
    rows = _rows(features, rare)
    bags = _bags(features, rows)
    target = torch.tensor(gold)
    table = torch.zeros(len(rows) + 1, len(classes), requires_grad=True)
    prior = torch.zeros(len(classes), requires_grad=True)

    def loss() -> Tensor:
        missed = torch.nn.functional.cross_entropy(bags(table) + prior, target)
        return missed + penalty * table.square().sum() / len(gold)

    _minimise(loss, [table, prior])
    return LogLinear(tuple(classes), rows, _hundredths(table), _hundredths(prior))


def fit_choice(
    groups: Sequence[Sequence[Sequence[str]]], best: Sequence[int], name: str, *, rare: int, penalty: float
) -> LogLinear:
    """Return the conditional logit (McFadden 1974) that tells which member of a group is the best one, by L-BFGS.

    Args:
        groups: names of the features of every member of every group.
        best: index of the right member of each group.
        name: of the only class of the model, whose score is highest for the best member.
        rare: features of fewer members are left out.
        penalty: of the squared weights, in units of the loss of one group.
    """
    members = [names for group in groups for names in group]
    rows = _rows(members, rare)
    bags = _bags(members, rows)
    sizes = torch.tensor([len(group) for group in groups])
    right = torch.tensor(np.cumsum([0, *map(len, groups)])[:-1] + np.array(best))
    owner = torch.repeat_interleave(torch.arange(len(groups)), sizes)
    table = torch.zeros(len(rows) + 1, 1, requires_grad=True)

    def loss() -> Tensor:
        scores = bags(table)[:, 0]
        most = torch.full((len(groups),), -torch.inf).scatter_reduce(0, owner, scores.detach(), "amax")
        total = torch.zeros(len(groups)).scatter_add(0, owner, (scores - most[owner]).exp())
        missed = (total.log() + most - scores[right]).mean()
        return missed + penalty * table.square().sum() / len(groups)

    _minimise(loss, [table])
    return LogLinear((name,), rows, _hundredths(table), np.zeros(1))


def _rows(features: Sequence[Sequence[str]], rare: int) -> dict[str, int]:
    """Return a row for every feature that is not rare."""
    counts = Counter(name for names in features for name in names)
    return {name: row for row, name in enumerate(sorted(name for name, n in counts.items() if n >= rare))}


def _bags(features: Sequence[Sequence[str]], rows: Mapping[str, int]) -> Callable[[Tensor], Tensor]:
    """Return what sums the rows of a table by example, shape (len(features), columns)."""
    known = [[rows[name] for name in names if name in rows] for names in features]
    offsets = torch.tensor(np.cumsum([0, *map(len, known)])[:-1])
    indices = torch.tensor([row for own in known for row in own], dtype=torch.long)
    return lambda table: torch.nn.functional.embedding_bag(indices, table, offsets, mode="sum")


def _minimise(loss: Callable[[], Tensor], parameters: list[Tensor]) -> None:
    optimizer = torch.optim.LBFGS(parameters, max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(closure)  # type: ignore[no-untyped-call]


def _hundredths(tensor: Tensor) -> NDArray[np.float64]:
    """Return ``tensor`` as exactly as the file will hold it."""
    return tensor.detach().double().numpy().round(2)
