"""``clinsift train`` from a file to a model that loads, and what it says when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.cli import app
from nlp.taggers.neural import Checkpoint, NeuralTagger, load_checkpoint

CANARY = "Quintrell"
runner = CliRunner()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    lines = [
        {
            "note_id": f"n{i}",
            "patient_id": f"p{i}",
            "text": f"Mr. {CANARY} number {i} came.",
            "phi": [{"start": 4, "end": 4 + len(CANARY), "label": "PATIENT"}],
            "entities": [],
        }
        for i in range(6)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture
def start(tmp_path: Path, tiny_checkpoint: Callable[..., Checkpoint]) -> Path:
    folder = tmp_path / "start"
    tiny_checkpoint("cnn-rnn").save(folder)
    return folder


def test_train_writes_a_model_and_scores_and_shows_no_text(data: Path, start: Path, tmp_path: Path) -> None:
    out = tmp_path / "model"
    options = ["--start", str(start), "--variants", "1", "--epochs", "2", "--validation", "0.3", "--curve"]
    result = runner.invoke(app, ["train", "--data", str(data), "-o", str(out), *options])
    assert result.exit_code == 0, result.output
    assert "6 notes with 6 annotations of 1 labels" in result.output
    assert "PATIENT (6)" in result.output
    assert "2 notes held out" in result.output
    assert "thresholds kept" in result.output
    assert CANARY not in result.output
    report = json.loads((out / "training.json").read_text())
    assert [one["trained"] for one in report] == [1, 1, 2, 4]
    assert CANARY not in (out / "training.json").read_text()
    assert NeuralTagger(load_checkpoint(out)).tag(["Mr. Smith"]) is not None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "xml"], "unknown format 'xml'; choose one of: clinsift"),
        (["--map", "nowhere"], "no label map 'nowhere'"),
        (["--annotated", "NAMES"], "--annotated: unknown label NAMES"),
        (["--tagger", "best"], "unknown tagger"),
        (["--tagger", "ensemble"], "several models"),
        (["--validation", "1"], "validation must be"),
        (["--start", "gone"], "no model in gone"),
        (["--format", "i2b2"], "no XML"),
    ],
)
def test_errors_are_plain_and_early(data: Path, tmp_path: Path, options: list[str], said: str) -> None:
    out = tmp_path / "model"
    result = runner.invoke(app, ["train", "--data", str(data), "-o", str(out), *options])
    assert result.exit_code == 2
    assert said in result.output
    assert CANARY not in result.output
    assert not out.exists()


def test_a_folder_that_holds_something_is_not_overwritten(data: Path, start: Path) -> None:
    result = runner.invoke(app, ["train", "--data", str(data), "-o", str(start)])
    assert result.exit_code == 2
    assert "is not empty" in result.output
