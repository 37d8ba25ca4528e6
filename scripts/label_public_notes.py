"""Write corpora_templates/public_notes.jsonl anew: the labels of public notes, without their text.

usage: python scripts/label_public_notes.py FOLDER [--public ../shared/corpora/notes]

FOLDER holds the notes with in-line marks, as a reader has decided them. Notes that the file has and FOLDER lacks keep
their labels. Where the text of a marked note is not that of the public note, nothing is written.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from nlp.markup import read_folder
from nlp.training.corpus import read_public
from nlp.training.standoff import read_texts, write_labels
from nlp.types import Note

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "corpora_templates"
PUBLIC = ROOT.parent / "shared" / "corpora" / "notes"


def main(
    marked: Annotated[Path, typer.Argument(help="Folder of public notes with in-line marks.")],
    public: Annotated[Path, typer.Option(help="Folder of the public notes themselves.")] = PUBLIC,
) -> None:
    """Join the marks with the labels there are and write both."""
    texts = read_texts(public)
    notes = {note.note.note_id: note for note in read_public(TEMPLATES, public)}
    for note in read_folder(marked):
        note_id = note.note.note_id
        # A file of marked-up notes ends every note with a newline.
        if texts.get(note_id, "").rstrip() != note.note.text.rstrip():
            raise SystemExit(f"{marked}: the text of note {note_id} is not that of a public note")
        notes[note_id] = replace(note, note=Note(note_id, texts[note_id]))
    print(write_labels(TEMPLATES / "public_notes.jsonl", notes.values()), "notes")


if __name__ == "__main__":
    typer.run(main)
