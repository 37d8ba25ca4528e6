"""One shard from its rows to its parts and its marker: all that a worker does, without Ray."""

from __future__ import annotations

import faulthandler
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deid.audit import add_up
from deid.keys import load_key
from deid.leak import hashed_id, id_may_tell
from deid.vault import make_entry, seal
from nlp.batch.config import JobConfig
from nlp.batch.folder import OutFolder, read_json, to_json, write_atomic
from nlp.batch.journal import Journal
from nlp.batch.loading import Processor
from nlp.batch.tables import encode, table_rows, valid
from nlp.errors import Quarantined
from nlp.reading import ReadRow, Shard, ShardReader
from nlp.types import Note

if TYPE_CHECKING:
    from nlp.pipeline import Result

SLOWEST = 1000.0
"""Characters in a second below which a batch counts as hanging (20 times slower than two cores are)."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Kill this process when the block takes longer.

    The timer of `faulthandler` runs without the interpreter lock, so that it also ends a regular
    expression that never returns. It names functions, not values; even that goes nowhere.
    """
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _checked(notes: Sequence[Note], outcomes: list[Result | Quarantined]) -> list[Result | Quarantined]:
    """Return outcomes that belong to the notes one by one, else raise: another note's text must not stand in."""
    if [note.note_id for note in notes] != [outcome.given_id or outcome.note_id for outcome in outcomes]:
        raise ValueError
    return outcomes


def _process(pipeline: Processor, notes: Sequence[Note]) -> list[Result | Quarantined]:
    """Return one outcome for each note; where a batch raises, every note is tried alone."""
    try:
        return _checked(notes, pipeline.process(notes))
    except (Exception, SystemExit) as error:
        # Only the name of the type leaves: the message may quote the note.
        if len(notes) == 1:
            return [Quarantined(notes[0].note_id, "worker", type(error).__name__)]
    return [outcome for note in notes for outcome in _process(pipeline, [note])]


@dataclass(frozen=True, slots=True)
class ShardResult:
    """Figures of a shard that was worked on.

    Attributes:
        marker: what stands in the marker on disk; the same for any run that does the shard.
        crashes: how often a worker died on it.
    """

    marker: dict[str, Any]
    crashes: int


@dataclass(frozen=True)
class ShardWork:
    """Processes shards with one pipeline.

    Attributes:
        config: of the job.
        folder: where parts go.
        pipeline: loaded once for all shards.
        reader: of the dump.
        origin: hash of settings, dump and pipeline; stands in every marker.
    """

    config: JobConfig
    folder: OutFolder
    pipeline: Processor
    reader: ShardReader
    origin: str

    def run(self, shard: Shard) -> ShardResult:
        """Process a shard, unless its marker says that it is done.

        Raises:
            InputError: its rows cannot be read.
        """
        if marker := finished(self.folder, shard, self.origin):
            return ShardResult(marker, 0)
        rows = self.reader.read(shard)
        journal = Journal.open(self.folder.journal(shard.index))
        for group in journal.probes():
            self._fly(journal, rows, group)
        outcomes = self._outcomes(rows, journal)
        marker = self._write(shard, rows, outcomes)
        journal.path.unlink(missing_ok=True)
        return ShardResult(marker, journal.crashes)

    def _fly(self, journal: Journal, rows: Sequence[ReadRow], group: Sequence[int]) -> list[Result | Quarantined]:
        """Process the notes of some rows; the journal knows about it."""
        notes = [note for i in group if isinstance(note := rows[i].outcome, Note)]
        characters = sum(len(note.text) for note in notes)
        with journal.in_flight(group), time_limit(self.config.batch_timeout + characters / SLOWEST):
            return _process(self.pipeline, notes)

    def _outcomes(self, rows: Sequence[ReadRow], journal: Journal) -> list[Result | Quarantined]:
        """Return the outcomes of all rows in order.

        What goes through the models together depends on the shard and on the condemned notes only,
        never on timing: another batch could change the last digit of a score.
        """
        found: dict[int, Result | Quarantined] = {}
        for i, row in enumerate(rows):
            if isinstance(row.outcome, Quarantined):
                found[i] = row.outcome
            elif i in journal.condemned:
                found[i] = Quarantined(row.outcome.note_id, "worker", journal.condemned[i])
        notes = [i for i, row in enumerate(rows) if isinstance(row.outcome, Note)]
        for start in range(0, len(notes), self.config.batch_size):
            batch = [i for i in notes[start : start + self.config.batch_size] if i not in found]
            if batch:
                found |= zip(batch, self._fly(journal, rows, batch), strict=True)
        return [_placed(self._named(found[i], row), row) for i, row in enumerate(rows)]

    def _named(self, outcome: Result | Quarantined, row: ReadRow) -> Result | Quarantined:
        """Return an outcome; of a note whose worker died, a hash stands for an id that may hold PHI."""
        unchecked = isinstance(outcome, Quarantined) and outcome.stage == "worker"
        if not (unchecked and isinstance(row.outcome, Note) and id_may_tell(row.outcome)):
            return outcome
        given = row.outcome.note_id
        return replace(outcome, note_id=hashed_id(given, load_key(self.config.key_file)), given_id=given)

    def _write(self, shard: Shard, rows: Sequence[ReadRow], outcomes: Sequence[Result | Quarantined]) -> dict[str, Any]:
        """Write parts, then the marker; return the marker."""
        parts = {}
        for table, entries in table_rows(outcomes).items():
            content = encode(table, entries, self.config.output_format)
            write_atomic(self.folder.part(table, shard.index), content)
            parts[table] = {
                "rows": len(entries),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        if self.config.vault:
            self._write_vault(self.config.vault, shard, rows, outcomes)
        done = [outcome for outcome in outcomes if not isinstance(outcome, Quarantined)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, Quarantined)]
        marker = {
            "shard": shard.index,
            "input": shard.sha256,
            "origin": self.origin,
            "rows": shard.rows,
            "characters": sum(len(row.outcome.text) for row in rows if isinstance(row.outcome, Note)),
            "phi": Counter(span.label for result in done for span in result.phi),
            "audit": [list(astuple(row)) for row in add_up(row for result in done for row in result.audit)],
            "records_lost": sum((Counter(result.records_lost) for result in done), Counter()),
            "entities": Counter(span.label for result in done for span in result.entities),
            "known_identifiers": _sums(result.known for result in done),
            "quarantine": Counter(f"{outcome.stage}: {outcome.reason}" for outcome in refused),
            "parts": parts,
        }
        write_atomic(self.folder.marker(shard.index), to_json(marker))
        return marker

    def _write_vault(
        self, vault: Path, shard: Shard, rows: Sequence[ReadRow], outcomes: Sequence[Result | Quarantined]
    ) -> None:
        """Write the part of the vault, readable by the owner only."""
        entries = [
            make_entry(row.outcome, valid(outcome.text), outcome.offsets, valid(outcome.note_id))
            for row, outcome in zip(rows, outcomes, strict=True)
            if isinstance(row.outcome, Note) and not isinstance(outcome, Quarantined)
        ]
        content = seal(entries, load_key(self.config.key_file), shard.index)
        write_atomic(vault_part(vault, shard.index), content, mode=0o600)


def vault_part(vault: Path, shard: int) -> Path:
    """Return the path of a part of a vault."""
    return vault / f"part-{shard:05d}.vault"


def _sums(counts: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, Counter[str]]:
    """Return the sums of `Result.known` by label."""
    sums: dict[str, Counter[str]] = {}
    for known in counts:
        for label, figures in known.items():
            sums.setdefault(label, Counter()).update(figures)
    return sums


def _placed(outcome: Result | Quarantined, row: ReadRow) -> Result | Quarantined:
    """Return an outcome; one in quarantine with the place of its row."""
    if not isinstance(outcome, Quarantined) or outcome.file is not None:
        return outcome
    told = outcome.given_id is not None and outcome.given_id in row.file  # a text file is named like its note
    return replace(outcome, file=None if told else row.file, row=row.number)


def finished(folder: OutFolder, shard: Shard, origin: str | None = None) -> dict[str, Any] | None:
    """Return the marker of a shard if it is done: marker and parts are there and belong to it.

    Args:
        folder: of the output.
        shard: from the plan.
        origin: hash of settings, dump and pipeline; None takes any.
    """
    marker = read_json(folder.marker(shard.index))
    if not marker or marker["input"] != shard.sha256 or origin not in (None, marker["origin"]):
        return None
    for table, part in marker["parts"].items():
        path = folder.part(table, shard.index)
        if not path.exists() or path.stat().st_size != part["bytes"]:
            return None
    return marker
