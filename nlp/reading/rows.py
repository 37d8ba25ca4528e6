"""What every format yields: rows with their place in the file, and the reasons a row is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_ROW_BYTES = 64 * 2**20
"""A longer row is refused, so that a broken dump (an unclosed quote) cannot fill the memory."""


class Reason(StrEnum):
    """Why a row of the dump went to quarantine; the value is what stands in the quarantine table."""

    MISSING_ID = "missing_id"
    MISSING_TEXT = "missing_text"
    INVALID_ID = "invalid_id"
    INVALID_TEXT = "invalid_text"
    INVALID_COLUMN = "invalid_column"
    DUPLICATE_ID = "duplicate_id"
    UNDECODABLE = "undecodable"
    BROKEN_JSON = "broken_json"
    BROKEN_CSV = "broken_csv"
    FIELD_COUNT = "field_count"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a dump.

    Attributes:
        number: counted from 1, as a person would find it: line (JSONL), record below the header
            (CSV), row (Parquet), 1 (a text file).
        start, end: its place, in the format's own unit: bytes of the uncompressed file (JSONL, CSV),
            rows (Parquet), files of the source (txt).
        payload: its bytes, for the hash of a shard.
        values: by column name; empty when the row is refused.
        reason: why the row is refused.
    """

    number: int
    start: int
    end: int
    payload: bytes = field(repr=False)
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is read.

    Attributes:
        columns: the column names of a file (of JSONL: of its first rows).
        rows: the rows of the files from a place on; the second and third argument are the place and
            the number of the first row wanted. The fourth names the columns that are needed.
        complete: whether `columns` knows all columns of the file.
        named: whether rows have named columns at all.
    """

    columns: Callable[[str], list[str]]
    rows: Callable[[tuple[str, ...], int, int, tuple[str, ...]], Iterator[Row]]
    complete: bool = True
    named: bool = True
