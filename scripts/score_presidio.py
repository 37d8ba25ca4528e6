"""Score Presidio's AnalyzerEngine with its default recognizers on gold notes, by the same scorer as ours.

usage: python scripts/score_presidio.py FOLDER --spacy-model FOLDER

Only what does not depend on labels is compared: which words are covered.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from benchmark import presidio_engine
from evaluate import scorer
from rich.console import Console
from rich.table import Table

from nlp.markup import gold_json, read_folder
from nlp.types import Annotations, Span

FIGURES = ("token_recall", "token_precision", "hipaa_span_recall", "hipaa_clean_notes", "clinical_kept")


def main(
    folder: Path,
    spacy_model: Annotated[str, typer.Option(help="Name or folder of a spaCy model.")],
    least: Annotated[float, typer.Option(help="Least score that counts.")] = 0.0,
) -> None:
    """Print the table."""
    engine = presidio_engine(spacy_model)
    marked = list(read_folder(folder))
    found = {}
    for item in marked:
        results = engine.analyze(item.note.text, language="en", score_threshold=least)
        spans = tuple(Span(r.start, r.end, "IDNUM", r.score, ("presidio",)) for r in results)
        found[item.note.note_id] = Annotations(spans, ()).to_json(item.note.note_id)
    phi = scorer().score_phi([gold_json(item) for item in marked], found, [])
    table = Table("figure", "Presidio", title=f"{len(marked)} notes")
    for name in FIGURES:
        table.add_row(name.replace("_", " "), f"{phi[name]:.4f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
