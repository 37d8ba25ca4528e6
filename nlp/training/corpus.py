"""The generated corpus as a `datasets` dataset on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from nlp.errors import ConfigError
from nlp.markup import MarkedNote, read_folder
from nlp.training.dataset import to_row
from nlp.training.generator import variants
from nlp.training.pools import build_pools
from nlp.training.split import held_out, learned_from
from nlp.training.standoff import read_labels, read_texts

LABELS = "public_notes.jsonl"


def read_public(templates: Path, folder: Path) -> list[MarkedNote]:
    """Return the public notes that we have annotated, those held out too.

    Args:
        templates: folder of the file `LABELS`.
        folder: of the notes themselves (`nlp.training.standoff.SOURCES`).

    Raises:
        CorpusError: the notes are not there, or are not those that were annotated.
    """
    return list(read_labels(templates / LABELS, read_texts(folder)))


def unseen_notes(templates: Path, further: Sequence[Path] = (), public: Path | None = None) -> list[MarkedNote]:
    """Return notes that the taggers have not learned from: those held out, and all notes of further folders.

    What judges the finds of a tagger has to learn from such notes: on its own ones a tagger is too sure.

    Args:
        templates: folder of marked-up notes, and of the labels of public notes.
        further: folders of marked-up notes of which the taggers have seen none.
        public: folder of public notes, to add those of them that we have annotated and held out.

    Raises:
        MarkupError: a note is marked up wrongly.
        CorpusError: the public notes are not there, or are not those that were annotated.
    """
    own = held_out([*read_folder(templates), *(read_public(templates, public) if public else ())])
    there = {marked.note.note_id for marked in own}
    others = (marked for folder in further for marked in read_folder(folder))
    return own + [marked for marked in others if marked.note.note_id not in there]


def generate_corpus(
    out: Path,
    templates: Path,
    count: int | Mapping[str, int],
    *,
    seed: int = 1,
    terms: Path | None = None,
    everything: bool = False,
    public: Path | None = None,
    public_count: int | Mapping[str, int] = 1,
) -> int:
    """Write variants of the hand-written notes to ``out``; return the number of notes written.

    Args:
        out: folder of the dataset (columns ``note_id``, ``text``, ``phi``, ``entities``).
        templates: folder of marked-up notes, and of the labels of public notes (`LABELS`).
        count: variants of every note, or of each by its id (``scripts/plan_corpus.py``).
        seed: the same seed gives the same notes.
        terms: folder of terminology tables, for rarer diseases and drugs.
        everything: also the notes held out for validation.
        public: folder of public notes (`nlp.training.standoff.SOURCES`), to add ``public_count`` variants of those
            that we have annotated.

    Raises:
        ConfigError: ``templates`` holds no notes.
        CorpusError: the public notes are not there, or are not those that were annotated.
    """
    from datasets import Dataset, disable_caching

    wanted = list if everything else learned_from
    notes = wanted(read_folder(templates))
    if not notes:
        raise ConfigError(f"{templates} holds no marked-up notes (*.txt)")
    dictated = wanted(read_public(templates, public)) if public else []
    # The pools are filled from our own notes alone: the public ones hold "Dr. X" and "ABC Hospital".
    pools = build_pools(notes, seed, terms)

    def rows() -> Iterator[dict[str, Any]]:
        for marked in chain(variants(notes, pools, count, seed), variants(dictated, pools, public_count, seed)):
            yield to_row(marked)

    disable_caching()
    dataset = Dataset.from_generator(rows)
    dataset.save_to_disk(str(out))
    return len(dataset)
