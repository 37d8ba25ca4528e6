"""JSON lines: one object a line, UTF-8, gzip or not."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nlp.errors import InputError
from nlp.reading.files import open_stream
from nlp.reading.lines import BOM, UTF16, read_lines
from nlp.reading.rows import Format, Reason, Row

_SAMPLE = 100


def decode(line: bytes) -> dict[str, object] | Reason:
    """Return the object of a line, or why there is none."""
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return Reason.UNDECODABLE
    except (ValueError, RecursionError):  # not chained: the error of json quotes the line
        return Reason.BROKEN_JSON
    return value if isinstance(value, dict) else Reason.BROKEN_JSON


def _rows(paths: tuple[str, ...], start: int, number: int, wanted: tuple[str, ...]) -> Iterator[Row]:
    with open_stream(paths[0], start) as stream:
        for number, line in enumerate(read_lines(stream, start), start=number):  # noqa: B020
            content = line.content
            if content is None:
                yield Row(number, line.start, line.end, b"", {}, Reason.TOO_LONG)
                continue
            if line.start == 0:
                if content.startswith(UTF16):
                    raise InputError(f"{paths[0]}: the file is UTF-16; convert it to UTF-8")
                content = content.removeprefix(BOM)
            if not content.strip():
                continue
            value = decode(content)
            if isinstance(value, Reason):
                yield Row(number, line.start, line.end, line.content or b"", {}, value)
            else:
                yield Row(number, line.start, line.end, line.content or b"", value)


def _columns(path: str) -> list[str]:
    """Return the keys of the first objects of the file."""
    names: dict[str, None] = {}
    for count, row in enumerate(_rows((path,), 0, 1, ())):
        names |= dict.fromkeys(row.values)
        if count == _SAMPLE:
            break
    return list(names)


JSONL = Format(_columns, _rows, complete=False)
