"""BRAT stand-off (https://brat.nlplab.org/standoff.html): the de-identified notes and what stands in them.

Relations are called as in n2c2 2018 track 2 ("Strength-Drug"). What stands in more than one line is written in
fragments, as brat does. `nlp.corpora.brat` reads it back.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from extractors.exports.source import NoteRecords, Source
from extractors.schema import REASON
from nlp.labels import PROBLEM_LABELS
from nlp.types import Span

_LINE = re.compile(r"[^\r\n]+")
_LONGEST_NAME = 200


def export_brat(source: Source, target: Path) -> dict[str, int]:
    """Write ``.txt`` and ``.ann`` of each note, and ``annotation.conf``; return the numbers of notes and spans."""
    counts: Counter[str] = Counter(notes=0, spans=0)
    for entry in source:
        name = file_name(entry.note.note_id)
        spans = note_spans(entry)
        with (target / f"{name}.txt").open("x", encoding="utf-8", newline="") as file:
            file.write(entry.note.text)
        with (target / f"{name}.ann").open("x", encoding="utf-8", newline="") as file:
            file.write(to_ann(entry.note.text, spans))
        counts.update(notes=1, spans=len(spans))
    conf = files("extractors.exports").joinpath("data", "brat_annotation.conf").read_text(encoding="utf-8")
    (target / "annotation.conf").write_text(conf, encoding="utf-8")
    return dict(counts)


def file_name(note_id: str) -> str:
    """Return a name for a note's files: its id, percent-encoded where it could harm, a hash where it is too long."""
    name = quote(note_id, safe="")
    name = f"%2E{name[1:]}" if name.startswith(".") else name
    return name if len(name) <= _LONGEST_NAME else hashlib.sha256(note_id.encode()).hexdigest()


def note_spans(entry: NoteRecords) -> list[Span]:
    """Return the mentions of a note as spans of the de-identified text, linked to their drugs, sorted."""
    spans: list[Span] = []
    reason_of: dict[tuple[int, int], str] = {}
    for number, drug in enumerate(sorted(entry.medications, key=lambda record: record.start), 1):
        own = f"m{number}"
        spans.append(Span(drug.start, drug.end, "DRUG", id=own, status=drug.status))
        for part in drug.parts:
            if part.label == REASON:
                reason_of.setdefault((part.start, part.end), own)
            else:
                spans.append(Span(part.start, part.end, part.label, drug=own))
    for problem in entry.diagnoses:
        place = problem.start, problem.end
        spans.append(
            Span(*place, problem.label, assertion=problem.assertion, icd10=problem.icd10, drug=reason_of.get(place))
        )
    return sorted(spans, key=lambda span: (span.start, span.end))


def to_ann(text: str, spans: Sequence[Span]) -> str:
    """Return the ``.ann`` of a text: mentions, then relations, attributes and codes, each in the order of ``spans``.

    Args:
        text: the text.
        spans: PHI, clinical, or both; offsets into ``text``.
    """
    lines = [f"T{i}\t{span.label} {_fragments(text, span)}" for i, span in enumerate(spans, 1)]
    number = {span.id: f"T{i}" for i, span in enumerate(spans, 1) if span.id is not None}
    lines += (f"R{i}\t{relation}" for i, relation in enumerate(_relations(spans, number), 1))
    lines += (f"A{i}\t{attribute}" for i, attribute in enumerate(_attributes(spans), 1))
    coded = [(i, span.icd10) for i, span in enumerate(spans, 1) if span.icd10]
    lines += (f"N{j}\tReference T{i} ICD10CM:{code}\t{code}" for j, (i, code) in enumerate(coded, 1))
    return "".join(f"{line}\n" for line in lines)


def _fragments(text: str, span: Span) -> str:
    """Return "0 5;6 9<tab>words of it": the parts between line breaks, joined by blanks."""
    parts = [(match.start(), match.end()) for match in _LINE.finditer(text, span.start, span.end)]
    places = ";".join(f"{start} {end}" for start, end in parts)
    return f"{places}\t{' '.join(text[start:end] for start, end in parts).replace(chr(9), ' ')}"


def _relations(spans: Sequence[Span], number: dict[str, str]) -> Iterator[str]:
    for i, span in enumerate(spans, 1):
        if span.drug in number and span.drug is not None:
            kind = "Reason" if span.label in PROBLEM_LABELS else span.label.capitalize()
            yield f"{kind}-Drug Arg1:T{i} Arg2:{number[span.drug]}"


def _attributes(spans: Sequence[Span]) -> Iterator[str]:
    for i, span in enumerate(spans, 1):
        if span.assertion:
            yield f"Assertion T{i} {span.assertion}"
        if span.status:
            yield f"Status T{i} {span.status}"
