"""What a finished run tells: figures and hashes, no text."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from deid.audit import AuditRow, add_up
from deid.sources import LEAK

if TYPE_CHECKING:
    from rich.table import Table

_PACKAGES = ("clinsift", "ray", "pyarrow", "torch", "transformers", "spacy", "presidio-analyzer")

EXIT_DONE = 0
EXIT_QUARANTINED = 3


class RunReport(BaseModel):
    """Counts of the whole output folder, and rates of the run that finished it."""

    model_config = ConfigDict(frozen=True)

    rows: int = Field(description="Rows of the dump.")
    notes: int = Field(description="Notes in the output.")
    diagnoses: int = Field(description="Diagnosis records in the output.")
    problems: int = Field(description="Problem records in the output: each diagnosis of a note once.")
    medications: int = Field(description="Medication records in the output.")
    allergies: int = Field(description="Allergy records in the output.")
    quarantined: int = Field(description="Rows in the quarantine.")
    quarantine: dict[str, int] = Field(description="'stage: reason' -> rows.")
    phi: dict[str, int] = Field(description="PHI label -> spans that were found.")
    entities: dict[str, int] = Field(description="Clinical label -> spans that were found.")
    audit: tuple[AuditRow, ...] = Field(description="PHI spans by label, sources, action and score band.")
    leaks_masked: dict[str, int] = Field(
        default={},
        description="Label -> what the leak check found, and what was removed too because the policy says so.",
    )
    records_lost: dict[str, int] = Field(description="What the records lost to PHI -> how many.")
    known_identifiers: dict[str, dict[str, int]] = Field(
        default={}, description="Label -> known identifiers that stand in the notes, and how many of these taggers and "
        "patterns alone would have missed: an estimate of their recall on these notes.",
    )  # fmt: skip
    characters: int = Field(description="Characters of the notes that were read.")
    shards: int = Field(description="Shards of the dump.")
    shards_reused: int = Field(description="Shards that an earlier run had finished.")
    skipped_files: tuple[str, ...] = Field(description="Files left out because of their ending.")
    worker_crashes: int = Field(description="How often a worker of this run died while it had notes.")
    num_workers: int = Field(description="Worker processes of this run.")
    seconds: float = Field(description="Duration of this run.")
    seconds_reading: float = Field(description="Of which: until the dump was read and planned.")
    seconds_loading: float = Field(description="Of which: until Ray was started and the first shard was done.")
    notes_per_second: float = Field(description="Rows that this run worked on, by its whole duration.")
    characters_per_second: float = Field(description="Characters that this run worked on, by its whole duration.")
    worker_memory_mb: int = Field(description="Peak resident memory of the largest worker, in MiB.")
    driver_memory_mb: int = Field(description="Peak resident memory of this process, in MiB.")
    throwaway_key: bool = Field(description="Whether the key was made for this output and is forgotten now.")
    settings: dict[str, Any] = Field(description="Settings that decide what the output is.")
    pipeline: dict[str, str] = Field(description="Fingerprint of model, policy, key and code.")
    input_sha256: str = Field(description="Hash over all rows of the dump and how they were cut.")
    output_sha256: str = Field(description="Hash over the hashes of all parts, in order.")
    versions: dict[str, str] = Field(description="Versions of Python and of the packages that matter.")

    @property
    def exit_code(self) -> int:
        """0 when every row became a note, 3 when some are in the quarantine."""
        return EXIT_QUARANTINED if self.quarantined else EXIT_DONE


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that the output depends on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def leaks_masked(rows: Iterable[AuditRow]) -> Counter[str]:
    """Return by label what the leak check found and what was removed because of it."""
    counts: Counter[str] = Counter()
    for row in rows:
        if LEAK in row.sources.split("+"):
            counts[row.label] += row.spans
    return counts


class Totals:
    """Sums over the markers of all shards."""

    def __init__(self) -> None:
        self.rows = self.characters = 0
        self.tables: Counter[str] = Counter()
        self.quarantine: Counter[str] = Counter()
        self.phi: Counter[str] = Counter()
        self.entities: Counter[str] = Counter()
        self.known: dict[str, Counter[str]] = {}
        self.records_lost: Counter[str] = Counter()
        self.audit: tuple[AuditRow, ...] = ()

    def add(self, marker: dict[str, Any]) -> None:
        """Add the figures of one shard."""
        self.rows += marker["rows"]
        self.characters += marker["characters"]
        self.tables.update({table: part["rows"] for table, part in marker["parts"].items()})
        self.quarantine.update(marker["quarantine"])
        self.phi.update(marker["phi"])
        self.entities.update(marker["entities"])
        for label, figures in marker["known_identifiers"].items():
            self.known.setdefault(label, Counter()).update(figures)
        self.records_lost.update(marker["records_lost"])
        self.audit = add_up((*self.audit, *(AuditRow(*row) for row in marker["audit"])))

    def fields(self) -> dict[str, Any]:
        """Return the fields of a `RunReport` that are sums over shards, most frequent first."""
        return {
            "rows": self.rows,
            "notes": self.tables["notes"],
            "diagnoses": self.tables["diagnoses"],
            "problems": self.tables["problems"],
            "medications": self.tables["medications"],
            "allergies": self.tables["allergies"],
            "quarantined": self.tables["quarantine"],
            "quarantine": _ordered(self.quarantine),
            "phi": _ordered(self.phi),
            "entities": _ordered(self.entities),
            "known_identifiers": {label: dict(figures) for label, figures in sorted(self.known.items())},
            "audit": self.audit,
            "leaks_masked": _ordered(leaks_masked(self.audit)),
            "records_lost": _ordered(self.records_lost),
            "characters": self.characters,
        }


def _shown(files: Sequence[str]) -> str:
    """Return how many files there are, and the first of them, for the terminal."""
    from rich.markup import escape

    return escape(f"{len(files):,}: {', '.join(files[:3])}{', ...' if len(files) > 3 else ''}")


def summary_table(report: RunReport) -> Table:
    """Return the figures of a run as a table for the terminal."""
    from rich.table import Table

    table = Table(show_header=False)
    for name, value in (
        ("notes written", f"{report.notes:,}"),
        ("diagnosis records", f"{report.diagnoses:,}"),
        ("problem records", f"{report.problems:,}"),
        ("medication records", f"{report.medications:,}"),
        ("allergy records", f"{report.allergies:,}"),
        ("PHI spans", f"{sum(report.phi.values()):,}"),
        *([("leaks masked", f"{sum(report.leaks_masked.values()):,}")] if report.leaks_masked else []),
        ("quarantined", f"{report.quarantined:,}"),
        *((f"  {reason}", f"{count:,}") for reason, count in report.quarantine.items()),
        *([("files skipped", _shown(report.skipped_files))] if report.skipped_files else []),
        *(
            (f"known {label}", f"{figures['found']:,}, of which {figures['missed_by_taggers']:,} only known")
            for label, figures in report.known_identifiers.items()
        ),
        ("shards", f"{report.shards:,} ({report.shards_reused:,} of an earlier run)"),
        ("time", f"{report.seconds:.1f} s with {report.num_workers} workers"),
        ("speed", f"{report.notes_per_second:,.1f} notes/s, {report.characters_per_second:,.0f} characters/s"),
        ("peak memory", f"{report.worker_memory_mb:,} MiB a worker, {report.driver_memory_mb:,} MiB driver"),
    ):
        table.add_row(name, value)
    return table
