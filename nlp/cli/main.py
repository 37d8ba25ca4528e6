"""The commands of ``clinsift`` in one program. Heavy modules load inside the commands, so that ``--help`` is quick."""

from __future__ import annotations

import typer

from nlp.cli import annotate, batch, export, key, policy, reidentify, terminology, train, version

app = typer.Typer(
    name="clinsift",
    help="Clinical notes in; notes without PHI and structured records of diagnoses and medications out.",
    epilog="Exit codes: 0 all done; 1 internal error; 2 wrong usage, configuration or input; "
    "3 finished, some notes are in quarantine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, and those hold notes
)
app.command(no_args_is_help=True)(batch.run)
app.command(no_args_is_help=True)(annotate.annotate)
app.command()(batch.demo)
app.command(no_args_is_help=True)(train.train)
app.command(no_args_is_help=True)(export.export)
app.command(no_args_is_help=True)(reidentify.reidentify)
app.command()(version.version)
app.add_typer(policy.app)
app.add_typer(key.app)
app.add_typer(terminology.app)
