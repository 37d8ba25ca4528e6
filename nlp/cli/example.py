"""What the demo shows: one fictional note before and after, and the records made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHOWN_NOTE = "s05"
HIDDEN = (
    "note_id",
    "patient_key",
    "start",
    "end",
    "label",
    "score",
    "model",
    "parts",
    "icd10_candidates",
    "ingredient_rxcuis",
    "match_score",
    "section_loinc",
)
"""Columns of records that say little on a terminal."""


def show_example(samples: Path, out: Path) -> None:
    """Print a sample note, its de-identified text and its records from an output folder of Parquet parts."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    console = Console()
    before = next(
        note["text"] for note in map(json.loads, samples.open(encoding="utf-8")) if note["note_id"] == SHOWN_NOTE
    )
    found = _rows(out / "notes")
    if not found:
        console.print(f"Sample note {SHOWN_NOTE} is in quarantine.")
        return
    for text, title in ((before, "before"), (found[0]["text"], "after")):
        console.print(Panel(Text(text), title=f"note {SHOWN_NOTE} {title}"))
    for table in ("diagnoses", "medications"):
        records = _rows(out / table)
        console.print(f"{len(records)} {table} of this note", highlight=False)
        for record in records:
            shown = {
                name: value for name, value in record.items() if value not in (None, [], "") and name not in HIDDEN
            }
            console.print(Text("  " + ", ".join(f"{name}: {value}" for name, value in shown.items())))


def _rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the sample note from all parts of a table."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    rows: list[dict[str, Any]] = ds.dataset(folder).to_table(filter=pc.field("note_id") == SHOWN_NOTE).to_pylist()
    return rows
