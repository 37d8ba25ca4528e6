"""Rows of a table with ``|`` between columns, found by the names in the last column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from nlp.datafiles import data_lines


@cache
def rows_by_name(table: str) -> Mapping[str, tuple[str, ...]]:
    """Return, for every name of the table ``data/<table>``, the columns before the last.

    Raises:
        ValueError: a name stands in two rows, or the rows differ in their number of columns.
    """
    found: dict[str, tuple[str, ...]] = {}
    width = None
    for line in data_lines("extractors.drugs", f"data/{table}"):
        *columns, names = (part.strip() for part in line.split(" | "))
        width = width or len(columns)
        if len(columns) != width:
            raise ValueError(f"{table}: {columns[0]} has {len(columns)} columns before its names, not {width}")
        for name in {folded(n) for n in names.split(",")}:
            if name in found:
                raise ValueError(f"{table}: {name} stands twice")
            found[name] = tuple(columns)
    return found


_BLANKS = re.compile(r"[\s_]+")


def folded(text: str) -> str:
    """Return ``text`` in lower case, with single blanks, without full stops."""
    return _BLANKS.sub(" ", text.lower().replace(".", "")).strip(" :;,()")


def find(table: str, text: str) -> tuple[str, ...] | None:
    """Return the columns of the row that ``text`` names, whole or by the longest run of words in it."""
    rows = rows_by_name(table)
    name = folded(text)
    if len(name) > 120:
        return None
    words = name.split()
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            part = " ".join(words[start : start + length])
            if found := rows.get(part) or (rows.get(part[:-1]) if part.endswith("s") and len(part) > 3 else None):
                return found
    return None
