"""The output tables and the bytes of a part."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.schema import RECORD_SCHEMAS
from nlp.errors import Quarantined

if TYPE_CHECKING:
    from nlp.pipeline import Result

NOTE_SCHEMA = pa.schema(
    [
        pa.field("note_id", pa.string(), nullable=False),
        pa.field("patient_key", pa.string()),
        pa.field("note_type", pa.string()),
        pa.field("note_date", pa.string()),
        pa.field("text", pa.string(), nullable=False),
    ]
)
AUDIT_SCHEMA = pa.schema(
    [
        pa.field("note_id", pa.string(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("sources", pa.string(), nullable=False),
        pa.field("action", pa.string(), nullable=False),
        pa.field("score_band", pa.string(), nullable=False),
        pa.field("spans", pa.int64(), nullable=False),
    ]
)
QUARANTINE_SCHEMA = pa.schema(
    [
        pa.field("note_id", pa.string(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("file", pa.string()),
        pa.field("row", pa.int64()),
    ]
)
SCHEMAS: dict[str, pa.Schema] = {
    "notes": NOTE_SCHEMA,
    **RECORD_SCHEMAS,
    "audit": AUDIT_SCHEMA,
    "quarantine": QUARANTINE_SCHEMA,
}


def table_rows(outcomes: Sequence[Result | Quarantined]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table for the outcomes of a shard, in order."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in SCHEMAS}
    for outcome in outcomes:
        if isinstance(outcome, Quarantined):
            rows["quarantine"].append({name: getattr(outcome, name) for name in QUARANTINE_SCHEMA.names})
            continue
        rows["notes"].append({name: getattr(outcome, name) for name in NOTE_SCHEMA.names})
        rows["audit"] += ({"note_id": outcome.note_id, **asdict(row)} for row in outcome.audit)
        for table in RECORD_SCHEMAS:
            rows[table] += (record.model_dump() for record in getattr(outcome, table))
    return {table: [valid(row) for row in found] for table, found in rows.items()}


def valid(value: Any) -> Any:
    """Return a value whose strings are valid Unicode: a lone surrogate becomes U+FFFD, so that offsets hold."""
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
        return value
    if isinstance(value, Mapping):
        return {name: valid(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [valid(entry) for entry in value]
    return value


def _jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def _parquet(rows: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        if rows:  # an empty row group stops Hugging Face's datasets
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def encode(table: str, rows: list[dict[str, Any]], output_format: str) -> bytes:
    """Return the part that holds some rows; equal rows give equal bytes."""
    return _jsonl(rows) if output_format == "jsonl" else _parquet(rows, SCHEMAS[table])
