"""Every format is what the field's own library takes, and says of the notes what the records say."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path

import pytest

from extractors.exports import export
from extractors.exports.brat import file_name, note_spans, to_ann
from extractors.exports.fhir import bundle
from extractors.exports.source import NoteRecords, NoteRow, Output
from extractors.schema import AllergyRecord
from extractors.timeline import events
from nlp.markup import parse


def bundles(folder: Path) -> list[dict]:
    return [json.loads(line) for path in sorted(folder.glob("*.ndjson")) for line in path.open()]


def test_fhir_bundles_are_valid_and_say_what_the_records_say(parquet_out: Path, tmp_path: Path) -> None:
    pytest.importorskip("fhir.resources", reason="pip install 'clinsift[fhir]'")
    from fhir.resources.R4B.bundle import Bundle

    counts = export(parquet_out, "fhir", tmp_path / "t")
    found = bundles(tmp_path / "t")
    assert [Bundle.model_validate(bundle).type for bundle in found] == ["transaction"] * 3
    assert counts == {
        "Bundle": 3, "Patient": 3, "DocumentReference": 3, "Condition": 6, "FamilyMemberHistory": 1,
        "MedicationStatement": 1, "AllergyIntolerance": 1,
    }  # fmt: skip
    resources = [entry["resource"] for bundle in found for entry in bundle["entry"]]
    kinds: dict[str, list[dict]] = {}
    for resource in resources:
        kinds.setdefault(resource["resourceType"], []).append(resource)
    told = [
        (
            c["code"]["text"],
            c["verificationStatus"]["coding"][0]["code"],
            c.get("clinicalStatus", {}).get("coding", [{}])[0].get("code"),
        )
        for c in kinds["Condition"]
    ]
    assert told == [
        ("type 2 diabetes", "confirmed", "active"), ("fever", "refuted", None),
        ("type 2 diabetes", "confirmed", "active"),
        ("hives", "confirmed", "inactive"), ("acute\nkidney injury", "unconfirmed", "active"),
        ("MI", "confirmed", "inactive"),
    ]  # fmt: skip
    assert kinds["FamilyMemberHistory"][0]["relationship"]["coding"][0]["code"] == "MTH"
    (statement,) = kinds["MedicationStatement"]
    assert statement["dosage"] == [
        {
            "text": "500 mg BID",
            "timing": {"repeat": {"frequency": 2, "period": 1.0, "periodUnit": "d"}},
            "asNeededBoolean": False,
            "doseAndRate": [
                {"doseQuantity": {"value": 500.0, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
            ],
        }
    ]
    assert kinds["AllergyIntolerance"][0]["reaction"] == [{"manifestation": [{"text": "hives"}]}]
    document, condition = kinds["DocumentReference"][0], kinds["Condition"][0]
    text = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    place = {part["url"]: part for part in condition["extension"][0]["extension"]}
    start = place["offset"]["valueInteger"]
    assert text[start : start + place["length"]["valueInteger"]] == "type 2 diabetes"
    assert place["reference"]["valueReference"]["reference"] == f"DocumentReference/{document['id']}"
    assert len({(r["resourceType"], r["id"]) for r in resources}) == len(resources) - 1  # one patient has two notes


def test_omop_tables_load_into_duckdb(parquet_out: Path, tmp_path: Path, monkeypatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    for table_format in ("csv", "parquet"):
        target = tmp_path / table_format
        assert export(parquet_out, "omop", target, table_format) == {"note": 3, "note_nlp": 10}
        monkeypatch.chdir(target)
        with duckdb.connect() as base:
            base.execute((target / "load.sql").read_text())
            assert base.execute("SELECT count(*) FROM note_nlp JOIN note USING (note_id)").fetchone() == (10,)
            rows = base.execute(
                'SELECT lexical_variant, "offset", term_exists, term_temporal, term_modifiers, note_source_value, '
                "note_text, note_date FROM note_nlp JOIN note USING (note_id) ORDER BY note_nlp_id"
            ).fetchall()
        assert all(text[int(offset) :].startswith(words) for words, offset, *_, text, _ in rows)
        assert [row[:1] + row[2:4] for row in rows] == [
            ("type 2 diabetes", "Y", "present"), ("fever", "N", "present"), ("gout", "N", "present"),
            ("metformin", "Y", "present"), ("type 2 diabetes", "Y", "present"), ("penicillin", "Y", "present"),
            ("hives", "Y", "past"), ("chest pain", "N", "present"), ("acute\nkidney injury", "Y", "present"),
            ("MI", "Y", "past"),
        ]  # fmt: skip
        assert "subject=family" in rows[2][4]
        assert "relative=mother" in rows[2][4]
        assert "icd10cm=E11.9" in rows[0][4]
        assert "strength=500 mg" in rows[3][4]
        assert str(rows[0][7]) == "2021-03-04"
        assert str(rows[-1][7]) == "1970-01-01"


def test_meds_tables_fit_the_schemas_of_meds(parquet_out: Path, tmp_path: Path) -> None:
    meds = pytest.importorskip("meds", reason="pip install 'clinsift[meds]'")
    import pyarrow as pa
    import pyarrow.parquet as pq

    counts = export(parquet_out, "meds", tmp_path / "t")
    assert counts["subjects"] == 2
    tables = [pq.read_table(path) for path in sorted((tmp_path / "t" / "data").glob("*.parquet"))]
    for table in tables:
        meds.DataSchema.validate(table)
    data = pa.concat_tables(tables).to_pylist()
    assert len(data) == counts["events"] == 13
    codes = [row["code"] for row in data]
    assert {"ICD10CM//E11.9", "SYMPTOM//UNCODED//negated", "DIAGNOSIS//UNCODED//family", "ICD10CM//I25.2//historical",
            "RXNORM//6809", "RXNORM//7980//allergy", "NOTE//clinic", "NOTE//UNKNOWN"} <= set(codes)  # fmt: skip
    seen = set()
    for before, after in pairwise(data):
        if before["subject_id"] == after["subject_id"]:
            assert after["time"] is None or before["time"] is None or before["time"] <= after["time"]
            assert not (before["time"] and after["time"] is None)
        else:
            seen.add(before["subject_id"])
        assert after["subject_id"] not in seen
    described = pq.read_table(tmp_path / "t" / meds.code_metadata_filepath)
    meds.CodeMetadataSchema.validate(described)
    assert set(codes) <= set(described["code"].to_pylist())
    meds.SubjectSplitSchema.validate(pq.read_table(tmp_path / "t" / meds.subject_splits_filepath))
    meds.DatasetMetadataSchema.validate(json.loads((tmp_path / "t" / meds.dataset_metadata_filepath).read_text()))


def test_brat_files_go_to_spans_and_back_exactly(parquet_out: Path, tmp_path: Path) -> None:
    from nlp.corpora.corpus import read_corpus

    assert export(parquet_out, "brat", tmp_path / "t") == {"notes": 3, "spans": 12}
    corpus = read_corpus(tmp_path / "t", "brat")
    written = {file_name(entry.note.note_id): entry for entry in Output(parquet_out)}
    assert {marked.note.note_id for marked in corpus.notes} == set(written) == {"n%2F1", "n2", "n3"}
    for marked in corpus.notes:
        assert marked.note.text == written[marked.note.note_id].note.text
        ann = (tmp_path / "t" / f"{marked.note.note_id}.ann").read_bytes().decode()
        assert to_ann(marked.note.text, marked.annotations.entities) == ann


def test_brat_links_what_belongs_together(parquet_out: Path) -> None:
    (entry, *_) = Output(parquet_out)
    ann = to_ann(entry.note.text, note_spans(entry))
    assert "R1\tStrength-Drug Arg1:T5 Arg2:T4\n" in ann
    assert "Reason-Drug Arg1:T7 Arg2:T4\n" in ann
    assert "N1\tReference T1 ICD10CM:E11.9\t" in ann


def test_brat_writes_fragments_where_a_span_crosses_lines() -> None:
    text, annotations, _ = parse("acute [[DX:kidney\r\ninjury|present]]")
    assert to_ann(text, annotations.entities).splitlines()[0] == "T1\tDX 6 12;14 20\tkidney injury"


@pytest.mark.parametrize("note_id", ["a/b", "..", ".hidden", "x" * 5000, "\u00e9\u4e2d", "a b\n", "nul\0"])
def test_file_names_stay_in_the_folder(note_id: str) -> None:
    name = file_name(note_id)
    assert 0 < len(name) <= 200
    assert not set(name) & set("/\\\0\n ")
    assert not name.startswith(".")


def allergic_note() -> NoteRecords:
    text = "No food allergies. NKDA. Latex: hives."
    common = {"note_id": "a", "patient_key": "p", "section": "allergies", "score": 1.0, "model": "m"}

    def allergy(words: str, **more: object) -> AllergyRecord:
        start = text.index(words)
        return AllergyRecord(**common, start=start, end=start + len(words), surface=words, **more)

    return NoteRecords(
        part="part-00000",
        note=NoteRow(note_id="a", patient_key="p", text=text),
        allergies=(
            allergy("No food allergies", none_known=True, category="food"),
            allergy("NKDA", none_known=True, category="medication"),
            allergy("Latex", category="environment", substance="latex", reactions=("hives",)),
        ),
    )


def test_fhir_says_that_no_allergies_are_known_by_the_codes_of_snomed() -> None:
    pytest.importorskip("fhir.resources", reason="pip install 'clinsift[fhir]'")
    from fhir.resources.R4B.bundle import Bundle

    made = bundle(allergic_note())
    Bundle.model_validate(made)
    found = [e["resource"] for e in made["entry"] if e["resource"]["resourceType"] == "AllergyIntolerance"]
    told = [
        (a["code"]["coding"][0]["code"] if "coding" in a["code"] else a["code"]["text"],
         a["verificationStatus"]["coding"][0]["code"], a.get("category"), a.get("reaction"))
        for a in found
    ]  # fmt: skip
    assert told == [
        ("429625007", "confirmed", None, None),
        ("409137002", "confirmed", None, None),
        ("Latex", "unconfirmed", ["environment"], [{"manifestation": [{"text": "hives"}]}]),
    ]


def test_omop_meds_and_timeline_tell_an_allergy_from_none_known(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    export([allergic_note()], "omop", tmp_path / "omop", "parquet")
    rows = pq.read_table(tmp_path / "omop" / "note_nlp.parquet").to_pylist()
    assert [(row["lexical_variant"], row["term_exists"]) for row in rows] == [
        ("No food allergies", "N"), ("NKDA", "N"), ("Latex", "Y"),
    ]  # fmt: skip
    assert "substance=latex" in rows[2]["term_modifiers"]
    found = [event for event in events(allergic_note()) if event["kind"] == "allergy"]
    assert [(e.get("system"), e.get("code"), e.get("title"), e.get("status")) for e in found] == [
        ("SNOMED", "429625007", "No known food allergy", "none_known"),
        ("SNOMED", "409137002", "No known drug allergy", "none_known"),
        (None, None, "latex", None),
    ]
    pytest.importorskip("meds", reason="pip install 'clinsift[meds]'")
    export([allergic_note()], "meds", tmp_path / "meds")
    codes = [row["code"] for path in (tmp_path / "meds" / "data").glob("*") for row in pq.read_table(path).to_pylist()]
    assert sorted(codes) == ["ALLERGY//UNCODED//allergy", "NOTE//UNKNOWN", "SNOMED//409137002", "SNOMED//429625007"]
