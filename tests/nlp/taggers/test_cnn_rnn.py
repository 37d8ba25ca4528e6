from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from nlp.taggers.features import word_batch
from nlp.taggers.neural import Checkpoint
from nlp.taggers.windows import Window
from nlp.words import split_words

TEXTS = ("Mr. Smith has pain in the left knee", "the end")


@pytest.fixture
def checkpoint(tiny_checkpoint: Callable[..., Checkpoint]) -> Checkpoint:
    made = tiny_checkpoint("cnn-rnn")
    made.model.eval()
    return made


def batch(checkpoint: Checkpoint, texts: tuple[str, ...]) -> dict[str, torch.Tensor]:
    documents = [checkpoint.pieces.document(split_words(text)) for text in texts]
    return word_batch(documents, [Window(i, 0, len(d.words), 0, len(d.words), 0) for i, d in enumerate(documents)])


def test_marginals_come_in_reading_order_and_do_not_depend_on_the_batch(checkpoint: Checkpoint) -> None:
    together = checkpoint.model.probabilities(batch(checkpoint, TEXTS))["phi"]
    alone = [checkpoint.model.probabilities(batch(checkpoint, (text,)))["phi"] for text in TEXTS]
    assert len(together) == sum(len(split_words(text)) for text in TEXTS)
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(together.sum(-1), torch.ones(len(together)))


def test_a_window_without_tags_does_not_count_in_the_loss(checkpoint: Checkpoint) -> None:
    weights = {"phi": 1.0, "clinical": 1.0}
    words = [len(split_words(text)) for text in TEXTS]
    none = torch.full((sum(words),), -100)
    tags = none.clone()
    tags[: words[0]] = torch.from_numpy(np.arange(words[0]) % 5)
    both = checkpoint.model.loss({**batch(checkpoint, TEXTS), "phi_tags": tags, "clinical_tags": none}, weights)
    first = batch(checkpoint, TEXTS[:1])
    alone = checkpoint.model.loss({**first, "phi_tags": tags[: words[0]], "clinical_tags": none[: words[0]]}, weights)
    torch.testing.assert_close(both, alone, atol=1e-4, rtol=1e-4)
    assert alone > 0
    assert checkpoint.model.loss({**first, **{f"{h}_tags": none[: words[0]] for h in weights}}, weights).item() == 0
