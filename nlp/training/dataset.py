"""Stand-off notes as a `datasets` dataset, and their encoding into tagged documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.markup import MarkedNote
from nlp.taggers.features import Document, WordPieces
from nlp.taggers.neural import SPAN_HEADS
from nlp.types import Annotations, Note, Span
from nlp.words import Words, split_words

MASKED = -100
FIELDS = ("start", "end", "label", "assertion", "status")


def to_row(marked: MarkedNote) -> dict[str, Any]:
    """Return a note as a row: ``note_id``, ``text`` and two lists of spans."""

    def spans(layer: Iterable[Span]) -> list[dict[str, Any]]:
        return [{name: getattr(s, name) for name in FIELDS} for s in layer]

    return {
        "note_id": marked.note.note_id,
        "text": marked.note.text,
        "phi": spans(marked.annotations.phi),
        "entities": spans(marked.annotations.entities),
    }


def from_row(row: Mapping[str, Any]) -> MarkedNote:
    """Return the note of a row of `to_row`'s form."""

    def span(entry: Mapping[str, Any]) -> Span:
        fields: dict[str, Any] = {name: entry.get(name) for name in FIELDS}
        return Span(**fields)

    def spans(layer: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
        return tuple(span(entry) for entry in layer)

    return MarkedNote(Note(row["note_id"], row["text"]), Annotations(spans(row["phi"]), spans(row["entities"])))


@dataclass(frozen=True, slots=True)
class Tagged:
    """A document with its gold tag ids per head, shape (words,) each."""

    document: Document
    tags: dict[str, NDArray[np.int64]]


def bio(words: Words, spans: Iterable[Span], tags: Sequence[str]) -> NDArray[np.int64]:
    """Return BIO tag ids of the words; labels that ``tags`` lacks are left out."""
    index = {tag: i for i, tag in enumerate(tags)}
    out = np.zeros(len(words), dtype=np.int64)
    for span in spans:
        if f"B-{span.label}" in index:
            low, high = words_of(words, span)
            out[low:high] = index[f"I-{span.label}"]
            if low < high:
                out[low] = index[f"B-{span.label}"]
    return out


def words_of(words: Words, span: Span) -> tuple[int, int]:
    """Return the range of words that overlap a span."""
    low = int(np.searchsorted(words.ends, span.start, side="right"))
    return low, int(np.searchsorted(words.starts, span.end, side="left"))


def classes(words: Words, spans: Iterable[Span], head: str, tags: Sequence[str]) -> NDArray[np.int64]:
    """Return the class of the words inside the spans that carry one; all other words are masked."""
    out = np.full(len(words), MASKED, dtype=np.int64)
    for span in spans:
        value = getattr(span, head)
        if span.label in SPAN_HEADS[head] and value in tags:
            low, high = words_of(words, span)
            out[low:high] = tags.index(value)
    return out


def encode(marked: MarkedNote, pieces: WordPieces, heads: Mapping[str, Sequence[str]]) -> Tagged:
    """Return a note as a tagged document for a model with the given heads."""
    words = split_words(marked.note.text)
    spans = (*marked.annotations.phi, *marked.annotations.entities)
    tags = {
        head: classes(words, spans, head, names) if head in SPAN_HEADS else bio(words, spans, names)
        for head, names in heads.items()
    }
    return Tagged(pieces.document(words), tags)


def groups(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield the items in groups of ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
