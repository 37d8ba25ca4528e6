"""Mix generated notes with public corpora into one training corpus; prints notes and words of each.

usage: python scripts/mix_corpora.py OUT --corpora ../shared/corpora --variants 8 --seed 21 [--terms ../shared/terms]
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from datasets import load_from_disk

from nlp.training.corpus import generate_corpus
from nlp.training.mixing import Part, limit, read_parts, write_mix

HERE = Path(__file__).resolve().parent


def main(
    out: Path,
    corpora: Annotated[Path, typer.Option(help="Folder of the public corpora.")],
    recipe: Annotated[Path, typer.Option(help="Which corpora, as YAML.")] = HERE / "mix_corpora.yaml",
    variants: Annotated[int, typer.Option(help="Variants of every hand-written note.")] = 8,
    generated: Annotated[Path | None, typer.Option(help="From generate_corpus.py, instead of --variants.")] = None,
    terms: Annotated[Path | None, typer.Option(help="Folder of terminology tables for rarer terms.")] = None,
    most: Annotated[float, typer.Option(help="Share of all words that public corpora may make up.")] = 0.35,
    seed: int = 1,
) -> None:
    """Write OUT, a dataset as scripts/train.py --corpus takes it."""
    parts = read_parts(recipe, corpora)
    with tempfile.TemporaryDirectory() as folder:
        if generated is None:
            generated = Path(folder)
            generate_corpus(generated, HERE.parent / "corpora_templates", variants, seed=seed, terms=terms)
        own = load_from_disk(str(generated))
        own_words = sum(len(text.split()) for text in own["text"])
        parts = limit(parts, int(own_words * most / (1 - most)))
        total = write_mix(out, own, parts)
    print(f"generated notes: {len(own):,} notes, {own_words:,} words")
    for part in parts:
        print(describe(part))
    print(f"{total:,} notes, {own_words + sum(part.words for part in parts):,} words in {out}")


def describe(part: Part) -> str:
    """Return notes and words of one corpus, and what was left out."""
    left_out = f", {part.skipped} documents with wrong offsets left out" if part.skipped else ""
    return f"{part.name}: {len(part.notes):,} notes, {part.words:,} words{left_out}"


if __name__ == "__main__":
    typer.run(main)
