"""Write every export of a finished run, check it with the field's own library: ``python scripts/check_exports.py OUT``.

FHIR Bundles are read by fhir.resources, OMOP tables loaded into DuckDB and asked by SQL, MEDS files checked by the
schemas of meds, BRAT files read and written again, CSV files compared with the records, and the Parquet parts opened
by Hugging Face's datasets. Exit code 1 where a check fails. No text is printed.

needs: pip install 'clinsift[fhir,meds]' duckdb datasets
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from extractors.exports import export
from extractors.exports.brat import file_name, to_ann
from extractors.exports.source import Output
from extractors.schema import RECORDS
from nlp.corpora import read_corpus


class CheckError(Exception):
    """A check that failed; says which, without text of a note."""


def require(good: bool, what: str) -> None:
    """Raise `CheckError` unless ``good``."""
    if not good:
        raise CheckError(what)


def check_fhir(source: Output, target: Path) -> str:
    """Check that fhir.resources takes every Bundle, and that its resources have ids of their own."""
    bundles = import_module("fhir.resources.R4B.bundle").Bundle
    counts = export(source.folder, "fhir", target)
    lines = 0
    for path in sorted(target.glob("*.ndjson")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                resources = [entry.resource for entry in bundles.model_validate_json(line).entry]
                ids = {(resource.get_resource_type(), resource.id) for resource in resources}
                require(len(ids) == len(resources), f"{path.name}: two resources of a Bundle have one id")
                lines += 1
    require(lines == counts["Bundle"], "not as many lines as Bundles")
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items())


def check_omop(source: Output, target: Path) -> str:
    """Check that DuckDB loads the tables and finds every mention where it should stand."""
    import duckdb

    told = {}
    for kind in ("csv", "parquet"):
        folder = target / kind
        counts = export(source.folder, "omop", folder, kind)
        with duckdb.connect() as base:
            load = (folder / "load.sql").read_text(encoding="utf-8")
            for table in counts:
                load = load.replace(f"'{table}.{kind}'", f"'{folder / table}.{kind}'")
            base.execute(load)

            def number(query: str, base: duckdb.DuckDBPyConnection = base) -> int:
                row = base.execute(query).fetchone()
                return int(row[0]) if row else 0

            for table, count in counts.items():
                require(number(f"SELECT count(*) FROM {table}") == count, f"{kind}: rows of {table} are missing")
                same = number(f"SELECT count(DISTINCT {table}_id) FROM {table}")
                require(same == count, f"{kind}: an id of {table} stands twice")
            joined = "FROM note_nlp JOIN note USING (note_id)"
            require(number(f"SELECT count(*) {joined}") == counts["note_nlp"], f"{kind}: a mention has no note")
            right = number(
                f"SELECT count(*) {joined} WHERE lexical_variant <> '' AND "
                'substr(note_text, CAST("offset" AS INTEGER) + 1, length(lexical_variant)) = lexical_variant'
            )
            require(right == counts["note_nlp"], f"{kind}: {counts['note_nlp'] - right} offsets are wrong")
            told[kind] = counts
    require(told["csv"] == told["parquet"], "CSV and Parquet differ")
    return ", ".join(f"{count:,} {table}" for table, count in told["csv"].items()) + ", all offsets right"


def check_meds(source: Output, target: Path) -> str:
    """Check all files by the schemas of meds, and that the events of a subject stand together in order."""
    import pyarrow.parquet as pq

    meds = import_module("meds")  # its names are not exported for type checkers

    counts = export(source.folder, "meds", target)
    described = pq.read_table(target / meds.code_metadata_filepath)
    meds.CodeMetadataSchema.validate(described)
    codes = set(described["code"].to_pylist())
    seen: set[int] = set()
    rows = 0
    for path in sorted((target / meds.data_subdirectory).glob("*.parquet")):
        table = pq.read_table(path)
        meds.DataSchema.validate(table)
        events = table.select(["subject_id", "time", "code"]).to_pylist()
        rows += len(events)
        require({event["code"] for event in events} <= codes, f"{path.name}: a code is not described")
        for one, other in pairwise(events):
            if one["subject_id"] == other["subject_id"]:
                ordered = one["time"] is None or (other["time"] is not None and one["time"] <= other["time"])
                require(ordered, f"{path.name}: events out of order")
        own = {event["subject_id"] for event in events}
        require(not own & seen, f"{path.name}: a subject stands in two files")
        seen |= own
    meds.SubjectSplitSchema.validate(pq.read_table(target / meds.subject_splits_filepath))
    require(rows == counts["events"] and len(seen) == counts["subjects"], "events or subjects are missing")
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())


def check_brat(source: Output, target: Path) -> str:
    """Check that reading the files and writing them again changes no byte."""
    counts = export(source.folder, "brat", target)
    read = {marked.note.note_id: marked for marked in read_corpus(target, "brat").notes}
    for entry in source:
        name = file_name(entry.note.note_id)
        marked = read[name]
        require(marked.note.text == entry.note.text, f"note {entry.note.note_id}: another text")
        again = to_ann(marked.note.text, (*marked.annotations.phi, *marked.annotations.entities))
        require(
            again.encode() == (target / f"{name}.ann").read_bytes(), f"note {entry.note.note_id}: other annotations"
        )
    require(len(read) == counts["notes"], "notes are missing")
    return ", ".join(f"{count:,} {what}" for what, count in counts.items()) + ", byte for byte"


def check_csv(source: Output, target: Path) -> str:
    """Check that Python's own reader finds every record, and its surface where it should stand."""
    csv.field_size_limit(sys.maxsize)
    counts = export(source.folder, "csv", target)
    texts: dict[str, str] = {}
    with (target / "notes.csv").open(encoding="utf-8", newline="") as file:
        texts = {row["note_id"]: row["text"] for row in csv.DictReader(file)}
    require(len(texts) == counts["notes"], "notes are missing")
    for table in RECORDS:
        rows = 0
        with (target / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                cut = texts[row["note_id"]][int(row["start"]) : int(row["end"])]
                require(cut == row["surface"], f"{table}.csv: a surface of note {row['note_id']} is not in its text")
                rows += 1
        require(rows == counts[table], f"{table}.csv: rows are missing")
    return ", ".join(f"{count:,} {what}" for what, count in counts.items()) + ", all offsets right"


def check_timeline(source: Output, target: Path) -> str:
    """Check that the events of a subject stand together."""
    import pyarrow.parquet as pq

    counts = export(source.folder, "timeline", target)
    subjects = pq.read_table(target / "timeline.parquet", columns=["subject"])["subject"].to_pylist()
    changes = sum(one != other for one, other in pairwise(subjects)) + bool(subjects)
    require(len(subjects) == counts["events"] and changes == counts["subjects"], "events stand apart or are missing")
    return ", ".join(f"{count:,} {what}" for what, count in counts.items())


def check_datasets(source: Output, target: Path) -> str:
    """Check that Hugging Face's datasets opens the Parquet parts."""
    import datasets

    told = []
    for table in ("notes", *RECORDS):
        files = sorted(map(str, (source.folder / table).glob("*.parquet")))
        found = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(target))
        told.append(f"{found.num_rows:,} {table}")
    return ", ".join(told)


CHECKS: dict[str, Callable[[Output, Path], str]] = {
    "fhir": check_fhir,
    "omop": check_omop,
    "meds": check_meds,
    "brat": check_brat,
    "csv": check_csv,
    "timeline": check_timeline,
    "datasets": check_datasets,
}


def main(
    out: Annotated[Path, typer.Argument(help="Output folder of a finished clinsift run.")],
    only: Annotated[list[str] | None, typer.Option(help=f"Any of: {', '.join(CHECKS)}.")] = None,
) -> None:
    """Write and check the exports of OUT in a temporary folder."""
    source = Output(out.absolute())
    table = Table("export", "s", "", "what")
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for name in only or CHECKS:
            started = perf_counter()
            try:
                mark, told = "ok", CHECKS[name](source, Path(folder) / name)
            except CheckError as error:
                good, mark, told = False, "WRONG", str(error)
            table.add_row(name, f"{perf_counter() - started:.0f}", mark, told)
    Console(width=160).print(table)
    raise typer.Exit(0 if good else 1)


if __name__ == "__main__":
    typer.run(main)
