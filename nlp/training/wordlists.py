"""The word lists that slots are refilled from: UTF-8, one entry a line, ``#`` opens a comment line."""

from __future__ import annotations

from functools import cache

from nlp.datafiles import data_lines


@cache
def entries(name: str) -> tuple[str, ...]:
    """Return the entries of ``nlp/training/data/<name>.txt`` in the order of the file.

    The order matters: random draws from it must not change between versions.
    """
    return data_lines("nlp.training", f"data/{name}.txt")


@cache
def members(name: str) -> frozenset[str]:
    """Return the entries of a list as a set."""
    return frozenset(entries(name))
