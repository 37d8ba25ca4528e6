"""The transformer architecture: a BERT encoder (MiniLM) with shape and gap embeddings and linear heads.

Devlin et al. 2019 (BERT), Wang et al. 2020 (MiniLM). The starting encoder is uncased: what case,
digits and line breaks tell comes back through two small extra embedding tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlp.taggers.partial import partial_cross_entropy
from nlp.words import GAPS, SHAPES


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Sizes of the encoder; the defaults are MiniLM-L6-H384's."""

    vocabulary: int = 30522
    hidden: int = 384
    layers: int = 6
    attention_heads: int = 12
    intermediate: int = 1536
    positions: int = 512
    dropout: float = 0.1


class Layer(nn.Module):
    """One post-norm transformer layer with fused query, key and value."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.heads = config.attention_heads
        self.dropout = config.dropout
        self.qkv = nn.Linear(config.hidden, 3 * config.hidden)
        self.out = nn.Linear(config.hidden, config.hidden)
        self.attention_norm = nn.LayerNorm(config.hidden, eps=1e-12)
        self.up = nn.Linear(config.hidden, config.intermediate)
        self.down = nn.Linear(config.intermediate, config.hidden)
        self.norm = nn.LayerNorm(config.hidden, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Map (batch, pieces, hidden) to the same shape; ``mask`` is True where attention may look."""
        batch, length, hidden = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        # No dropout in the attention itself: the CPU's fused kernel has none, and is four times as fast.
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        seen = self.out(seen.transpose(1, 2).reshape(batch, length, hidden))
        x = self.attention_norm(x + seen)
        changed = self.down(functional.gelu(self.up(x)))
        normed: Tensor = self.norm(x + functional.dropout(changed, self.dropout, self.training))
        return normed


class TransformerModel(nn.Module):
    """Encoder plus one linear head per task; heads look at the first piece of every word."""

    def __init__(self, config: EncoderConfig, heads: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocabulary, config.hidden, padding_idx=0)
        self.positions = nn.Embedding(config.positions, config.hidden)
        self.shapes = nn.Embedding(len(SHAPES), config.hidden)
        self.gaps = nn.Embedding(len(GAPS), config.hidden)
        self.norm = nn.LayerNorm(config.hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.heads = nn.ModuleDict({name: nn.Linear(config.hidden, len(tags)) for name, tags in heads.items()})
        for table in (self.shapes, self.gaps):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return, for every head, logits of shape (words in the batch, tags).

        ``batch`` holds ``pieces``, ``shapes``, ``gaps`` of shape (windows, pieces), 0 where padded,
        and ``first``: indices of the first piece of each word in the flattened piece axis.
        """
        pieces = batch["pieces"]
        x = self.words(pieces) + self.positions.weight[: pieces.shape[1]]
        x = self.norm(x + self.shapes(batch["shapes"]) + self.gaps(batch["gaps"]))
        x = functional.dropout(x, self.config.dropout, self.training)
        mask = (pieces != 0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        firsts = functional.dropout(x.flatten(0, 1)[batch["first"]], self.config.dropout, self.training)
        firsts = firsts.to(next(self.heads.parameters()).dtype)
        return {name: head(firsts) for name, head in self.heads.items()}

    def lower_precision(self, dtype: torch.dtype) -> TransformerModel:
        """Compute in ``dtype`` from now on, but for the heads: rounded logits would turn close decisions."""
        self.to(dtype)
        self.heads.float()
        return self

    def probabilities(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return, for every head, tag probabilities of shape (words in the batch, tags), in float32."""
        return {name: logits.float().softmax(-1) for name, logits in self(batch).items()}

    def loss(self, batch: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
        """Return the weighted sum of the heads' cross-entropies.

        ``batch`` also holds ``<head>_tags`` per word and, where they name sets of tags, ``<head>_sets``
        (see `nlp.taggers.partial`).
        """
        losses = (
            weights[name] * partial_cross_entropy(logits.float(), batch[f"{name}_tags"], batch.get(f"{name}_sets"))
            for name, logits in self(batch).items()
        )
        return torch.stack(tuple(losses)).sum()


def load_bert(model: TransformerModel, tensors: Mapping[str, Tensor]) -> None:
    """Copy the weights of a BERT checkpoint in Hugging Face's naming into ``model``'s encoder."""

    def put(module: nn.Embedding | nn.Linear | nn.LayerNorm, name: str) -> None:
        with torch.no_grad():
            module.weight.copy_(tensors[f"{name}.weight"])
            if not isinstance(module, nn.Embedding):
                module.bias.copy_(tensors[f"{name}.bias"])

    put(model.words, "embeddings.word_embeddings")
    put(model.positions, "embeddings.position_embeddings")
    put(model.norm, "embeddings.LayerNorm")
    with torch.no_grad():
        model.words.weight.add_(tensors["embeddings.token_type_embeddings.weight"][0])
    for i, layer in enumerate(model.layers):
        assert isinstance(layer, Layer)
        prefix = f"encoder.layer.{i}"
        parts = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
        with torch.no_grad():
            layer.qkv.weight.copy_(torch.cat([tensors[f"{p}.weight"] for p in parts]))
            layer.qkv.bias.copy_(torch.cat([tensors[f"{p}.bias"] for p in parts]))
        put(layer.out, f"{prefix}.attention.output.dense")
        put(layer.attention_norm, f"{prefix}.attention.output.LayerNorm")
        put(layer.up, f"{prefix}.intermediate.dense")
        put(layer.down, f"{prefix}.output.dense")
        put(layer.norm, f"{prefix}.output.LayerNorm")
