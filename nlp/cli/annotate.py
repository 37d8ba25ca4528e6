"""``clinsift annotate``: stand-off annotations, one JSON line a note, in one process."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import IO, Annotated

import typer

from nlp.cli import options
from nlp.cli.errors import QUARANTINED, plain_errors
from nlp.errors import ConfigError, Quarantined
from nlp.types import Annotations, Note

BATCH = 256
"""Notes in memory at once; the taggers sort and batch within."""
SHOWN = 20
"""So many quarantined notes are named; the rest are counted."""


@plain_errors
def annotate(
    inputs: options.Inputs,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT.jsonl", help="File to write.", show_default=False)
    ],
    columns: options.Columns = None,
    identifiers: options.Identifiers = None,
    patients: options.Patients = None,
    patient_columns: options.PatientColumns = None,
    limit: options.Limit = None,
    policy: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="The policy whose score thresholds hold; default: mask.")
    ] = None,
    tagger: options.Tagger = None,
    model: options.Model = None,
) -> None:
    """Find PHI and clinical entities and write them stand-off: offsets into the original text, no text."""
    from deid.keys import MIN_KEY_BYTES, SecretKey
    from deid.patients import PATIENT_ID, PatientTable, read_patients
    from nlp.pipeline import Pipeline
    from nlp.reading import Columns, SeenIds, find_files, read_notes

    if not output.parent.is_dir():
        raise ConfigError(f"--output: there is no folder {output.parent}; make it first")
    wanted = Columns(options.split_pairs(columns), options.split_names(identifiers))
    files, skipped = find_files(inputs)
    for path in skipped:
        typer.echo(f"skipped, unknown format: {path}", err=True)
    with tempfile.TemporaryDirectory() as scratch, SeenIds(Path(scratch)) as seen:
        rows = read_notes(files, wanted, seen, limit=limit)
        # A dump that cannot be read is told before seconds go into loading the model.
        rows = chain(list(islice(rows, 1)), rows)
        no_key = SecretKey(bytes(MIN_KEY_BYTES))  # nothing is replaced, so nothing derives from it
        table = None
        if patients:
            told = options.split_pairs(patient_columns, "--patient-columns")
            known = read_patients([patients], told, wanted.column(PATIENT_ID))
            table = PatientTable.build(known, SecretKey(os.urandom(32)))
        pipeline = Pipeline.load(model, key=no_key, patients=table, **options.given(tagger=tagger, policy=policy))
        outcome = _Outcome()
        with atomic_writer(output) as file:
            while batch := list(islice(rows, BATCH)):
                notes = [row for row in batch if isinstance(row, Note)]
                for row in batch:
                    if isinstance(row, Quarantined):
                        outcome.refuse(row)
                for note, found in zip(notes, pipeline.annotate(notes), strict=True):
                    outcome.write(file, note, found)
    typer.echo(f"{output}: annotations of {outcome.written} notes")
    if outcome.reasons:
        typer.echo(outcome.complaint(), err=True)
        raise typer.Exit(QUARANTINED)


@dataclass
class _Outcome:
    """What was written, and what was kept out."""

    written: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: list[Quarantined] = field(default_factory=list)

    def write(self, file: IO[str], note: Note, found: Annotations | Quarantined) -> None:
        """Write the line of a note, or take note of why there is none."""
        if isinstance(found, Quarantined):
            self.refuse(found)
        else:
            file.write(json.dumps(found.to_json(note.note_id)) + "\n")
            self.written += 1

    def refuse(self, entry: Quarantined) -> None:
        """Count a quarantined note."""
        self.reasons[entry.stage, entry.reason] += 1
        if len(self.first) < SHOWN:
            self.first.append(entry)

    def complaint(self) -> str:
        """Return how many notes are missing from the output, why, and the first of them."""
        total = self.reasons.total()
        counts = ", ".join(f"{n} x {reason} in {stage}" for (stage, reason), n in sorted(self.reasons.items()))
        lines = [f"{total} notes in quarantine, not in the output: {counts}"]
        for entry in self.first:
            place = f" ({entry.file}, row {entry.row})" if entry.file else ""
            lines.append(f"  {entry.note_id}: {entry.reason} in {entry.stage}{place}")
        return "\n".join([*lines, f"  ... and {total - SHOWN} more"][: len(lines) + (total > SHOWN)])


@contextmanager
def atomic_writer(path: Path) -> Iterator[IO[str]]:
    """Open a text file that appears under its name only when it is complete."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
