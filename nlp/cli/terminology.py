"""``clinsift terminology``: code systems beside those in the package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.errors import plain_errors

app = typer.Typer(
    name="terminology", help="Add official releases of code systems, and list them.", no_args_is_help=True
)

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="FOLDER",
        help="Where they are kept; else the variable CLINSIFT_DATA, else the user's data folder.",
    ),
]


@app.command("add", no_args_is_help=True)
@plain_errors
def add(
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="rxnorm, ...", show_default=False)],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Official files, such as RxNorm_full_prescribe_10062025.zip.", show_default=False
        ),
    ],
    year: Annotated[int | None, typer.Option(metavar="YEAR", help="Refuse a release of another year.")] = None,
    data_dir: DataFolder = None,
) -> None:
    """Install a release; runs from now on use it. One that is there already is replaced."""
    from extractors import terminology

    done = terminology.add(system, files, folder=data_dir, year=year)
    folder = terminology.data_folder(data_dir)
    typer.echo(f"{done.system} {done.version}: {done.entries} entries in {folder}")
    if folder != terminology.data_folder():
        typer.echo(f"set {terminology.VARIABLE}={folder} for runs to use it")


@app.command("list")
@plain_errors
def list_systems(data_dir: DataFolder = None) -> None:
    """List what can be added and what has been."""
    from extractors import terminology

    found = {entry.system: entry for entry in terminology.installed(data_dir)}
    for name in sorted({*terminology.SYSTEMS, *found}):
        entry = found.get(name)
        typer.echo(f"{name}  {entry.version}  {entry.entries} entries" if entry else f"{name}  not added")
