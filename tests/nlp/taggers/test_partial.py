from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from nlp.labels import MASKED
from nlp.taggers.crf import Crf
from nlp.taggers.partial import allowed_tags, partial_cross_entropy

SETS = torch.tensor([[True, False, True], [False, True, True]])


def test_allowed_tags_of_tags_sets_and_masked_words() -> None:
    allowed = allowed_tags(torch.tensor([1, 3, 4, MASKED]), SETS, 3)
    assert allowed.tolist() == [[False, True, False], SETS[0].tolist(), SETS[1].tolist(), [True] * 3]
    assert allowed_tags(torch.tensor([[0, MASKED]]), None, 2).tolist() == [[[True, False], [True, True]]]


def test_a_set_costs_the_log_of_its_summed_probability() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5], [0.0, 1.0, 3.0], [9.0, 9.0, 9.0], [0.3, 0.1, 0.2]])
    tags = torch.tensor([3, 2, MASKED, 4])
    p = logits.softmax(-1)
    expected = -((p[0, 0] + p[0, 2]).log() + p[1, 2].log() + (p[3, 1] + p[3, 2]).log()) / 3
    assert torch.isclose(partial_cross_entropy(logits, tags, SETS), expected)


@given(st.lists(st.sampled_from([0, 1, 2, MASKED]), min_size=1, max_size=6))
def test_sets_that_no_word_has_change_nothing(ids: list[int]) -> None:
    tags = torch.tensor(ids)
    logits = torch.randn(len(ids), 3, generator=torch.Generator().manual_seed(1))
    plain, with_sets = partial_cross_entropy(logits, tags, None), partial_cross_entropy(logits, tags, SETS)
    assert torch.isclose(plain, with_sets)
    if set(ids) == {MASKED}:
        assert plain == 0
    else:
        assert torch.isclose(plain, functional.cross_entropy(logits, tags, ignore_index=MASKED))


def test_gradients_push_no_tag_of_the_set_against_another_and_are_finite() -> None:
    logits = torch.tensor([[0.0, 50.0, 0.0]], requires_grad=True)
    partial_cross_entropy(logits, torch.tensor([3]), SETS).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[0, 1] > 0.9
    assert torch.isclose(logits.grad[0, 0], logits.grad[0, 2])


def crf(tags: int) -> Crf:
    torch.manual_seed(3)
    made = Crf(tags)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter)
    return made


def test_crf_mass_of_single_tags_is_the_likelihood_of_their_sequence() -> None:
    model, tags = crf(3), torch.tensor([[0, 2, 1], [1, 1, 0]])
    emissions, mask = torch.randn(2, 3, 3), torch.tensor([[True, True, True], [True, True, False]])
    allowed = allowed_tags(tags, None, 3)
    assert torch.allclose(model.log_mass(emissions, allowed, mask), model.log_likelihood(emissions, tags, mask))


def test_crf_mass_is_the_sum_over_the_allowed_sequences() -> None:
    model, mask = crf(3), torch.ones(1, 3, dtype=torch.bool)
    emissions = torch.randn(1, 3, 3)
    allowed = allowed_tags(torch.tensor([[3, 1, 4]]), SETS, 3)
    sequences = [torch.tensor([[a, 1, c]]) for a in (0, 2) for c in (1, 2)]
    expected = torch.stack([model.log_likelihood(emissions, s, mask) for s in sequences]).logsumexp(0)
    assert torch.allclose(model.log_mass(emissions, allowed, mask), expected)
    assert torch.allclose(model.log_mass(emissions, torch.ones_like(allowed), mask), torch.zeros(1), atol=1e-5)


def test_crf_mass_of_very_unlikely_tags_still_has_a_gradient() -> None:
    model, mask = crf(2), torch.ones(1, 2, dtype=torch.bool)
    emissions = torch.tensor([[[0.0, 200.0], [0.0, 200.0]]], requires_grad=True)
    allowed = torch.tensor([[[True, False], [True, False]]])
    mass = model.log_mass(emissions, allowed, mask)
    mass.sum().backward()
    assert mass.item() < -300
    assert emissions.grad is not None
    assert torch.isfinite(emissions.grad).all()
    assert emissions.grad[0, 0, 0] > 0.9
