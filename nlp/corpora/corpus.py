"""Reading a whole corpus: format, label map, and what of it was left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nlp.corpora.bio import read_bio
from nlp.corpora.brat import read_brat
from nlp.corpora.i2b2 import read_i2b2
from nlp.corpora.labelmap import LabelMap, load_map, own_labels
from nlp.corpora.pubtator import read_pubtator
from nlp.corpora.raw import CorpusError, RawDocument
from nlp.corpora.spans import read_clinsift, read_neurotrialner, read_phee, read_presidio, read_spans
from nlp.errors import ConfigError
from nlp.markup import MarkedNote

Reader = Callable[[Path], Iterator[RawDocument]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its reader, the files of a folder that hold it, and the label map that goes with it.

    Attributes:
        files: a glob; empty where the reader takes the folder.
        label_map: name of the map of the package; None: our own labels.
    """

    read: Reader
    files: str = ""
    label_map: str | None = None


FORMATS: dict[str, Format] = {
    "clinsift": Format(read_clinsift, "*.jsonl*"),
    "brat": Format(read_brat),
    "i2b2": Format(read_i2b2, label_map="i2b2-2014"),
    "n2c2": Format(read_brat, label_map="n2c2-2018"),
    "pubtator": Format(read_pubtator, "*.txt"),
    "bio": Format(read_bio, "*"),
    "spans": Format(read_spans, "*.json*"),
    "presidio": Format(read_presidio, "*.json*", "presidio"),
    "phee": Format(read_phee, "*.json*", "phee"),
    "neurotrialner": Format(read_neurotrialner, "*.json", "neurotrialner"),
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus with our labels.

    Attributes:
        labels: those that it annotates wherever they occur; None: all.
        skipped: ids of documents left out because their offsets are wrong.
    """

    name: str
    labels: frozenset[str] | None
    notes: tuple[MarkedNote, ...] = field(repr=False)
    skipped: tuple[str, ...] = ()


def read_corpus(
    path: Path, format_name: str, label_map: LabelMap | str | Path | None = None, *, only: str | None = None
) -> Corpus:
    """Read a corpus.

    Args:
        path: a file or a folder.
        format_name: one of `FORMATS`.
        label_map: a map, the name of one in the package, or a YAML file; None takes the format's own.
        only: regular expression that the ids of the wanted documents begin with.

    Raises:
        ConfigError: an unknown format or an unusable map.
        CorpusError: the corpus is not of the format, holds nothing, has labels that the map lacks, or offsets
            that do not fit the text.
    """
    if format_name not in FORMATS:
        raise ConfigError(f"unknown format {format_name!r}; choose one of: {', '.join(FORMATS)}")
    if not path.exists():
        raise CorpusError(f"{path}: no such file or folder")
    chosen = FORMATS[format_name]
    if label_map is None:
        label_map = load_map(chosen.label_map) if chosen.label_map else own_labels()
    elif not isinstance(label_map, LabelMap):
        label_map = load_map(label_map)
    notes, skipped = [], []
    for document in _documents(path, chosen):
        if only and not re.match(only, document.doc_id):
            continue
        if document.fault is None:
            notes.append(label_map.apply(document))
        elif label_map.faulty:
            skipped.append(document.doc_id)
        else:
            raise CorpusError(f"{document.path}, document {document.doc_id}: {document.fault}")
    if not notes:
        raise CorpusError(f"{path}: no documents of format {format_name!r}")
    return Corpus(label_map.name, label_map.complete, tuple(notes), tuple(skipped))


def _documents(path: Path, chosen: Format) -> Iterator[RawDocument]:
    if path.is_file() or not chosen.files:
        yield from chosen.read(path)
        return
    for file in sorted(p for p in path.glob(chosen.files) if p.is_file()):
        yield from chosen.read(file)
