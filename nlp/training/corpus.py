"""The generated corpus as a `datasets` dataset on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp.errors import ConfigError
from nlp.markup import read_folder
from nlp.training.dataset import to_row
from nlp.training.generator import variants
from nlp.training.pools import build_pools
from nlp.training.split import is_validation


def generate_corpus(
    out: Path, templates: Path, count: int, *, seed: int = 1, terms: Path | None = None, everything: bool = False
) -> int:
    """Write ``count`` variants of every hand-written note to ``out``; return the number of notes written.

    Args:
        out: folder of the dataset (columns ``note_id``, ``text``, ``phi``, ``entities``).
        templates: folder of marked-up notes.
        seed: the same seed gives the same notes.
        terms: folder of terminology tables, for rarer diseases and drugs.
        everything: also the notes held out for validation.

    Raises:
        ConfigError: ``templates`` holds no notes.
    """
    from datasets import Dataset, disable_caching

    notes = [m for m in read_folder(templates) if everything or not is_validation(m.note.note_id)]
    if not notes:
        raise ConfigError(f"{templates} holds no marked-up notes (*.txt)")
    pools = build_pools(notes, seed, terms)

    def rows() -> Iterator[dict[str, Any]]:
        for marked in variants(notes, pools, count, seed):
            yield to_row(marked)

    disable_caching()
    dataset = Dataset.from_generator(rows)
    dataset.save_to_disk(str(out))
    return len(dataset)
