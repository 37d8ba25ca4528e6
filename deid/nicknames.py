"""Given names that stand for one another: "Bill" for William."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from deid.wordlists import entries, folded, given_names


@cache
def short_forms() -> Mapping[str, tuple[str, ...]]:
    """Return full given name -> its nicknames, folded, in the order of the list."""
    lines = (entry.partition(": ") for entry in entries("data/nicknames"))
    return {name: tuple(short.split()) for name, _, short in lines}


@cache
def drawn_forms(name: str) -> tuple[str, ...]:
    """Return the nicknames that may stand in a surrogate: not those that a reader may take for a clinical term."""
    clinical = folded("data/eponyms") | folded("data/brand_names") | folded("data/abbreviations")
    return tuple(short for short in short_forms().get(name, ()) if short not in clinical and len(short) > 2)


@cache
def full_forms() -> Mapping[str, tuple[str, ...]]:
    """Return nickname -> the full names it stands for; names that are full ones themselves ("Carlos") are left out."""
    table: dict[str, list[str]] = {}
    for name, shorts in short_forms().items():
        for short in shorts:
            if short not in short_forms() and short not in given_names():
                table.setdefault(short, []).append(name)
    return {short: tuple(names) for short, names in table.items()}


@cache
def nicknames() -> Mapping[str, frozenset[str]]:
    """Return given name -> the names that stand for it, in both directions."""
    table: dict[str, set[str]] = {}
    for name, shorts in short_forms().items():
        for short in shorts:
            table.setdefault(name, set()).add(short)
            table.setdefault(short, set()).add(name)
    return {name: frozenset(others) for name, others in table.items()}
