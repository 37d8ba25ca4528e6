"""Corpora of users and of the public as marked notes: one reader per format, one label map per corpus."""

from __future__ import annotations

from nlp.corpora.corpus import FORMATS, Corpus, read_corpus
from nlp.corpora.labelmap import LabelMap, known_maps, load_map
from nlp.corpora.raw import CorpusError, RawDocument, RawSpan

__all__ = [
    "FORMATS",
    "Corpus",
    "CorpusError",
    "LabelMap",
    "RawDocument",
    "RawSpan",
    "known_maps",
    "load_map",
    "read_corpus",
]
