"""Labels that are kept apart from the text they were made for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.corpora import CorpusError
from nlp.markup import MarkedNote, parse
from nlp.training.standoff import read_labels, read_texts, write_labels
from nlp.types import Note

MARKED = (
    "Mr. [[PATIENT:Ames]], [[AGE:72]], takes [[DRUG:Lopressor|m1|current]] [[STRENGTH:25 mg|m1]] for "
    "[[DX:hypertension|present|I10|m1]]; no [[SX:edema|negated]], [[SX:cough|hypothetical||m1]]."
)


def marked_note(note_id: str = "aci-D1") -> MarkedNote:
    text, annotations, mistakes = parse(MARKED)
    assert not mistakes
    return MarkedNote(Note(note_id, text), annotations)


def test_labels_come_back_whole_once_they_meet_their_text(tmp_path: Path) -> None:
    marked = marked_note()
    assert write_labels(tmp_path / "labels.jsonl", [marked]) == 1
    (read,) = read_labels(tmp_path / "labels.jsonl", {"aci-D1": marked.note.text})
    assert read == marked


def test_a_file_of_labels_holds_no_text(tmp_path: Path) -> None:
    write_labels(tmp_path / "labels.jsonl", [marked_note()])
    written = (tmp_path / "labels.jsonl").read_text()
    assert not any(word in written for word in ("Ames", "Lopressor", "hypertension", "edema", "25 mg"))


@pytest.mark.parametrize("texts", [{}, {"aci-D1": "another text"}])
def test_a_missing_or_another_text_is_refused_without_quoting_it(tmp_path: Path, texts: dict[str, str]) -> None:
    write_labels(tmp_path / "labels.jsonl", [marked_note()])
    with pytest.raises(CorpusError, match=r"line 1: the text of note aci-D1 is missing or is another one"):
        list(read_labels(tmp_path / "labels.jsonl", texts))


def test_a_mark_against_the_guidelines_is_refused(tmp_path: Path) -> None:
    marked = marked_note()
    path = tmp_path / "labels.jsonl"
    write_labels(path, [marked])
    path.write_text(path.read_text().replace("negated", "absent"))
    with pytest.raises(CorpusError, match="unknown assertion 'absent'"):
        list(read_labels(path, {"aci-D1": marked.note.text}))


def test_public_notes_are_read_by_the_ids_that_the_labels_use(tmp_path: Path) -> None:
    entries = {
        "mtsamples/mtsamples_unique.jsonl": {"id": "mts-1", "text": "one"},
        "aci-bench/notes.jsonl": {"id": "D2N001", "note": "two"},
        "primock57/notes.jsonl": {"day": 1, "consultation": 12, "note": "three"},
    }
    for name, entry in entries.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps(entry) + "\n")
    assert read_texts(tmp_path) == {"mts-1": "one", "aci-D2N001": "two", "primock-01-12": "three"}
    (tmp_path / "primock57/notes.jsonl").unlink()
    with pytest.raises(CorpusError, match=r"primock57/notes\.jsonl is missing"):
        read_texts(tmp_path)
