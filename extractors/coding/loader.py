"""Reads the official ICD-10-CM files (CDC/NCHS): the tabular list and the alphabetic index, both XML.

A file that is broken, is another file of the release, or belongs to another year is refused with what
is wrong, where, and what to do.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree

from extractors.coding.system import CodeSystem, Node
from nlp.errors import ConfigError

CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?")
# Every release names some 46,900 codes before their 7th characters; far fewer means a cut file.
FEWEST_CODES = 30_000
_ROOTS = {"ICD10CM.tabular": "the tabular list", "ICD10CM.index": "an index"}


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of the alphabetic index.

    Attributes:
        term: main term and sub-terms, joined by blanks ("Abscess skin axilla").
        code: what it leads to; a category where the index leaves the rest open ("L02.-").
    """

    term: str
    code: str


def bundled() -> CodeSystem:
    """Return the tabular list that the package ``simple-icd-10-cm`` carries.

    Its own reader, which importing it starts, builds some 190 MB of objects; so its file is found without.

    Raises:
        ConfigError: the package holds no tabular list that can be read.
    """
    package = find_spec("simple_icd_10_cm")
    folders = (package.submodule_search_locations if package else None) or ()
    found = sorted(path for folder in folders for path in Path(folder, "data").glob("*tabular*.xml"))
    if not found:
        raise ConfigError("the package simple-icd-10-cm holds no tabular list; install the version in constraints.txt")
    return load_tabular(found[-1])


def installed(folder: Path) -> tuple[CodeSystem, list[IndexEntry]]:
    """Return what `install` wrote into ``folder``.

    Raises:
        ConfigError: a file in it cannot be read.
    """
    system = load_tabular(folder / "tabular.xml")
    index = folder / "index.xml"
    return system, load_index(index, system) if index.is_file() else []


def install(release: Sequence[Path], folder: Path) -> tuple[str, int]:
    """Copy a release's files into ``folder`` once they were read; see `extractors.terminology.Installer`.

    Args:
        release: the tabular list, then the alphabetic index if there is one, plain or gzipped.
        folder: where to.

    Raises:
        ConfigError: too many files, or one that `load_tabular` or `load_index` refuses.
    """
    if not 1 <= len(release) <= 2:
        raise ConfigError(f"icd10cm: give the tabular list, then the index (optional), not {len(release)} files")
    system = load_tabular(release[0])
    entries = load_index(release[1], system) if len(release) == 2 else []
    for path, name in zip(release, ("tabular.xml", "index.xml"), strict=False):
        (folder / name).write_bytes(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    return system.version, len(system) + len(entries)


def load_tabular(path: Path, year: int | None = None, *, fewest: int = FEWEST_CODES) -> CodeSystem:
    """Return the code system of a tabular list ("icd10cm-tabular-April-2026.xml", also gzipped).

    Args:
        path: the file.
        year: fiscal year that the file must belong to; any where None.
        fewest: a file of fewer codes counts as cut off.

    Raises:
        ConfigError: no such file, not a tabular list, broken, cut off, or of another year.
    """
    version = ""
    nodes: dict[str, Node] = {}
    for element in _elements(path, "ICD10CM.tabular", {"version", "section"}):
        if element.tag == "version":
            version = (element.text or "").strip()
        for category in element.iterfind("diag"):
            _add(category, None, (), nodes, path)
        element.clear()  # the whole tree would take 90 MB
    _check_year(path, version, year)
    if len(nodes) < fewest:
        raise ConfigError(f"{path}: {len(nodes)} codes, fewer than {fewest}; the file is cut off, get it again")
    return CodeSystem(version, nodes)


def _add(
    diag: ElementTree.Element,
    parent: str | None,
    seventh: tuple[tuple[str, str], ...],
    nodes: dict[str, Node],
    path: Path,
) -> str:
    """Add the code of a ``<diag>`` and those below it to ``nodes``; return it."""
    code = title = ""
    terms: list[str] = []
    below: list[ElementTree.Element] = []
    for element in diag:
        tag = element.tag
        if tag == "name":
            code = _text(element)
        elif tag == "desc":
            title = _text(element)
        elif tag == "diag":
            below.append(element)
        elif tag in ("inclusionTerm", "includes"):
            terms += [_text(note) for note in element.iterfind("note") if note.text]
        elif tag == "sevenChrDef":
            seventh = tuple((e.get("char", ""), _text(e)) for e in element.iter("extension"))
    if not CODE.fullmatch(code) or code in nodes or not title:
        raise ConfigError(f"{path}: {code!r} is no ICD-10-CM code, stands twice or has no title; get the file again")
    nodes[code] = Node(code, title, parent)  # keeps the order of the list; replaced once the codes below are known
    if below or terms or seventh:
        children = tuple([_add(child, code, seventh, nodes, path) for child in below])
        nodes[code] = Node(code, title, parent, children, tuple(terms), seventh)
    return code


def _text(element: ElementTree.Element) -> str:
    return " ".join((element.text or "").split())


def load_index(path: Path, system: CodeSystem) -> list[IndexEntry]:
    """Return the entries of an alphabetic index ("icd10cm-index-April-2026.xml", also gzipped).

    Entries that only refer to others ("see", "see also") are left out, and so are codes that ``system``
    does not know (an index of a neighbouring release names a few).

    Raises:
        ConfigError: no such file, not an index, broken, or of another year than ``system``.
    """
    version = ""
    entries: list[IndexEntry] = []
    for element in _elements(path, "ICD10CM.index", {"version", "mainTerm"}):
        if element.tag == "version":
            version = (element.text or "").strip()
        else:
            entries += [IndexEntry(name, code) for name, code in _entries(element, "") if code in system]
            element.clear()
    _check_year(path, version, int(system.version))
    if not entries:
        raise ConfigError(
            f"{path}: none of its entries belongs to the tabular list of {system.version}; "
            "take index and tabular list from one release"
        )
    return entries


def _entries(term: ElementTree.Element, above: str) -> Iterator[tuple[str, str]]:
    """Yield (name, code) of an index term and those below it."""
    title = term.find("title")
    name = f"{above} {_without_modifiers(''.join(title.itertext()))}".strip() if title is not None else above
    code = (term.findtext("code") or "").strip().rstrip("-").rstrip(".")
    if code:
        yield name, code
    for below in term.iterfind("term"):
        yield from _entries(below, name)


def _without_modifiers(title: str) -> str:
    """Return an index title without its nonessential modifiers, the ones in parentheses."""
    return " ".join(re.sub(r"\([^()]*\)", " ", title).replace(",", " ").split())


def _check_year(path: Path, version: str, year: int | None) -> None:
    if not re.fullmatch(r"20\d\d", version):
        raise ConfigError(f"{path}: version {version!r} is no year; this is no official ICD-10-CM file")
    if year is not None and int(version) != year:
        raise ConfigError(f"{path}: release of {version}, but {year} is wanted; get the file of {year} from CDC/NCHS")


def _elements(path: Path, name: str, tags: Set[str]) -> Iterator[ElementTree.Element]:
    """Yield the elements of ``tags`` as they end, from a plain or gzipped XML file whose root must be ``<name>``."""
    tag = ""
    try:
        with cast("IO[bytes]", gzip.open(path) if path.suffix == ".gz" else path.open("rb")) as stream:
            for _, element in ElementTree.iterparse(stream):
                tag = element.tag
                if tag in tags:
                    yield element
    except ElementTree.ParseError as error:
        line, column = error.position
        raise ConfigError(f"{path}:{line}:{column}: broken XML; get the file again") from error
    except (OSError, EOFError) as error:
        raise ConfigError(f"{path}: cannot be read ({type(error).__name__}); check the path and the file") from error
    if tag != name:  # the root ends last
        what = _ROOTS.get(tag, f"a <{tag}> document")
        raise ConfigError(f"{path}: {what}, but {_ROOTS[name]} of ICD-10-CM (<{name}>) is wanted")
