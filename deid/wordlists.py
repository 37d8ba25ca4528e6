"""Word lists that come with the package: UTF-8, one entry a line, ``#`` opens a comment line."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from deid.folding import fold


@cache
def entries(name: str) -> tuple[str, ...]:
    """Return the entries of the list ``name``, a path inside the package ``deid`` without ``.txt``."""
    content = files("deid").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for raw in content.splitlines() if (line := raw.strip()) and not line.startswith("#"))


@cache
def folded(name: str) -> frozenset[str]:
    """Return the entries of a list as a set, folded for comparison."""
    return frozenset(map(fold, entries(name)))


@cache
def given_names() -> frozenset[str]:
    """Return the given names we know, folded."""
    return folded("surrogates/data/given_female") | folded("surrogates/data/given_male")


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that are no names when they stand in lower case or open a sentence."""
    words = folded("data/common_words") - given_names() - folded("surrogates/data/surnames")
    return words | folded("data/name_words") | folded("data/eponyms")
