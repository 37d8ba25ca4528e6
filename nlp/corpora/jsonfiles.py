"""JSON in its two forms, a list in one file and one object a line, both perhaps gzipped."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp.corpora.raw import CorpusError


def json_objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects of a file, each with where it stands for error messages.

    Raises:
        CorpusError: the file is neither a JSON list of objects nor JSON lines of objects.
    """
    raw = path.read_bytes()
    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}; convert the file") from None
    if text.lstrip().startswith("["):
        kind = "entry"
        entries: Iterator[tuple[int, Any]] = enumerate(_load(text, f"{path}"), 1)
    else:
        kind = "line"
        # Not splitlines(): U+2028 may stand in a JSON string.
        lines = enumerate(io.StringIO(text, newline="\n"), 1)
        entries = ((i, _load(line, f"{path}, line {i}")) for i, line in lines if line.strip())
    for number, entry in entries:
        where = f"{path}, {kind} {number}"
        if not isinstance(entry, dict):
            raise CorpusError(f"{where}: expected a JSON object")
        yield where, entry


def _load(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{where}: no JSON ({error.msg} at character {error.pos})") from None
