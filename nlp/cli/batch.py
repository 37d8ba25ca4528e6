"""``clinsift run`` and ``clinsift demo``: the batch job on the terminal."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp.cli import options
from nlp.cli.errors import plain_errors
from nlp.cli.export import default_target, write_export
from nlp.errors import ConfigError

if TYPE_CHECKING:
    from nlp.batch import JobConfig, RunReport

SAMPLE_IDENTIFIERS = ("last_name", "first_name", "mrn")


class OutputFormat(StrEnum):
    """What the parts are written as."""

    PARQUET = "parquet"
    JSONL = "jsonl"


@plain_errors
def run(
    inputs: options.Inputs,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for the results.", show_default=False)],
    columns: options.Columns = None,
    identifiers: options.Identifiers = None,
    patients: options.Patients = None,
    patient_columns: options.PatientColumns = None,
    vault: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Keep what was replaced there, encrypted with the key, so that `clinsift reidentify` can undo it.",
        ),
    ] = None,
    limit: options.Limit = None,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE", help="What happens to each kind of PHI; default: mask. See clinsift policy show."
        ),
    ] = None,
    key_file: options.KeyFile = None,
    tagger: options.Tagger = None,
    model: options.Model = None,
    output_format: Annotated[OutputFormat | None, typer.Option(help="Default: parquet.", show_default=False)] = None,
    shard_size: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Notes in a shard, the unit of work and of resume.")
    ] = None,
    num_workers: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Worker processes; default: one per core or GPU.")
    ] = None,
    num_gpus: Annotated[
        float | None, typer.Option(min=0, metavar="X", help="GPUs of each worker, fractions allowed; default: none.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="auto|ray://HOST:PORT", help="A running Ray cluster; default: Ray on this machine alone."),
    ] = None,
    export: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT", help="Afterwards export to OUT-FORMAT (see clinsift export); may be given several times."
        ),
    ] = None,
) -> None:
    """De-identify a dump of notes and extract records of diagnoses and medications from it.

    The same command again resumes: only what is missing is done.
    """
    config = job_config(
        inputs=inputs,
        out=out,
        columns=options.split_pairs(columns),
        identifiers=options.split_names(identifiers),
        patients=(patients,) if patients else (),
        patient_columns=options.split_pairs(patient_columns, "--patient-columns"),
        **options.given(
            vault=vault,
            limit=limit,
            policy=policy,
            key_file=key_file,
            tagger=tagger,
            model=model,
            output_format=output_format and output_format.value,
            shard_size=shard_size,
            num_workers=num_workers,
            num_gpus=num_gpus,
            address=address,
        ),
    )
    targets = {to: default_target(out, to) for to in export or ()}
    if targets:
        from extractors.exports import check

        for to, target in targets.items():
            check(to, target)
    report = run_and_show(config)
    for to, target in targets.items():
        write_export(out, to, target)
    raise typer.Exit(report.exit_code)


@plain_errors
def demo(
    out: Annotated[Path, typer.Argument(metavar="[OUT]", help="Folder for the results.")] = Path("demo-out"),
) -> None:
    """Run the batch job on the bundled fictional notes and show what it made of one of them."""
    from nlp.cli.example import show_example

    with as_file(files("nlp") / "samples" / "notes.jsonl") as samples:
        config = job_config(inputs=[str(samples)], out=out, identifiers=SAMPLE_IDENTIFIERS, shard_size=8)
        report = run_and_show(config)
        show_example(samples, config.out)
    raise typer.Exit(report.exit_code)


def job_config(**settings: Any) -> JobConfig:
    """Return the validated settings of a job.

    Raises:
        ConfigError: names each setting that is wrong.
    """
    from pydantic import ValidationError

    from nlp.batch import JobConfig

    try:
        return JobConfig(**settings)
    except ValidationError as error:
        mistakes = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise ConfigError(f"the settings of the job are wrong: {mistakes}") from None


def run_and_show(config: JobConfig) -> RunReport:
    """Run a job with a progress bar; then print its figures and where everything lies."""
    from rich.console import Console

    from nlp.batch import progress_bar, run_job, summary_table

    with progress_bar() as progress:
        report = run_job(config, progress)
    console = Console()
    console.print(summary_table(report))
    for path in sorted(config.out.iterdir()):
        if not path.name.startswith("_"):
            typer.echo(f"{path}{f'/ ({len(list(path.iterdir()))} parts)' if path.is_dir() else ''}")
    return report
