"""How sure the scores are, and how they change with the style of a note and the origin of names.

usage: python scripts/score_varied.py FOLDER [--model M]    FOLDER holds marked-up gold notes

Three tables: the figures with 95 % intervals (percentile bootstrap over notes: Efron and Tibshirani 1993); the same
notes in other styles; recall of names when all names in the notes are of one origin. The marks move along with
the text, so every figure is by the project's scorer. The origins are those of the surrogates' lists.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from evaluate import found_json, score, score_found, summary
from rich.console import Console
from rich.progress import track
from rich.table import Table

from deid.wordlists import groups
from nlp.labels import NAME_LABELS
from nlp.markup import Choice, MarkedNote, gold_json, read_folder
from nlp.models import DEFAULT_TAGGER
from nlp.pipeline import Pipeline
from nlp.training.generator import refillable, rewritten
from nlp.training.noise import STYLES, Damage
from nlp.training.pools import build_pools
from nlp.training.refill import Refiller
from nlp.types import Span

LISTS = "surrogates/data/"
SHOWN = ("token recall", "token precision", "HIPAA span recall", "DRUG strict", "problem strict", "assertion", "status")


def intervals(
    gold: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]], rounds: int, seed: int
) -> dict[str, tuple[float, float]]:
    """Return the 2.5th and the 97.5th percentile of every figure over notes drawn with replacement."""
    rng = random.Random(seed)
    drawn: list[dict[str, float]] = []
    for _ in track(range(rounds), "bootstrap", transient=True):
        chosen = rng.choices(range(len(gold)), k=len(gold))
        # A note that is drawn twice counts twice: the scorer tells notes apart by their ids.
        sample = [(gold[i] | {"note_id": str(n)}, found[i] | {"note_id": str(n)}) for n, i in enumerate(chosen)]
        drawn.append(summary(score_found([g for g, _ in sample], [f for _, f in sample], [])))
    return {
        name: (float(low), float(high))
        for name in drawn[0]
        for low, high in [np.percentile([figures[name] for figures in drawn], (2.5, 97.5))]
    }


def restyled(marked: MarkedNote, damage: Damage) -> MarkedNote:
    """Return a note with all of its text changed by ``damage``; the words stay."""
    return rewritten(marked, marked.note.note_id, lambda slot, old: old, [damage])


def renamed(marked: MarkedNote, refiller: Refiller) -> MarkedNote:
    """Return a note with other names of persons; all else stays."""

    def refill(slot: Span | Choice, old: str) -> str:
        return refiller.name(old) if isinstance(slot, Span) and slot.label in NAME_LABELS else old

    return rewritten(marked, marked.note.note_id, refill, [])


def by_origin(notes: Sequence[MarkedNote], seed: int) -> dict[str, list[MarkedNote]]:
    """Return the notes with all names drawn from one origin, by origin of the surname."""
    pools = build_pools(notes, seed)
    given = {**groups(f"{LISTS}given_female")}
    for group, names in groups(f"{LISTS}given_male").items():
        given[group] = (*given.get(group, ()), *names)
    made = {}
    for origin, family in groups(f"{LISTS}surnames").items():
        own = replace(
            pools, family=family, given=given.get(origin) or tuple(n for names in given.values() for n in names)
        )
        made[origin] = [renamed(m, Refiller(own, random.Random(f"{seed}:{origin}:{m.note.note_id}"))) for m in notes]
    return made


def name_recall(result: dict[str, Any]) -> tuple[int, int]:
    """Return how many names of persons were found whole, and of how many."""
    found = [result["phi"]["recall_by_label"].get(label, (0, 0)) for label in NAME_LABELS]
    return sum(hit for hit, _ in found), sum(n for _, n in found)


def main(
    gold: Annotated[Path, typer.Argument(help="Folder of marked-up gold notes.")],
    model: Path | None = None,
    tagger: str = DEFAULT_TAGGER,
    rounds: Annotated[int, typer.Option(help="Of the bootstrap.")] = 1000,
    seed: int = 1,
) -> None:
    """Print the three tables."""
    notes = [m for m in read_folder(gold) if refillable(m)]
    pipeline = Pipeline.load(model, tagger=tagger)
    console = Console(width=160)
    golds, found = [gold_json(m) for m in notes], found_json(notes, pipeline)
    asked = score_found(golds, found, [])
    plain, borders = summary(asked), intervals(golds, found, rounds, seed)
    table = Table("figure", "value", "95 % interval", title=f"{len(notes)} notes, {rounds:,} bootstrap samples")
    for name, value in plain.items():
        low, high = borders[name]
        table.add_row(name, f"{value:.3f}", f"{low:.3f} - {high:.3f}")
    console.print(table)
    table = Table("style", *SHOWN, title="The same notes in other styles")
    table.add_row("as written", *(f"{plain[name]:.3f}" for name in SHOWN))
    for style, make in track(STYLES.items(), "styles", transient=True):
        damage = make(random.Random(f"{seed}:{style}"))
        figures = summary(score([restyled(m, damage) for m in notes], pipeline, []))
        table.add_row(style, *(f"{figures[name]:.3f}" for name in SHOWN))
    console.print(table)
    table = Table("origin of all names", "names found", "of", "recall", title="The same notes with other names")
    hit, total = name_recall(asked)
    table.add_row("as written", str(hit), str(total), f"{hit / total:.3f}")
    for origin, renamed_notes in track(by_origin(notes, seed).items(), "origins", transient=True):
        hit, total = name_recall(score(renamed_notes, pipeline, []))
        table.add_row(origin, str(hit), str(total), f"{hit / total:.3f}")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
