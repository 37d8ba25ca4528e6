"""Word lists of the recognizers as parts of regular expressions."""

from __future__ import annotations

import re
from typing import Any

import regex

from deid.wordlists import entries

_END = ""
_WORD = regex.compile(r"\p{L}+")


def alternation(*names: str, without: str | None = None) -> str:
    """Return a group that matches the longest fitting entry of the lists ``names`` (files in ``data``).

    A blank in an entry also matches a line end; an apostrophe may be curly or missing. Case is that
    of the entries unless the pattern around says otherwise. The entries are laid out as a trie:
    a failing match costs a character or two, not one attempt an entry.
    """
    left_out = set(_entries(without)) if without else set()
    trie: dict[str, Any] = {}
    for name in names:
        for word in _entries(name):
            if word not in left_out:
                node = trie
                for character in word:
                    node = node.setdefault(character, {})
                node[_END] = {}
    return _pattern(trie)


def ignoring_case(name: str) -> str:
    """Return a group that matches an entry of the list ``name`` in any case."""
    return f"(?i:{alternation(name)})"


def first_words(*names: str, without: str | None = None) -> str:
    """Return the first word of every entry of some lists, for `Form.words`."""
    left_out = set(_entries(without)) if without else set()
    kept = [entry for name in names for entry in _entries(name) if entry not in left_out]
    return " ".join(found[0].lower() for found in map(_WORD.search, kept) if found)


def _entries(name: str) -> tuple[str, ...]:
    return entries(f"recognizers/data/{name}")


def _pattern(node: dict[str, Any]) -> str:
    branches = [_flexible(character) + _pattern(child) for character, child in sorted(node.items()) if character]
    if not branches:
        return ""
    group = "(?:" + "|".join(branches) + ")"
    return f"{group}?" if _END in node else group


def _flexible(character: str) -> str:
    return {" ": "[ \n]", "'": "['\u2019]?"}.get(character) or re.escape(character)
