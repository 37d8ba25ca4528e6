"""Generate a training corpus: refilled variants of the hand-written notes, as a `datasets` dataset.

usage: python scripts/generate_corpus.py OUT --variants 20 [--terms ../shared/terms]
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from datasets import Dataset, disable_caching

from nlp.markup import read_folder
from nlp.training.dataset import to_row
from nlp.training.generator import variants
from nlp.training.pools import build_pools
from nlp.training.split import is_validation

TEMPLATES = Path(__file__).resolve().parent.parent / "corpora_templates"


def main(
    out: Path,
    count: Annotated[int, typer.Option("--variants", help="Variants of every note.")] = 20,
    templates: Annotated[Path, typer.Option(help="Folder of marked-up notes.")] = TEMPLATES,
    terms: Annotated[Path | None, typer.Option(help="Folder of terminology tables for rarer terms.")] = None,
    seed: int = 1,
    everything: Annotated[bool, typer.Option(help="Also the notes held out for validation.")] = False,
) -> None:
    """Write OUT, a dataset with columns note_id, text, phi, entities."""
    notes = [m for m in read_folder(templates) if everything or not is_validation(m.note.note_id)]
    pools = build_pools(notes, seed, terms)

    def rows() -> Iterator[dict[str, Any]]:
        for marked in variants(notes, pools, count, seed):
            yield to_row(marked)

    disable_caching()
    dataset = Dataset.from_generator(rows)
    dataset.save_to_disk(str(out))
    print(f"{len(dataset):,} notes from {len(notes)} templates in {out}")


if __name__ == "__main__":
    typer.run(main)
