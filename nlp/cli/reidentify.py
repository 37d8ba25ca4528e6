"""``clinsift reidentify``: the original notes back, with vault and key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.errors import plain_errors


@plain_errors
def reidentify(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Output folder of `clinsift run`.", show_default=False)],
    vault: Annotated[Path, typer.Option(metavar="FOLDER", help="Vault of that run.", show_default=False)],
    key_file: Annotated[Path, typer.Option(metavar="FILE", help="Secret key of that run.", show_default=False)],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="RESTORED", help="New folder for the notes.", show_default=False)
    ],
) -> None:
    """Restore the original notes, byte for byte, from de-identified ones, the vault and the key."""
    from deid.keys import load_key
    from nlp.batch.reidentify import reidentify

    count = reidentify(out, vault, load_key(key_file), output)
    typer.echo(f"{output}: {count:,} notes as they were; they hold PHI")
