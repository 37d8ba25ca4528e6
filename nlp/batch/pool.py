"""Ray: the session, and one pass of an actor pool over the shards that are left."""

from __future__ import annotations

import logging
import math
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nlp.batch.config import JobConfig
from nlp.batch.worker import ShardWorker
from nlp.errors import ConfigError

MAX_RESTARTS = 8
"""Restarts of an actor in one pass: one more than the search for one note that kills takes in a batch of 32.

Without a limit a worker that dies while it loads would be restarted for ever."""
MAX_BLOCKS = 4096
"""Shards are handed out one by one up to this number, in small groups above it."""
Item = dict[str, int]
"""What a worker is told: number of a shard, its place in the plan; and its rows, for the progress."""
_OBJECT_STORE_BYTES = 200 * 2**20
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing calls home
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",  # the raylet's remarks on dead workers; ours tells about them
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


@contextmanager
def _no_stderr() -> Iterator[None]:
    """Send what Ray's C++ code writes to stderr while it starts to nowhere; errors come as exceptions."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def ray_session(config: JobConfig) -> Iterator[int]:
    """Start or join Ray and leave it again; a session that the caller has started is used and kept.

    Yields:
        The number of workers.

    Raises:
        ConfigError: the cluster cannot be reached.
    """
    os.environ |= {name: value for name, value in _QUIET.items() if name not in os.environ}
    import ray

    if ray.is_initialized():
        yield _workers(config)
        return
    temporary = None
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if config.address is None:
        if config.ray_temp_dir is None:
            # Short: it is part of socket paths, which may have 107 characters.
            temporary = tempfile.mkdtemp(prefix="clinsift-")
        options |= {
            "address": "local",
            "num_cpus": config.num_workers or os.cpu_count(),
            "include_dashboard": False,
            "object_store_memory": _OBJECT_STORE_BYTES,
            "_temp_dir": str(config.ray_temp_dir.absolute()) if config.ray_temp_dir else temporary,
        }
    else:
        options["address"] = config.address
    try:
        try:
            with warnings.catch_warnings(), _no_stderr():
                warnings.simplefilter("ignore")
                ray.init(**options)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise ConfigError(
                f"Ray cannot be started or reached ({type(error).__name__}: {error}); "
                "with --address: is the cluster up, its Ray version the same, and RAY_AUTH_MODE set as it is there?"
            ) from None
        yield _workers(config)
    finally:
        ray.shutdown()
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def _workers(config: JobConfig) -> int:
    import ray

    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    cpus = int(resources.get("CPU", 1))
    gpus = math.floor(resources.get("GPU", 0) / config.num_gpus) if config.num_gpus else cpus
    if not gpus:
        raise ConfigError(f"each worker wants {config.num_gpus:g} GPUs, but there are {resources.get('GPU', 0):g}")
    return min(config.num_workers or cpus, cpus, gpus)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of a pool over some shards.

    Attributes:
        config: of the job.
        items: the shards.
        workers: size of the pool.
        plan: path of the plan.
        origin: hash of settings and dump.
        any_key: whether the key need not be the one that made the output (nothing is left to do).
    """

    config: JobConfig
    items: Sequence[Item]
    workers: int
    plan: str
    origin: str
    any_key: bool


def run_pass(task: Pass) -> Iterator[dict[str, Any]]:
    """Work on shards with a pool of actors; yield the row of each as it is done, in any order.

    Raises:
        ray.exceptions.RayError: actors died more often than they may.
    """
    import ray

    if not (task.config.address or "").startswith("ray://"):
        yield from _execute(task)
        return
    # Ray Data cannot be driven through the Ray client, so that an actor on the cluster does it.
    remote: Any = ray.remote(num_cpus=0)(_Remote).remote(task)
    yield from iter(lambda: ray.get(remote.next.remote()), None)


class _Remote:
    """Goes through a pass on the cluster; the client asks for one row after the other."""

    def __init__(self, task: Pass) -> None:
        self._rows = _execute(task)

    def next(self) -> dict[str, Any] | None:
        """Return the next row, None after the last."""
        return next(self._rows, None)


def _execute(task: Pass) -> Iterator[dict[str, Any]]:
    import ray.data
    from ray.data import ActorPoolStrategy, DataContext

    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    context = DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_no_progress_timeout_s = -1  # `batch_timeout` looks after that
    blocks, gpus = min(len(task.items), MAX_BLOCKS), task.config.num_gpus or None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of keyword arguments that Ray 2.64 will name otherwise
        dataset = ray.data.from_items(list(task.items), override_num_blocks=blocks).map_batches(
            ShardWorker,
            fn_constructor_args=(task.config, task.plan, task.origin),
            fn_constructor_kwargs={"any_key": task.any_key},
            batch_size=1,
            compute=ActorPoolStrategy(size=min(task.workers, len(task.items)), max_tasks_in_flight_per_actor=2),
            num_cpus=1,
            num_gpus=gpus,
            max_restarts=MAX_RESTARTS,
            max_task_retries=MAX_RESTARTS,
        )
    yield from dataset.iter_rows()
