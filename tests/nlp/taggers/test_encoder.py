from __future__ import annotations

import pytest
import torch
from transformers import BertConfig, BertModel

from nlp.taggers.encoder import EncoderConfig, TransformerModel, load_bert

TAGS = {"phi": ("O", "B-X", "I-X"), "status": ("a", "b")}
SIZES = EncoderConfig(vocabulary=50, hidden=24, layers=3, attention_heads=4, intermediate=40, positions=32)


@pytest.fixture
def bert() -> BertModel:
    torch.manual_seed(11)
    config = BertConfig(
        vocab_size=50, hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=40,
        max_position_embeddings=32, initializer_range=0.4,
    )  # fmt: skip
    made = BertModel(config, add_pooling_layer=False).eval()
    for name, parameter in made.named_parameters():
        if "LayerNorm" in name or "bias" in name:
            # The usual ones and zeros would hide a mix-up.
            torch.nn.init.normal_(parameter, mean=float(name.endswith("LayerNorm.weight")), std=0.3)
    return made


@pytest.fixture
def ours(bert: BertModel) -> TransformerModel:
    model = TransformerModel(SIZES, TAGS).eval()
    load_bert(model, bert.state_dict())
    with torch.no_grad():
        model.shapes.weight.zero_()
        model.gaps.weight.zero_()
    return model


def batch() -> dict[str, torch.Tensor]:
    torch.manual_seed(2)
    pieces = torch.randint(1, 50, (3, 9))
    pieces[1, 6:] = 0
    pieces[2, 1:] = 0
    known = (pieces != 0).long()
    first = torch.tensor([0, 2, 8, 9, 12, 18])
    return {"pieces": pieces, "shapes": known, "gaps": known, "first": first}


def test_the_encoder_equals_transformers_bert(bert: BertModel, ours: TransformerModel) -> None:
    made = batch()
    with torch.no_grad():
        states = bert(input_ids=made["pieces"], attention_mask=(made["pieces"] != 0).long()).last_hidden_state
        words = states.flatten(0, 1)[made["first"]]
        found = ours(made)
    assert words.std(0).mean() > 0.1  # the words differ
    for name, head in ours.heads.items():
        torch.testing.assert_close(found[name], head(words), atol=2e-5, rtol=1e-4)


def test_shapes_and_gaps_change_what_the_encoder_sees(ours: TransformerModel) -> None:
    made = batch()
    before = ours(made)["phi"]
    with torch.no_grad():
        ours.shapes.weight[3] += torch.linspace(-1, 1, 24)
    assert torch.equal(before, ours(made)["phi"])
    assert not torch.allclose(before, ours({**made, "shapes": made["shapes"] * 3})["phi"])


def test_probabilities_add_up_to_one(ours: TransformerModel) -> None:
    for rows in ours.probabilities(batch()).values():
        assert rows.dtype == torch.float32
        torch.testing.assert_close(rows.sum(-1), torch.ones(len(rows)))


def test_masked_words_do_not_count_in_the_loss(ours: TransformerModel) -> None:
    made = batch()
    weights = {"phi": 1.0, "status": 0.5}
    phi = torch.tensor([0, 1, 2, -100, -100, -100])
    nothing = torch.full((6,), -100)
    only_phi = ours.loss({**made, "phi_tags": phi, "status_tags": nothing}, weights)
    logits = ours(made)["phi"][:3]
    torch.testing.assert_close(only_phi, torch.nn.functional.cross_entropy(logits, phi[:3]))
    assert ours.loss({**made, "phi_tags": nothing, "status_tags": nothing}, weights).item() == 0
    both = ours.loss({**made, "phi_tags": phi, "status_tags": torch.zeros(6, dtype=torch.long)}, weights)
    assert both > only_phi
