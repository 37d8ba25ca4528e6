"""Train a tagger: generate a corpus from corpora_templates/ (unless one is given), then train on it.

usage: python scripts/train.py OUT --architecture transformer --variants 20
       python scripts/train.py OUT --architecture cnn-rnn --corpus CORPUS --epochs 2
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from datasets import load_from_disk

from nlp.taggers.neural import Checkpoint, load_checkpoint
from nlp.training.corpus import generate_corpus
from nlp.training.start import start
from nlp.training.trainer import Step, TrainingConfig, config_for, train

DEFAULTS = TrainingConfig()
TEMPLATES = Path(__file__).resolve().parent.parent / "corpora_templates"


def main(
    out: Path,
    architecture: Annotated[str, typer.Option(help="transformer or cnn-rnn")] = "transformer",
    corpus: Annotated[Path | None, typer.Option(help="From generate_corpus.py; else one is generated.")] = None,
    variants: Annotated[int, typer.Option(help="Variants of every note in a generated corpus.")] = 20,
    terms: Annotated[Path | None, typer.Option(help="Folder of terminology tables for rarer terms.")] = None,
    epochs: float = 1.0,
    rate: Annotated[float | None, typer.Option(help="Peak learning rate; ten times it for heads.")] = None,
    continue_from: Annotated[Path | None, typer.Option("--start", help="Checkpoint to continue from.")] = None,
    window: Annotated[int, typer.Option(help="Word pieces that are read together, at most.")] = DEFAULTS.window,
    budget: Annotated[int, typer.Option(help="Word pieces in a batch, at most.")] = DEFAULTS.budget,
    masking: Annotated[float, typer.Option(help="Share of the word pieces that are hidden.")] = DEFAULTS.masking,
    averaging: Annotated[float, typer.Option(help="Decay of the average per ten steps.")] = DEFAULTS.averaging,
    seed: int = 1,
) -> None:
    """Write the averaged weights to OUT, and to OUT-partial every ten minutes."""
    checkpoint = load_checkpoint(continue_from) if continue_from else start(architecture, seed)
    config = config_for(
        checkpoint.architecture,
        rate or (2e-3 if checkpoint.architecture == "cnn-rnn" else 2e-4),
        epochs=epochs,
        window=window,
        budget=budget,
        masking=masking,
        averaging=averaging,
        seed=seed,
    )

    def keep(made: Checkpoint) -> None:
        made.save(out.with_name(out.name + "-partial"))

    with tempfile.TemporaryDirectory() as folder:
        if corpus is None:
            corpus = Path(folder)
            generate_corpus(corpus, TEMPLATES, variants, seed=seed, terms=terms)
        rows = load_from_disk(str(corpus))
        train(checkpoint, rows, config, show, keep).save(out)


def show(step: Step) -> None:
    """Print every twentieth step."""
    if step.number % 20 == 0 or step.number == step.total:
        print(step, flush=True)


if __name__ == "__main__":
    typer.run(main)
