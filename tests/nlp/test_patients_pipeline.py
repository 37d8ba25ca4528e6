"""Known identifiers of a patient table on their way through the pipeline."""

from dataclasses import dataclass

import pytest

from deid.keys import SecretKey
from deid.patients import PatientTable
from deid.policy import load_policy
from nlp.pipeline import Pipeline
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)


@dataclass
class Nothing:
    """A tagger that finds nothing but one name."""

    def tag(self, texts):
        return [[Span(0, 3, "PATIENT", 0.9, ("tagger",))] if text.startswith("Ana") else [] for text in texts]


def pipeline_with(rows) -> Pipeline:
    return Pipeline((), Nothing(), load_policy("mask"), KEY, "model", PatientTable.build(rows, KEY))


def test_identifiers_of_the_patient_are_removed_and_counted():
    pipeline = pipeline_with([("7", {"last_name": "Quist"}), ("8", {"last_name": "Voss"})])
    text = "Ana had a cough. Mr. Quisst agreed, Voss too."
    result = pipeline(Note("n", text, "7", identifiers={"mrn": "4410927"}))
    assert "Quisst" not in result.text
    assert "Voss too" in result.text
    assert result.known == {"PATIENT": {"found": 1, "missed_by_taggers": 1}}


def test_identifiers_of_table_and_dump_unite():
    pipeline = pipeline_with([("7", {"last_name": "Quist"})])
    assert pipeline(Note("n", "Quist or Voss", "7", identifiers={"last_name": "Voss"})).text.count("[PATIENT]") == 2


@pytest.mark.parametrize("patient_id", [None, "9"])
def test_unknown_patients_have_no_identifiers(patient_id):
    assert pipeline_with([("7", {"last_name": "Quist"})])(Note("n", "Quist left", patient_id)).known == {}


def test_the_table_is_part_of_the_fingerprint(tmp_path):
    one, other = pipeline_with([("7", {"mrn": "1"})]), pipeline_with([("7", {"mrn": "2"})])
    assert one.fingerprint["patients"] != other.fingerprint["patients"]
    assert "patients" not in Pipeline((), Nothing(), load_policy("mask"), KEY, "model").fingerprint
