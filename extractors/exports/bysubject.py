"""Brings together what belongs to one subject, in bounded memory: rows go to buckets on disk, then each is sorted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

BUCKETS = 64


def subject_number(subject: str) -> int:
    """Return a number of 63 bits that stands for a subject or note id in any export.

    It is the beginning of SHA-256: among ten million ids, two are equal with a probability of 5e-6.
    """
    return int.from_bytes(hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()[:8], "big") >> 1


def buckets(
    rows: Iterable[Mapping[str, Any]], key: str, order: Callable[[Mapping[str, Any]], Any], folder: Path
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows in lists: all rows of a subject are in one list, next to one another and in order.

    Args:
        rows: plain values only.
        key: column with the subject.
        order: sorts the rows of a subject.
        folder: holds temporary files while this runs; must be as well protected as the export itself.
    """
    with TemporaryDirectory(dir=folder, prefix=".buckets-") as temporary:
        paths = [Path(temporary) / f"{number:03d}.jsonl" for number in range(BUCKETS)]
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("w", encoding="utf-8")) for path in paths]
            for row in rows:
                files[subject_number(str(row[key])) % BUCKETS].write(json.dumps(row) + "\n")
        for path in paths:
            with path.open(encoding="utf-8") as file:
                found = [json.loads(line) for line in file]
            path.unlink()
            if found:
                # Python's sort is stable: rows that are equal in order stay as they came.
                yield sorted(found, key=lambda row: (str(row[key]), order(row)))
