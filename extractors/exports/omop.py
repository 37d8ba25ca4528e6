"""OMOP CDM v5.4: the tables NOTE and NOTE_NLP as CSV or Parquet, and the SQL that loads them.

Flags as OHDSI's documentation of NOTE_NLP defines them: ``term_exists`` is "N" for what is negated,
conditional or somebody else's, else "Y"; ``term_temporal`` is "past" or "present"; ``term_modifiers``
holds "name=value" pairs. Concept ids are 0 ("no matching concept"): they are given out by the OHDSI
vocabularies, which cannot be shipped. The codes to join them by stand in ``term_modifiers``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from extractors.exports.bysubject import subject_number
from extractors.exports.source import NoteRecords, Source
from extractors.exports.tables import TableWriter
from extractors.schema import AllergyRecord, DiagnosisRecord, MedicationRecord, Record

NO_DATE = date(1970, 1, 1)
"""Stands for a note without a date; the column may not be empty."""
EHR_NOTE, UTF8, ENGLISH, NO_CONCEPT = 32831, 32678, 4180186, 0
"""Concept ids: type "EHR note", encoding "UTF-8", language "English language", "No matching concept"."""
_SNIPPET, _AROUND, _TITLE, _SOURCE_VALUE, _MODIFIERS = 250, 60, 250, 50, 2000

_TEXT, _ID, _CONCEPT = pa.string(), pa.int64(), pa.int32()
NOTE_SCHEMA = pa.schema(
    {
        "note_id": _ID, "person_id": _ID, "note_date": pa.date32(), "note_datetime": pa.timestamp("us"),
        "note_type_concept_id": _CONCEPT, "note_class_concept_id": _CONCEPT, "note_title": _TEXT, "note_text": _TEXT,
        "encoding_concept_id": _CONCEPT, "language_concept_id": _CONCEPT, "provider_id": _ID,
        "visit_occurrence_id": _ID, "visit_detail_id": _ID, "note_source_value": _TEXT, "note_event_id": _ID,
        "note_event_field_concept_id": _CONCEPT,
    }
)  # fmt: skip
NOTE_NLP_SCHEMA = pa.schema(
    {
        "note_nlp_id": _ID, "note_id": _ID, "section_concept_id": _CONCEPT, "snippet": _TEXT, "offset": _TEXT,
        "lexical_variant": _TEXT, "note_nlp_concept_id": _CONCEPT, "note_nlp_source_concept_id": _CONCEPT,
        "nlp_system": _TEXT, "nlp_date": pa.date32(), "nlp_datetime": pa.timestamp("us"), "term_exists": _TEXT,
        "term_temporal": _TEXT, "term_modifiers": _TEXT,
    }
)  # fmt: skip

_EXISTS = {"negated": "N", "hypothetical": "N", "family": "N"}
_ASSERTIONS = {
    "negated": {"negation": "true"},
    "possible": {"certainty": "uncertain"},
    "hypothetical": {"conditional": "true"},
    "historical": {"history": "true"},
    "family": {"subject": "family"},
}
_PAST_STATUSES = frozenset({"past", "stop", "once"})
_NOT_TAKEN = frozenset({"negated", "possible", "allergy"})


def export_omop(source: Source, target: Path, table_format: str = "csv") -> dict[str, int]:
    """Write ``note``, ``note_nlp`` and ``load.sql`` into the folder ``target``; return how many rows each has."""
    paths = {table: target / f"{table}.{table_format}" for table in ("note", "note_nlp")}
    today = date.today()
    with TableWriter(paths["note"], NOTE_SCHEMA) as notes, TableWriter(paths["note_nlp"], NOTE_NLP_SCHEMA) as mentions:
        for entry in source:
            row = _note(entry)
            notes.write(row)
            for mention in _mentions(entry):
                ids = {"note_nlp_id": mentions.rows + 1, "note_id": row["note_id"], "nlp_date": today}
                mentions.write(ids | mention)
    ddl = files("extractors.exports").joinpath("data", "omop_ddl.sql").read_text(encoding="utf-8")
    options = "FORMAT csv, HEADER" if table_format == "csv" else "FORMAT parquet"
    loads = (f"COPY {table} FROM '{path.name}' ({options});\n" for table, path in paths.items())
    (target / "load.sql").write_text(ddl + "".join(loads), encoding="utf-8")
    return {"note": notes.rows, "note_nlp": mentions.rows}


def _note(entry: NoteRecords) -> dict[str, Any]:
    note = entry.note
    return {
        "note_id": subject_number(note.note_id),
        "person_id": subject_number(note.subject),
        "note_date": date.fromisoformat(note.note_date) if note.note_date else NO_DATE,
        "note_type_concept_id": EHR_NOTE,
        "note_class_concept_id": NO_CONCEPT,
        "note_title": note.note_type[:_TITLE] if note.note_type else None,
        # SQL text columns hold no NUL; a blank keeps the offsets.
        "note_text": note.text.replace("\0", " "),
        "encoding_concept_id": UTF8,
        "language_concept_id": ENGLISH,
        "note_source_value": note.note_id[:_SOURCE_VALUE],
    }


def _mentions(entry: NoteRecords) -> Iterator[dict[str, Any]]:
    """Yield the mentions of a note in text order, without the ids."""
    records: list[Record] = [
        *entry.diagnoses,
        *(m for m in entry.medications if m.status != "allergy"),
        *entry.allergies,
    ]
    text = entry.note.text.replace("\0", " ")
    for record in sorted(records, key=lambda record: (record.start, record.end)):
        exists, temporal, modifiers = _meaning(record)
        modifiers |= {"section": record.section, "section_loinc": record.section_loinc, "score": f"{record.score:.3f}"}
        yield {
            "section_concept_id": NO_CONCEPT,
            "snippet": _snippet(text, record),
            "offset": str(record.start),
            "lexical_variant": text[record.start : record.end][:_SNIPPET],
            "note_nlp_concept_id": NO_CONCEPT,
            "note_nlp_source_concept_id": NO_CONCEPT,
            "nlp_system": _system(record.model),
            "term_exists": exists,
            "term_temporal": temporal,
            "term_modifiers": _joined(modifiers),
        }


@cache
def _system(model: str) -> str:
    return f"clinsift {version('clinsift')} model {model}"[:_SNIPPET]


def _meaning(record: Record) -> tuple[str, str, dict[str, Any]]:
    """Return term_exists, term_temporal and the modifiers of a mention."""
    if isinstance(record, DiagnosisRecord):
        plain = {"negation": "false", "subject": "patient", "conditional": "false", "history": "false"}
        more = {"relative": record.relative, "icd10cm": record.icd10, "kind": record.label.lower()}
        return (
            _EXISTS.get(record.assertion, "Y"),
            "past" if record.assertion == "historical" else "present",
            plain | _ASSERTIONS.get(record.assertion, {}) | more,
        )
    if isinstance(record, MedicationRecord):
        names = (
            "status", "rxcui", "strength", "dosage", "form", "route", "frequency", "duration", "reason", "as_needed",
            "daily_dose", "daily_dose_unit",
        )  # fmt: skip
        return (
            "N" if record.status in _NOT_TAKEN else "Y",
            "past" if record.status in _PAST_STATUSES else "present",
            {"kind": "drug", "ingredients": "+".join(record.ingredients)} | {n: getattr(record, n) for n in names},
        )
    assert isinstance(record, AllergyRecord)
    modifiers = {
        "kind": "allergy", "category": record.category, "substance": record.substance, "rxcui": record.rxcui,
        "reaction": "; ".join(record.reactions),
    }  # fmt: skip
    return "N" if record.none_known else "Y", "present", modifiers


def _joined(modifiers: dict[str, Any]) -> str:
    """Return "name=value,..." without what is empty; commas and equal signs of values become blanks."""
    pairs: list[str] = []
    for name, value in modifiers.items():
        if value not in (None, ""):
            plain = str(value).lower() if isinstance(value, bool) else str(value)
            pairs.append(f"{name}={' '.join(plain.replace(',', ' ').replace('=', ' ').split())}")
    while len(",".join(pairs)) > _MODIFIERS:
        pairs.remove(max(pairs, key=len))
    return ",".join(pairs)


def _snippet(text: str, record: Record) -> str:
    """Return the mention and what stands around it, cut to the width of the column."""
    begin, end = max(0, record.start - _AROUND), record.end + _AROUND
    return text[begin:end][:_SNIPPET]
