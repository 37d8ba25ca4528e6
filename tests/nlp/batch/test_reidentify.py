"""A shard with a vault, and back."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from fake_pipeline import FakePipeline

from deid.keys import load_key
from nlp.batch import JobConfig, run_job
from nlp.batch.folder import OutFolder
from nlp.batch.plan import make_plan
from nlp.batch.reidentify import reidentify
from nlp.batch.shardwork import ShardWork, vault_part
from nlp.errors import ConfigError, InputError
from nlp.reading import ShardReader
from nlp.types import Note


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Returns a function that works on some notes with a vault; the key is in ``key``."""
    (tmp_path / "key").write_text("k" * 32)
    (tmp_path / "key").chmod(0o600)
    (tmp_path / "vault").mkdir()

    def work(notes: list[dict[str, str]], pipeline: Any = None, **settings: Any) -> OutFolder:
        source = tmp_path / "dump.jsonl"
        source.write_text("".join(json.dumps(note) + "\n" for note in notes))
        config = JobConfig(
            inputs=(str(source),), out=tmp_path / "out", vault=tmp_path / "vault", key_file=tmp_path / "key", **settings
        )
        folder = OutFolder(config.out, config.output_format)
        with folder.opened():
            (shard,) = make_plan(config, folder)
            work = ShardWork(config, folder, pipeline or FakePipeline("f"), ShardReader(config.column_map()), "origin")
            work.run(shard)
        return folder

    return work


NOTES = [
    {"note_id": "a", "text": "Ana\r\n\x00 \ud800 e\u0301 \U0001f600", "patient_id": "p", "note_date": "2020-01-02"},
    {"note_id": "b", "text": "<LEAK>"},
    {"note_id": "c", "text": "ß\tx", "note_type": "consult"},
]


@pytest.mark.parametrize("output_format", ["parquet", "jsonl"])
def test_notes_come_back_as_they_were(tmp_path: Path, run: Any, output_format: str) -> None:
    run(NOTES, output_format=output_format)
    key = load_key(tmp_path / "key")
    assert reidentify(tmp_path / "out", tmp_path / "vault", key, tmp_path / "restored") == 2
    (part,) = (tmp_path / "restored").iterdir()
    assert [json.loads(line) for line in part.read_text().splitlines()] == [NOTES[0], NOTES[2]]
    for path in (part, vault_part(tmp_path / "vault", 0)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


class RenamingPipeline(FakePipeline):
    """Takes the ids of its notes for PHI."""

    def process(self, notes: Sequence[Note]) -> list[Any]:
        renamed = {"note_id": "id-1", "given_id": notes[0].note_id}
        return [SimpleNamespace(**vars(outcome) | renamed) for outcome in super().process(notes)]


def test_a_note_that_was_written_under_another_id_comes_back_under_its_own(tmp_path: Path, run: Any) -> None:
    folder = run([{"note_id": "Quist", "text": "a"}], pipeline=RenamingPipeline("f"))
    (row,) = pq.read_table(folder.part("notes", 0)).to_pylist()
    assert row["note_id"] == "id-1"
    assert reidentify(tmp_path / "out", tmp_path / "vault", load_key(tmp_path / "key"), tmp_path / "restored") == 1
    (part,) = (tmp_path / "restored").iterdir()
    assert json.loads(part.read_text()) == {"note_id": "Quist", "text": "a"}


def test_missing_parts_and_full_folders_are_told(tmp_path: Path, run: Any) -> None:
    folder = run(NOTES)
    key = load_key(tmp_path / "key")
    with pytest.raises(ConfigError, match="name a new folder"):
        reidentify(folder.path, tmp_path / "vault", key, folder.path)
    with pytest.raises(InputError, match="no notes there"):
        reidentify(tmp_path / "nothing", tmp_path / "vault", key, tmp_path / "restored")
    vault_part(tmp_path / "vault", 0).unlink()
    with pytest.raises(ConfigError, match=r"is .* the vault of this output"):
        reidentify(folder.path, tmp_path / "vault", key, tmp_path / "restored")


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"key_file": None}, "throw-away"), ({"vault": "out/vault"}, "apart from the output")],
)
def test_vaults_that_protect_nothing_are_refused(
    tmp_path: Path, run: Any, settings: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = {"key_file": tmp_path / "key", "vault": "vault", "out": "out"} | settings
    with pytest.raises(ConfigError, match=message):
        run_job(JobConfig(inputs=("dump.jsonl",), **options))
    assert not (tmp_path / "out").exists()
