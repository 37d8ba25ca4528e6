"""CSV and TSV with a header line, UTF-8, gzip or not; fields may be quoted and hold line ends."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from nlp.errors import InputError
from nlp.reading.files import open_stream
from nlp.reading.lines import BOM, UTF16, Line, read_lines
from nlp.reading.rows import MAX_ROW_BYTES, Format, Reason, Row


class _Feed:
    """Gives `csv.reader` its lines, and keeps which bytes make up the current record.

    The reader takes no line before it needs it, so the lines taken between two records are exactly
    those of the record.
    """

    def __init__(self, path: str, lines: Iterator[Line]) -> None:
        self._path, self._lines = path, lines
        self.begin()

    def begin(self) -> None:
        """Forget the lines of the last record."""
        self.raw: list[bytes] = []
        self.start = self.end = -1
        self.flaw: Reason | None = None

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            # Asked for more in the middle of a record: a quote was never closed.
            self.flaw = Reason.BROKEN_CSV if self.raw else None
            raise StopIteration
        if not self.raw:
            self.start = line.start
        self.end = line.end
        if line.content is None or self.end - self.start > MAX_ROW_BYTES:
            # The rows inside can no longer be told from text, so no row of this file can be trusted.
            raise InputError(
                f"{self._path}: the record at byte {self.start} is longer than {MAX_ROW_BYTES >> 20} MB; "
                "a quote seems never to be closed, repair the file"
            )
        if line.start == 0 and line.content.startswith(UTF16):
            raise InputError(f"{self._path}: the file is UTF-16; convert it to UTF-8")
        self.raw.append(line.content)
        content = line.content.removeprefix(BOM) if line.start == 0 else line.content
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            self.flaw = Reason.UNDECODABLE
            return content.decode("utf-8", "surrogateescape")


def _records(path: str, start: int) -> Iterator[tuple[_Feed, list[str]]]:
    """Yield each record with the feed that knows its place and its flaw; blank lines are none."""
    csv.field_size_limit(MAX_ROW_BYTES)
    delimiter = "\t" if path.lower().removesuffix(".gz").endswith(".tsv") else ","
    with open_stream(path, start) as stream:
        feed = _Feed(path, read_lines(stream, start, universal=True))
        for fields in csv.reader(feed, delimiter=delimiter):
            if fields:
                yield feed, fields
            feed.begin()


def _header(path: str) -> list[str]:
    for feed, fields in _records(path, 0):
        if feed.flaw:
            raise InputError(f"{path}: the header line cannot be read ({feed.flaw}); the file must be UTF-8")
        if len(set(fields)) < len(fields):
            raise InputError(f"{path}: two columns of the header line have the same name; rename one")
        return fields
    return []


def _rows(paths: tuple[str, ...], start: int, number: int, wanted: tuple[str, ...]) -> Iterator[Row]:
    header = _header(paths[0])
    records = _records(paths[0], start)
    if start == 0:
        next(records, None)
    for number, (feed, fields) in enumerate(records, start=number):  # noqa: B020
        payload = b"".join(feed.raw)
        reason = feed.flaw or (Reason.FIELD_COUNT if len(fields) != len(header) else None)
        values = {} if reason else dict(zip(header, fields, strict=True))
        yield Row(number, feed.start, feed.end, payload, values, reason)


CSV = Format(_header, _rows)
