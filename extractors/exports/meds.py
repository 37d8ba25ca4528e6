"""MEDS (Medical Event Data Standard, https://github.com/Medical-Event-Data-Standard/meds): subjects, times, codes.

A code says what a model must not miss: "ICD10CM//E11.9" is a diagnosis of the patient now, any other
assertion stands behind it ("ICD10CM//E11.9//negated"), and so does any status of a drug but "current".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.exports.bysubject import buckets, subject_number
from extractors.exports.source import Source
from extractors.timeline import event_order, events

if TYPE_CHECKING:
    from types import ModuleType

_PLAIN_STATUS = frozenset({None, "present", "current", "none_known"})
_VOCABULARIES = {"ICD10CM": "ICD10CM", "RXNORM": "RxNorm", "SNOMED": "SNOMED"}
"""How OMOP, whose names MEDS recommends for parents, calls the systems of a timeline."""
_SPLITS = ("train",) * 8 + ("tuning", "held_out")


def export_meds(source: Source, target: Path, meds: ModuleType) -> dict[str, int]:
    """Write a MEDS dataset into the folder ``target``; return the numbers of subjects, events and codes.

    Subjects are split 8 : 1 : 1 by the hash of their pseudonym. Text is that of the de-identified
    mention; the text of whole notes stays out.

    Args:
        source: the notes.
        target: gets ``data`` and ``metadata``.
        meds: the package ``meds``; every table is checked by its schemas.
    """
    (target / meds.data_subdirectory).mkdir()
    (target / "metadata").mkdir()
    rows = (event for entry in source for event in events(entry))
    codes: dict[str, tuple[str | None, list[str] | None]] = {}
    splits: dict[int, str] = {}
    count = 0
    for shard, bucket in enumerate(buckets(rows, "subject", event_order, target)):
        table = pa.Table.from_pylist(
            [_row(event, codes) for event in bucket],
            schema=pa.schema([*meds.DataSchema.schema(), *_EXTRA]),
        )
        pq.write_table(meds.DataSchema.align(table), target / meds.data_subdirectory / f"{shard:03d}.parquet")
        for subject in {event["subject"] for event in bucket}:
            splits[subject_number(subject)] = _SPLITS[hashlib.sha256(subject.encode()).digest()[8] % len(_SPLITS)]
        count += len(bucket)
    _write(
        target / meds.code_metadata_filepath,
        meds.CodeMetadataSchema,
        [{"code": c, "description": title, "parent_codes": parents} for c, (title, parents) in sorted(codes.items())],
    )
    _write(
        target / meds.subject_splits_filepath,
        meds.SubjectSplitSchema,
        [{"subject_id": subject, "split": split} for subject, split in sorted(splits.items())],
    )
    about = meds.DatasetMetadataSchema(
        dataset_name="clinsift export",
        etl_name="clinsift",
        etl_version=version("clinsift"),
        meds_version=version("meds"),
        created_at=datetime.now(UTC).replace(tzinfo=None),
        raw_source_id_columns=["note_id"],
        other_extension_columns=["start", "end", "unit"],
    )
    (target / meds.dataset_metadata_filepath).write_text(json.dumps(about.to_dict(), default=str), encoding="utf-8")
    return {"subjects": len(splits), "events": count, "codes": len(codes)}


_EXTRA = [
    pa.field("note_id", pa.string()), pa.field("start", pa.int32()), pa.field("end", pa.int32()),
    pa.field("unit", pa.string()),
]  # fmt: skip


def _row(event: Mapping[str, Any], codes: dict[str, tuple[str | None, list[str] | None]]) -> dict[str, Any]:
    """Return an event as MEDS has it; its code is added to ``codes`` with title and parents."""
    code = _code(event, codes)
    return {
        "subject_id": subject_number(event["subject"]),
        "time": datetime.fromisoformat(event["date"]) if event.get("date") else None,
        "code": code,
        "numeric_value": event.get("value"),
        "text_value": event.get("surface"),
        **{field.name: event.get(field.name) for field in _EXTRA},
    }


def _code(event: Mapping[str, Any], codes: dict[str, tuple[str | None, list[str] | None]]) -> str:
    kind, status = event["kind"], event.get("status")
    if kind == "note":
        code = f"NOTE//{event.get('title') or 'UNKNOWN'}"
        codes.setdefault(code, ("A clinical note", None))
        return code
    if event.get("code"):
        plain = f"{event['system']}//{event['code']}"
        codes.setdefault(plain, (event.get("title"), [f"{_VOCABULARIES[event['system']]}/{event['code']}"]))
    else:
        plain = f"{kind.upper()}//UNCODED"
        codes.setdefault(plain, (f"A {kind} without a code; text_value has its words", None))
    qualifier = status or ("allergy" if kind == "allergy" else None)
    if qualifier in _PLAIN_STATUS:
        return plain
    code = f"{plain}//{qualifier}"
    codes.setdefault(code, (event.get("title"), [plain]))
    return code


def _write(path: Path, schema: Any, rows: list[dict[str, Any]]) -> None:
    pq.write_table(schema.align(pa.Table.from_pylist(rows, schema=schema.schema())), path)
