"""The CNN-RNN architecture: characters through a CNN, words through a BiLSTM, a CRF per head on top.

Ma and Hovy 2016 (BiLSTM-CNN-CRF), Dernoncourt et al. 2017 (its use in de-identification). A word is
the mean of its WordPiece embeddings, its characters, its shape and the gap before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlp.labels import MASKED
from nlp.taggers.crf import Crf
from nlp.taggers.partial import allowed_tags
from nlp.words import GAPS, SHAPES


@dataclass(frozen=True, slots=True)
class CnnRnnConfig:
    """Sizes of the CNN-RNN tagger."""

    vocabulary: int = 30522
    piece_size: int = 96
    characters: int = 128
    character_size: int = 32
    filters: int = 64
    kernel: int = 3
    shape_size: int = 16
    hidden: int = 160
    layers: int = 2
    dropout: float = 0.3


class CnnRnnModel(nn.Module):
    """Shared trunk; every head is a linear layer with a CRF."""

    def __init__(self, config: CnnRnnConfig, heads: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.config = config
        self.pieces = nn.EmbeddingBag(config.vocabulary, config.piece_size, mode="mean", padding_idx=0)
        self.characters = nn.Embedding(config.characters, config.character_size, padding_idx=0)
        self.convolution = nn.Conv1d(config.character_size, config.filters, config.kernel, padding=config.kernel // 2)
        self.shapes = nn.Embedding(len(SHAPES), config.shape_size)
        self.gaps = nn.Embedding(len(GAPS), config.shape_size)
        width = config.piece_size + config.filters + 2 * config.shape_size
        self.lstm = nn.LSTM(
            width, config.hidden, config.layers, batch_first=True, bidirectional=True, dropout=config.dropout
        )
        self.heads = nn.ModuleDict({name: nn.Linear(2 * config.hidden, len(tags)) for name, tags in heads.items()})
        self.crfs = nn.ModuleDict({name: Crf(len(tags)) for name, tags in heads.items()})

    def _states(self, batch: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return word states (windows, words, 2 * hidden) and the word mask."""
        mask = batch["shapes"] != 0
        windows, words = mask.shape
        pieces = self.pieces(batch["pieces"].flatten(0, 1)).view(windows, words, -1)
        characters = self.characters(batch["characters"].flatten(0, 1)).transpose(1, 2)
        characters = self.convolution(characters).relu().amax(-1).view(windows, words, -1)
        x = torch.cat([pieces, characters, self.shapes(batch["shapes"]), self.gaps(batch["gaps"])], -1)
        x = functional.dropout(x, self.config.dropout, self.training)
        packed = nn.utils.rnn.pack_padded_sequence(x, mask.sum(1).cpu(), batch_first=True, enforce_sorted=False)
        states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=words)
        return functional.dropout(states, self.config.dropout, self.training), mask

    def probabilities(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return, for every head, CRF marginals of shape (words in the batch, tags).

        ``batch`` holds ``pieces`` (windows, words, pieces), ``characters`` (windows, words,
        characters), ``shapes`` and ``gaps`` (windows, words); 0 where padded.
        """
        states, mask = self._states(batch)
        return {
            name: crf.marginals(self.heads[name](states).float(), mask)[mask]  # type: ignore[operator]
            for name, crf in self.crfs.items()
        }

    def loss(self, batch: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
        """Return the weighted sum of the heads' negative log-likelihoods per word.

        ``batch`` also holds ``<head>_tags`` per word in reading order and, where they name sets of tags,
        ``<head>_sets`` (see `nlp.taggers.partial`); a window whose tags are all masked does not count.
        """
        states, mask = self._states(batch)
        total = torch.zeros((), device=states.device)
        for name, crf in self.crfs.items():
            emissions = self.heads[name](states).float()
            count = emissions.shape[-1]
            tags = torch.full(mask.shape, MASKED, dtype=torch.long, device=mask.device)
            tags[mask] = batch[f"{name}_tags"]
            known = (tags != MASKED).any(1)
            exact = ((tags >= 0) & (tags < count) | ~mask).all(1)
            likelihoods = []
            if bool((known & exact).any()):
                rows = known & exact
                likelihoods.append(crf.log_likelihood(emissions[rows], tags[rows], mask[rows]))  # type: ignore[operator]
            if bool((known & ~exact).any()):
                rows = known & ~exact
                allowed = allowed_tags(tags[rows], batch.get(f"{name}_sets"), count)
                likelihoods.append(crf.log_mass(emissions[rows], allowed, mask[rows]))  # type: ignore[operator]
            if likelihoods:
                total = total - weights[name] * torch.cat(likelihoods).sum() / mask[known].sum()
        return total
