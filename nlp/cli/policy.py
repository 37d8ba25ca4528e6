"""``clinsift policy``: show what a policy does, and check a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.cli.errors import plain_errors

if TYPE_CHECKING:
    from deid.policy import Policy

app = typer.Typer(name="policy", help="Show the policies, or check one of your own.", no_args_is_help=True)


@app.command()
@plain_errors
def show(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME|FILE]", help="A policy; default: the list of those built in.")
    ] = None,
) -> None:
    """Print what a policy does with each label, and the hash that reports name it by."""
    from deid.policy import builtin_policies, load_policy

    if name is not None:
        _print(load_policy(name))
        return
    for built_in in builtin_policies():
        typer.echo(f"{built_in:<16} {load_policy(built_in).description}")


@app.command()
@plain_errors
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file.")]) -> None:
    """Check a policy file: what is wrong is told by line, with the valid choices (exit code 2)."""
    from deid.policy import read_policy

    policy = read_policy(file)
    typer.echo(f"{file}: policy {policy.fingerprint} is valid")


def _print(policy: Policy) -> None:
    from deid.policy import Action, Source
    from nlp.labels import PHI_SCHEME

    typer.echo(f"policy {policy.fingerprint}")
    typer.echo(policy.description)
    typer.echo(f"{'label':<16}{'HIPAA':<7}{'action':<12}{'from score':<12}sources")
    for label in PHI_SCHEME:
        sources = policy.sources.get(label.name) or policy.sources.get("default") or tuple(Source)
        typer.echo(
            f"{label.name:<16}{label.hipaa or '-':<7}{policy.action(label.name):<12}"
            f"{policy.threshold(label.name):<12g}{', '.join(sources)}"
        )
    if policy.keep_ages_up_to is not None and policy.action("AGE") is not Action.KEEP:
        typer.echo(f"ages up to {policy.keep_ages_up_to} stay")
    if policy.action("DATE") is Action.SHIFT:
        bounds = policy.date_shift
        weeks = ", whole weeks" if bounds.whole_weeks else ""
        typer.echo(f"dates shift by {bounds.min_days} to {bounds.max_days} days{weeks}, back or forth")
    if Action.HASH in (*policy.labels.values(), policy.default):
        typer.echo(f"hashes are stable per {policy.hash_scope}")
    if policy.on_leak == "mask":
        typer.echo("what the leak check finds is removed too, instead of the note kept out")
