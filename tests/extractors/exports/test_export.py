"""What all exports share: reading the output, and writing all or nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from extractors.exports import FORMATS, export
from extractors.exports.source import Output
from extractors.timeline import events
from nlp.errors import ConfigError, InputError


def test_notes_come_with_their_records_in_order(out: Path) -> None:
    entries = list(Output(out))
    assert [(entry.part, entry.note.note_id) for entry in entries] == [
        ("part-00000", "n/1"), ("part-00000", "n2"), ("part-00001", "n3"),
    ]  # fmt: skip
    assert [len(entry.diagnoses) for entry in entries] == [4, 4, 0]
    assert [record.surface for record in entries[0].medications] == ["metformin"]
    assert [record.reactions for record in entries[1].allergies] == [("hives",)]
    assert "fever" not in repr(entries[0])


def test_the_output_of_a_run_without_newer_tables_and_columns_is_read(parquet_out: Path) -> None:
    part = parquet_out / "notes" / "part-00001.parquet"
    part.unlink()
    part.with_suffix(".jsonl").write_text(json.dumps({"note_id": "n3", "text": "x"}) + "\n")
    for table in ("allergies", "problems"):
        for path in (parquet_out / table).iterdir():
            path.unlink()
    assert [(len(entry.allergies), len(entry.problems)) for entry in Output(parquet_out)] == [(0, 0)] * 3


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda out: (out / "report.json").unlink(), "not complete"),
        (lambda out: (out / "notes").rename(out / "other"), "no output folder"),
        (lambda out: (out / "notes" / "part-00000.parquet").write_bytes(b"Zebulon"), "cannot be read"),
        (
            lambda out: (out / "diagnoses" / "part-00000.parquet").replace(out / "diagnoses" / "part-00001.parquet"),
            "missing",
        ),
    ],
)
def test_a_broken_output_is_refused_and_nothing_is_left(parquet_out: Path, harm, message: str) -> None:
    harm(parquet_out)
    target = parquet_out.parent / "csv"
    with pytest.raises(InputError, match=message) as error:
        export(parquet_out, "csv", target)
    assert "Zebulon" not in str(error.value)
    assert [path.name for path in parquet_out.parent.iterdir()] == ["out"]


def test_a_row_that_does_not_fit_is_named_by_its_column(parquet_out: Path) -> None:
    part = parquet_out / "notes" / "part-00001.parquet"
    part.unlink()
    part.with_suffix(".jsonl").write_text('{"note_id": "n3", "text": 5}\n')
    with pytest.raises(InputError, match=r"does not fit docs/output.md in text"):
        list(Output(parquet_out))


def test_a_target_that_holds_something_is_refused(parquet_out: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    export(parquet_out, "csv", tmp_path / "there")  # an empty folder will do
    with pytest.raises(ConfigError, match="is there already"):
        export(parquet_out, "csv", tmp_path / "there")


def test_wrong_choices_name_the_right_ones(parquet_out: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="fhir, omop, meds, brat, csv, timeline"):
        export(parquet_out, "hl7", tmp_path / "t")
    with pytest.raises(ConfigError, match="csv, parquet"):
        export(parquet_out, "omop", tmp_path / "t", "xlsx")
    with pytest.raises(ConfigError, match="no choice"):
        export(parquet_out, "brat", tmp_path / "t", "csv")


@pytest.mark.parametrize("name", [name for name, chosen in FORMATS.items() if chosen.needs])
def test_a_missing_package_is_named(parquet_out: Path, tmp_path: Path, monkeypatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, FORMATS[name].needs[0].split(".")[0], None)
    monkeypatch.setitem(sys.modules, FORMATS[name].needs[0], None)
    with pytest.raises(ConfigError, match=rf"pip install 'clinsift\[{name}\]'"):
        export(parquet_out, name, tmp_path / "t")


def test_csv_has_every_row_and_joins_lists(parquet_out: Path, tmp_path: Path) -> None:
    import pyarrow.csv

    counts = {"notes": 3, "diagnoses": 8, "problems": 4, "medications": 2, "allergies": 1}
    assert export(parquet_out, "csv", tmp_path / "t") == counts
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    rows = pyarrow.csv.read_csv(tmp_path / "t" / "diagnoses.csv", parse_options=options).to_pylist()
    assert rows[0]["icd10_candidates"] == "E11.9:1.0|E11.8:0.5"
    problems = pyarrow.csv.read_csv(tmp_path / "t" / "problems.csv", parse_options=options).to_pylist()
    assert [(row["surface"], row["mentions"].count("|") + 1) for row in problems][:2] == [
        ("type 2 diabetes", 2), ("gout", 1),
    ]  # fmt: skip
    assert [row["surface"] for row in rows][6] == "acute\nkidney injury"
    notes = pyarrow.csv.read_csv(tmp_path / "t" / "notes.csv", parse_options=options).to_pylist()
    assert notes[0]["text"].startswith("Seen [DATE]. Has type 2 diabetes and\r\nno")


def test_events_of_a_patient_stand_together_in_order_of_time(parquet_out: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    assert export(parquet_out, "timeline", tmp_path / "t") == {"subjects": 2, "events": 13}
    rows = pq.read_table(tmp_path / "t" / "timeline.parquet").to_pylist()
    by_subject = [row["subject"] for row in rows]
    assert sorted(set(by_subject), key=by_subject.index) in (["aa11", "note:n2"], ["note:n2", "aa11"])
    own = [row for row in rows if row["subject"] == "aa11"]
    assert [(row["date"], row["kind"], row["code"], row["status"]) for row in own] == [
        ("2020-01-02", "note", None, None), ("2021-03-04", "note", None, None),
        ("2021-03-04", "diagnosis", "E11.9", "present"), ("2021-03-04", "symptom", None, "negated"),
        ("2021-03-04", "diagnosis", None, "family"), ("2021-03-04", "medication", "6809", "current"),
        ("2021-03-04", "diagnosis", "E11.9", "present"),
    ]  # fmt: skip
    assert own[5]["value"] == 1000.0


def test_an_allergy_is_one_event(parquet_out: Path) -> None:
    kinds = [event["kind"] for entry in Output(parquet_out) for event in events(entry) if entry.note.note_id == "n2"]
    assert kinds.count("allergy") == 1
    assert "medication" not in kinds


def test_the_command_writes_beside_the_output(parquet_out: Path) -> None:
    from typer.testing import CliRunner

    from nlp.cli import app

    result = CliRunner().invoke(app, ["export", str(parquet_out), "--to", "omop"])
    assert result.exit_code == 0, result.output
    assert "3 note" in result.output
    assert (parquet_out.parent / "out-omop" / "note.csv").is_file()
    again = CliRunner().invoke(app, ["export", str(parquet_out), "--to", "omop"])
    assert again.exit_code == 2


def test_hugging_face_datasets_open_the_parquet_parts(parquet_out: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    for table, rows in (("notes", 3), ("diagnoses", 8), ("problems", 4), ("medications", 2), ("allergies", 1)):
        files = sorted(map(str, (parquet_out / table).glob("*.parquet")))
        data = datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(tmp_path / "cache"))
        assert data.num_rows == rows
    data.save_to_disk(str(tmp_path / "saved"))
    assert datasets.load_from_disk(str(tmp_path / "saved"))[0]["reactions"] == ["hives"]


def test_run_exports_at_its_end_and_refuses_before_it_begins(parquet_out: Path, monkeypatch) -> None:
    from types import SimpleNamespace

    from typer.testing import CliRunner

    import nlp.cli.batch
    from nlp.cli import app

    ran: list[object] = []
    monkeypatch.setattr(
        nlp.cli.batch, "run_and_show", lambda config: ran.append(config) or SimpleNamespace(exit_code=3)
    )
    command = ["run", "notes.jsonl", str(parquet_out), "--export", "omop", "--export"]
    assert CliRunner().invoke(app, [*command, "hl7"]).exit_code == 2
    assert not ran
    assert CliRunner().invoke(app, [*command, "csv"]).exit_code == 3
    assert len(ran) == 1
    made = [path.name for path in parquet_out.parent.iterdir()]
    assert sorted(made) == ["out", "out-csv", "out-omop"]
