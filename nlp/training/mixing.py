"""A training corpus of several: generated notes and public corpora that annotate some labels only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from nlp.corpora import read_corpus
from nlp.errors import ConfigError
from nlp.markup import MarkedNote
from nlp.training.dataset import features, to_row

BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One source of a mix."""

    name: str
    notes: Sequence[MarkedNote] = field(repr=False)
    skipped: int = 0

    @property
    def words(self) -> int:
        """Return the number of words between blanks."""
        return sum(len(m.note.text.split()) for m in self.notes)


def chosen(note_id: str, share: float) -> bool:
    """Whether a document belongs to a share of its corpus: the same documents every time, more with more share."""
    return crc32(note_id.encode()) % BUCKETS < share * BUCKETS


def read_parts(recipe: Path, corpora: Path) -> list[Part]:
    """Return the corpora that a recipe names: a YAML list of ``path``, ``format``, ``map``, ``only``, ``share``.

    Raises:
        ConfigError: the recipe is of another form.
        CorpusError: a corpus cannot be read.
    """
    parts = []
    for entry in yaml.safe_load(recipe.read_text(encoding="utf-8")):
        if not {"path", "format"} <= entry.keys() <= {"path", "format", "map", "only", "share"}:
            raise ConfigError(f"{recipe}: an entry has path and format, and may have map, only and share")
        corpus = read_corpus(corpora / entry["path"], entry["format"], entry.get("map"), only=entry.get("only"))
        share = entry.get("share", 1.0)
        notes = [m for m in corpus.notes if chosen(m.note.note_id, share)]
        name = f"{corpus.name} ({Path(entry['path']).name})"
        parts.append(Part(name, notes, len(corpus.skipped)))
    return parts


def limit(parts: Sequence[Part], most: int) -> list[Part]:
    """Return the parts thinned evenly so that they hold about ``most`` words at most."""
    share = most / max(1, sum(part.words for part in parts))
    return [replace(part, notes=[m for m in part.notes if chosen(m.note.note_id, share)]) for part in parts]


def write_mix(out: Path, generated: Iterable[Mapping[str, Any]], parts: Sequence[Part]) -> int:
    """Write rows of generated notes and the notes of the parts as one dataset; return the number of rows."""
    from datasets import Dataset, disable_caching

    def rows() -> Iterator[dict[str, Any]]:
        for row in generated:
            yield {"labels": None, "choices": []} | dict(row)
        for part in parts:
            for marked in part.notes:
                yield to_row(marked)

    disable_caching()
    dataset = Dataset.from_generator(rows, features=features())
    dataset.save_to_disk(str(out))
    return len(dataset)
