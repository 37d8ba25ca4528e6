"""Labels of notes whose text is not ours to ship: kept apart from it, joined with it where it is at hand.

A file of labels is JSON Lines, a note a line: ``{"note_id": "mts-51", "digest": "0f…", "marks": [[57, 82, "SX",
"present"], …]}``. Offsets are characters of the text; what follows a label are its fields in the mark-up
(`nlp.markup`); the digest tells whether a text is the one that was annotated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp.corpora.jsonfiles import json_objects
from nlp.corpora.raw import CorpusError
from nlp.labels import PHI_LABELS
from nlp.markup import MarkedNote, fields_of, span_of
from nlp.types import Annotations, Note, Span

# The public notes of ../shared/corpora/notes that we have annotated: file, template of the id, field of the text.
SOURCES = (
    ("mtsamples/mtsamples_unique.jsonl", "{id}", "text"),
    ("aci-bench/notes.jsonl", "aci-{id}", "note"),
    ("primock57/notes.jsonl", "primock-{day:02d}-{consultation:02d}", "note"),
)


def digest(text: str) -> str:
    """Return what tells two texts apart: the first 16 hexadecimal digits of the SHA-256 of their UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_texts(folder: Path) -> dict[str, str]:
    """Return the texts of the public notes by id.

    Raises:
        CorpusError: one of the files is missing.
    """
    texts = {}
    for name, template, field in SOURCES:
        path = folder / name
        if not path.is_file():
            raise CorpusError(f"{path} is missing: give the folder that holds {', '.join(s[0] for s in SOURCES)}")
        for _, entry in json_objects(path):
            texts[template.format(**entry)] = entry[field]
    return texts


def write_labels(path: Path, notes: Iterable[MarkedNote]) -> int:
    """Write the labels of annotated notes, without their text; return the number of notes."""
    lines = [json.dumps(_line(marked), ensure_ascii=False, separators=(",", ":")) for marked in notes]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def _line(marked: MarkedNote) -> dict[str, Any]:
    spans = sorted((*marked.annotations.phi, *marked.annotations.entities), key=lambda s: s.start)
    marks = [[s.start, s.end, s.label, *fields_of(s)] for s in spans]
    return {"note_id": marked.note.note_id, "digest": digest(marked.note.text), "marks": marks}


def read_labels(path: Path, texts: Mapping[str, str]) -> Iterator[MarkedNote]:
    """Yield the annotated notes of a file of labels.

    Raises:
        CorpusError: a note has no text, another text than was annotated, or a mark against the guidelines.
    """
    for where, entry in json_objects(path):
        note_id = entry["note_id"]
        if digest(texts.get(note_id, "")) != entry["digest"]:
            raise CorpusError(f"{where}: the text of note {note_id} is missing or is another one")
        spans: list[Span] = []
        for start, end, label, *fields in entry["marks"]:
            span, mistake = span_of(label, fields, start, end)
            if mistake:
                raise CorpusError(f"{where}: {label} at {start}: {mistake}")
            spans.append(span)
        phi = tuple(s for s in spans if s.label in PHI_LABELS)
        entities = tuple(s for s in spans if s.label not in PHI_LABELS)
        yield MarkedNote(Note(note_id, texts[note_id]), Annotations(phi, entities))
