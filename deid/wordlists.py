"""Word lists that come with the package: UTF-8, one entry a line, ``#`` opens a comment line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from deid.folding import fold
from nlp.datafiles import data_lines


@cache
def entries(name: str) -> tuple[str, ...]:
    """Return the entries of the list ``name``, a path inside the package ``deid`` without ``.txt``."""
    return data_lines("deid", f"{name}.txt")


@cache
def folded(name: str) -> frozenset[str]:
    """Return the entries of a list as a set, folded for comparison."""
    return frozenset(map(fold, entries(name)))


@cache
def groups(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return a list whose lines are "group=word word word", by group."""
    pairs = (entry.split("=") for entry in entries(name))
    return {group: tuple(words.split()) for group, words in pairs}


@cache
def members(name: str) -> Mapping[str, str]:
    """Return the words of a list of groups, folded, and the first group of each."""
    found: dict[str, str] = {}
    for group, words in groups(name).items():
        for word in words:
            found.setdefault(fold(word), group)
    return found


@cache
def given_names() -> frozenset[str]:
    """Return the given names that surrogates are drawn from, folded."""
    return frozenset(members("surrogates/data/given_female")) | frozenset(members("surrogates/data/given_male"))


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words that are no names when they stand in lower case or open a sentence."""
    words = folded("data/common_words") - given_names() - frozenset(members("surrogates/data/surnames"))
    return words | folded("data/name_words") | folded("data/eponyms")
