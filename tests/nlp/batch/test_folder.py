"""The output folder: nothing half written, nothing mixed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.batch import JobConfig
from nlp.batch.folder import OutFolder, write_atomic
from nlp.batch.plan import make_plan
from nlp.errors import ConfigError

Dump = Callable[..., Path]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a"
    write_atomic(target, b"old")
    with pytest.raises(TypeError):
        write_atomic(target, "no bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    with pytest.raises(FileExistsError):
        write_atomic(target, b"new", replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    write_atomic(target, b"key", mode=0o600)
    assert target.stat().st_mode & 0o777 == 0o600


def test_what_a_killed_run_left_is_removed_and_what_is_finished_kept(tmp_path: Path) -> None:
    folder = OutFolder(tmp_path / "out", "parquet")
    with folder.opened():
        for shard in (1, 2):
            folder.part("notes", shard).write_bytes(b"x")
        (folder.path / "notes" / ".part-00003.parquet.ab.tmp").write_bytes(b"x")
        (folder.state / "ids-1.tmp").write_bytes(b"x")
        folder.marker(2).write_bytes(b"{}")
        folder.journal(1).write_bytes(b"{}")
    with folder.opened():
        assert [path.name for path in (folder.path / "notes").iterdir()] == ["part-00002.parquet"]
        assert sorted(path.name for path in folder.state.iterdir()) == ["done-00002.json", "journal-00001.json", "lock"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(ConfigError, match="not empty"), OutFolder(tmp_path, "parquet").opened():
        raise AssertionError
    with pytest.raises(ConfigError, match="is a file"), OutFolder(tmp_path / "thesis.txt", "parquet").opened():
        raise AssertionError


def test_two_runs_cannot_hold_one_folder(tmp_path: Path) -> None:
    folder = OutFolder(tmp_path / "out", "parquet")
    with folder.opened(), pytest.raises(ConfigError, match="another run"), folder.opened():
        raise AssertionError


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"shard_size": 3}, "shard_size (2 there, 3 now)"),
        ({"columns": {"text": "text"}}, "columns"),
        ({"limit": 2}, "limit (None there, 2 now)"),
        ({"output_format": "jsonl"}, "output_format ('parquet' there, 'jsonl' now)"),
    ],
)
def test_other_settings_are_refused_once_a_shard_is_done(
    tmp_path: Path, dump: Dump, changed: dict[str, Any], named: str
) -> None:
    settings: dict[str, Any] = {"inputs": (str(dump("a", "b", "c")),), "out": tmp_path / "out", "shard_size": 2}
    folder = OutFolder(tmp_path / "out", "parquet")
    with folder.opened():
        make_plan(JobConfig(**settings), folder)
        assert len(make_plan(JobConfig(**settings | changed), folder)) in (1, 2)  # nothing is done yet
        make_plan(JobConfig(**settings), folder)
        folder.marker(0).write_bytes(b"{}")
        with pytest.raises(ConfigError) as error:
            make_plan(JobConfig(**settings | changed), folder)
    assert named in str(error.value)
    assert "new output folder" in str(error.value)


def test_another_dump_is_refused_and_a_touched_one_is_not(tmp_path: Path, dump: Dump) -> None:
    source = dump("a", "b")
    config = JobConfig(inputs=(str(source),), out=tmp_path / "out")
    folder = OutFolder(tmp_path / "out", "parquet")
    with folder.opened():
        plan = make_plan(config, folder)
        folder.marker(0).write_bytes(b"{}")
        source.touch()
        assert make_plan(config, folder).sha256 == plan.sha256
        dump("a", "B")
        with pytest.raises(ConfigError, match="another dump"):
            make_plan(config, folder)
        folder.marker(0).unlink()
        assert make_plan(config, folder).sha256 != plan.sha256


def test_an_unchanged_dump_is_not_read_twice(tmp_path: Path, dump: Dump) -> None:
    config = JobConfig(inputs=(str(dump("a", "b")),), out=tmp_path / "out")
    folder = OutFolder(tmp_path / "out", "parquet")
    counts: list[int] = []
    with folder.opened():
        first = make_plan(config, folder, counts.append)
        assert make_plan(config, folder, counts.append) == first
    assert counts == [2]
