"""Any Hugging Face token-classification checkpoint on disk as a tagger, through a label map.

The folder holds what ``save_pretrained`` writes (safetensors only, a fast tokenizer) and
``label_map.json``: the model's entity names, without BIO prefix, to ours, for example
``{"PER": "PATIENT", "DISEASE": "DX", "MISC": null}``; null leaves a name out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.errors import ConfigError
from nlp.labels import CLINICAL_LABELS, PHI_LABELS, bio_tags
from nlp.taggers.decoding import BioDecoder
from nlp.types import Span
from nlp.words import SURROGATE, Words, split_words

LABEL_MAP = "label_map.json"
OVERLAP = 64
# Models whose positions are counted from behind the padding id, so that two of them cannot be used.
PADDED_POSITIONS = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "longformer", "roberta-prelayernorm"}
)
MOST_TOKENS = 512
OPENING = frozenset({"B", "U", "S"})  # BIO, BILOU and BIOES prefixes of a span's first token
PREFIXES = OPENING | {"I", "L", "E"}


def _read_label_map(folder: Path, names: Sequence[str]) -> dict[str, str | None]:
    path = folder / LABEL_MAP
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {type(error).__name__}") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{path} must be a JSON object of model label to clinsift label")
    entities = {_split(name)[1] for name in names} - {"O"}
    ours = {*PHI_LABELS, *CLINICAL_LABELS}
    if unmapped := sorted(entities - found.keys()):
        raise ConfigError(f"{path} lacks the model's labels {', '.join(unmapped)}; map each to a label or to null")
    if unknown := sorted({str(v) for v in found.values() if v is not None and str(v) not in ours}):
        raise ConfigError(f"{path}: unknown labels {', '.join(unknown)}; valid: {', '.join(sorted(ours))}")
    if not any(found[entity] for entity in entities):
        raise ConfigError(f"{path} maps none of the model's labels {', '.join(sorted(entities))} to a clinsift label")
    return {entity: found[entity] for entity in entities}


def _split(tag: str) -> tuple[str, str]:
    """Return prefix and entity of a tag: ("B", "PER") for "B-PER", ("", "PER") for "PER"."""
    prefix, dash, entity = tag.partition("-")
    return (prefix, entity) if dash and prefix in PREFIXES else ("", tag)


class HuggingFaceTagger:
    """A `Tagger` around ``AutoModelForTokenClassification``: a word counts from a probability of 0.5.

    Args:
        folder: the checkpoint with its label map.
        device: "cpu" or "cuda".
        batch_size: windows per forward pass.

    Raises:
        ConfigError: the folder cannot be loaded, its label map is wrong, or its tokenizer gives no offsets.
    """

    def __init__(self, folder: Path, device: str = "cpu", batch_size: int = 16) -> None:
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        try:
            model, report = AutoModelForTokenClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, output_loading_info=True
            )
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        except Exception as error:  # torch, safetensors and tokenizers raise types of their own
            raise ConfigError(f"{folder} holds no token-classification model: {type(error).__name__}") from None
        if report["missing_keys"]:
            # transformers would go on with random weights.
            raise ConfigError(f"{folder}: its weights lack {', '.join(sorted(report['missing_keys']))}")
        if not self.tokenizer.is_fast:
            raise ConfigError(f"{folder}: its tokenizer gives no offsets; save a fast tokenizer (tokenizer.json)")
        tags = [model.config.id2label[i] for i in range(model.config.num_labels)]
        self.name = "hugging-face"
        self.device = torch.device(device)
        self.model = model.to(self.device).eval()
        self.batch_size = batch_size
        self.labels, self.to_bio = _bio_matrix(tags, _read_label_map(folder, tags))
        self.decoder = BioDecoder(bio_tags(self.labels), {})
        self.window = _window(model.config, self.tokenizer.model_max_length)

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of every text, sorted by start; they begin and end at borders of words."""
        if not texts:
            return []
        documents = [split_words(text) for text in texts]
        return [
            self.decoder.decode(words, probabilities, self.name)
            for words, probabilities in zip(documents, self._probabilities(texts, documents), strict=True)
        ]

    def _probabilities(self, texts: Sequence[str], documents: Sequence[Words]) -> list[NDArray[np.float32]]:
        """Return, per text, BIO probabilities over our labels, shape (words, tags)."""
        encoded = self.tokenizer(
            [SURROGATE.sub("\ufffd", text) for text in texts],
            truncation=True,
            max_length=self.window,
            stride=min(OVERLAP, self.window // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        owners = encoded.pop("overflow_to_sample_mapping")
        offsets = [np.array(rows, dtype=np.int64).reshape(-1, 2) for rows in encoded.pop("offset_mapping")]
        found = [np.zeros((len(words), self.to_bio.shape[1]), dtype=np.float32) for words in documents]
        rooms = [np.full(len(words), -1) for words in documents]
        for rows in found:
            rows[:, 0] = 1.0  # a word that the tokenizer drops is outside
        order = sorted(range(len(owners)), key=lambda i: -len(offsets[i]))
        for start in range(0, len(order), self.batch_size):
            group = order[start : start + self.batch_size]
            for i, rows in zip(group, self._run(encoded, group), strict=True):
                owner = owners[i]
                for word, room, row in _words_of_window(documents[owner], offsets[i], rows):
                    # Where windows overlap, a word is decided where it stands farthest from a border.
                    if room > rooms[owner][word]:
                        rooms[owner][word], found[owner][word] = room, row
        return found

    def _run(self, encoded: Any, group: Sequence[int]) -> list[NDArray[np.float32]]:
        """Return, per window, BIO probabilities of its tokens, shape (tokens, tags)."""
        fields = {name: [encoded[name][i] for i in group] for name in encoded}
        batch = self.tokenizer.pad(fields, return_tensors="pt", padding_side="right").to(self.device)
        with torch.inference_mode():
            logits = self.model(**batch).logits.float().softmax(-1).cpu().numpy()
        return [rows @ self.to_bio for rows in logits]


def _window(config: Any, longest: int) -> int:
    """Return how many tokens, special ones included, the model takes at once."""
    positions = getattr(config, "max_position_embeddings", None) or MOST_TOKENS
    if config.model_type in PADDED_POSITIONS:
        positions -= 2
    return int(min(size for size in (MOST_TOKENS, longest, positions) if size > 0))


def _bio_matrix(tags: Sequence[str], mapping: Mapping[str, str | None]) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Return our labels and a 0/1 matrix (model's tags, our BIO tags) that adds up probabilities."""
    labels = tuple(dict.fromkeys(label for tag in tags if (label := mapping.get(_split(tag)[1]))))
    index = {tag: i for i, tag in enumerate(bio_tags(labels))}
    matrix = np.zeros((len(tags), len(index)), dtype=np.float32)
    for row, (prefix, entity) in zip(matrix, map(_split, tags), strict=True):
        label = mapping.get(entity)
        row[index[f"{'B' if prefix in OPENING else 'I'}-{label}"] if label else 0] = 1.0
    return labels, matrix


def _words_of_window(
    words: Words, offsets: NDArray[np.int64], rows: NDArray[np.float32]
) -> Iterator[tuple[int, int, NDArray[np.float32]]]:
    """Yield each word of a window: its index, its distance to the window's border, its BIO probabilities.

    A word is what its surest token is, so that no part of a name is left behind; whether it opens a
    span is for its first token to tell.
    """
    lows = np.searchsorted(words.ends, offsets[:, 0], side="right").tolist()
    highs = np.searchsorted(words.starts, offsets[:, 1], side="left").tolist()
    tokens: dict[int, list[int]] = {}
    for position, (low, high) in enumerate(zip(lows, highs, strict=True)):
        for word in range(low, high):
            tokens.setdefault(word, []).append(position)
    for word, positions in tokens.items():
        row = rows[positions[int(rows[positions, 0].argmin())]]
        first = rows[positions[0]]
        opens = np.zeros_like(first[1::2])
        if word == lows[positions[0]]:  # else a token that began in an earlier word
            opens = first[1::2] / np.maximum(first[1::2] + first[2::2], 1e-9)
        mixed = row.copy()
        mixed[1::2] = (row[1::2] + row[2::2]) * opens
        mixed[2::2] = (row[1::2] + row[2::2]) * (1 - opens)
        yield word, min(positions[0], len(offsets) - 1 - positions[-1]), mixed
