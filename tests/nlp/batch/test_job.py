"""The whole job on a local Ray: output, resume, refusal, and what disturbs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from socket import socket
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest

from deid.keys import load_key
from nlp.batch import JobConfig, Progress, RunReport, run_job, summary_table
from nlp.batch.folder import TABLES
from nlp.batch.pool import ray_session
from nlp.batch.reidentify import reidentify
from nlp.errors import ClinsiftError, ConfigError, InputError

Dump = Callable[..., Path]
CANARY = "Zebediahquux"


def config(source: Path | str, out: Path, **settings: Any) -> JobConfig:
    defaults: dict[str, Any] = {"loader": "fake_pipeline:load", "shard_size": 4, "batch_size": 2, "num_workers": 2}
    return JobConfig(inputs=(str(source),), out=out, **defaults | settings)


def outputs(out: Path) -> dict[str, bytes]:
    """Return the bytes of all that must not depend on what happened on the way."""
    files = [*out.glob("*/part-*"), *(out / "_state").glob("done-*.json"), out / "_state" / "pipeline.json"]
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(files)}


def table(out: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / name).to_pylist()
    return rows


@pytest.fixture(scope="module")
def ray_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One Ray for all jobs that run in this process."""
    with ray_session(config("none", tmp_path_factory.mktemp("none"))):
        yield


@pytest.mark.usefixtures("ray_here")
@pytest.mark.filterwarnings("ignore:no key given")
class TestInThisProcess:
    """Jobs that share one Ray."""

    def test_a_dump_becomes_tables_and_a_report(self, tmp_path: Path, dump: Dump) -> None:
        texts = [f"text {i}" for i in range(9)]
        texts[3], texts[5] = "", "x<RAISE>"
        seen: list[Progress] = []
        report = run_job(config(dump(*texts), tmp_path / "out"), seen.append)
        done = [i for i in range(9) if i not in (3, 5)]
        assert [row["note_id"] for row in table(tmp_path / "out", "notes")] == [f"n{i}" for i in done]
        assert {row["note_id"] for row in table(tmp_path / "out", "quarantine")} == {"n3", "n5"}
        assert (report.rows, report.notes, report.quarantined, report.exit_code) == (9, 7, 2, 3)
        assert report.quarantine == {"read: missing_text": 1, "worker: ValueError": 1}
        assert (report.shards, report.shards_reused, report.worker_crashes) == (3, 0, 0)
        assert report.phi == {"PATIENT": 7}
        assert RunReport.model_validate_json((tmp_path / "out" / "report.json").read_bytes()) == report
        assert {progress.phase for progress in seen} == {"reading", "loading", "running"}
        assert (seen[-1].rows, seen[-1].total, seen[-1].seconds_left) == (9, 9, 0)
        assert summary_table(report).row_count >= 9
        assert not (tmp_path / "out" / "_state" / "key").exists()

        again = run_job(config(dump(*texts), tmp_path / "out"))
        assert (again.notes, again.shards_reused, again.output_sha256) == (7, 3, report.output_sha256)

    def test_output_does_not_depend_on_the_number_of_workers(self, tmp_path: Path, dump: Dump) -> None:
        source = dump(*(f"text {i}" for i in range(30)))
        run_job(config(source, tmp_path / "one", num_workers=1))
        run_job(config(source, tmp_path / "two", num_workers=2))
        assert outputs(tmp_path / "one") == outputs(tmp_path / "two")
        assert len(outputs(tmp_path / "one")) == 8 * (len(TABLES) + 1) + 1

    def test_a_second_run_does_only_what_is_missing(self, tmp_path: Path, dump: Dump) -> None:
        source, out = dump(*(f"text {i}" for i in range(12))), tmp_path / "out"
        first = run_job(config(source, out, output_format="jsonl"))
        (out / "_state" / "done-00001.json").unlink()
        (out / "notes" / "part-00002.jsonl").unlink()
        kept = (out / "notes" / "part-00000.jsonl").stat().st_mtime_ns
        before = outputs(out)
        (out / "notes" / "part-00001.jsonl").write_text("torn")
        second = run_job(config(source, out, output_format="jsonl"))
        assert (second.shards_reused, second.output_sha256) == (1, first.output_sha256)
        assert (out / "notes" / "part-00000.jsonl").stat().st_mtime_ns == kept
        assert outputs(out).items() > before.items() - {("notes/part-00001.jsonl", b"torn")}

    def test_another_pipeline_in_the_same_folder_is_refused(self, tmp_path: Path, dump: Dump) -> None:
        source, out = dump("a", "b"), tmp_path / "out"
        run_job(config(source, out))
        before = outputs(out)
        with pytest.raises(ConfigError, match=r"another pipeline: model \('fake' there, 'other' now\)"):
            run_job(config(source, out, loader_options={"name": "other"}))
        assert outputs(out) == before

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"loader_options": {"broken": True}}, "no weights there"),
            ({"loader": "no_such_module:load"}, "no_such_module"),
        ],
    )
    def test_a_pipeline_that_cannot_be_loaded_is_told(
        self, tmp_path: Path, dump: Dump, settings: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(ConfigError, match=message):
            run_job(config(dump("a"), tmp_path / "out", **settings))
        assert run_job(config(dump("a"), tmp_path / "out")).notes == 1

    def test_a_dump_that_changes_during_the_run_is_refused(self, tmp_path: Path, dump: Dump) -> None:
        source = dump("a", "b")

        def meddle(progress: Progress) -> None:
            if progress.phase == "loading":
                source.write_text(source.read_text().replace('"b"', '"B"'))

        with pytest.raises(InputError, match="changed"):
            run_job(config(source, tmp_path / "out"), meddle)

    @pytest.mark.slow
    def test_workers_that_die_while_they_load_end_the_run(self, tmp_path: Path, dump: Dump) -> None:
        with pytest.raises(ClinsiftError, match="fewer workers"):
            run_job(config(dump("a"), tmp_path / "out", loader_options={"dead": True}))


def test_a_bad_dump_or_folder_is_refused_before_ray_starts(tmp_path: Path, dump: Dump) -> None:
    with pytest.raises(InputError, match="no such file"):
        run_job(config(tmp_path / "nothing.jsonl", tmp_path / "out"))
    with pytest.raises(ConfigError, match="no field"):
        run_job(config(dump("a"), tmp_path / "fresh", columns={"body": "text"}))
    assert not (tmp_path / "fresh").exists()


Drive = Callable[[JobConfig], "subprocess.Popen[str]"]


@pytest.fixture
def drive() -> Iterator[Drive]:
    """Returns a function that starts a job in a process of its own; none outlives the test."""
    script = str(Path(__file__).with_name("drive.py"))
    with ExitStack() as stack:

        def start(settings: JobConfig) -> subprocess.Popen[str]:
            driver = subprocess.Popen(
                [sys.executable, script, settings.model_dump_json()],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(driver)
            stack.callback(driver.kill)
            return driver

        yield start


def wait_for(condition: Callable[[], Any], seconds: float = 120.0) -> Any:
    """Return what the condition gives as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("waited in vain")


@pytest.mark.slow
def test_killing_driver_and_worker_in_mid_run_does_not_change_the_output(
    tmp_path: Path, dump: Dump, drive: Drive
) -> None:
    source, key = dump(), tmp_path / "key"
    rows = [{"note_id": f"n{i}", "text": f"text {i}", "patient_id": f"p{i % 5}"} for i in range(64)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    patients = tmp_path / "patients.csv"
    patients.write_text("patient_id,last_name\n" + "".join(f"p{i},{CANARY}{i}\n" for i in range(5)))
    key.write_text("00" * 32)
    key.chmod(0o600)
    pids = tmp_path / "pids"
    pids.mkdir()
    out, vault = tmp_path / "out", tmp_path / "vault"
    known: dict[str, Any] = {"key_file": key, "patients": (str(patients),)}
    settings = config(source, out, vault=vault, loader_options={"delay": 0.05, "pids": str(pids)}, **known)

    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as session:
        driver = drive(settings.model_copy(update={"ray_temp_dir": Path(session)}))
        wait_for(lambda: len(list(out.glob("_state/done-*.json"))) >= 2 and list(out.glob("_state/journal-*.json")))
        driver.kill()
        driver.communicate()
        done = len(list(out.glob("_state/done-*.json")))
        assert 2 <= done < 16
        for worker in pids.iterdir():
            wait_for(lambda worker=worker: not Path(f"/proc/{worker.name}").exists())
            worker.unlink()

        driver = drive(settings.model_copy(update={"ray_temp_dir": Path(session)}))
        wait_for(lambda: len(list(out.glob("_state/done-*.json"))) > done and list(out.glob("_state/journal-*.json")))
        os.kill(int(next(pids.iterdir()).name), signal.SIGKILL)
        printed, complaints = driver.communicate(timeout=240)
        assert driver.returncode == 0, complaints
        assert printed.startswith("crashes=")
        assert not list(out.glob("_state/journal-*.json"))

    once = tmp_path / "once"
    run_job(config(source, tmp_path / "undisturbed", num_workers=1, vault=once, **known))
    assert outputs(out) == outputs(tmp_path / "undisturbed")
    parts = {path.name: path.read_bytes() for path in once.glob("part-*")}
    assert {path.name: path.read_bytes() for path in vault.glob("part-*")} == parts
    assert len(parts) == 16
    assert {row["text"][-2:] for row in table(out, "notes")} == {"!]"}  # the table of patients was there all the time
    assert not (out / "_state" / "patients.tmp").exists()
    assert reidentify(out, vault, load_key(key), tmp_path / "restored") == 64
    restored = sorted((tmp_path / "restored").iterdir())
    assert [json.loads(line) for path in restored for line in path.read_text().splitlines()] == rows


@pytest.mark.slow
def test_text_of_notes_that_fail_in_any_way_is_nowhere_but_in_the_notes(
    tmp_path: Path, dump: Dump, drive: Drive
) -> None:
    texts = [f"{CANARY} {i}" for i in range(12)]
    for i, flaw in ((1, "<RAISE>"), (4, "<DIE>"), (6, "<LEAK>"), (9, "<EXIT>")):
        texts[i] += flaw
    source = dump(*texts)
    with source.open("a") as file:
        file.write(f'{{"note_id": "broken", "text": "{CANARY}\n[{{"text": "{CANARY}"}}]\n{{"text": "{CANARY}"}}\n')
        file.write(json.dumps({"note_id": "odd", "text": [CANARY]}) + "\n")
    out = tmp_path / "out"
    with tempfile.TemporaryDirectory(prefix="ray-") as session:
        driver = drive(config(source, out, ray_temp_dir=session))
        printed, complaints = driver.communicate(timeout=240)
        assert driver.returncode == 3, complaints
        logs = [path for path in Path(session).rglob("*") if path.is_file()]
        assert logs
        suspects = [*logs, *(path for path in out.rglob("*") if path.is_file() and path.parent.name != "notes")]
        assert [str(path) for path in suspects if CANARY.encode() in path.read_bytes()] == []
    assert CANARY not in printed + complaints
    assert printed == "crashes=3\n"
    assert [line for line in complaints.splitlines() if "no key given" not in line and "run_job(" not in line] == []
    assert {(row["note_id"], row["stage"], row["reason"]) for row in table(out, "quarantine")} == {
        ("n1", "worker", "ValueError"),
        ("n4", "worker", "killed_worker"),
        ("n6", "leak", "LeakError"),
        ("n9", "worker", "SystemExit"),
        ("dump.jsonl#13", "read", "broken_json"),
        ("dump.jsonl#14", "read", "broken_json"),
        ("dump.jsonl#15", "read", "missing_id"),
        ("odd", "read", "invalid_text"),
    }
    assert all(row["text"].startswith(CANARY.upper()) for row in table(out, "notes"))
    assert len(table(out, "notes")) == 8


@contextmanager
def cluster(client_port: int) -> Iterator[str]:
    """A head node of its own; yields its address."""
    ray = str(Path(sys.executable).with_name("ray"))
    with tempfile.TemporaryDirectory(prefix="ray-") as session:
        command = [ray, "start", "--head", "--block", "--port=0", "--num-cpus=2", f"--temp-dir={session}"]
        command += ["--include-dashboard=false", f"--ray-client-server-port={client_port}"]
        # Ended by its process: `ray stop` would end every Ray on this machine.
        head = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            current = Path(session) / "ray_current_cluster"
            yield wait_for(lambda: current.exists() and current.read_text().strip())
        finally:
            family = psutil.Process(head.pid).children(recursive=True)
            head.terminate()
            head.wait(timeout=60)
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()


@pytest.mark.slow
def test_a_job_runs_on_a_cluster_that_is_already_up(
    tmp_path: Path, dump: Dump, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        client_port = probe.getsockname()[1]
    source = dump(*(f"text {i}" for i in range(8)))
    with cluster(client_port) as address:
        # The Ray client needs grpcio, which Ray installs only with its extra "client".
        client = [f"ray://127.0.0.1:{client_port}"] if find_spec("grpc") else []
        for number, way in enumerate([address, *client]):
            driver = drive(config(source, tmp_path / str(number), address=way))
            _, complaints = driver.communicate(timeout=240)
            assert driver.returncode == 0, complaints
            assert len(table(tmp_path / str(number), "notes")) == 8
