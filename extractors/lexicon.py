"""Phrase lists of the package and the fast matcher over them.

A list is a text file in ``extractors/data``: a line ``[name]`` opens a block, every other line holds
phrases separated by ``|``; ``#`` opens a comment. Braces expand as in a shell:
``{by,per} {mom,dad}`` stands for four phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Generic, TypeVar

T = TypeVar("T")
_Trie = dict[str, "_Trie"]


@cache
def read_blocks(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the blocks of the data file ``name``: block name -> its phrases, in file order.

    Raises:
        ValueError: a phrase stands before the first block, or a block is opened twice.
    """
    blocks: dict[str, list[str]] = {}
    phrases: list[str] | None = None
    lines = files("extractors").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            phrases = blocks.setdefault(line[1:-1], [])
            if phrases:
                raise ValueError(f"{name}:{number}: block {line} is opened twice")
        elif phrases is None:
            raise ValueError(f"{name}:{number}: phrases before the first [block]")
        else:
            phrases += [p for part in line.split(" | ") if part.strip(" |") for p in expand_braces(part.strip(" |"))]
    return {block: tuple(found) for block, found in blocks.items()}


_BRACES = re.compile(r"\{([^{}]*)\}")


def expand_braces(phrase: str) -> list[str]:
    """Return the phrases that ``phrase`` with ``{a,b}`` groups stands for; blanks are normalised."""
    group = _BRACES.search(phrase)
    if not group:
        return [" ".join(phrase.split())]
    return [
        expanded
        for choice in group[1].split(",")
        for expanded in expand_braces(phrase[: group.start()] + choice + phrase[group.end() :])
    ]


def fold(text: str) -> str:
    """Return ``text`` in lower case with every offset kept.

    ``str.lower`` makes one character of "İ" into two; such characters stay as they are.
    """
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def alternation(phrases: Iterable[str]) -> str:
    """Return a regular expression for any of ``phrases``, longest first, as a prefix tree.

    A blank in a phrase stands for any run of blanks with at most one line break. The tree keeps the
    time for a position near that of one dictionary look-up, however many phrases there are.
    """
    root: _Trie = {}
    for phrase in phrases:
        node = root
        for character in phrase:
            node = node.setdefault(character, {})
        node[""] = {}
    return _expression(root)


def _expression(node: _Trie) -> str:
    branches = [
        (r"[ \t]*[\s][ \t]*" if character == " " else re.escape(character)) + _expression(child)
        for character, child in sorted(node.items())
        if character
    ]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return joined + "?" if "" in node else joined


def bounded(phrases: Iterable[str]) -> str:
    """Return `alternation` of ``phrases`` that does not begin or end inside a word."""
    inner = list(phrases)
    by_edges: dict[tuple[bool, bool], list[str]] = {}
    for phrase in inner:
        by_edges.setdefault((phrase[0].isalnum(), phrase[-1].isalnum()), []).append(phrase)
    return "|".join(
        (r"(?<!\w)" if first else "") + f"(?:{alternation(group)})" + (r"(?!\w)" if last else "")
        for (first, last), group in sorted(by_edges.items(), reverse=True)
    )


class PhraseTable(Generic[T]):
    """Finds phrases in folded text and tells what each stands for."""

    def __init__(self, entries: Mapping[str, T]) -> None:
        self._entries = entries
        self._pattern = re.compile(bounded(entries))

    def find(self, folded: str) -> Iterator[tuple[int, int, T]]:
        """Yield (start, end, meaning) of the leftmost longest matches; they do not overlap."""
        for match in self._pattern.finditer(folded):
            phrase = match[0]
            meaning = self._entries.get(phrase)
            if meaning is None:
                meaning = self._entries[" ".join(phrase.split())]
            yield match.start(), match.end(), meaning
