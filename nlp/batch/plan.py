"""The plan of a job on disk: its shards, one a line, read one by one."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlp.batch.config import JobConfig
from nlp.batch.folder import OutFolder, differences, read_json, to_json, write_atomic
from nlp.errors import ConfigError
from nlp.reading import InputFile, SeenIds, Shard, find_files, plan_shards


@dataclass(frozen=True, slots=True)
class Plan:
    """The shards of a job.

    Attributes:
        path: the file they stand in.
        offsets: byte at which the line of each shard begins; a worker needs no more to find its own.
        rows: rows of the dump.
        sha256: of the file.
        skipped: files of the named folders that were left out because of their ending.
    """

    path: Path
    offsets: Sequence[int]
    rows: int
    sha256: str
    skipped: tuple[str, ...]

    def __iter__(self) -> Iterator[Shard]:
        with open(self.path, "rb") as file:
            for line in file:
                yield _shard(line)

    def __len__(self) -> int:
        return len(self.offsets)


def _shard(line: bytes) -> Shard:
    fields: dict[str, Any] = json.loads(line)
    return Shard(**fields | {"paths": tuple(fields["paths"]), "duplicates": tuple(fields["duplicates"])})


def read_shard(path: Path, offset: int) -> Shard:
    """Return the shard whose line begins at a byte of the plan."""
    with open(path, "rb") as file:
        file.seek(offset)
        return _shard(file.readline())


def _load(path: Path, skipped: Sequence[str]) -> Plan:
    offsets, digest, rows, place = array("Q"), hashlib.sha256(), 0, 0
    with open(path, "rb") as file:
        for line in file:
            offsets.append(place)
            place += len(line)
            digest.update(line)
            rows += _shard(line).rows
    return Plan(path, offsets, rows, digest.hexdigest(), tuple(skipped))


def _scan(
    config: JobConfig, files: Sequence[InputFile], path: Path, state: Path, on_rows: Callable[[int], None]
) -> None:
    """Read the dump and write its shards to ``path``."""
    rows = 0
    with SeenIds(state) as seen, open(path, "wb") as out:
        shards = plan_shards(files, config.column_map(), seen, shard_size=config.shard_size, limit=config.limit)
        for shard in shards:
            out.write(to_json(asdict(shard)))
            rows += shard.rows
            on_rows(rows)


def _stamps(files: Sequence[InputFile]) -> str:
    return hashlib.sha256(to_json([asdict(file) for file in files])).hexdigest()


def make_plan(config: JobConfig, folder: OutFolder, on_rows: Callable[[int], None] = lambda rows: None) -> Plan:
    """Return the plan of a job: the one the folder has, as long as settings and dump are still the same.

    The dump is only read again when the size or the time of a file changed.

    Raises:
        ConfigError: the folder holds finished shards of other settings or another dump.
        InputError: the dump cannot be read.
    """
    files, skipped = find_files(config.inputs)
    settings = config.output_settings()
    kept = read_json(folder.state / "job.json")
    if kept and not folder.markers() and kept["settings"] != settings:
        folder.reset()
        kept = None
    if kept and (changed := differences(kept["settings"], settings)):
        raise ConfigError(
            f"{folder.path} was begun with other settings: {'; '.join(changed)}. "
            "Use the same settings to go on, or a new output folder"
        )
    path = folder.state / "plan.jsonl"
    stamps = _stamps(files)
    if kept and kept["files"] == stamps:
        return _load(path, skipped)
    fresh = folder.state / "plan.tmp"
    _scan(config, files, fresh, folder.state, on_rows)
    plan = _load(fresh, skipped)
    if kept and kept["input"] != plan.sha256:
        if folder.markers():
            raise ConfigError(
                f"{folder.path} was begun with another dump: the content or the order of the input changed. "
                "Use a new output folder"
            )
        folder.reset()
    fresh.replace(path)
    write_atomic(folder.state / "job.json", to_json({"settings": settings, "files": stamps, "input": plan.sha256}))
    return _load(path, skipped)
