"""From tag probabilities of words to scored spans, with a threshold per label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.types import Span
from nlp.words import Words

DEFAULT_THRESHOLD = 0.5
CLEARLY = 4.0  # times as likely as the label of the run so far


class BioDecoder:
    """Decodes one head with BIO tags.

    A word belongs to a span when its probability of being outside leaves at least the threshold of
    its best label; runs of such words are cut where a new span is more likely to begin, or where the
    label changes; a span's label is that of the highest mean probability. Lowering a threshold
    therefore only ever adds words: recall grows without moving what was sure.

    A span's score is rescaled so that its label's threshold becomes 0.5: what any source scores 0.5
    or more counts, whatever its own threshold is.

    Args:
        tags: O, then B-x, I-x for every label.
        thresholds: label to threshold; "default" is for all others.
        continues: what share of its threshold lets a word continue a span (thresholding with hysteresis,
            Canny 1986): 1 where borders matter less than that nothing else is taken in.
    """

    def __init__(self, tags: Sequence[str], thresholds: Mapping[str, float], continues: float = 1.0) -> None:
        if tags[0] != "O" or any(b[:2] != "B-" or i[:2] != "I-" for b, i in zip(tags[1::2], tags[2::2], strict=True)):
            raise ValueError("tags must be O, then B-x, I-x for every label")
        self.labels = tuple(tag[2:] for tag in tags[1::2])
        default = thresholds.get("default", DEFAULT_THRESHOLD)
        self.thresholds = np.array([thresholds.get(label, default) for label in self.labels], dtype=np.float32)
        self.continues = continues

    def decode(self, words: Words, probabilities: NDArray[np.float32], source: str) -> list[Span]:
        """Return the spans of one text; ``probabilities`` has shape (words, tags).

        Raises:
            ValueError: a probability is no number: a comparison with it would flag nothing.
        """
        if not np.isfinite(probabilities).all():
            raise ValueError("the model returned probabilities that are no numbers")
        begin, inside = probabilities[:, 1::2], probabilities[:, 2::2]
        by_label = begin + inside
        mass = 1.0 - probabilities[:, 0]
        least = self.thresholds[by_label.argmax(1)]
        found = mass >= least
        begins = begin.sum(1) > inside.sum(1)
        spans: list[Span] = []
        start = end = -1
        weight = np.zeros(len(self.labels), dtype=np.float32)  # of every label over the run start:end
        for i in np.flatnonzero(_with_neighbours(found, mass >= self.continues * least)).tolist():
            # A word changes the label when it clearly has another one than the run before it.
            changes = by_label[i].max() > CLEARLY * by_label[i, weight.argmax()]
            if i != end or begins[i] or changes:
                if found[start:end].any():
                    spans.append(self._span(words, start, end, int(weight.argmax()), mass, source))
                start, weight = i, np.zeros_like(weight)
            weight += by_label[i]
            end = i + 1
        if found[start:end].any():
            spans.append(self._span(words, start, end, int(weight.argmax()), mass, source))
        return spans

    def _span(self, words: Words, start: int, end: int, best: int, mass: NDArray[np.float32], source: str) -> Span:
        threshold, mean = float(self.thresholds[best]), float(mass[start:end].mean())
        above = (mean - threshold) / max(1 - threshold, 1e-6)
        score = round(min(1.0, 0.5 + 0.5 * max(0.0, above)), 4)
        return Span(int(words.starts[start]), int(words.ends[end - 1]), self.labels[best], score, (source,))


def _with_neighbours(found: NDArray[np.bool_], near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return ``found`` and all of ``near`` that hangs together with it."""
    runs = np.cumsum(np.diff(near | found, prepend=False, append=False))[:-1]  # an odd number for each run
    return np.isin(runs, runs[found])
