"""Precision and recall of spans against notes that may be annotated in part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.markup import Choice, MarkedNote
from nlp.types import Span

LAYERS: dict[str, frozenset[str]] = {"PHI": frozenset(PHI_LABELS), "CLINICAL": frozenset(CLINICAL_LABELS)}


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one label, or of a whole layer.

    Attributes:
        gold, found: spans.
        hits: found spans with the same offsets and label as a gold span.
        covered: gold spans of which every character lies in some found span of the layer, whatever its label.
    """

    gold: int = 0
    found: int = 0
    hits: int = 0
    covered: int = 0

    @property
    def precision(self) -> float:
        """Return hits among the found spans, 0 where none were found."""
        return self.hits / max(1, self.found)

    @property
    def recall(self) -> float:
        """Return hits among the gold spans, 0 where there are none."""
        return self.hits / max(1, self.gold)

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.hits / max(1, self.gold + self.found)

    @property
    def coverage(self) -> float:
        """Return covered among the gold spans, 0 where there are none."""
        return self.covered / max(1, self.gold)


def score_spans(gold: Sequence[MarkedNote], found: Sequence[Iterable[Span]]) -> dict[str, Tally]:
    """Return a tally per layer that occurs and per label, in the order of the label schemes.

    A choice among labels counts as one gold span that any of them hits; it is counted for the first. Found
    spans of labels that a note does not annotate, or that touch what it leaves open, do not count.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for marked, spans in zip(gold, found, strict=True):
        for name, layer in LAYERS.items():
            _count(counts, name, layer, marked, [s for s in spans if s.label in layer])
    order = [label for name, layer in LAYERS.items() for label in (name, *_ordered(layer))]
    return {label: Tally(*counts[label]) for label in order if label in counts}


def _ordered(layer: frozenset[str]) -> list[str]:
    return [label for label in (*PHI_LABELS, *CLINICAL_LABELS) if label in layer]


def _count(
    counts: Mapping[str, list[int]], name: str, layer: frozenset[str], marked: MarkedNote, found: Sequence[Span]
) -> None:
    spans = (*marked.annotations.phi, *marked.annotations.entities)
    wanted: dict[tuple[int, int], tuple[str, ...]] = {(s.start, s.end): (s.label,) for s in spans if s.label in layer}
    open_places: list[Choice] = []
    for choice in marked.choices:
        if choice.labels and not choice.loose and layer.issuperset(choice.labels):
            wanted[choice.start, choice.end] = choice.labels
        elif not choice.labels or not layer.isdisjoint(choice.labels):
            open_places.append(choice)
    covered = {i for span in found for i in range(span.start, span.end)}
    for (start, end), labels in wanted.items():
        inside = covered.issuperset(range(start, end))
        for key in (name, labels[0]):
            counts[key][0] += 1
            counts[key][3] += inside
    for span in found:
        labels = wanted.get((span.start, span.end), ())
        hit = span.label in labels
        if not hit:
            unknown = marked.labels is not None and span.label not in marked.labels
            if unknown or any(span.start < c.end and c.start < span.end for c in open_places):
                continue
        for key in (name, labels[0] if hit else span.label):
            counts[key][1] += 1
            counts[key][2] += hit
