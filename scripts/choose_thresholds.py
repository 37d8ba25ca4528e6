"""Choose the thresholds of a trained model on the notes held out for validation and write them into it.

usage: python scripts/choose_thresholds.py MODEL [--phi-beta 2.0] [--clinical-beta 1.0]
"""

from __future__ import annotations

import json
from pathlib import Path

import typer

from nlp.markup import read_folder
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.split import held_out
from nlp.training.thresholds import choose_thresholds

TEMPLATES = Path(__file__).resolve().parent.parent / "corpora_templates"


def main(model: Path, phi_beta: float = 2.0, clinical_beta: float = 1.0) -> None:
    """Print the thresholds and write them into MODEL/config.json."""
    notes = held_out(read_folder(TEMPLATES))
    tagger = NeuralTagger(load_checkpoint(model))
    chosen = choose_thresholds(tagger, notes, {"phi": phi_beta, "clinical": clinical_beta})
    path = model / "config.json"
    config = json.loads(path.read_text(encoding="utf-8")) | {"thresholds": chosen}
    path.write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(chosen, indent=1))


if __name__ == "__main__":
    typer.run(main)
