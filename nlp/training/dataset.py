"""Stand-off notes as a `datasets` dataset, and their encoding into tagged documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nlp.labels import MASKED
from nlp.markup import Choice, MarkedNote
from nlp.taggers.features import Document, WordPieces
from nlp.taggers.neural import SPAN_HEADS
from nlp.taggers.windows import Window
from nlp.types import Annotations, Note, Span
from nlp.words import Words, split_words

FIELDS = ("start", "end", "label", "assertion", "status")


def to_row(marked: MarkedNote) -> dict[str, Any]:
    """Return a note as a row: ``note_id``, ``text``, two lists of spans, and what is known in part."""

    def spans(layer: Iterable[Span]) -> list[dict[str, Any]]:
        return [{name: getattr(s, name) for name in FIELDS} for s in layer]

    return {
        "note_id": marked.note.note_id,
        "text": marked.note.text,
        "phi": spans(marked.annotations.phi),
        "entities": spans(marked.annotations.entities),
        "labels": None if marked.labels is None else sorted(marked.labels),
        "choices": [asdict(choice) | {"labels": list(choice.labels)} for choice in marked.choices],
    }


def from_row(row: Mapping[str, Any]) -> MarkedNote:
    """Return the note of a row of `to_row`'s form."""

    def span(entry: Mapping[str, Any]) -> Span:
        fields: dict[str, Any] = {name: entry.get(name) for name in FIELDS}
        return Span(**fields)

    def spans(layer: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
        return tuple(span(entry) for entry in layer)

    labels = row.get("labels")
    return MarkedNote(
        Note(row["note_id"], row["text"]),
        Annotations(spans(row["phi"]), spans(row["entities"])),
        None if labels is None else frozenset(labels),
        tuple(Choice(**entry | {"labels": tuple(entry["labels"])}) for entry in row.get("choices") or ()),
    )


def features() -> Any:
    """Return the columns of a training corpus; without them a column of empty lists has no type."""
    from datasets import Features, List, Value

    whole, text = Value("int64"), Value("string")
    span = {"start": whole, "end": whole, "label": text, "assertion": text, "status": text}
    choice = {"start": whole, "end": whole, "labels": List(text), "loose": Value("bool"), "assertion": text}
    return Features(
        note_id=text, text=text, phi=List(span), entities=List(span), labels=List(text), choices=List(choice)
    )


@dataclass(frozen=True, slots=True)
class Tagged:
    """A document with its gold tag ids per head.

    Attributes:
        tags: per head an id per word, shape (words,); ids from the number of tags on name a row of ``sets``.
        sets: per head the sets of tags that words may have, shape (sets, tags) each (see `nlp.taggers.partial`).
    """

    document: Document
    tags: dict[str, NDArray[np.int64]]
    sets: dict[str, NDArray[np.bool_]]


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


def words_of(words: Words, span: Span | Choice) -> tuple[int, int]:
    """Return the range of words that overlap a span."""
    low = int(np.searchsorted(words.ends, span.start, side="right"))
    return low, int(np.searchsorted(words.starts, span.end, side="left"))


def partial_bio(words: Words, marked: MarkedNote, tags: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return tag ids of the words and the sets of tags that ids from ``len(tags)`` on stand for."""
    spans = (*marked.annotations.phi, *marked.annotations.entities)
    labels = {tag[2:] for tag in tags if tag != "O"}
    out = bio(words, spans, tags)
    found: dict[frozenset[str], int] = {frozenset({tag}): i for i, tag in enumerate(tags)}
    found[frozenset(tags)] = MASKED
    sets: list[list[bool]] = []

    def number(names: frozenset[str]) -> int:
        if names not in found:
            found[names] = len(tags) + len(sets)
            sets.append([tag in names for tag in tags])
        return found[names]

    unmarked = frozenset() if marked.labels is None else frozenset(labels - marked.labels)
    background = number(frozenset({"O"}) | _tags_of(unmarked, "BI"))
    free = out == 0
    out[free] = background
    for choice in sorted(marked.choices, key=lambda c: bool(c.labels)):
        low, high = words_of(words, choice)
        chosen = frozenset(choice.labels)
        nothing = frozenset({"O"}) & chosen
        if not chosen:
            first = rest = MASKED
        elif not chosen & labels:
            continue
        elif choice.loose:
            first = rest = number(_tags_of(chosen & labels, "BI") | nothing)
        else:
            first, rest = (number(_tags_of(chosen & labels, prefix) | nothing) for prefix in "BI")
        inner = np.arange(low, high)
        inner = inner[free[low:high]]
        out[inner] = rest
        out[inner[inner == low]] = first
    return out, np.array(sets, dtype=np.bool_).reshape(-1, len(tags))


def _tags_of(labels: Iterable[str], prefixes: str) -> frozenset[str]:
    return frozenset(f"{prefix}-{label}" for label in labels for prefix in prefixes)


def classes(
    words: Words, spans: Iterable[Span | Choice], head: str, tags: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the class of the words inside the spans that carry one; all other words are masked."""
    out = np.full(len(words), MASKED, dtype=np.int64)
    for span in spans:
        value = getattr(span, head, None)
        if value in tags and not set(SPAN_HEADS[head]).isdisjoint(_labels_of(span)):
            low, high = words_of(words, span)
            out[low:high] = tags.index(value)
    return out, np.zeros((0, len(tags)), dtype=np.bool_)


def _labels_of(span: Span | Choice) -> tuple[str, ...]:
    return (span.label,) if isinstance(span, Span) else span.labels


def encode(marked: MarkedNote, pieces: WordPieces, heads: Mapping[str, Sequence[str]]) -> Tagged:
    """Return a note as a tagged document for a model with the given heads."""
    words = split_words(marked.note.text)
    spans: list[Span | Choice] = [*marked.annotations.phi, *marked.annotations.entities, *marked.choices]
    tags, sets = {}, {}
    for head, names in heads.items():
        if head in SPAN_HEADS:
            tags[head], sets[head] = classes(words, spans, head, names)
        else:
            tags[head], sets[head] = partial_bio(words, marked, names)
    return Tagged(pieces.document(words), tags, sets)


def tag_batch(
    tagged: Sequence[Tagged], group: Sequence[Window], heads: Mapping[str, Sequence[str]]
) -> dict[str, Tensor]:
    """Return ``<head>_tags`` (words in the batch,) and, where words may have several tags, ``<head>_sets``."""
    batch: dict[str, Tensor] = {}
    for head, names in heads.items():
        parts, sets, known = [], [], 0
        for window in group:
            note = tagged[window.document]
            ids = note.tags[head][window.start : window.end]
            if len(note.sets[head]):
                ids = np.where(ids >= len(names), ids + known, ids)
                sets.append(note.sets[head])
                known += len(sets[-1])
            parts.append(ids)
        batch[f"{head}_tags"] = torch.from_numpy(np.concatenate(parts))
        if sets:
            batch[f"{head}_sets"] = torch.from_numpy(np.concatenate(sets))
    return batch


def groups(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Yield the items in groups of ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
