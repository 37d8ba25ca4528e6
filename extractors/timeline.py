"""Per patient what happened when: one event for each note and each record, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from extractors.allergies import NONE_KNOWN

if TYPE_CHECKING:
    from extractors.exports.source import NoteRecords
    from extractors.schema import AllergyRecord, Record

EVENT_SCHEMA = pa.schema(
    [
        pa.field("subject", pa.string(), nullable=False),
        pa.field("date", pa.string()),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("system", pa.string()),
        pa.field("code", pa.string()),
        pa.field("title", pa.string()),
        pa.field("status", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("unit", pa.string()),
        pa.field("surface", pa.string()),
        pa.field("note_id", pa.string(), nullable=False),
        pa.field("start", pa.int32()),
        pa.field("end", pa.int32()),
    ]
)
"""Columns of a timeline.

subject: pseudonym of the patient, or "note:" and the note's id where the dump names no patient.
date: of the note, as the policy leaves it.
kind: "note", "diagnosis", "symptom", "medication" or "allergy".
system, code, title: "ICD10CM", "RXNORM" or, where no allergies are known, "SNOMED", the code and its title; for a
    note its type is the title, for an allergy without a code its substance.
status: assertion of a diagnosis or symptom, status of a medication, "none_known" where no allergies are known.
value, unit: total daily dose of a medication.
surface, note_id, start, end: the mention, its note and its place in the de-identified text.
"""


def events(entry: NoteRecords) -> Iterator[dict[str, Any]]:
    """Yield the events of a note, the note itself first, then its records in text order."""
    note = entry.note
    yield {
        "subject": note.subject,
        "date": note.note_date,
        "kind": "note",
        "title": note.note_type,
        "note_id": note.note_id,
    }
    found: list[dict[str, Any]] = []
    for problem in entry.diagnoses:
        code = {"system": "ICD10CM", "code": problem.icd10, "title": problem.icd10_title} if problem.icd10 else {}
        kind = "diagnosis" if problem.label == "DX" else "symptom"
        found.append(_event(note.subject, problem, kind) | code | {"status": problem.assertion})
    for drug in entry.medications:
        if drug.status != "allergy":  # it is an event of its own
            dose = {"status": drug.status, "value": drug.daily_dose, "unit": drug.daily_dose_unit}
            found.append(_event(note.subject, drug, "medication") | _substance(drug) | dose)
    for allergy in entry.allergies:
        found.append(_event(note.subject, allergy, "allergy") | _allergen(allergy))
    yield from sorted(found, key=lambda event: (event["start"], event["end"]))


def event_order(event: Mapping[str, Any]) -> tuple[bool, str, str, int]:
    """Return the sort key of an event: what has no date comes first, as in MEDS."""
    return event.get("date") is not None, event.get("date") or "", event["note_id"], event.get("start", -1)


def _event(subject: str, record: Record, kind: str) -> dict[str, Any]:
    place = {"note_id": record.note_id, "start": record.start, "end": record.end, "surface": record.surface}
    return {"subject": subject, "date": record.note_date, "kind": kind} | place


def _allergen(record: AllergyRecord) -> dict[str, Any]:
    """Return the code of an allergy, or of the fact that none is known."""
    if record.none_known:
        code, title = NONE_KNOWN[record.category]
        return {"system": "SNOMED", "code": code, "title": title, "status": "none_known"}
    return _substance(record) or {"title": record.substance}


def _substance(record: Any) -> dict[str, Any]:
    """Return the code of a medication or allergy: of what is named, else of a single ingredient."""
    single = record.ingredient_rxcuis[0] if len(record.ingredient_rxcuis) == 1 else None
    rxcui = record.rxcui or single
    if rxcui is None:
        return {}
    return {"system": "RXNORM", "code": rxcui, "title": record.brand or ", ".join(record.ingredients) or None}
