"""The hand-written tables of the package, tab-separated; ``#`` opens a comment line."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def rows(name: str, columns: int) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the data file ``name``, padded with empty fields to ``columns``.

    Raises:
        ValueError: a row has more or fewer than two filled fields at its start, or too many.
    """
    content = files("extractors.coding").joinpath("data", name).read_text(encoding="utf-8")
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("\t")]
        if not 2 <= len(fields) <= columns or not all(fields[:2]):
            raise ValueError(f"{name}:{number}: needs 2 to {columns} fields, tab-separated")
        yield (*fields, *[""] * (columns - len(fields)))
