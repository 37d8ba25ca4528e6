"""What every tagger is: many texts in, one list of scored spans per text out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from nlp.types import Span


@runtime_checkable
class Tagger(Protocol):
    """Finds PHI, clinical entities or both.

    Attributes:
        name: stands in `Span.sources`.
        labels: every label it can give; `nlp.labels` tells the layer of each.
    """

    name: str
    labels: tuple[str, ...]

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return, for each text, its spans sorted by start.

        Spans of one layer do not overlap; a PHI and a clinical span may. Offsets are characters of
        the text as given. A tagger raises on failure: it never returns an empty list instead.
        """
        ...
