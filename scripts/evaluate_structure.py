"""Score assertion, status and links on gold spans: by rules alone, by the tagger's heads alone, by both together.

usage: python scripts/evaluate_structure.py FOLDER                 any folder of marked-up notes
       python scripts/evaluate_structure.py FOLDER --validation    only the notes held out of training
       python scripts/evaluate_structure.py FOLDER --no-heads      rules only: quick, loads no model

The spans are the gold ones, so what taggers miss does not count. On notes that a tagger was trained on its
heads look better than they are: judge them with --validation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from extractors.structure import structure
from nlp.labels import ATTRIBUTE_LABELS, PROBLEM_LABELS
from nlp.markup import MarkedNote, read_folder
from nlp.models import DEFAULT_TAGGER, model_folders
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.split import held_out
from nlp.types import Span

Figures = Mapping[str, Counter[tuple[str | None, str | None]]]


def bare(marked: MarkedNote) -> list[Span]:
    """Return the gold spans in text order without what `structure` fills in."""
    ordered = sorted(marked.annotations.entities, key=lambda span: span.start)
    return [replace(span, assertion=None, status=None, drug=None, id=None, icd10=None) for span in ordered]


def compare(notes: Sequence[MarkedNote], found: Sequence[Sequence[Span]]) -> Figures:
    """Count (gold, found) pairs of assertion, status, attribute links and reason links."""
    pairs: dict[str, Counter[tuple[str | None, str | None]]] = {
        name: Counter() for name in ("assertion", "status", "link", "reason")
    }
    for marked, spans in zip(notes, found, strict=True):
        gold = sorted(marked.annotations.entities, key=lambda span: span.start)
        names = {g.id: s.id for g, s in zip(gold, spans, strict=True) if g.label == "DRUG"}
        for wanted, span in zip(gold, spans, strict=True):
            drug = names[wanted.drug] if wanted.drug else None
            if wanted.label == "DRUG":
                pairs["status"][wanted.status, span.status] += 1
            elif wanted.label in PROBLEM_LABELS:
                pairs["assertion"][wanted.assertion, span.assertion] += 1
                pairs["reason"][drug and "right drug", _link(drug, span.drug)] += 1
            elif wanted.label in ATTRIBUTE_LABELS:
                pairs["link"][drug and "right drug", _link(drug, span.drug)] += 1
    return pairs


def _link(wanted: str | None, found: str | None) -> str | None:
    return found and ("right drug" if found == wanted else "wrong drug")


def accuracy(pairs: Counter[tuple[str | None, str | None]], leave_out: str = "") -> str:
    """Return right/all and the share, without the gold class ``leave_out``."""
    asked = {pair: count for pair, count in pairs.items() if pair[0] != leave_out}
    right, total = sum(count for (a, b), count in asked.items() if a == b), sum(asked.values())
    return f"{right / total:.4f} ({total})" if total else "-"


def attribute_f1(pairs: Counter[tuple[str | None, str | None]]) -> str:
    """Return the F1 of attribute spans that hang on the right drug, given that every span is found."""
    right = sum(count for (wanted, found), count in pairs.items() if wanted and wanted == found)
    total = sum(pairs.values())
    return f"{right / total:.4f}" if total else "-"  # as many found as gold: precision, recall, F1 are equal


def main(
    gold: Annotated[Path, typer.Argument(help="Folder of marked-up gold notes.")],
    validation: Annotated[bool, typer.Option(help="Only the notes held out of training.")] = False,
    heads: Annotated[bool, typer.Option(help="Also with the heads of a tagger.")] = True,
    model: Path | None = None,
) -> None:
    """Print accuracies and the confusions of each way to decide."""
    notes = held_out(read_folder(gold)) if validation else list(read_folder(gold))
    texts, spans = [m.note.text for m in notes], [bare(m) for m in notes]
    runs = {"rules": compare(notes, [structure(t, own) for t, own in zip(texts, spans, strict=True)])}
    if heads:
        tagger = NeuralTagger(load_checkpoint(model_folders(DEFAULT_TAGGER, model)[0]))
        judged = tagger.judge(texts, spans)
        runs["heads"] = {**compare(notes, judged), "link": Counter(), "reason": Counter()}  # they give no links
        runs["both"] = compare(notes, [structure(t, own) for t, own in zip(texts, judged, strict=True)])
    table = Table("figure", *runs, title=f"{len(notes)} notes, gold spans")
    table.add_row("assertion", *(accuracy(run["assertion"]) for run in runs.values()))
    table.add_row("assertion, not present", *(accuracy(run["assertion"], "present") for run in runs.values()))
    table.add_row("status", *(accuracy(run["status"]) for run in runs.values()))
    table.add_row("attribute F1", *(attribute_f1(run["link"]) for run in runs.values()))
    table.add_row("reason link", *(accuracy(run["reason"]) for run in runs.values()))
    console = Console(width=160)
    console.print(table)
    for field in ("assertion", "status"):
        for name, run in runs.items():
            wrong = [(count, f"{a} as {b}") for (a, b), count in run[field].most_common() if a != b]
            console.print(f"{field}, {name}: " + ", ".join(f"{what} {count}" for count, what in wrong[:12]))


if __name__ == "__main__":
    typer.run(main)
