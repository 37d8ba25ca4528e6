"""One shard, without Ray: what is written, what is not, and what a killer note does to its neighbours."""

from __future__ import annotations

import json
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fake_pipeline import FakePipeline

from nlp.batch import JobConfig
from nlp.batch.folder import OutFolder
from nlp.batch.plan import make_plan
from nlp.batch.shardwork import ShardWork, finished
from nlp.batch.tables import encode, table_rows
from nlp.errors import Quarantined
from nlp.reading import ShardReader

Dump = Callable[..., Path]


def work_on(source: Path, out: Path, pipeline: Any = None, **settings: Any) -> tuple[OutFolder, dict[str, Any]]:
    """Process the only shard of a dump; return the folder and the marker."""
    config = JobConfig(inputs=(str(source),), out=out, **{"batch_size": 4} | settings)
    folder = OutFolder(out, config.output_format)
    with folder.opened():
        (shard,) = make_plan(config, folder)
        work = ShardWork(config, folder, pipeline or FakePipeline("f"), ShardReader(config.column_map()), "origin")
        return folder, work.run(shard).marker


def rows(folder: OutFolder, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder.part(table, 0)).to_pylist()
    return found


def test_a_shard_becomes_parts_and_a_marker(tmp_path: Path, dump: Dump) -> None:
    folder, marker = work_on(dump("a", "b", "", "c<LEAK>", "d", "e"), tmp_path / "out")
    assert [row["note_id"] for row in rows(folder, "notes")] == ["n0", "n1", "n4", "n5"]
    assert [(row["note_id"], row["stage"], row["reason"], row["row"]) for row in rows(folder, "quarantine")] == [
        ("n2", "read", "missing_text", 3),
        ("n3", "leak", "LeakError", 4),
    ]
    assert marker["quarantine"] == {"leak: LeakError": 1, "read: missing_text": 1}
    assert marker["phi"] == {"PATIENT": 4}
    assert json.loads(folder.marker(0).read_bytes()) == marker
    assert not list(folder.state.glob("journal-*"))


@pytest.mark.parametrize(("flaw", "reason"), [("<RAISE>", "ValueError"), ("<EXIT>", "SystemExit")])
def test_a_note_that_raises_is_alone_in_quarantine(tmp_path: Path, dump: Dump, flaw: str, reason: str) -> None:
    folder, _ = work_on(dump("a", f"b{flaw}", "c"), tmp_path / "out")
    assert [row["note_id"] for row in rows(folder, "notes")] == ["n0", "n2"]
    (refused,) = rows(folder, "quarantine")
    assert (refused["note_id"], refused["stage"], refused["reason"], refused["row"]) == ("n1", "worker", reason, 2)


def test_id_of_a_note_that_killed_its_worker_is_hashed_where_it_stands_in_the_note(tmp_path: Path) -> None:
    source = tmp_path / "dump.jsonl"
    source.write_text(
        "".join(
            json.dumps({"note_id": f"{name}-1", "text": f"Seen: Ana Quist.<RAISE>{name[0]}"}) + "\n"
            for name in ("quist", "n")
        )
    )
    key = tmp_path / "key"
    key.write_text("k" * 32)
    key.chmod(0o600)
    folder, _ = work_on(source, tmp_path / "out", key_file=key)
    told, plain = rows(folder, "quarantine")
    assert told["note_id"].startswith("id-")
    assert (told["stage"], told["row"], plain["note_id"]) == ("worker", 1, "n-1")


def test_outcomes_of_other_notes_are_refused(tmp_path: Path, dump: Dump) -> None:
    class Shuffler(FakePipeline):
        def process(self, notes: Any) -> list[Any]:
            return super().process(notes)[::-1]

    folder, _ = work_on(dump("a", "b"), tmp_path / "out", Shuffler("s"))
    assert [row["text"] for row in rows(folder, "notes")] == ["A [1]", "B [1]"]


def _live(source: Path, out: Path, timeout: float) -> None:
    work_on(source, out, batch_timeout=timeout)


def lives(source: Path, out: Path, timeout: float = 300.0) -> int:
    """Start worker processes until one ends well; return how many died."""
    context = get_context("fork")
    for died in range(20):
        process = context.Process(target=_live, args=(source, out, timeout))
        process.start()
        process.join()
        if process.exitcode == 0:
            return died
    raise AssertionError("no worker survives")


def test_a_note_that_kills_its_worker_is_alone_in_quarantine(tmp_path: Path, dump: Dump) -> None:
    source = dump("a", "b", "c", "d", "e", "f<DIE>", "g", "h", "i")
    assert lives(source, tmp_path / "out") == 4  # 4 notes, 2, alone, alone again
    folder = OutFolder(tmp_path / "out", "parquet")
    assert [row["text"] for row in rows(folder, "notes")] == [
        *("A [4]", "B [4]", "C [4]", "D [4]"), *("E [3]", "G [3]", "H [3]"), "I [1]",
    ]  # fmt: skip
    (refused,) = rows(folder, "quarantine")
    assert refused == {
        "note_id": "n5", "stage": "worker", "reason": "killed_worker", "file": str(source), "row": 6,
    }  # fmt: skip


def test_a_note_that_hangs_is_killed_and_quarantined(tmp_path: Path, dump: Dump) -> None:
    assert lives(dump("a", "b<HANG>"), tmp_path / "out", timeout=0.2) == 3
    folder = OutFolder(tmp_path / "out", "parquet")
    assert [row["reason"] for row in rows(folder, "quarantine")] == ["killed_worker"]
    assert [row["text"] for row in rows(folder, "notes")] == ["A [1]"]


def test_a_finished_shard_is_not_done_again_unless_a_part_is_missing(tmp_path: Path, dump: Dump) -> None:
    source = dump("a")
    folder, marker = work_on(source, tmp_path / "out")
    _, again = work_on(source, tmp_path / "out", FakePipeline("never asked", delay=3600))
    assert again == marker
    (shard,) = make_plan(JobConfig(inputs=(str(source),), out=tmp_path / "out", batch_size=4), folder)
    assert finished(folder, shard, "origin")
    assert not finished(folder, shard, "another origin")
    folder.part("diagnoses", 0).unlink()
    assert not finished(folder, shard)


def test_lone_surrogates_leave_as_replacement_characters_of_the_same_length() -> None:
    note = FakePipeline("f")._one(
        type("N", (), {"text": "a\ud800b", "note_id": "1", "patient_id": None, "note_type": None}), 1
    )
    tables = table_rows([note, Quarantined("2", "tag", "E")])
    assert tables["notes"][0]["text"] == "A\ufffdB [1]"
    for output_format in ("parquet", "jsonl"):
        assert encode("notes", tables["notes"], output_format)
    assert encode("quarantine", tables["quarantine"], "jsonl").decode() == (
        '{"note_id": "2", "stage": "tag", "reason": "E", "file": null, "row": null}\n'
    )
