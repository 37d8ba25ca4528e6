"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="JSONL (.gz), CSV or Parquet files, folders of .txt, globs, or URIs.",
        show_default=False,
    ),
]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="FIELD=COLUMN,...",
        help="Columns of the dump that hold note_id, text, patient_id, note_type, note_date, where they have other "
        "names, such as text=note_text.",
    ),
]
Identifiers = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN,...",
        help="Further columns with identifiers of the patient (last_name, mrn, ...): "
        "their values are removed wherever they stand in the patient's note.",
    ),
]
Patients = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Table with what is known of each patient (CSV, JSON lines or Parquet; patient_id, last_name, mrn, "
        "phone, ...): searched in that patient's notes, misspelt too, and removed.",
    ),
]
PatientColumns = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN=LABEL,...",
        help="What columns of the table of patients hold whose names do not tell: a PHI label, or ignore.",
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N notes.")]
Model = Annotated[
    str | None, typer.Option(metavar="FOLDER", help="Trained model to use instead of the one in the package.")
]
Tagger = Annotated[str | None, typer.Option(metavar="NAME", help="Tagger to use; default: the best one shipped.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Secret key that surrogates and date shifts derive from; else the variable CLINSIFT_KEY, "
        "else a throw-away key.",
    ),
]


def split_pairs(value: str | None, option: str = "--columns") -> dict[str, str]:
    """Return ``field=column,...`` as a mapping.

    Raises:
        typer.BadParameter: a part that is not of this form, or a field named twice.
    """
    pairs: dict[str, str] = {}
    for part in split_names(value):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not (field and equals and column):
            raise typer.BadParameter(f"{part!r} is not of the form field=column", param_hint=option)
        if field in pairs:
            raise typer.BadParameter(f"{field!r} is named twice", param_hint=option)
        pairs[field] = column
    return pairs


def split_names(value: str | None) -> tuple[str, ...]:
    """Return a comma-separated list without blanks around its parts and without empty parts."""
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def given(**options: object) -> dict[str, Any]:
    """Return the options that were given: the defaults of the others belong to whoever takes them."""
    return {name: value for name, value in options.items() if value is not None}
