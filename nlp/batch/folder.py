"""The output folder: where everything lies, how it is written, and what state it keeps.

```
out/notes/part-00012.parquet        one part for each shard and table
out/diagnoses/... out/problems/... out/medications/... out/allergies/... out/audit/... out/quarantine/...
out/report.json out/report.html     of the last finished run
out/_state/job.json                 settings and input that the folder belongs to
out/_state/pipeline.json            model, policy, key and code that made the parts
out/_state/plan.jsonl               the shards, one a line
out/_state/done-00012.json          marker: the parts of this shard are complete
out/_state/journal-00012.json       while a shard is processed: which notes are in flight
out/_state/patients.tmp             during a run: the table of patients, encrypted
out/_state/key                      a throw-away key, until the run is complete
```
Nothing under ``_state`` holds text of a note. Everything is written under a temporary name, flushed
to the disk and renamed, so that a file that is there is complete.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.errors import ConfigError

TABLES = ("notes", "diagnoses", "problems", "medications", "allergies", "audit", "quarantine")


def write_atomic(path: Path, content: bytes, *, durable: bool = True, replace: bool = True, mode: int = 0o666) -> None:
    """Write a file so that it is either complete or not there.

    Args:
        path: where to.
        content: its bytes.
        durable: wait until it would survive a power failure.
        replace: overwrite what is there, instead of raising FileExistsError.
        mode: permissions, lessened by the umask.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(descriptor)
        if replace:
            temporary.replace(path)
        else:
            os.link(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    if durable:
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def to_json(value: object, *, indent: int | None = None) -> bytes:
    """Return JSON with sorted keys, so that equal values give equal bytes."""
    return json.dumps(value, sort_keys=True, indent=indent).encode() + b"\n"


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object of a JSON file, None when there is no such file."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return content


def differences(kept: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return in words which entries of two mappings differ."""
    names = sorted({*kept, *now})
    return [
        f"{name} ({kept.get(name)!r} there, {now.get(name)!r} now)" for name in names if kept.get(name) != now.get(name)
    ]


@dataclass(frozen=True, slots=True)
class OutFolder:
    """Paths of an output folder and what is done to it as a whole."""

    path: Path
    suffix: str

    @property
    def state(self) -> Path:
        """Where the bookkeeping lies."""
        return self.path / "_state"

    def part(self, table: str, shard: int) -> Path:
        """Return the path of a part."""
        return self.path / table / f"part-{shard:05d}.{self.suffix}"

    def marker(self, shard: int) -> Path:
        """Return the path of the marker of a finished shard."""
        return self.state / f"done-{shard:05d}.json"

    def journal(self, shard: int) -> Path:
        """Return the path of the journal of a shard in work."""
        return self.state / f"journal-{shard:05d}.json"

    def markers(self) -> list[Path]:
        """Return the markers that are there."""
        return sorted(self.state.glob("done-*.json"))

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Hold the folder for one run: make what is missing, remove what a killed run left half done.

        Raises:
            ConfigError: the folder is of something else, cannot be written, or another run holds it.
        """
        if self.path.exists() and not self.path.is_dir():
            raise ConfigError(f"{self.path} is a file; name a folder for the output")
        if self.path.exists() and not self.state.exists() and any(self.path.iterdir()):
            raise ConfigError(f"{self.path} is not empty and no output folder of clinsift; name a new folder")
        try:
            for folder in (self.state, *(self.path / table for table in TABLES)):
                folder.mkdir(parents=True, exist_ok=True)
            lock = open(self.state / "lock", "wb")  # noqa: SIM115
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be written: {error.strerror}") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ConfigError(
                    f"{self.path}: another run is writing there; wait for it, or name a new folder"
                ) from None
            self._clean()
            yield

    def _clean(self) -> None:
        """Remove temporary files, and parts whose shard has no marker."""
        finished = {marker.stem.removeprefix("done-") for marker in self.markers()}
        for temporary in self.state.glob("*.tmp"):
            temporary.unlink(missing_ok=True)
        for table in TABLES:
            for entry in (self.path / table).iterdir():
                if entry.name.startswith(".") or entry.stem.removeprefix("part-") not in finished:
                    entry.unlink(missing_ok=True)

    def reset(self) -> None:
        """Forget settings, plan and pipeline: no shard is finished, so that nothing depends on them."""
        for path in (*self.state.glob("*.json"), self.state / "plan.jsonl"):
            path.unlink(missing_ok=True)
