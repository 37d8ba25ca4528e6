from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from nlp.taggers.crf import Crf

TAGS = 3


@pytest.fixture
def crf() -> Crf:
    torch.manual_seed(3)
    made = Crf(TAGS).double()
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=1.5)
    return made


def path_score(crf: Crf, emissions: Tensor, path: tuple[int, ...]) -> Tensor:
    score = crf.first[path[0]] + crf.last[path[-1]]
    score = score + sum(emissions[t, tag] for t, tag in enumerate(path))
    return score + sum(crf.transitions[a, b] for a, b in itertools.pairwise(path))


def all_scores(crf: Crf, emissions: Tensor) -> dict[tuple[int, ...], Tensor]:
    return {p: path_score(crf, emissions, p) for p in itertools.product(range(TAGS), repeat=len(emissions))}


def batch_of(lengths: list[int]) -> tuple[Tensor, Tensor]:
    torch.manual_seed(5)
    emissions = torch.randn(len(lengths), max(lengths), TAGS, dtype=torch.double) * 2
    mask = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    return emissions, mask


@pytest.mark.parametrize("lengths", [[1], [5], [2, 5, 1, 4]])
def test_marginals_equal_those_of_enumerating_every_path(crf: Crf, lengths: list[int]) -> None:
    emissions, mask = batch_of(lengths)
    found = crf.marginals(emissions, mask)
    for row, scored, length in zip(found, emissions, lengths, strict=True):
        scores = all_scores(crf, scored[:length])
        total = torch.logsumexp(torch.stack(list(scores.values())), 0)
        for t, tag in itertools.product(range(length), range(TAGS)):
            through = torch.stack([s for path, s in scores.items() if path[t] == tag])
            assert row[t, tag].item() == pytest.approx((torch.logsumexp(through, 0) - total).exp().item(), abs=1e-9)


@pytest.mark.parametrize("lengths", [[1], [5], [2, 5, 1, 4]])
def test_the_log_likelihood_equals_that_of_enumerating_every_path(crf: Crf, lengths: list[int]) -> None:
    emissions, mask = batch_of(lengths)
    torch.manual_seed(7)
    tags = torch.randint(TAGS, mask.shape)
    found = crf.log_likelihood(emissions, tags.masked_fill(~mask, -100), mask)
    for value, scored, gold, length in zip(found, emissions, tags, lengths, strict=True):
        scores = all_scores(crf, scored[:length])
        expected = scores[tuple(gold[:length].tolist())] - torch.logsumexp(torch.stack(list(scores.values())), 0)
        assert value.item() == pytest.approx(expected.item(), abs=1e-9)


def test_likelihoods_of_all_paths_add_up_to_one(crf: Crf) -> None:
    emissions, mask = batch_of([4])
    paths = torch.tensor(list(itertools.product(range(TAGS), repeat=4)))
    likelihoods = crf.log_likelihood(emissions.expand(len(paths), -1, -1), paths, mask.expand(len(paths), -1))
    assert likelihoods.exp().sum().item() == pytest.approx(1, abs=1e-9)


def test_what_stands_in_the_padding_changes_nothing(crf: Crf) -> None:
    emissions, mask = batch_of([3, 6])
    other = emissions.clone()
    other[0, 3:] = 50.0
    assert torch.equal(crf.marginals(emissions, mask)[mask], crf.marginals(other, mask)[mask])
    alone = crf.marginals(emissions[:1, :3], mask[:1, :3])
    assert torch.allclose(crf.marginals(emissions, mask)[0, :3], alone[0], atol=1e-12)


def test_long_sequences_and_strong_scores_stay_finite_in_float32() -> None:
    torch.manual_seed(1)
    crf = Crf(59)
    torch.nn.init.normal_(crf.transitions, std=3)
    emissions = torch.randn(2, 120, 59) * 20
    mask = torch.ones(2, 120, dtype=torch.bool)
    found = crf.marginals(emissions, mask)
    assert torch.isfinite(found).all()
    assert torch.allclose(found.sum(-1), torch.ones(2, 120), atol=1e-4)
    crf.log_likelihood(emissions, emissions.argmax(-1), mask).sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in crf.parameters() if p.grad is not None)
