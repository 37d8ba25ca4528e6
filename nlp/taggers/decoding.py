"""From tag probabilities of words to scored spans, with a threshold per label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.types import Span
from nlp.words import Words

DEFAULT_THRESHOLD = 0.5


class BioDecoder:
    """Decodes one head with BIO tags.

    A word belongs to a span when its probability of being outside leaves at least the threshold of
    its best label; runs of such words are cut where a new span is more likely to begin, or where the
    label changes; a span's label is that of the highest mean probability. Lowering a threshold
    therefore only ever adds words: recall grows without moving what was sure.

    A span's score is rescaled so that its label's threshold becomes 0.5: what any source scores 0.5
    or more counts, whatever its own threshold is.
    """

    def __init__(self, tags: Sequence[str], thresholds: Mapping[str, float]) -> None:
        if tags[0] != "O" or any(b[:2] != "B-" or i[:2] != "I-" for b, i in zip(tags[1::2], tags[2::2], strict=True)):
            raise ValueError("tags must be O, then B-x, I-x for every label")
        self.labels = tuple(tag[2:] for tag in tags[1::2])
        default = thresholds.get("default", DEFAULT_THRESHOLD)
        self.thresholds = np.array([thresholds.get(label, default) for label in self.labels], dtype=np.float32)

    def decode(self, words: Words, probabilities: NDArray[np.float32], source: str) -> list[Span]:
        """Return the spans of one text; ``probabilities`` has shape (words, tags)."""
        begin, inside = probabilities[:, 1::2], probabilities[:, 2::2]
        by_label = begin + inside
        best = by_label.argmax(1) if len(by_label) else np.zeros(0, dtype=np.int64)
        mass = 1.0 - probabilities[:, 0]
        flagged = np.flatnonzero(mass >= self.thresholds[best])
        begins = begin.sum(1) > inside.sum(1)
        spans: list[Span] = []
        run: list[int] = []
        for i in flagged.tolist():
            if run and (i != run[-1] + 1 or begins[i] or self._changes(by_label, run, i)):
                spans.append(self._span(words, by_label, mass, run, source))
                run = []
            run.append(i)
        if run:
            spans.append(self._span(words, by_label, mass, run, source))
        return spans

    def _changes(self, by_label: NDArray[np.float32], run: list[int], i: int) -> bool:
        """Whether word ``i`` clearly has another label than the run before it."""
        current = int(by_label[run].sum(0).argmax())
        return bool(by_label[i].max() > 4 * by_label[i, current])

    def _span(
        self, words: Words, by_label: NDArray[np.float32], mass: NDArray[np.float32], run: list[int], source: str
    ) -> Span:
        best = int(by_label[run].mean(0).argmax())
        threshold, found = float(self.thresholds[best]), float(mass[run].mean())
        above = (found - threshold) / max(1 - threshold, 1e-6)
        score = round(min(1.0, 0.5 + 0.5 * max(0.0, above)), 4)
        return Span(int(words.starts[run[0]]), int(words.ends[run[-1]]), self.labels[best], score, (source,))
