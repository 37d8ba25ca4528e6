"""Cutting a dump into shards, and reading one shard again.

The plan is a pure function of the dump: every source is cut after a fixed number of rows, and no
shard crosses a file. Each shard can be read without the others, and carries the hash of its rows,
so that a file that changed after planning is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from nlp.errors import InputError, Quarantined
from nlp.reading.columns import Columns, Refused
from nlp.reading.delimited import CSV
from nlp.reading.files import InputFile, Source, sources
from nlp.reading.jsonl import JSONL
from nlp.reading.parquet import PARQUET
from nlp.reading.rows import Format, Reason, Row
from nlp.reading.seen import SeenIds
from nlp.reading.textfiles import TEXT
from nlp.types import Note

FORMATS: dict[str, Format] = {"jsonl": JSONL, "csv": CSV, "parquet": PARQUET, "txt": TEXT}
DEFAULT_SHARD_SIZE = 256


@dataclass(frozen=True, slots=True)
class Shard:
    """Some rows of the dump that follow one another, from one source.

    Attributes:
        index: its number in the dump, from 0.
        kind: key of `FORMATS`.
        paths: its file; of text files, all of them.
        start, end: its place in the unit of the format (see `Row`).
        first: number of its first row (see `Row`).
        rows: how many rows it has, refused ones included.
        sha256: over its rows.
        duplicates: which of its rows, from 0, repeat the id of an earlier note.
    """

    index: int
    kind: str
    paths: tuple[str, ...]
    start: int
    end: int
    first: int
    rows: int
    sha256: str
    duplicates: tuple[int, ...] = ()


@dataclass
class _Cut:
    """The shard that is being filled."""

    source: Source
    first: Row
    end: int = 0
    rows: int = 0
    duplicates: list[int] = field(default_factory=list)
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add(self, row: Row, outcome: Note | Quarantined) -> None:
        """Take one more row into the shard."""
        if isinstance(outcome, Quarantined) and outcome.reason == Reason.DUPLICATE_ID:
            self.duplicates.append(self.rows)
        self.end = row.end
        self.rows += 1
        _update(self.digest, row)

    def shard(self, index: int) -> Shard:
        """Return the finished shard."""
        start, end, paths = self.first.start, self.end, self.source.paths
        if self.source.kind == "txt":
            start, end, paths = 0, end - start, paths[start:end]
        return Shard(
            index, self.source.kind, paths, start, end, self.first.number, self.rows,
            self.digest.hexdigest(), tuple(self.duplicates),
        )  # fmt: skip


def _update(digest: hashlib._Hash, row: Row) -> None:
    digest.update(len(row.payload).to_bytes(8, "big"))
    digest.update(row.payload)


def _columns_of(kind: str, columns: Columns) -> Columns:
    """Return the columns as they are in a format: text files have none that could be mapped."""
    return columns if FORMATS[kind].named else Columns()


def _rows(kind: str, paths: tuple[str, ...], columns: Columns, start: int = 0, first: int = 1) -> Iterator[Row]:
    """Yield rows; turn what a damaged file raises into an error without text of a note."""
    row: Row | None = None
    try:
        for row in FORMATS[kind].rows(paths, start, first, columns.wanted):
            yield row
    except (OSError, EOFError, pa.ArrowException) as error:
        file = paths[row.end if row else start] if kind == "txt" else paths[0]
        place = f"after row {row.number}" if row and kind != "txt" else "at its start"
        raise InputError(
            f"{file}: cannot be read {place} ({type(error).__name__}); "
            "the file is damaged, or it was moved or changed while it was read"
        ) from None


def _check_columns(source: Source, columns: Columns) -> None:
    """Raise InputError when a source lacks columns."""
    reader, path = FORMATS[source.kind], source.paths[0]
    if not reader.named:
        if columns.identifiers:
            raise InputError(f"{path}: text files have no columns, so identifiers cannot be read; use JSONL or CSV")
        return
    try:
        found = reader.columns(path)
    except (OSError, EOFError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read ({type(error).__name__}); is it really {source.kind}?") from None
    if found:
        columns.check(found, path, complete=reader.complete)


class _Promised:
    """The columns that the user named and that no JSONL row has shown yet.

    JSONL has no header, and many writers leave empty fields out, so that only all rows together tell.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._absent: dict[str, str] = {}
        self._shown: set[str] = set()

    def begin(self, source: Source) -> None:
        """Expect the columns of a source, if its format does not know them all from the start."""
        reader = FORMATS[source.kind]
        if reader.named and not reader.complete:
            self._absent |= {name: source.paths[0] for name in self._columns.promised if name not in self._shown}

    def see(self, row: Row) -> None:
        """Strike out the columns of a row."""
        if self._absent:
            for name in [name for name in self._absent if name in row.values]:
                del self._absent[name]
                self._shown.add(name)

    def check(self) -> None:
        """Raise InputError when a promised column never came."""
        for name, path in self._absent.items():
            raise Columns.missing([name], ["(as far as its rows show)"], path)


def _scan(
    files: Sequence[InputFile], columns: Columns, seen: SeenIds, limit: int | None
) -> Iterator[tuple[Source, Row, Note | Quarantined]]:
    """Yield every row of the dump with its source and what becomes of it."""
    rows = notes = 0
    promised = _Promised(columns)
    for source in sources(files):
        _check_columns(source, columns)
        promised.begin(source)
        mapping = _columns_of(source.kind, columns)
        for row in _rows(source.kind, source.paths, columns):
            promised.see(row)
            path = source.paths[row.start] if source.kind == "txt" else source.paths[0]
            outcome = _outcome(row, path, mapping)
            if isinstance(outcome, Note):
                if seen.add(outcome.note_id):
                    notes += 1
                else:
                    outcome = _duplicate(outcome, path, row)
            rows += 1
            yield source, row, outcome
            if notes == limit:
                return
    promised.check()
    if not rows:
        others = f" (nor have {len(files) - 1} other files)" if files[1:] else ""
        raise InputError(f"{files[0].path}: the dump has no rows{others}")


def plan_shards(
    files: Sequence[InputFile],
    columns: Columns,
    seen: SeenIds,
    *,
    shard_size: int = DEFAULT_SHARD_SIZE,
    limit: int | None = None,
) -> Iterator[Shard]:
    """Read the dump once and yield its shards.

    Args:
        files: from `find_files`.
        columns: what the columns hold.
        seen: an empty set of ids.
        shard_size: rows in a shard; the last of a source may have fewer.
        limit: stop after so many notes (refused rows do not count).

    Raises:
        InputError: missing columns, a damaged file, or a dump without any row.
    """
    index = 0
    cut: _Cut | None = None
    for source, row, outcome in _scan(files, columns, seen, limit):
        if cut and (cut.source is not source or cut.rows == shard_size):
            yield cut.shard(index)
            index, cut = index + 1, None
        cut = cut or _Cut(source, row)
        cut.add(row, outcome)
    if cut:
        yield cut.shard(index)


def read_notes(
    files: Sequence[InputFile], columns: Columns, seen: SeenIds, *, limit: int | None = None
) -> Iterator[Note | Quarantined]:
    """Yield every note of the dump, and an entry for every row that is none, in order.

    Arguments and errors are those of `plan_shards`.
    """
    for _, _, outcome in _scan(files, columns, seen, limit):
        yield outcome


def _made_up_id(row: Row, path: str) -> str:
    return f"{path.rsplit('/', 1)[-1]}#{row.number}"


def _outcome(row: Row, path: str, columns: Columns) -> Note | Quarantined:
    """Return the note of a row, or its entry in the quarantine."""
    result = columns.note(row.values) if row.reason is None else Refused(row.reason)
    if isinstance(result, Note):
        return result
    return Quarantined(result.note_id or _made_up_id(row, path), "read", result.reason.value, path, row.number)


def _duplicate(note: Note, path: str, row: Row) -> Quarantined:
    return Quarantined(note.note_id, "read", Reason.DUPLICATE_ID.value, path, row.number)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a shard: what became of it and where it stood."""

    outcome: Note | Quarantined
    file: str
    number: int


class ShardReader:
    """Reads shards; keeps its place, so that shards of one file in ascending order cost one pass.

    Plain JSONL and CSV files are entered at the shard's first byte. Compressed files and the row
    groups of Parquet can only be read forward: the rows between two shards are skipped, and a shard
    that lies behind opens the file again.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._open: tuple[tuple[str, ...], Iterator[Row], int] | None = None

    def _rows_from(self, shard: Shard) -> Iterator[Row]:
        if self._open:
            paths, rows, place = self._open
            self._open = None
            skips = shard.kind == "parquet" or shard.paths[0].lower().endswith(".gz")
            if paths == shard.paths and (place == shard.start or (skips and place < shard.start)):
                return rows
            rows.close()  # type: ignore[attr-defined]
        return _rows(shard.kind, shard.paths, self._columns, shard.start, shard.first)

    def read(self, shard: Shard) -> list[ReadRow]:
        """Return the rows of a shard in order.

        Raises:
            InputError: the file is damaged, gone, or no longer what was planned.
        """
        digest = hashlib.sha256()
        mapping = _columns_of(shard.kind, self._columns)
        found: list[ReadRow] = []
        end = shard.start
        rows = self._rows_from(shard)
        for row in rows:
            if row.start < shard.start:
                continue
            _update(digest, row)
            path = shard.paths[row.start] if shard.kind == "txt" else shard.paths[0]
            outcome = _outcome(row, path, mapping)
            if isinstance(outcome, Note) and len(found) in shard.duplicates:
                outcome = _duplicate(outcome, path, row)
            found.append(ReadRow(outcome, path, row.number))
            end = row.end
            if len(found) == shard.rows:
                break
        if digest.hexdigest() != shard.sha256:
            raise InputError(
                f"{shard.paths[0]}: changed since the dump was planned (row {shard.first} and following); "
                "start again with an output folder that is empty"
            )
        self._open = (shard.paths, rows, end)
        return found
