"""Writes rows to CSV or Parquet, a batch at a time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

BATCH = 20_000
"""Rows in memory; also the row group of a Parquet file."""


class TableWriter:
    """Writes one table; use it as a context manager.

    In CSV all text is quoted and null is an unquoted nothing, so that the two stay apart; a list is joined by
    "|", a record in a list by ":".

    Args:
        path: of the file, ".csv" or ".parquet".
        schema: its columns.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._csv = path.suffix == ".csv"
        self._schema = pa.schema(map(_flat, schema)) if self._csv else schema
        self._lists = [field.name for field in schema if self._csv and pa.types.is_list(field.type)]
        self._waiting: list[Mapping[str, Any]] = []
        self.rows = 0
        self._writer = (
            pyarrow.csv.CSVWriter(path, self._schema)
            if self._csv
            else pq.ParquetWriter(path, self._schema, compression="zstd")
        )

    def write(self, row: Mapping[str, Any]) -> None:
        """Write a row; what it lacks is null."""
        self.rows += 1
        self._waiting.append({**row, **{name: _joined(row.get(name)) for name in self._lists}} if self._lists else row)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
            self._waiting.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()


def _flat(field: pa.Field) -> pa.Field:
    return pa.field(field.name, pa.string()) if pa.types.is_list(field.type) else field


def _joined(values: Any) -> str | None:
    """Return a list as one text, null where it has no elements."""
    return "|".join(":".join(map(str, v.values())) if isinstance(v, Mapping) else str(v) for v in values or ()) or None
