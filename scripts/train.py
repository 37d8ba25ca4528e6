"""Train a tagger on a generated corpus.

usage: python scripts/train.py CORPUS OUT --architecture transformer|cnn-rnn [--epochs 1] [--start MODEL]
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from datasets import load_from_disk

from nlp.taggers.neural import Checkpoint, load_checkpoint
from nlp.training.start import start
from nlp.training.trainer import TrainingConfig, train


def main(
    corpus: Path,
    out: Path,
    architecture: str = "transformer",
    epochs: float = 1.0,
    rate: float | None = None,
    window: int = 192,
    continue_from: Annotated[Path | None, typer.Option("--start", help="Checkpoint to continue from.")] = None,
    seed: int = 1,
) -> None:
    """Write the averaged weights to OUT, and to OUT-partial every ten minutes."""
    rows = load_from_disk(str(corpus))
    checkpoint = load_checkpoint(continue_from) if continue_from else start(architecture)
    recurrent = checkpoint.architecture == "cnn-rnn"
    config = TrainingConfig(
        epochs=epochs,
        rate=rate or (2e-3 if recurrent else 2e-4),
        window=window,
        precision="no" if recurrent else "bf16",
        seed=seed,
    )

    def keep(made: Checkpoint) -> None:
        made.save(out.with_name(out.name + "-partial"))

    train(checkpoint, rows, config, lambda line: print(line, flush=True), keep).save(out)


if __name__ == "__main__":
    typer.run(main)
