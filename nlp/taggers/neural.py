"""The neural tagger: loads one of our checkpoints, runs windows in batches, decodes every head.

A checkpoint is a folder with ``config.json`` (architecture, sizes, heads, thresholds),
``model.safetensors`` and ``tokenizer.json``. Nothing is unpickled.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor

from nlp.errors import ConfigError
from nlp.labels import ASSERTIONS, PROBLEM_LABELS, STATUSES
from nlp.taggers.borders import settle
from nlp.taggers.cnn_rnn import CnnRnnConfig, CnnRnnModel
from nlp.taggers.decoding import BioDecoder
from nlp.taggers.encoder import EncoderConfig, TransformerModel
from nlp.taggers.features import Document, WordPieces, piece_batch, word_batch
from nlp.taggers.windows import Window, batches, windows
from nlp.types import Span
from nlp.words import split_words

Model = TransformerModel | CnnRnnModel
Collate = Callable[[Sequence[Document], Sequence[Window]], dict[str, Tensor]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """How to build a model of one kind and its batches, and how it is run."""

    config: type[Any]
    model: type[Any]
    collate: Collate
    window: int
    overlap: int
    budget: int


ARCHITECTURES: dict[str, Architecture] = {
    "transformer": Architecture(EncoderConfig, TransformerModel, piece_batch, 192, 48, 4096),
    "cnn-rnn": Architecture(CnnRnnConfig, CnnRnnModel, word_batch, 384, 64, 16384),
}
# Token heads with a label per word that say something about a span found by a BIO head.
SPAN_HEADS = {"assertion": PROBLEM_LABELS, "status": ("DRUG",)}
# Diseases and findings are cut short more often than drawn out; PHI has low thresholds as it is.
CONTINUES = {"clinical": 0.55}
SPAN_CLASSES = {"assertion": ASSERTIONS, "status": STATUSES}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Everything a neural tagger is made of."""

    architecture: str
    model: Model
    heads: dict[str, tuple[str, ...]]
    pieces: WordPieces
    thresholds: dict[str, float]

    def save(self, folder: Path) -> None:
        """Write the checkpoint in bfloat16, half the size of what was trained."""
        folder.mkdir(parents=True, exist_ok=True)
        tensors = {k: v.detach().to(torch.bfloat16).contiguous() for k, v in self.model.state_dict().items()}
        save_file(tensors, str(folder / "model.safetensors"))
        (folder / "model.safetensors").chmod(0o644)  # safetensors makes it readable by its owner only
        config = {
            "architecture": self.architecture,
            "sizes": asdict(self.model.config),
            "heads": self.heads,
            "thresholds": self.thresholds,
        }
        (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
        self.pieces.tokenizer.save(str(folder / "tokenizer.json"))


def load_checkpoint(folder: Path) -> Checkpoint:
    """Load a checkpoint in float32.

    Raises:
        ConfigError: a file is missing or damaged, or the architecture or a threshold's label is unknown.
    """
    missing = [n for n in ("config.json", "model.safetensors", "tokenizer.json") if not (folder / n).is_file()]
    if missing:
        raise ConfigError(f"{folder} is no clinsift model: it lacks {', '.join(missing)}")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{folder / 'config.json'} is no JSON: {error}") from None
    if config.get("architecture") not in ARCHITECTURES:
        raise ConfigError(
            f"{folder / 'config.json'}: unknown architecture {config.get('architecture')!r}; "
            f"known: {', '.join(ARCHITECTURES)}"
        )
    kind = ARCHITECTURES[config["architecture"]]
    try:
        heads = {name: tuple(tags) for name, tags in config["heads"].items()}
        model = kind.model(kind.config(**config["sizes"]), heads)
        tensors = {k: v.float() for k, v in load_file(str(folder / "model.safetensors")).items()}
        model.load_state_dict(tensors)
        pieces = WordPieces.from_file(folder / "tokenizer.json")
    except Exception as error:  # safetensors, tokenizers and torch raise types of their own
        raise ConfigError(f"{folder} cannot be loaded: {type(error).__name__}: {error}") from None
    thresholds = config.get("thresholds", {})
    _check_thresholds(thresholds, heads, folder / "config.json")
    return Checkpoint(config["architecture"], cast(Model, model.eval()), heads, pieces, thresholds)


def _check_thresholds(thresholds: Mapping[str, float], heads: Mapping[str, Sequence[str]], path: Path) -> None:
    labels = {tag[2:] for name, tags in heads.items() if name not in SPAN_HEADS for tag in tags if tag != "O"}
    if unknown := sorted(thresholds.keys() - labels - {"default"}):
        valid = ", ".join(["default", *sorted(labels)])
        raise ConfigError(f"{path}: thresholds for unknown labels {', '.join(unknown)}; valid: {valid}")
    if outside := sorted(label for label, value in thresholds.items() if not 0 <= value <= 1):
        raise ConfigError(f"{path}: thresholds must lie in 0..1: {', '.join(outside)}")


def best_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 where the device computes in it natively, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return torch.bfloat16 if supported() else torch.float32


class NeuralTagger:
    """A `Tagger` around a checkpoint.

    Args:
        checkpoint: from `load_checkpoint`; it is left as it is.
        device: "cpu" or "cuda".
        dtype: computing type of the transformer; None takes the best of the device. The CNN-RNN
            always computes in float32.
    """

    def __init__(self, checkpoint: Checkpoint, device: str = "cpu", dtype: torch.dtype | None = None) -> None:
        # oneDNN keeps what it compiles for each of 1,024 shapes, a megabyte each; every batch has a shape of its own.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
        self.name = checkpoint.architecture
        self.kind = ARCHITECTURES[checkpoint.architecture]
        self.device = torch.device(device)
        self.model = copy.deepcopy(checkpoint.model).to(self.device).eval()
        if isinstance(self.model, TransformerModel):
            self.model.lower_precision(dtype or best_dtype(self.device))
        self.pieces = checkpoint.pieces
        self.heads = checkpoint.heads
        self.decoders = {
            name: BioDecoder(tags, checkpoint.thresholds, CONTINUES.get(name, 1.0))
            for name, tags in self.heads.items()
            if name not in SPAN_HEADS
        }
        self.labels = tuple(label for decoder in self.decoders.values() for label in decoder.labels)

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the spans of every text, of all heads, sorted by start."""
        documents = [self.pieces.document(split_words(text)) for text in texts]
        return [
            self._decode(document, probabilities)
            for document, probabilities in zip(documents, self.probabilities(documents), strict=True)
        ]

    def judge(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[list[Span]]:
        """Return the given spans of every text with what the heads of assertion and status say of them."""
        documents = [self.pieces.document(split_words(text)) for text in texts]
        return [
            self._judge(document, own, probabilities)
            for document, own, probabilities in zip(documents, spans, self.probabilities(documents), strict=True)
        ]

    def probabilities(self, documents: Sequence[Document]) -> list[dict[str, NDArray[np.float32]]]:
        """Return, per document and head, tag probabilities of shape (words, tags)."""
        out = [
            {name: np.zeros((len(d.words), len(tags)), dtype=np.float32) for name, tags in self.heads.items()}
            for d in documents
        ]
        cut = [w for i, d in enumerate(documents) for w in windows(i, d.costs, self.kind.window, self.kind.overlap)]
        for group in batches(cut, self.kind.budget):
            for window, found in self._run(documents, group):
                low, high = window.keep_start - window.start, window.keep_end - window.start
                for name, rows in found.items():
                    out[window.document][name][window.keep_start : window.keep_end] = rows[low:high]
        return out

    def _run(
        self, documents: Sequence[Document], group: Sequence[Window]
    ) -> list[tuple[Window, dict[str, NDArray[np.float32]]]]:
        """Run one batch; on CUDA out-of-memory halve it until the one bad window is alone."""
        try:
            batch = {k: v.to(self.device) for k, v in self.kind.collate(documents, group).items()}
            with torch.inference_mode():
                found = {k: v.float().cpu().numpy() for k, v in self.model.probabilities(batch).items()}
        except torch.cuda.OutOfMemoryError:
            if len(group) == 1:
                raise
            torch.cuda.empty_cache()
            half = len(group) // 2
            return self._run(documents, group[:half]) + self._run(documents, group[half:])
        borders = np.cumsum([w.end - w.start for w in group])[:-1]
        split = {name: np.split(rows, borders) for name, rows in found.items()}
        return [(w, {name: rows[i] for name, rows in split.items()}) for i, w in enumerate(group)]

    def _decode(self, document: Document, probabilities: Mapping[str, NDArray[np.float32]]) -> list[Span]:
        words = document.words
        spans: list[Span] = []
        for name, decoder in self.decoders.items():
            decoded = decoder.decode(words, probabilities[name], self.name)
            spans += settle(name, words, probabilities[name], self.heads[name], decoded)
        return sorted(self._judge(document, spans, probabilities), key=lambda s: (s.start, s.end, s.label))

    def _judge(
        self, document: Document, spans: Sequence[Span], probabilities: Mapping[str, NDArray[np.float32]]
    ) -> list[Span]:
        judged = list(spans)
        for name, labels in SPAN_HEADS.items():
            if name in self.heads:
                logs = np.log(np.maximum(probabilities[name], 1e-9))
                judged = [
                    self._assign(s, name, document.words.starts, logs) if s.label in labels else s for s in judged
                ]
        return judged

    def _assign(self, span: Span, head: str, starts: NDArray[np.int64], logs: NDArray[np.float32]) -> Span:
        """Fill the field ``head`` of a span with the class its words agree on, and its votes."""
        low, high = np.searchsorted(starts, (span.start, span.end))
        mean = np.exp(logs[low : max(high, low + 1)].mean(0))  # geometric: one sure word outweighs unsure ones
        shares = dict(zip(self.heads[head], (mean / mean.sum()).tolist(), strict=True))
        votes = tuple(round(shares.get(name, 0.0), 4) for name in SPAN_CLASSES[head])
        choice = max(shares, key=shares.__getitem__)
        if head == "assertion":
            return replace(span, assertion=choice, votes=votes)
        return replace(span, status=choice, votes=votes)
