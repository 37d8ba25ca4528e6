"""The embedded transformer computes in bfloat16 where the processor can: what that may change, and what not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from nlp.markup import read_folder
from nlp.models import EMBEDDED
from nlp.taggers.neural import SPAN_HEADS, NeuralTagger, load_checkpoint
from nlp.words import split_words

TEMPLATES = Path(__file__).parents[3] / "corpora_templates"
LEAST = 0.999  # share of words that get the same tag
NOTES = 60


@pytest.mark.slow
def test_bfloat16_and_float32_give_nearly_every_word_the_same_tag() -> None:
    checkpoint = load_checkpoint(EMBEDDED / "transformer")
    exact, rounded = (NeuralTagger(checkpoint, dtype=dtype) for dtype in (torch.float32, torch.bfloat16))
    every = list(read_folder(TEMPLATES))
    documents = [exact.pieces.document(split_words(m.note.text)) for m in every[:: len(every) // NOTES]]
    pairs = list(zip(exact.probabilities(documents), rounded.probabilities(documents), strict=True))
    assert sum(len(d.words) for d in documents) > 5_000
    for head in exact.heads.keys() - SPAN_HEADS.keys():
        same = np.concatenate([a[head].argmax(1) == b[head].argmax(1) for a, b in pairs])
        assert same.mean() >= LEAST, head


def test_the_heads_stay_in_float32() -> None:
    tagger = NeuralTagger(load_checkpoint(EMBEDDED / "transformer"), dtype=torch.bfloat16)
    kinds = {name.split(".")[0]: p.dtype for name, p in tagger.model.named_parameters()}
    assert kinds.pop("heads") == torch.float32
    assert set(kinds.values()) == {torch.bfloat16}
