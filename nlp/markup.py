"""The inline mark-up of hand-written notes (tests/gold/GUIDELINES.md): reader, checker, writer.

A file holds notes, each opened by a line ``=== note_id | patient_id | note_type``; a mark is
``[[LABEL:surface|field|field]]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.labels import ASSERTIONS, ATTRIBUTE_LABELS, PHI_LABELS, PROBLEM_LABELS, STATUSES
from nlp.types import Annotations, Note, Span, entity_to_json

MARK = re.compile(r"\[\[([A-Z-]+):(.*?)\]\]", re.S)
HEADER = re.compile(r"^=== *([^|\n]+)\|([^|\n]+)\|([^|\n]+)$", re.M)
BROKEN_HEADER = re.compile(r"^=== .*\|.*$", re.M)  # what `HEADER` did not take
ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")
MOST_FIELDS = {"DX": 3, "SX": 3, "DRUG": 2}


class MarkupError(ValueError):
    """Mark-up that breaks the guidelines; holds every mistake of the file."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Choice:
    """A stretch of text of which a corpus tells less than a label.

    Attributes:
        start, end: characters of the text.
        labels: it is one span of one of these labels; ``O`` among them: or none. Empty: it may be anything.
        loose: a span of these labels may begin anywhere in it, and end anywhere where ``O`` is among them.
        assertion: of the DX or SX here, where the corpus tells it.
    """

    start: int
    end: int
    labels: tuple[str, ...] = ()
    loose: bool = False
    assertion: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedNote:
    """A note with its gold annotations.

    Attributes:
        labels: those that are annotated wherever they occur; None: all. A word without a mark may belong
            to a span of any other label.
        choices: stretches whose label is known in part; they overlap no span of their layer.
    """

    note: Note
    annotations: Annotations
    labels: frozenset[str] | None = None
    choices: tuple[Choice, ...] = ()


def span_of(label: str, fields: list[str], start: int, end: int) -> tuple[Span, str | None]:
    """Return the span of one mark and what is wrong with it, if anything."""
    if label in PHI_LABELS:
        return Span(start, end, label), "a PHI mark has no fields" if fields else None
    if len(fields) > MOST_FIELDS.get(label, 1):
        return Span(start, end, label), f"more than {MOST_FIELDS.get(label, 1)} fields"
    if label in PROBLEM_LABELS:
        assertion, icd10, drug = [*fields, "", "", ""][:3]
        mistake = None
        if assertion not in ASSERTIONS:
            mistake = f"unknown assertion {assertion!r}"
        elif icd10 and not ICD10.fullmatch(icd10):
            mistake = f"{icd10!r} is no ICD-10-CM code"
        return Span(start, end, label, assertion=assertion, icd10=icd10 or None, drug=drug or None), mistake
    if label == "DRUG":
        drug_id, status = [*fields, "", ""][:2]
        good = status in STATUSES and re.fullmatch(r"m\d+", drug_id)
        return Span(start, end, label, id=drug_id, status=status), None if good else f"bad id or status {fields}"
    if label in ATTRIBUTE_LABELS:
        drug = fields[0] if fields else ""
        return Span(start, end, label, drug=drug or None), None if drug else "names no drug"
    return Span(start, end, label), "unknown label"


def fields_of(span: Span) -> list[str]:
    """Return the fields of a span's mark, those at the end left off that are empty: the inverse of `span_of`."""
    if span.label in PROBLEM_LABELS:
        fields = [span.assertion or "", span.icd10 or "", span.drug or ""]
    elif span.label == "DRUG":
        fields = [span.id or "", span.status or ""]
    else:
        fields = [span.drug or ""]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def parse(marked: str) -> tuple[str, Annotations, list[str]]:
    """Return text and annotations of one marked note, and the mistakes in its marks."""
    parts: list[str] = []
    phi: list[Span] = []
    entities: list[Span] = []
    mistakes: list[str] = []
    length = last = 0
    for mark in MARK.finditer(marked):
        parts.append(marked[last : mark.start()])
        length += len(parts[-1])
        last = mark.end()
        label, (surface, *fields) = mark[1], mark[2].split("|")
        span, mistake = span_of(label, [f.strip() for f in fields], length, length + len(surface))
        if not surface or surface != surface.strip():
            mistake = "surface is empty or padded with blanks"
        if mistake:
            mistakes.append(f"{label} {surface!r}: {mistake}")
        (phi if label in PHI_LABELS else entities).append(span)
        parts.append(surface)
        length += len(surface)
    text = "".join((*parts, marked[last:]))
    if "[[" in text or "]]" in text:
        mistakes.append(f"broken mark near {text[max(0, text.find('[[')) :][:60]!r}")
    drugs = [s.id for s in entities if s.label == "DRUG"]
    if len(drugs) != len(set(drugs)):
        mistakes.append("a drug id is used twice")
    mistakes += [f"{s.label} at {s.start}: no drug {s.drug!r}" for s in entities if s.drug and s.drug not in drugs]
    return text, Annotations(tuple(phi), tuple(entities)), mistakes


def read_marked(path: Path) -> list[MarkedNote]:
    """Return the notes of one mark-up file.

    Raises:
        MarkupError: with all mistakes, each prefixed by its note's id.
    """
    content = path.read_text(encoding="utf-8")
    heads = list(HEADER.finditer(content))
    notes: list[MarkedNote] = []
    borders = [head.start() for head in heads] + [len(content)]
    mistakes = [] if heads else [f"{path.name}: no note; each opens with '=== note_id | patient_id | note_type'"]
    if content[: borders[0]].strip() and heads:
        mistakes.append(f"{path.name}: text before the first note")
    for head, end in zip(heads, borders[1:], strict=True):
        body = content[head.end() : end].strip("\n") + "\n"
        text, annotations, wrong = parse(body)
        wrong += [f"broken head {line[:60]!r}" for line in BROKEN_HEADER.findall(body)]
        note_id, patient_id, note_type = (head[i].strip() for i in (1, 2, 3))
        notes.append(MarkedNote(Note(note_id, text, patient_id, note_type), annotations))
        mistakes += [f"{path.name}: {note_id}: {mistake}" for mistake in wrong]
    if mistakes:
        raise MarkupError(mistakes)
    return notes


def read_folder(folder: Path) -> Iterator[MarkedNote]:
    """Yield the notes of all ``*.txt`` files of a folder, by file name."""
    for path in sorted(folder.glob("*.txt")):
        yield from read_marked(path)


def gold_json(marked: MarkedNote) -> dict[str, object]:
    """Return a marked note in the stand-off form of the gold files (``text``, ``phi``, ``entities``)."""
    note = marked.note

    def with_text(span: Span, entry: dict[str, object]) -> dict[str, object]:
        entry.pop("score", None)
        return {**entry, "text": note.text[span.start : span.end]}

    return {
        "note_id": note.note_id,
        "patient_id": note.patient_id,
        "note_type": note.note_type,
        "text": note.text,
        "phi": [with_text(s, {"start": s.start, "end": s.end, "label": s.label}) for s in marked.annotations.phi],
        "entities": [with_text(s, entity_to_json(s)) for s in marked.annotations.entities],
    }
