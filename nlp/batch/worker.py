"""The actor of the pool: loads the pipeline once, then works shard after shard.

Nothing that a note holds may reach Ray's logs, so nothing that happens with a note raises out of an
actor: what goes wrong comes back as a row with a message that holds no text.
"""

from __future__ import annotations

import hashlib
import os
import resource
from pathlib import Path
from typing import Any

from nlp.batch.config import JobConfig
from nlp.batch.folder import OutFolder, differences, read_json, to_json, write_atomic
from nlp.batch.loading import load_processor
from nlp.batch.plan import read_shard
from nlp.batch.shardwork import ShardWork
from nlp.errors import ClinsiftError, ConfigError
from nlp.reading import ShardReader

ONLY_CHECK = -1
"""Stands for a shard when there is none to do, and only the pipeline is to be compared."""


def _silence() -> None:
    """Send what any library prints to nowhere, and write no memory image when the process is killed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _claim(folder: OutFolder, fingerprint: dict[str, str], *, any_key: bool) -> None:
    """Note the pipeline's fingerprint in the folder if it is the first; else compare.

    Raises:
        ConfigError: the folder was begun with another pipeline.
    """
    path = folder.state / "pipeline.json"
    try:
        write_atomic(path, to_json(fingerprint), replace=False)
        return
    except FileExistsError:
        kept = read_json(path) or {}
    if any_key:
        kept["key_id"] = fingerprint.get("key_id")
    if changed := differences(kept, fingerprint):
        raise ConfigError(
            f"{folder.path} was begun with another pipeline: {'; '.join(changed)}. "
            "Use the same model, policy, key and version to go on, or a new output folder"
        )


class ShardWorker:
    """Callable for `ray.data.Dataset.map_batches`: shard numbers in, one row of figures each out."""

    def __init__(self, config: JobConfig, plan: str, origin: str, *, any_key: bool) -> None:
        _silence()
        self._plan = Path(plan)
        self._error: ClinsiftError | None = None
        folder = OutFolder(config.out, config.output_format)
        try:
            pipeline = load_processor(config)
            _claim(folder, pipeline.fingerprint, any_key=any_key)
            whole = hashlib.sha256(to_json([origin, pipeline.fingerprint])).hexdigest()
            self._work = ShardWork(config, folder, pipeline, ShardReader(config.column_map()), whole)
        except ClinsiftError as error:
            self._error = error

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        """Work on the shard of a batch of one row; an error comes back as its type and message."""
        index, offset = int(batch["shard"][0]), int(batch["offset"][0])
        row: dict[str, Any] = {"shard": index, "crashes": 0, "error": "", "message": ""}
        try:
            if self._error:
                raise self._error
            if index != ONLY_CHECK:
                row["crashes"] = self._work.run(read_shard(self._plan, offset)).crashes
        except ClinsiftError as error:
            row |= {"error": type(error).__name__, "message": str(error)}
        except OSError as error:
            row |= {"error": "ClinsiftError", "message": f"shard {index}: {error.strerror or type(error).__name__}"}
        except Exception as error:
            row |= {"error": "ClinsiftError", "message": f"shard {index}: {type(error).__name__} in a worker"}
        row["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return {name: [value] for name, value in row.items()}
