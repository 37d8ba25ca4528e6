"""Tiny models that are made in a moment: random weights, a vocabulary of single characters."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from nlp.labels import ASSERTIONS, CLINICAL_LABELS, PHI_LABELS, STATUSES, bio_tags
from nlp.taggers.cnn_rnn import CnnRnnConfig, CnnRnnModel
from nlp.taggers.encoder import EncoderConfig, TransformerModel
from nlp.taggers.features import WordPieces
from nlp.taggers.neural import Checkpoint

BIO_HEADS = {"phi": bio_tags(PHI_LABELS), "clinical": bio_tags(CLINICAL_LABELS)}
ALL_HEADS = {**BIO_HEADS, "assertion": ASSERTIONS, "status": STATUSES}


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    letters = string.ascii_lowercase + string.digits
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{c}" for c in letters)]
    vocabulary += [*string.punctuation, "smith", "mr", "the", "pain", "##son"]
    made = Tokenizer(WordPiece({piece: i for i, piece in enumerate(vocabulary)}, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made


@pytest.fixture
def pieces(tokenizer: Tokenizer) -> WordPieces:
    return WordPieces(tokenizer)


@pytest.fixture
def tiny_checkpoint(pieces: WordPieces) -> Callable[..., Checkpoint]:
    def make(architecture: str, seed: int = 0) -> Checkpoint:
        torch.manual_seed(seed)
        size = pieces.tokenizer.get_vocab_size()
        if architecture == "transformer":
            config = EncoderConfig(vocabulary=size, hidden=32, layers=2, attention_heads=4, intermediate=48)
            return Checkpoint(architecture, TransformerModel(config, ALL_HEADS), ALL_HEADS, pieces, {})
        rnn = CnnRnnConfig(vocabulary=size, piece_size=16, character_size=8, filters=8, hidden=16, layers=1, dropout=0)
        return Checkpoint(architecture, CnnRnnModel(rnn, BIO_HEADS), BIO_HEADS, pieces, {})

    return make


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny tensors: threads that wait for one another on a busy machine take longer than the work."""
    torch.set_num_threads(1)
