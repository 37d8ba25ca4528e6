"""Lines of a byte stream with their offsets, in bounded memory, from any line start on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nlp.reading.rows import MAX_ROW_BYTES

_CHUNK = 2**20
BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """Bytes ``start`` to ``end`` of a file; ``content`` (with its line end) is None when it is too long."""

    start: int
    end: int
    content: bytes | None = field(repr=False)


def _split(data: bytes, universal: bool) -> list[bytes]:
    """Return lines with their ends; the last may be unfinished."""
    if universal:
        return data.splitlines(keepends=True)  # of bytes: at \n, \r and \r\n only
    *whole, rest = data.split(b"\n")
    return [line + b"\n" for line in whole] + ([rest] if rest else [])


def read_lines(stream: Any, start: int = 0, *, universal: bool = False) -> Iterator[Line]:
    r"""Yield the lines of a stream whose first byte is byte ``start`` of the file.

    Lines end at ``\n``; with ``universal`` also at ``\r`` and ``\r\n``. A line longer than
    `MAX_ROW_BYTES` is not kept in memory.
    """
    carry, skipped = b"", 0
    while chunk := stream.read(_CHUNK):
        pieces = _split(carry + chunk, universal)
        # A final \r may be half of a \r\n.
        carry = b"" if pieces[-1].endswith(b"\n") else pieces.pop()
        for piece in pieces:
            end = start + skipped + len(piece)
            yield Line(start, end, None if skipped or len(piece) > MAX_ROW_BYTES else piece)
            start, skipped = end, 0
        if len(carry) > MAX_ROW_BYTES:
            skipped, carry = skipped + len(carry), b""
    for piece in _split(carry, universal) or ([b""] if skipped else []):
        end = start + skipped + len(piece)
        yield Line(start, end, None if skipped or len(piece) > MAX_ROW_BYTES else piece)
        start, skipped = end, 0
