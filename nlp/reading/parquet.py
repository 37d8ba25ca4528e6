"""Parquet files, read in small batches whatever the size of their row groups."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nlp.reading.files import locate
from nlp.reading.rows import Format, Reason, Row

_BATCH = 256


@contextmanager
def _open(path: str) -> Iterator[pq.ParquetFile]:
    filesystem, inner = locate(path)
    # Without pre-buffering and with a read buffer, pages are read as they are needed, not whole row groups.
    with (
        filesystem.open_input_file(inner) as stream,
        pq.ParquetFile(stream, pre_buffer=False, buffer_size=2**20) as table,
    ):
        yield table


def _columns(path: str) -> list[str]:
    with _open(path) as table:
        return list(table.schema_arrow.names)


def _plain(column: pa.ChunkedArray | pa.Array) -> list[object]:
    """Return the values of a column; strings as their bytes, which may not be UTF-8."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        column = column.cast(pa.binary())
    elif pa.types.is_large_string(kind):
        column = column.cast(pa.large_binary())
    elif pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values


def _text(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value


def _row(number: int, names: list[str], values: tuple[object, ...]) -> Row:
    parts = [value if isinstance(value, bytes) else str(value).encode("utf-8", "replace") for value in values]
    payload = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    try:
        return Row(number, number - 1, number, payload, dict(zip(names, map(_text, values), strict=True)))
    except UnicodeDecodeError:
        return Row(number, number - 1, number, payload, {}, Reason.UNDECODABLE)


def _rows(paths: tuple[str, ...], start: int, number: int, wanted: tuple[str, ...]) -> Iterator[Row]:
    with _open(paths[0]) as table:
        counts = [table.metadata.row_group(group).num_rows for group in range(table.num_row_groups)]
        before = [0, *accumulate(counts)]
        skip = sum(end <= start for end in before[1:])
        first = before[skip]
        groups = list(range(skip, len(counts)))
        names = [name for name in table.schema_arrow.names if name in wanted]
        batches: Iterator[Any] = table.iter_batches(batch_size=_BATCH, row_groups=groups, columns=names)
        for batch in batches if groups else ():
            if first + len(batch) > start:
                columns = [_plain(column) for column in batch.columns]
                for offset, values in enumerate(zip(*columns, strict=True)):
                    if first + offset >= start:
                        yield _row(first + offset + 1, list(batch.schema.names), values)
            first += len(batch)


PARQUET = Format(_columns, _rows)
