"""ICD-10-CM as a tree: codes, titles, inclusion terms, 7th characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, ValuesView
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """One code of the tabular list, before any 7th character.

    Attributes:
        code: with its dot.
        title: as in the tabular list.
        parent: the code above, None for a category.
        children: the codes below, in order.
        terms: inclusion terms and "includes" notes.
        seventh: 7th characters that it must take where it has no children, with their meaning; empty where none.
    """

    code: str
    title: str
    parent: str | None = None
    children: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    seventh: tuple[tuple[str, str], ...] = ()


class CodeSystem(Mapping[str, Node]):
    """The codes of one release, by code.

    Attributes:
        version: fiscal year of the release.
    """

    def __init__(self, version: str, nodes: Mapping[str, Node]) -> None:
        self.version = version
        self._nodes = nodes

    def __getitem__(self, code: str) -> Node:
        return self._nodes[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def values(self) -> ValuesView[Node]:
        """Return the codes with all there is to them; faster than by `Mapping`."""
        return self._nodes.values()

    def leaves(self, code: str) -> Iterator[Node]:
        """Yield the codes without children at or below ``code``, in order."""
        node = self._nodes[code]
        if not node.children:
            yield node
        for child in node.children:
            yield from self.leaves(child)

    def lineage(self, code: str) -> Iterator[Node]:
        """Yield ``code`` and the codes above it, its category last."""
        above: str | None = code
        while above is not None:
            node = self._nodes[above]
            yield node
            above = node.parent

    def has(self, code: str) -> bool:
        """Whether there is such a code, with or without its 7th character."""
        stem, last = split_seventh(code)
        node = self._nodes.get(stem)
        return code in self._nodes or bool(node and last in dict(node.seventh) and with_seventh(stem, last) == code)

    def describe(self, code: str) -> tuple[str, bool]:
        """Return title and billability of a code with or without its 7th character.

        Raises:
            KeyError: no such code.
        """
        node = self._nodes.get(code)
        if node is not None:
            return node.title, not node.children and not node.seventh
        stem, last = split_seventh(code)
        node = self._nodes[stem]
        return f"{node.title}, {dict(node.seventh)[last]}", not node.children


def with_seventh(code: str, character: str) -> str:
    """Return ``code`` padded by X to six characters, with its 7th character."""
    category, _, rest = code.partition(".")
    return f"{category}.{rest.ljust(3, 'X')}{character}"


def split_seventh(code: str) -> tuple[str, str]:
    """Return the code that stands in the tabular list and the 7th character of a full code."""
    category, _, rest = code[:-1].partition(".")
    rest = rest.rstrip("X")
    return (f"{category}.{rest}" if rest else category), code[-1:]
