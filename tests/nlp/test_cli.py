"""The command line: what it writes, how it ends, and that it never shows text of a note."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from types import ModuleType

import pytest
from typer.testing import CliRunner

import nlp.errors
from nlp.cli import app
from nlp.errors import ConfigError, Quarantined
from nlp.types import Annotations, Note, Span

CANARY = "Zebulon Quintrell"
runner = CliRunner()


class FakePipeline:
    """Finds the word DRUG; quarantines notes that say BAD; raises what ``trouble`` holds."""

    trouble: Exception | None = None

    @classmethod
    def load(cls, model=None, **options):
        cls.loaded = {"model": model, **options}
        if model == "nowhere":
            raise ConfigError("no model in nowhere: config.json is missing")
        return cls()

    def annotate(self, notes: list[Note]) -> list[Annotations | Quarantined]:
        if self.trouble:
            raise self.trouble
        return [self._one(note) for note in notes]

    def _one(self, note: Note) -> Annotations | Quarantined:
        if "BAD" in note.text:
            return Quarantined(note.note_id, "tag", "ValueError")
        start = note.text.find("DRUG")
        found = (Span(start, start + 4, "DRUG", 0.5, id="m1", status="current"),) if start >= 0 else ()
        return Annotations((Span(0, 2, "PATIENT", 0.98765, ("patterns",)),), found)


@pytest.fixture
def pipeline(monkeypatch):
    fake = ModuleType("nlp.pipeline")
    fake.Pipeline = FakePipeline
    monkeypatch.setitem(sys.modules, "nlp.pipeline", fake)
    monkeypatch.setattr(FakePipeline, "trouble", None)
    return FakePipeline


@pytest.fixture
def dump(tmp_path):
    """Write notes (id -> text) as JSON lines and return the path."""

    def write(**notes: str):
        path = tmp_path / "notes.jsonl"
        path.write_text("".join(json.dumps({"note_id": i, "text": t}) + "\n" for i, t in notes.items()))
        return path

    return write


def annotate(*args: object):
    return runner.invoke(app, ["annotate", *map(str, args)])


def test_help_lists_the_commands_and_exit_codes():
    shown = runner.invoke(app, ["--help"]).output
    assert all(word in shown for word in ("run", "annotate", "demo", "version", "3 finished"))


def test_version_names_torch():
    result = runner.invoke(app, ["version"])
    assert result.exit_code == 0
    assert "clinsift 0." in result.output
    assert "torch " in result.output


def test_annotate_writes_a_line_a_note_in_the_contract_form(pipeline, dump, tmp_path):
    out = tmp_path / "out.jsonl"
    result = annotate(dump(a="Al takes DRUG", b="\U0001d400b no"), "-o", out)
    assert result.exit_code == 0, result.output
    first, second = map(json.loads, out.read_text().splitlines())
    assert first == {
        "note_id": "a",
        "phi": [{"start": 0, "end": 2, "label": "PATIENT", "score": 0.9877, "sources": ["patterns"]}],
        "entities": [{"start": 9, "end": 13, "label": "DRUG", "id": "m1", "status": "current", "score": 0.5}],
    }
    assert second["note_id"] == "b"
    assert second["entities"] == []


def test_annotate_takes_mapped_columns_and_limit(pipeline, tmp_path):
    (tmp_path / "notes.csv").write_text("row,body\n1,one\n2,two\n3,three\n")
    out = tmp_path / "out.jsonl"
    result = annotate(tmp_path / "notes.csv", "-o", out, "--columns", "note_id=row, text=body", "--limit", 2)
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["note_id"] for line in out.read_text().splitlines()] == ["1", "2"]


def test_annotate_passes_tagger_and_policy_only_when_given(pipeline, dump, tmp_path):
    annotate(dump(a="x"), "-o", tmp_path / "out.jsonl")
    assert set(pipeline.loaded) == {"model", "key", "patients"}
    annotate(dump(a="x"), "-o", tmp_path / "out.jsonl", "--tagger", "cnn-rnn", "--policy", "surrogate")
    assert pipeline.loaded["tagger"] == "cnn-rnn"
    assert pipeline.loaded["policy"] == "surrogate"


def test_quarantined_notes_are_reported_with_exit_code_3(pipeline, dump, tmp_path):
    source = dump(a=f"{CANARY} BAD", b="fine")
    with source.open("a") as file:
        file.write(f'{{"note_id": "c", "text": "{CANARY}\n')
    out = tmp_path / "out.jsonl"
    result = annotate(source, "-o", out)
    assert result.exit_code == 3
    assert [json.loads(line)["note_id"] for line in out.read_text().splitlines()] == ["b"]
    assert "2 notes in quarantine" in result.stderr
    assert "a: ValueError in tag" in result.stderr
    assert "row 3" in result.stderr
    assert CANARY not in result.output


def test_many_quarantined_notes_are_counted_not_listed(pipeline, dump, tmp_path):
    result = annotate(dump(**{f"n{i}": "BAD" for i in range(30)}), "-o", tmp_path / "out.jsonl")
    assert "30 notes in quarantine" in result.stderr
    assert "... and 10 more" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jsonl", "-o", "out.jsonl"], "no such file"),
        (["notes.jsonl", "-o", "out.jsonl", "--model", "nowhere"], "config.json is missing"),
        (["notes.jsonl", "-o", "no/such/out.jsonl"], "there is no folder"),
        (["notes.jsonl", "-o", "out.jsonl", "--columns", "txt=body"], "choose from"),
        (["notes.jsonl", "-o", "out.jsonl", "--columns", "text"], "field=column"),
        (["notes.jsonl", "-o", "out.jsonl", "--limit", "0"], "--limit"),
        (["notes.jsonl"], "--output"),
    ],
)
def test_mistakes_of_the_user_end_with_exit_code_2(pipeline, dump, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    dump(a=CANARY)
    result = annotate(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert CANARY not in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["notes.jsonl"]


def test_an_internal_error_shows_types_and_places_but_no_message(pipeline, dump, tmp_path):
    trouble = ValueError(f"cannot parse {CANARY}")
    trouble.__cause__ = KeyError(CANARY)
    pipeline.trouble = trouble
    out = tmp_path / "out.jsonl"
    out.write_text("earlier\n")
    result = annotate(dump(a=CANARY), "-o", out)
    assert result.exit_code == 1
    assert "ValueError" in result.stderr
    assert "KeyError" in result.stderr
    assert "in annotate" in result.stderr
    assert CANARY not in result.output
    assert out.read_text() == "earlier\n"
    assert {path.name for path in tmp_path.iterdir()} == {"notes.jsonl", "out.jsonl"}


def test_operating_system_errors_name_the_path(pipeline, dump, tmp_path):
    pipeline.trouble = PermissionError(13, "Permission denied", "/models/weights")
    result = annotate(dump(a="x"), "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 2
    assert "/models/weights: Permission denied" in result.stderr


def test_our_warnings_are_plain_and_those_of_libraries_are_dropped(pipeline, dump, tmp_path, monkeypatch):
    def load(model=None, **options):
        warnings.warn_explicit("throw-away key", UserWarning, nlp.errors.__file__, 1)
        warnings.warn_explicit(f"odd token {CANARY}", UserWarning, json.__file__, 1)
        return FakePipeline()

    monkeypatch.setattr(FakePipeline, "load", load)
    result = annotate(dump(a="x"), "-o", tmp_path / "out.jsonl")
    assert "clinsift: warning: throw-away key" in result.stderr
    assert CANARY not in result.output


def test_module_runs_as_the_script_does(monkeypatch, capsys):
    import runpy

    monkeypatch.setattr(sys, "argv", ["clinsift", "version"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("nlp.cli", run_name="__main__")
    assert end.value.code == 0
    assert "clinsift 0." in capsys.readouterr().out


def report(**figures: object):
    """A run's report with zeros but for what is given."""
    from nlp.batch import RunReport

    empty = {name: (field.annotation.__origin__ if hasattr(field.annotation, "__origin__") else field.annotation)()
             for name, field in RunReport.model_fields.items()}  # fmt: skip
    return RunReport(**{**empty, **figures})


@pytest.fixture
def jobs(monkeypatch):
    """Catch the configurations of jobs instead of running them; the first entry decides the report."""
    import nlp.batch

    caught = []

    def run_job(config, progress):
        caught.append(config)
        config.out.mkdir(exist_ok=True)
        return report(quarantined=caught[0] if isinstance(caught[0], int) else 0)

    monkeypatch.setattr(nlp.batch, "run_job", run_job)
    return caught


def test_run_leaves_what_is_not_given_to_the_defaults_of_the_job(jobs, tmp_path):
    from nlp.batch import JobConfig

    result = runner.invoke(app, ["run", "a.jsonl", "b.jsonl", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert jobs == [JobConfig(inputs=("a.jsonl", "b.jsonl"), out=tmp_path / "out")]


def test_run_passes_every_option_on(jobs, tmp_path):
    given = {
        "columns": "text=body", "identifiers": "last_name, mrn", "limit": "7", "policy": "surrogate", "key-file": "k",
        "tagger": "cnn-rnn", "model": "m", "output-format": "jsonl", "shard-size": "9", "num-workers": "3",
        "num-gpus": "0.5", "address": "auto", "patients": "p.csv", "patient-columns": "mrn=number",
    }  # fmt: skip
    options = [word for name, value in given.items() for word in (f"--{name}", value)]
    result = runner.invoke(app, ["run", "a.jsonl", str(tmp_path / "out"), *options])
    assert result.exit_code == 0, result.output
    set_fields = jobs[0].model_dump(include=jobs[0].model_fields_set - {"inputs", "out"}, mode="json")
    assert set_fields == {
        "columns": {"text": "body"}, "identifiers": ["last_name", "mrn"], "limit": 7, "policy": "surrogate",
        "key_file": "k", "tagger": "cnn-rnn", "model": "m", "output_format": "jsonl", "shard_size": 9,
        "num_workers": 3, "num_gpus": 0.5, "address": "auto", "patients": ["p.csv"],
        "patient_columns": {"mrn": "number"},
    }  # fmt: skip
    assert set(given) == {name.replace("_", "-") for name in set_fields}


def test_run_with_quarantined_notes_ends_with_exit_code_3(jobs, tmp_path):
    jobs.append(2)
    result = runner.invoke(app, ["run", "a.jsonl", str(tmp_path / "out")])
    assert result.exit_code == 3
    assert "quarantined" in result.output


@pytest.mark.parametrize("option", ["--output-format=xml", "--num-workers=0", "--limit=x", "--columns=text"])
def test_run_with_a_wrong_option_ends_with_exit_code_2(jobs, tmp_path, option):
    result = runner.invoke(app, ["run", "a.jsonl", str(tmp_path / "out"), option])
    assert result.exit_code == 2
    assert option.partition("=")[0] in result.stderr
    assert jobs == []


def test_run_on_a_missing_dump_ends_with_exit_code_2(tmp_path):
    result = runner.invoke(app, ["run", str(tmp_path / "no.jsonl"), str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "no such file" in result.stderr


@pytest.mark.slow
def test_demo_shows_figures_places_and_an_example(tmp_path):
    command = [sys.executable, "-m", "nlp.cli", "demo", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "160"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "notes written" in done.stdout
    assert str(tmp_path / "demo" / "notes") in done.stdout
    assert "before" in done.stdout
    assert "medications of this note" in done.stdout
