"""Reads the output folder of ``clinsift run``: note by note, each with its records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from extractors.schema import RECORDS, AllergyRecord, DiagnosisRecord, MedicationRecord, ProblemRecord
from nlp.errors import InputError


class NoteRow(BaseModel):
    """A row of the table ``notes`` (docs/output.md)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    note_id: str
    patient_key: str | None = None
    note_type: str | None = None
    note_date: str | None = None
    text: str

    def __repr__(self) -> str:
        return f"NoteRow(note_id={self.note_id!r})"

    @property
    def subject(self) -> str:
        """Whose note it is: the patient's pseudonym, or a name of its own where the dump names no patient."""
        return self.patient_key or f"note:{self.note_id}"


@dataclass(frozen=True, slots=True)
class NoteRecords:
    """A de-identified note and its records.

    Attributes:
        part: name of the part of the output that it stands in ("part-00012").
    """

    part: str
    note: NoteRow
    diagnoses: tuple[DiagnosisRecord, ...] = field(default=(), repr=False)
    problems: tuple[ProblemRecord, ...] = field(default=(), repr=False)
    medications: tuple[MedicationRecord, ...] = field(default=(), repr=False)
    allergies: tuple[AllergyRecord, ...] = field(default=(), repr=False)


class Source(Protocol):
    """What an exporter reads: `Output`, or anything that yields notes with their records, again and again."""

    def __iter__(self) -> Iterator[NoteRecords]:
        """Yield the notes, those of one part one after another."""
        ...


class Output:
    """The output folder of a finished run; a part is in memory at a time.

    Args:
        folder: what ``clinsift run`` was given.

    Raises:
        InputError: no output folder, or its run has not finished.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "notes").is_dir():
            raise InputError(
                f"{folder} is no output folder of clinsift: it has no notes/; name the OUT of clinsift run"
            )
        if not (folder / "report.json").is_file():
            raise InputError(f"{folder} is not complete; finish it with the same clinsift run command, then export")
        self.parts = sorted((folder / "notes").glob("part-*"))

    def __iter__(self) -> Iterator[NoteRecords]:
        for path in self.parts:
            found: dict[str, dict[str, list[Any]]] = {}
            for table, model in RECORDS.items():
                part = self.folder / table / path.name
                # A table that this output is too old to have is empty.
                for row in _rows(part) if part.is_file() else ():
                    record = _checked(model, row, part)
                    found.setdefault(record.note_id, {}).setdefault(table, []).append(record)
            for row in _rows(path):
                note = _checked(NoteRow, row, path)
                own = {table: tuple(records) for table, records in found.pop(note.note_id, {}).items()}
                yield NoteRecords(path.name.split(".")[0], note, **own)
            if found:
                raise InputError(f"{path}: {len(found)} notes are missing that have records; make the output again")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a part.

    Raises:
        InputError: it cannot be read.
    """
    try:
        if path.suffix == ".parquet":
            for batch in pq.ParquetFile(path).iter_batches():
                yield from batch.to_pylist()
        else:
            with path.open(encoding="utf-8") as file:
                for line in file:
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        # pyarrow's errors are ValueErrors; none of their messages is shown, it could quote a note.
        raise InputError(f"{path}: cannot be read ({type(error).__name__}); make the output again") from None


def _checked(model: type[BaseModel], row: dict[str, Any], path: Path) -> Any:
    """Return a row as its model; old outputs lack columns, and what they lack is empty."""
    try:
        return model.model_validate(row)
    except ValidationError as error:
        wrong = sorted({".".join(map(str, entry["loc"])) for entry in error.errors(include_input=False)})
        raise InputError(f"{path}: a row does not fit docs/output.md in {', '.join(wrong)}") from None
