"""``clinsift export``: the output of a run in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.errors import plain_errors


@plain_errors
def export(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="Output folder of a finished clinsift run.", show_default=False)
    ],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help="fhir, omop, meds, brat, csv or timeline.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder to make; default: OUT-FORMAT.", show_default=False),
    ] = None,
    table_format: Annotated[
        str | None,
        typer.Option(
            metavar="csv|parquet", help="Of the tables of omop (default: csv) and timeline (default: parquet)."
        ),
    ] = None,
) -> None:
    """Write de-identified notes and records as FHIR, OMOP, MEDS, BRAT, CSV or patient timelines."""
    write_export(out, to, output or default_target(out, to), table_format)


def default_target(out: Path, to: str) -> Path:
    """Return the folder of an export that none was named for: beside the output."""
    out = out.absolute()
    return out.with_name(f"{out.name}-{to}")


def write_export(out: Path, to: str, target: Path, table_format: str | None = None) -> None:
    """Write an export and say where it lies and how much of what it holds."""
    from extractors.exports import export as write

    counts = write(out, to, target, table_format)
    typer.echo(f"{target}: {', '.join(f'{count:,} {name}' for name, count in counts.items())}")
