"""``clinsift key``: make a secret key, and tell its id."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.errors import plain_errors

app = typer.Typer(name="key", help="Make a secret key, or tell the id of one.", no_args_is_help=True)


@app.command()
@plain_errors
def new(file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; must not be there yet.")]) -> None:
    """Write a new random key to a file that only you can read."""
    from deid.keys import new_key_file

    typer.echo(f"key {new_key_file(file).key_id} written to {file}; keep it as safe as the notes")


@app.command(name="id")
@plain_errors
def show_id(file: Annotated[Path, typer.Argument(metavar="FILE", help="A key file.")]) -> None:
    """Print the id that reports name a key by; it does not tell the key."""
    from deid.keys import load_key

    typer.echo(load_key(file).key_id)
