"""Average the weights of checkpoints of one architecture (Wortsman et al. 2022, "Model soups").

usage: python scripts/average_weights.py OUT CHECKPOINT CHECKPOINT ...

Heads, sizes and thresholds are the first one's: choose the thresholds anew afterwards.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch
import typer

from nlp.taggers.neural import load_checkpoint


def main(out: Path, checkpoints: list[Path]) -> None:
    """Write the average to OUT."""
    first, *others = (load_checkpoint(folder) for folder in checkpoints)
    for folder, other in zip(checkpoints[1:], others, strict=True):
        if (other.architecture, asdict(other.model.config), other.heads) != (
            first.architecture,
            asdict(first.model.config),
            first.heads,
        ):
            raise SystemExit(f"{folder} has another architecture, size or heads than {checkpoints[0]}")
    states = [checkpoint.model.state_dict() for checkpoint in (first, *others)]
    first.model.load_state_dict({name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]})
    first.save(out)


if __name__ == "__main__":
    typer.run(main)
