from __future__ import annotations

import dataclasses
import json
import pickle

import pytest

from nlp.errors import Quarantined, StageError
from nlp.types import Annotations, Note, Span, entity_to_json


def test_a_note_never_shows_its_text_or_identifiers() -> None:
    note = Note("n1", "Zebulon Q", patient_id="p-77", note_date="1/2/2021", identifiers={"last_name": "Zebulon"})
    for shown in (repr(note), str(note), f"{note}"):
        assert "n1" in shown
        assert not {"Zebulon", "p-77", "1/2/2021"} & set(shown.replace("'", " ").split())


def test_records_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Span(0, 1, "DATE").start = 5  # type: ignore[misc]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [((0, 3), (3, 5), False), ((0, 4), (3, 5), True), ((3, 5), (0, 9), True), ((5, 6), (0, 5), False)],
)
def test_overlap_is_sharing_a_character(a: tuple[int, int], b: tuple[int, int], expected: bool) -> None:
    one, two = Span(*a, "DX"), Span(*b, "DX")
    assert one.overlaps(two) is two.overlaps(one) is expected


def test_annotations_become_the_line_that_the_scorer_reads() -> None:
    annotations = Annotations(
        phi=(Span(0, 4, "PATIENT", 0.98765, ("patterns", "transformer")),),
        entities=(
            Span(5, 8, "DX", 0.5, assertion="present", icd10="I10", drug="m1"),
            Span(9, 12, "SX", 0.5, assertion="negated"),
            Span(13, 16, "DRUG", 0.5, id="m1", status="current"),
            Span(17, 19, "ROUTE", 0.5, drug="m1"),
        ),
    )
    line = annotations.to_json("n1")
    assert json.loads(json.dumps(line)) == {
        "note_id": "n1",
        "phi": [{"start": 0, "end": 4, "label": "PATIENT", "score": 0.9877, "sources": ["patterns", "transformer"]}],
        "entities": [
            {"start": 5, "end": 8, "label": "DX", "assertion": "present", "icd10": "I10", "drug": "m1", "score": 0.5},
            {"start": 9, "end": 12, "label": "SX", "assertion": "negated", "icd10": None, "drug": None, "score": 0.5},
            {"start": 13, "end": 16, "label": "DRUG", "id": "m1", "status": "current", "score": 0.5},
            {"start": 17, "end": 19, "label": "ROUTE", "drug": "m1", "score": 0.5},
        ],
    }
    assert entity_to_json(annotations.entities[3]) == line["entities"][3]


def test_a_stage_error_and_a_quarantine_record_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(StageError("n1", "tag", "ValueError")))
    assert (error.note_id, error.stage, error.cause) == ("n1", "tag", "ValueError")
    record = Quarantined("n1", "read", "no text", "a.csv", 3)
    assert pickle.loads(pickle.dumps(record)) == record
