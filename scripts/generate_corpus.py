"""Generate a training corpus: refilled variants of the hand-written notes, as a `datasets` dataset.

usage: python scripts/generate_corpus.py OUT --variants 20 [--terms ../shared/terms]
       [--public ../shared/corpora/notes --public-variants 4] [--plan PLAN]
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from nlp.training.corpus import generate_corpus

TEMPLATES = Path(__file__).resolve().parent.parent / "corpora_templates"


def main(
    out: Path,
    variants: Annotated[int, typer.Option(help="Variants of every note.")] = 20,
    templates: Annotated[Path, typer.Option(help="Folder of marked-up notes.")] = TEMPLATES,
    terms: Annotated[Path | None, typer.Option(help="Folder of terminology tables for rarer terms.")] = None,
    seed: int = 1,
    everything: Annotated[bool, typer.Option(help="Also the notes held out for validation.")] = False,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes, to add those we annotated.")] = None,
    public_variants: Annotated[int, typer.Option(help="Variants of every public note.")] = 1,
    plan: Annotated[Path | None, typer.Option(help="Variants of each note, from plan_corpus.py.")] = None,
) -> None:
    """Write OUT, a dataset with columns note_id, text, phi, entities."""
    planned = json.loads(plan.read_text(encoding="utf-8")) if plan else None
    count = generate_corpus(
        out,
        templates,
        variants if planned is None else planned,
        seed=seed,
        terms=terms,
        everything=everything,
        public=public,
        public_count=public_variants if planned is None else planned,
    )
    print(f"{count:,} notes in {out}")


if __name__ == "__main__":
    typer.run(main)
