"""Documents as a corpus has them: its own labels, offsets checked against the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlp.errors import InputError

ICD10CM = "ICD10CM"
"""The code system of our codes, as BRAT files name it; codes of other systems are not taken over."""


class CorpusError(InputError):
    """A corpus that cannot be read as what it is said to be; names file and document, never quotes text."""


@dataclass(frozen=True, slots=True)
class RawSpan:
    """A span as the corpus has it.

    Attributes:
        start, end: characters of the document's text.
        label: the corpus' own.
        id: what relations call it.
        values: further attributes in the corpus' own words, such as a polarity.
        broken: the annotation has gaps; start and end are those of the whole.
        codes: (system, code) pairs that the corpus normalises the span to.
    """

    start: int
    end: int
    label: str
    id: str | None = None
    values: tuple[str, ...] = ()
    broken: bool = False
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as the corpus has it.

    Attributes:
        path: the file it stands in.
        links: pairs of span ids that a relation joins.
        fault: what is wrong with its annotation, None where nothing is.
    """

    doc_id: str
    path: Path
    text: str = field(repr=False)
    spans: tuple[RawSpan, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    patient_id: str | None = field(default=None, repr=False)
    note_type: str | None = None
    fault: str | None = None


def mismatch(text: str, spans: Sequence[tuple[int, int, str | None]]) -> str | None:
    """Return what is wrong with the offsets of (start, end, surface or None), None if nothing."""
    for start, end, surface in spans:
        if not 0 <= start < end <= len(text):
            return f"span {start}..{end} lies outside of the text of {len(text)} characters"
        if surface is not None and text[start:end] != surface:
            return f"the text at {start}..{end} is not what the annotation says"
    return None


def read_text(path: Path) -> str:
    """Return a file as text with its line ends as they are.

    Raises:
        CorpusError: it is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}; convert the file") from None


def require(entry: Mapping[str, Any], names: Mapping[str, type], where: str) -> None:
    """Check that a JSON object has fields of the given types.

    Raises:
        CorpusError: one is missing or of another type.
    """
    for name, kind in names.items():
        if not isinstance(entry.get(name), kind):
            raise CorpusError(f"{where}: field {name!r} ({kind.__name__}) is missing or of another type")
