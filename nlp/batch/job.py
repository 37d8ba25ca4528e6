"""The batch job: plan, work on what is missing, report."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import secrets
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deid.keys import load_key
from deid.patients import PATIENT_ID, PatientTable, read_patients
from deid.policy import builtin_policies
from nlp.batch.config import JobConfig
from nlp.batch.folder import OutFolder, read_json, to_json, write_atomic
from nlp.batch.html import report_page
from nlp.batch.plan import Plan, make_plan
from nlp.batch.pool import Item, Pass, ray_session, run_pass
from nlp.batch.progress import Progress, ProgressCallback
from nlp.batch.report import RunReport, Totals, versions
from nlp.batch.shardwork import finished, vault_part
from nlp.batch.worker import ONLY_CHECK
from nlp.errors import ClinsiftError, ConfigError, InputError

KEY_VARIABLE = "CLINSIFT_KEY"
_ERRORS = {error.__name__: error for error in (InputError, ConfigError)}


@dataclass
class _Tally:
    """Figures of this run while it goes on."""

    begun: float
    workers: int = 0
    crashes: int = 0
    memory_mb: int = 0
    planned: float = 0.0
    first_done: float | None = None


def run_job(config: JobConfig, progress: ProgressCallback = lambda progress: None) -> RunReport:
    """Process a dump into the output folder; what an earlier run has finished is kept.

    Args:
        config: what, how and where.
        progress: called with a `Progress` now and then.

    Returns:
        The report, which also lies in ``report.json``.

    Raises:
        InputError: the dump cannot be read as it is.
        ConfigError: a setting, policy, key or model cannot be used, or the folder belongs to others.
        ClinsiftError: the workers cannot go on.
    """
    tally = _Tally(time.monotonic())
    config = _absolute(config)
    folder = OutFolder(config.out, config.output_format)
    config.column_map()  # before anything is written
    throwaway = config.key_file is None and not os.environ.get(KEY_VARIABLE)
    _check_vault(config, throwaway=throwaway)
    with folder.opened():
        plan = make_plan(config, folder, lambda rows: progress(Progress("reading", rows)))
        tally.planned = time.monotonic()
        if not folder.markers():
            (folder.state / "pipeline.json").unlink(missing_ok=True)
        todo = _missing(folder, plan, config.vault)
        if throwaway:
            config = _with_throwaway_key(config, folder)
        config = _with_patients(config, folder)
        with ray_session(config) as tally.workers:
            _work(config, folder, plan, todo, tally, progress, any_key=throwaway and not todo)
        report = _report(config, folder, plan, todo, tally, throwaway=throwaway)
        write_atomic(folder.path / "report.html", report_page(report).encode())
        write_atomic(folder.path / "report.json", to_json(report.model_dump(mode="json"), indent=2))
        if throwaway:
            (folder.state / "key").unlink(missing_ok=True)
        if config.patient_table:
            config.patient_table.unlink(missing_ok=True)
            if not report.known_identifiers:
                warnings.warn(
                    "no note holds anything that the table of patients knows; do the patient ids of the table and of "
                    "the dump belong together?",
                    stacklevel=2,
                )
    return report


def _check_vault(config: JobConfig, *, throwaway: bool) -> None:
    """Make the folder of the vault.

    Raises:
        ConfigError: the key will be forgotten, or the vault would lie in the output.
    """
    if config.vault is None:
        return
    if throwaway:
        raise ConfigError(
            "--vault needs a key that you keep: with a throw-away key nobody could open it; "
            f"give --key-file or {KEY_VARIABLE}"
        )
    if config.vault.is_relative_to(config.out) or config.out.is_relative_to(config.vault):
        raise ConfigError(f"--vault {config.vault}: must lie apart from the output folder, which is passed on")
    try:
        config.vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--vault {config.vault}: cannot be written: {error.strerror}") from None


def _with_patients(config: JobConfig, folder: OutFolder) -> JobConfig:
    """Return the configuration with the table of patients as the workers read it.

    It is encrypted with the key of the run, and lies in the output folder, which all workers share, until the run
    ends; what a killed run leaves there is removed by the next.
    """
    if not config.patients:
        return config
    path = folder.state / "patients.tmp"
    id_column = config.columns.get(PATIENT_ID, PATIENT_ID)
    PatientTable.build(
        read_patients(config.patients, config.patient_columns, id_column), load_key(config.key_file), path
    )
    return config.model_copy(update={"patient_table": path})


def _absolute(config: JobConfig) -> JobConfig:
    """Return the configuration with paths that hold in any working folder."""
    paths: dict[str, Any] = {
        name: path.absolute() for name in ("out", "model", "key_file", "vault") if (path := getattr(config, name))
    }
    if config.policy not in builtin_policies():
        paths["policy"] = str(Path(config.policy).absolute())
    return config.model_copy(update=paths)


def _missing(folder: OutFolder, plan: Plan, vault: Path | None) -> list[Item]:
    """Return the shards that are not done, or not in the vault that was asked for."""
    return [
        {"shard": shard.index, "offset": offset, "rows": shard.rows}
        for shard, offset in zip(plan, plan.offsets, strict=True)
        if finished(folder, shard) is None or (vault and not vault_part(vault, shard.index).exists())
    ]


def _with_throwaway_key(config: JobConfig, folder: OutFolder) -> JobConfig:
    """Return the configuration with a new key, which lies in the folder until the output is complete.

    All workers need the same key, and so does the run that goes on after this one was killed.
    """
    path = folder.state / "key"
    if not path.exists():
        write_atomic(path, secrets.token_hex(32).encode(), mode=0o600)
    warnings.warn(
        "no key given (--key-file or CLINSIFT_KEY): using a throw-away key; "
        "surrogates, date shifts and patient keys will differ from those of other runs",
        stacklevel=3,
    )
    return config.model_copy(update={"key_file": path})


def _work(
    config: JobConfig,
    folder: OutFolder,
    plan: Plan,
    todo: Sequence[Item],
    tally: _Tally,
    progress: ProgressCallback,
    *,
    any_key: bool,
) -> None:
    """Pass the shards to the workers until all are done.

    A pass ends early when an actor was restarted too often; then another one takes what is left, as
    long as the last one finished a shard or came closer to a note that kills.
    """
    from ray.exceptions import RayError

    origin = hashlib.sha256(to_json([config.output_settings(), plan.sha256])).hexdigest()
    rows = plan.rows - sum(item["rows"] for item in todo)
    rows_before = rows
    progress(Progress("loading", rows, plan.rows))
    left: Sequence[Item] = todo or [{"shard": ONLY_CHECK, "offset": 0, "rows": 0}]
    while left:
        before = _standing(folder, left)
        failure = "no worker could be started"
        waiting = {item["shard"]: item["rows"] for item in left}
        try:
            for row in run_pass(Pass(config, left, tally.workers, str(plan.path), origin, any_key)):
                if row["error"]:
                    raise _ERRORS.get(row["error"], ClinsiftError)(row["message"])
                tally.first_done = tally.first_done or time.monotonic()
                tally.crashes += row["crashes"]
                tally.memory_mb = max(tally.memory_mb, row["memory_mb"])
                rows += waiting.pop(row["shard"], 0)
                speed = (rows - rows_before) / (time.monotonic() - tally.planned)
                progress(Progress("running", rows, plan.rows, speed, tally.crashes))
        except RayError as error:
            failure = type(error).__name__
        left = [item for item in left if item["shard"] in waiting]
        if left and _standing(folder, left) == before:
            raise ClinsiftError(
                f"the workers ended before they finished a shard ({failure}); is the memory too small for "
                f"{tally.workers} of them? Run the same command with fewer workers to go on"
            )


def _standing(folder: OutFolder, left: Sequence[Item]) -> tuple[int, int]:
    """Return what changes whenever a pass comes closer to the end: shards left, and crashes looked into."""
    journals = (json.loads(path.read_bytes()) for path in folder.state.glob("journal-*.json"))
    return len(left), sum(journal["crashes"] + bool(journal["flight"]) for journal in journals)


def _report(
    config: JobConfig, folder: OutFolder, plan: Plan, todo: Sequence[Item], tally: _Tally, *, throwaway: bool
) -> RunReport:
    totals, now_done = Totals(), {item["shard"] for item in todo}
    digest = hashlib.sha256()
    rows = characters = 0
    for shard in plan:
        marker: dict[str, Any] = read_json(folder.marker(shard.index)) or {}
        totals.add(marker)
        digest.update(to_json(marker["parts"]))
        if shard.index in now_done:
            rows += marker["rows"]
            characters += marker["characters"]
    ended = time.monotonic()
    seconds = ended - tally.begun
    return RunReport(
        **totals.fields(),
        shards=len(plan),
        shards_reused=len(plan) - len(todo),
        skipped_files=plan.skipped,
        worker_crashes=tally.crashes,
        num_workers=tally.workers,
        seconds=round(seconds, 3),
        seconds_reading=round(tally.planned - tally.begun, 3),
        seconds_loading=round((tally.first_done or ended) - tally.planned, 3),
        notes_per_second=round(rows / seconds, 2),
        characters_per_second=round(characters / seconds, 1),
        worker_memory_mb=tally.memory_mb,
        driver_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        throwaway_key=throwaway,
        settings=config.output_settings(),
        pipeline=read_json(folder.state / "pipeline.json") or {},
        input_sha256=plan.sha256,
        output_sha256=digest.hexdigest(),
        versions=versions(),
    )
