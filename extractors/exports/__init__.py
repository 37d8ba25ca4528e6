"""Exports: the output of ``clinsift run`` in the formats that others read.

An exporter takes a stream of notes with their records and an empty folder, and returns how many of what it
wrote. `export` gives it a temporary folder and renames that when all is well.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from extractors.exports.brat import export_brat
from extractors.exports.fhir import export_fhir
from extractors.exports.flat import export_csv, export_timeline
from extractors.exports.meds import export_meds
from extractors.exports.omop import export_omop
from extractors.exports.source import Output, Source
from nlp.errors import ConfigError

TABLE_FORMATS = ("csv", "parquet")


@dataclass(frozen=True, slots=True)
class Format:
    """A format to export to.

    Attributes:
        write: takes the notes, a folder, and what `needs` names; returns how many of what it wrote.
        extra: name of the extra of clinsift that brings the package it needs.
        needs: module of that package, and the attribute of it that `write` takes ("" for the module itself).
        tables: whether `write` takes the format of its tables, and which it takes by default.
    """

    write: Callable[..., dict[str, int]]
    extra: str | None = None
    needs: tuple[str, str] | None = None
    tables: str | None = None


FORMATS: dict[str, Format] = {
    "fhir": Format(export_fhir, "fhir", ("fhir.resources.R4B.bundle", "Bundle.model_validate")),
    "omop": Format(export_omop, tables="csv"),
    "meds": Format(export_meds, "meds", ("meds", "")),
    "brat": Format(export_brat),
    "csv": Format(export_csv),
    "timeline": Format(export_timeline, tables="parquet"),
}


def export(source: Source | Path, to: str, target: Path, table_format: str | None = None) -> dict[str, int]:
    """Export the output of a run.

    Args:
        source: the output folder, or a stream of notes with their records.
        to: one of `FORMATS`.
        target: folder to make; it is either complete or not there.
        table_format: "csv" or "parquet", for "omop" and "timeline".

    Returns:
        How many of what was written, by the format's own names.

    Raises:
        ConfigError: an unknown format, a missing package, or a target that holds something.
        InputError: the source is no complete output.
        ClinsiftError: a record does not fit the format.
    """
    arguments = check(to, target, table_format)
    entries = Output(source) if isinstance(source, Path) else source
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        counts = FORMATS[to].write(entries, temporary, *arguments)
        temporary.chmod(0o777 & ~_umask())
        temporary.replace(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    return counts


def check(to: str, target: Path, table_format: str | None = None) -> list[Any]:
    """Return what the format's exporter takes besides the notes and the folder.

    Raises:
        ConfigError: an unknown format, a missing package, or a target that holds something.
    """
    if to not in FORMATS:
        raise ConfigError(f"unknown export format {to!r}; choose one of: {', '.join(FORMATS)}")
    chosen = FORMATS[to]
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigError(f"{target} is there already; name a new or empty folder")
    return [*_needed(chosen), *_table_format(to, chosen, table_format)]


def _needed(chosen: Format) -> list[Any]:
    """Return what the format needs of another package.

    Raises:
        ConfigError: it is not installed.
    """
    if chosen.needs is None:
        return []
    module, attribute = chosen.needs
    try:
        found: Any = import_module(module)
    except ModuleNotFoundError:
        raise ConfigError(f"this export needs another package; run: pip install 'clinsift[{chosen.extra}]'") from None
    for name in filter(None, attribute.split(".")):
        found = getattr(found, name)
    return [found]


def _table_format(to: str, chosen: Format, given: str | None) -> list[str]:
    if given is None:
        return [chosen.tables] if chosen.tables else []
    if given not in TABLE_FORMATS:
        raise ConfigError(f"unknown table format {given!r}; choose one of: {', '.join(TABLE_FORMATS)}")
    if chosen.tables is None:
        raise ConfigError(f"the format {to!r} has no choice of tables; leave the table format off")
    return [given]


def _umask() -> int:
    """Return the permissions that new files lack; mkdtemp's folders are for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
