"""Plain tables: every table of the output as CSV, and the timeline of the patients."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa

from extractors.exports.bysubject import buckets
from extractors.exports.source import NoteRow, Source
from extractors.exports.tables import TableWriter
from extractors.schema import RECORD_SCHEMAS
from extractors.timeline import EVENT_SCHEMA, event_order, events

_NOTES = pa.schema([pa.field(name, pa.string()) for name in NoteRow.model_fields])


def export_csv(source: Source, target: Path, table_format: str = "csv") -> dict[str, int]:
    """Write one file a table, all parts together; return how many rows each has."""
    schemas = {"notes": _NOTES, **RECORD_SCHEMAS}
    with ExitStack() as stack:
        writers = {
            table: stack.enter_context(TableWriter(target / f"{table}.{table_format}", schema))
            for table, schema in schemas.items()
        }
        for entry in source:
            writers["notes"].write(entry.note.model_dump())
            for table in RECORD_SCHEMAS:
                for record in getattr(entry, table):
                    writers[table].write(record.model_dump())
    return {table: writer.rows for table, writer in writers.items()}


def export_timeline(source: Source, target: Path, table_format: str = "parquet") -> dict[str, int]:
    """Write ``timeline``: the events of each patient next to one another, in order of time."""
    rows = (event for entry in source for event in events(entry))
    subjects = 0
    with TableWriter(target / f"timeline.{table_format}", EVENT_SCHEMA) as writer:
        for bucket in buckets(rows, "subject", event_order, target):
            subjects += len({event["subject"] for event in bucket})
            for event in bucket:
                writer.write(event)
    return {"subjects": subjects, "events": writer.rows}
