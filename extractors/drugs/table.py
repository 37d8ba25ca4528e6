"""The table of drugs that comes with the package (``data/drugs.txt``): ingredients, brands, other names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.datafiles import data_lines


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the number of its concept in RxNorm, None where the prescribable content has none."""

    text: str
    rxcui: str | None = None

    def __str__(self) -> str:
        return f"{self.text} #{self.rxcui}" if self.rxcui else self.text


@dataclass(frozen=True, slots=True)
class Entry:
    """One ingredient or combination.

    Attributes:
        name: its ingredients as written in the table, joined by " + ".
        drug_class: the block it stands in.
        brands: trade names.
        aliases: other names, abbreviations and common misspellings.
    """

    name: Name
    drug_class: str
    brands: tuple[Name, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def ingredients(self) -> tuple[str, ...]:
        """Return the ingredients, sorted as RxNorm sorts those of a combination."""
        return tuple(sorted(self.name.text.split(" + "), key=str.lower))

    def __str__(self) -> str:
        brands = f" = {', '.join(map(str, self.brands))}" if self.brands else ""
        return f"{self.name}{brands}" + (f" ~ {', '.join(self.aliases)}" if self.aliases else "")


_NAME = re.compile(r"(.+?)(?: #(\d+))?")
_LIST = re.compile(r", (?!(?:human|USP|activated|conjugated)\b)")  # the comma of "insulin regular, human" is the name's


def _name(text: str) -> Name:
    match = _NAME.fullmatch(text.strip())
    assert match is not None  # whoever calls splits at separators: a part is never empty
    return Name(match[1], match[2])


def parse_table(lines: Iterable[str]) -> Iterator[str | Entry]:
    """Yield each line of the table as it is (comments, blocks, blank lines) or as its `Entry`.

    Raises:
        ValueError: an entry stands before the first block, or a name is empty.
    """
    drug_class = None
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            drug_class = line[1:-1]
        if not line or line.startswith(("#", "[")):
            yield line
            continue
        if drug_class is None:
            raise ValueError(f"line {number}: a drug before the first [class]")
        rest, _, aliases = line.partition(" ~ ")
        name, _, brands = rest.partition(" = ")
        listed = [name, *(_LIST.split(brands) if brands else ())]
        others = _LIST.split(aliases) if aliases else []
        if not all(part.strip() for part in (*listed, *others)):
            raise ValueError(f"line {number}: an empty name")
        yield Entry(_name(name), drug_class, tuple(map(_name, listed[1:])), tuple(o.strip() for o in others))


@cache
def entries() -> tuple[Entry, ...]:
    """Return the entries of the package's table, in file order."""
    return tuple(line for line in parse_table(table_text().splitlines()) if isinstance(line, Entry))


def table_text() -> str:
    """Return the table as it stands in the package."""
    return files("extractors.drugs").joinpath("data", "drugs.txt").read_text(encoding="utf-8")


@cache
def classes() -> dict[str, tuple[str, ...]]:
    """Return each class of the table and of ``data/classes.txt`` with its other names."""
    found: dict[str, tuple[str, ...]] = {entry.drug_class: () for entry in entries()}
    for line in data_lines("extractors.drugs", "data/classes.txt"):
        name, _, others = line.partition(" = ")
        found[name] = (*found.get(name, ()), *(other.strip() for other in others.split(",") if other.strip()))
    return found
