"""Any Hugging Face token-classification checkpoint on disk as a tagger, through a label map.

The folder holds what ``save_pretrained`` writes (safetensors only, a fast tokenizer) and
``label_map.json``: the model's entity names, without BIO prefix, to ours, for example
``{"PER": "PATIENT", "DISEASE": "DX", "MISC": null}``; null leaves a name out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.errors import ConfigError
from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.types import Span
from nlp.words import SURROGATE

LABEL_MAP = "label_map.json"
OVERLAP = 64
MOST_TOKENS = 512


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
    if unknown := sorted({v for v in found.values() if v is not None and v not in ours}):
        raise ConfigError(f"{path}: unknown labels {', '.join(unknown)}; valid: {', '.join(sorted(ours))}")
    return found


def _split(tag: str) -> tuple[str, str]:
    """Return prefix and entity of a tag: ("B", "PER") for "B-PER", ("", "PER") for "PER"."""
    prefix, dash, entity = tag.partition("-")
    return (prefix, entity) if dash and prefix in {"B", "I", "L", "U", "E", "S"} else ("", tag)


class HuggingFaceTagger:
    """A `Tagger` around ``AutoModelForTokenClassification``.

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
            model = AutoModelForTokenClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
            )
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        except (OSError, ValueError) as error:
            raise ConfigError(f"{folder} holds no token-classification model: {type(error).__name__}") from None
        if not self.tokenizer.is_fast:
            raise ConfigError(f"{folder}: its tokenizer gives no offsets; save a fast tokenizer (tokenizer.json)")
        tags = [model.config.id2label[i] for i in range(model.config.num_labels)]
        mapping = _read_label_map(folder, tags)
        self.name = "hugging-face"
        self.device = torch.device(device)
        self.model = model.to(self.device).eval()
        self.batch_size = batch_size
        self.prefixes = [_split(tag)[0] for tag in tags]
        self.mapped = [mapping.get(_split(tag)[1]) for tag in tags]
        self.labels = tuple(dict.fromkeys(label for label in self.mapped if label))
        limit = getattr(model.config, "max_position_embeddings", MOST_TOKENS)
        self.window = min(MOST_TOKENS, limit - 2 if model.config.model_type in {"roberta", "xlm-roberta"} else limit)

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of every text, sorted by start."""
        safe = [SURROGATE.sub("\ufffd", text) for text in texts]
        encoded = self.tokenizer(
            safe,
            truncation=True,
            max_length=self.window,
            stride=min(OVERLAP, self.window // 4),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        owners = encoded.pop("overflow_to_sample_mapping")
        offsets = encoded.pop("offset_mapping")
        chosen: list[dict[tuple[int, int], tuple[int, NDArray[np.float32]]]] = [{} for _ in texts]
        order = sorted(range(len(owners)), key=lambda i: -len(offsets[i]))
        for start in range(0, len(order), self.batch_size):
            group = order[start : start + self.batch_size]
            for i, rows in zip(group, self._probabilities(encoded, group), strict=True):
                for position, span in enumerate(offsets[i]):
                    # Where windows overlap, a token is decided where it stands farthest from a border.
                    room = min(position, len(offsets[i]) - 1 - position)
                    key = (span[0], span[1])
                    if span[1] > span[0] and (key not in chosen[owners[i]] or chosen[owners[i]][key][0] < room):
                        chosen[owners[i]][key] = (room, rows[position])
        return [self._decode(text, found) for text, found in zip(texts, chosen, strict=True)]

    def _probabilities(self, encoded: Any, group: Sequence[int]) -> list[NDArray[np.float32]]:
        fields = {name: [encoded[name][i] for i in group] for name in encoded}
        batch = self.tokenizer.pad(fields, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            return list(self.model(**batch).logits.float().softmax(-1).cpu().numpy())

    def _decode(self, text: str, found: dict[tuple[int, int], tuple[int, NDArray[np.float32]]]) -> list[Span]:
        spans: list[Span] = []
        open_span: tuple[int, int, str, list[float]] | None = None
        for (start, end), (_, row) in sorted(found.items()):
            best = int(row.argmax())
            label, prefix = self.mapped[best], self.prefixes[best]
            if open_span:
                glued = start == open_span[1] and text[start : start + 1].isalnum()
                if label == open_span[2] and (prefix not in {"B", "U", "S"} or glued):
                    open_span[3].append(float(row[best]))
                    open_span = (open_span[0], end, open_span[2], open_span[3])
                    continue
                spans.append(self._close(open_span))
                open_span = None
            if label:
                open_span = (start, end, label, [float(row[best])])
        if open_span:
            spans.append(self._close(open_span))
        return spans

    def _close(self, found: tuple[int, int, str, list[float]]) -> Span:
        start, end, label, scores = found
        return Span(start, end, label, round(float(np.mean(scores)), 4), (self.name,))
