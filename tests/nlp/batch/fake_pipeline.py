"""A pipeline that costs nothing and does to a note what its text says; loaded by workers through its path."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from deid.audit import AuditRow
from deid.keys import load_key
from deid.offsets import OffsetMap
from deid.patients import PatientTable
from nlp.batch import JobConfig
from nlp.errors import Quarantined
from nlp.types import Note, Span


@dataclass(frozen=True)
class FakePipeline:
    """Upper-cases texts, with a mark for what it knows of the patient.

    ``<DIE>``, ``<HANG>``, ``<RAISE>``, ``<EXIT>`` and ``<LEAK>`` in a text come true.
    """

    name: str
    delay: float = 0.0
    patients: PatientTable | None = None

    @property
    def fingerprint(self) -> dict[str, str]:
        return {"model": self.name}

    def process(self, notes: Sequence[Note]) -> list[Any]:
        time.sleep(self.delay * len(notes))
        return [self._one(note, len(notes)) for note in notes]

    def _one(self, note: Note, together: int) -> Any:
        text = note.text
        print(text)
        print(text, file=sys.stderr, flush=True)
        if "<DIE>" in text:
            os._exit(1)
        if "<HANG>" in text:
            time.sleep(3600)
        if "<RAISE>" in text:
            raise ValueError(text)
        if "<EXIT>" in text:
            raise SystemExit(text)
        if "<LEAK>" in text:
            return Quarantined(note.note_id, "leak", "LeakError")
        known = self.patients.get(note.patient_id) if self.patients and note.patient_id else {}
        # The number of notes beside it stands for the last digit that a batch of another size changes.
        written = f"{text.upper()} [{together}{'!' * len(known)}]"
        return SimpleNamespace(
            note_id=note.note_id,
            given_id=None,
            text=written,
            patient_key=note.patient_id and f"key-{note.patient_id}",
            note_type=note.note_type,
            note_date=None,
            phi=(Span(0, 1, "PATIENT"),),
            entities=(Span(0, 1, "DX"),),
            diagnoses=(),
            problems=(),
            medications=(),
            allergies=(),
            known={"PATIENT": {"found": 1, "missed_by_taggers": 0}},
            offsets=OffsetMap.build([(0, len(text), len(written))]),
            audit=(AuditRow("PATIENT", "patterns", "mask", "0.9-1.0", 1),),
            records_lost={},
        )


def load(config: JobConfig) -> FakePipeline:
    options = config.loader_options
    if "pids" in options:
        (Path(options["pids"]) / str(os.getpid())).touch()
    if options.get("dead"):
        os._exit(1)
    if options.get("broken"):
        raise RuntimeError("no weights there")
    patients = PatientTable.open(config.patient_table, load_key(config.key_file)) if config.patient_table else None
    return FakePipeline(options.get("name", "fake"), options.get("delay", 0.0), patients)
