"""An output folder as `clinsift run` leaves it, written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extractors.problems import problem_list
from extractors.schema import AllergyRecord, CodeCandidate, DiagnosisRecord, MedicationRecord, Part
from nlp.batch.tables import encode

TEXTS = {
    "n/1": (
        "Seen [DATE]. Has type 2 diabetes and\r\nno fever, mother had gout.\tTakes metformin 500 mg BID "
        "for type 2 diabetes."
    ),
    "n2": (
        "Allergic to penicillin (hives). Return if chest pain. Possible acute\nkidney injury. "
        "\U0001f600 \u00e9tat MI 2009."
    ),
    "n3": "Nothing of note.",
}
NOTES: list[list[dict[str, Any]]] = [
    [
        {"note_id": "n/1", "patient_key": "aa11", "note_type": "clinic", "note_date": "2021-03-04"},
        {"note_id": "n2", "patient_key": None, "note_type": None, "note_date": None},
    ],
    [{"note_id": "n3", "patient_key": "aa11", "note_type": "phone", "note_date": "2020-01-02"}],
]


def _place(note_id: str, words: str, occurrence: int = 1) -> tuple[int, int]:
    text, start = TEXTS[note_id], -1
    for _ in range(occurrence):
        start = text.index(words, start + 1)
    return start, start + len(words)


def _common(note_id: str, words: str, occurrence: int = 1) -> dict[str, Any]:
    start, end = _place(note_id, words, occurrence)
    note = next(note for part in NOTES for note in part if note["note_id"] == note_id)
    return {
        "note_id": note_id, "patient_key": note["patient_key"], "note_date": note["note_date"], "start": start,
        "end": end, "surface": words, "section": "other", "score": 0.9, "model": "m0",
    }  # fmt: skip


def _part(label: str, note_id: str, words: str, occurrence: int = 1) -> Part:
    start, end = _place(note_id, words, occurrence)
    return Part(label=label, start=start, end=end)


def records() -> dict[str, list[Any]]:
    def problem(note_id: str, words: str, assertion: str, occurrence: int = 1, **more: Any) -> DiagnosisRecord:
        return DiagnosisRecord(**_common(note_id, words, occurrence), assertion=assertion, **{"label": "DX", **more})

    coded = {
        "icd10": "E11.9", "icd10_title": "Type 2 diabetes mellitus without complications", "icd10_billable": True,
        "icd10_category": "E11", "icd10_score": 1.0,
        "icd10_candidates": (CodeCandidate(code="E11.9", score=1.0), CodeCandidate(code="E11.8", score=0.5)),
    }  # fmt: skip
    metformin = MedicationRecord(
        **_common("n/1", "metformin"), status="current", ingredients=("metformin",), rxcui="6809",
        ingredient_rxcuis=("6809",), strength="500 mg", strength_value=500.0, strength_unit="mg", frequency="BID",
        frequency_times=2.0, frequency_period=1.0, frequency_period_unit="d", as_needed=False, daily_dose=1000.0,
        daily_dose_unit="mg", reason="type 2 diabetes",
        parts=(
            _part("STRENGTH", "n/1", "500 mg"), _part("FREQUENCY", "n/1", "BID"),
            _part("REASON", "n/1", "type 2 diabetes", 2),
        ),
    )  # fmt: skip
    hives = _part("REASON", "n2", "hives")
    diagnoses = [
        problem("n/1", "type 2 diabetes", "present", **coded),
        problem("n/1", "fever", "negated", label="SX"),
        problem("n/1", "gout", "family", relative="mother", family_negated=False),
        problem("n/1", "type 2 diabetes", "present", 2, **coded),
        problem("n2", "hives", "historical", label="SX"),
        problem("n2", "chest pain", "hypothetical", label="SX"),
        problem("n2", "acute\nkidney injury", "possible"),
        problem("n2", "MI", "historical", icd10="I25.2"),
    ]
    problems = [record for note_id in TEXTS for record in problem_list(r for r in diagnoses if r.note_id == note_id)]
    return {
        "diagnoses": diagnoses,
        "problems": problems,
        "medications": [
            metformin,
            MedicationRecord(**_common("n2", "penicillin"), status="allergy", parts=(hives,), reason="hives"),
        ],
        "allergies": [
            AllergyRecord(
                **_common("n2", "penicillin"),
                rxcui="7980",
                ingredients=("penicillin",),
                reactions=("hives",),
                parts=(hives,),
            )
        ],
    }


@pytest.fixture(params=["parquet", "jsonl"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder, in both formats of parts."""
    return write_output(tmp_path / "out", request.param)


@pytest.fixture
def parquet_out(tmp_path: Path) -> Path:
    return write_output(tmp_path / "out", "parquet")


def write_output(folder: Path, suffix: str) -> Path:
    for number, notes in enumerate(NOTES):
        ids = {note["note_id"] for note in notes}
        rows = {table: [r.model_dump() for r in found if r.note_id in ids] for table, found in records().items()}
        rows["notes"] = [{**note, "text": TEXTS[note["note_id"]]} for note in notes]
        for table, found in rows.items():
            (folder / table).mkdir(parents=True, exist_ok=True)
            (folder / table / f"part-{number:05d}.{suffix}").write_bytes(encode(table, found, suffix))
    (folder / "report.json").write_text("{}")
    return folder
