"""Records: no PHI, offsets of the de-identified text, schemas that agree."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from deid.offsets import OffsetMap
from extractors.records import (
    DIAGNOSIS_SCHEMA,
    MEDICATION_SCHEMA,
    DiagnosisRecord,
    MedicationRecord,
    build_records,
)
from extractors.structure import structure
from nlp.markup import parse
from nlp.types import Note, Span


class Masked:
    """A note with every PHI span replaced by a tag."""

    def __init__(self, text: str, phi: list[Span]) -> None:
        parts, last = [], 0
        for span in phi:
            parts += [text[last : span.start], f"[{span.label}]"]
            last = span.end
        self.text = "".join((*parts, text[last:]))
        self.offsets = OffsetMap.build((s.start, s.end, len(s.label) + 2) for s in phi)


def records(marked: str, **options):
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    note, phi = Note("n1", text), list(annotations.phi)
    return (
        *build_records(note, phi, structure(text, annotations.entities), Masked(text, phi), "test", **options),
        text,
    )


def test_a_medication_has_its_attributes_and_reason_as_written() -> None:
    _, (record,), _ = records(
        "[[PATIENT:Rose Hill]] takes [[DRUG:prednisone|m1|current]] [[STRENGTH:40 mg|m1]] [[ROUTE:PO|m1]] "
        "[[FREQUENCY:daily|m1]] [[DURATION:x 3 d|m1]] then [[STRENGTH:20 mg|m1]] [[DURATION:x 3 d|m1]] "
        "for [[DX:COPD|present|J44.9|m1]]",
        patient_key="p",
    )
    assert record == MedicationRecord(
        note_id="n1", patient_key="p", start=16, end=26, surface="prednisone", section="other", score=1.0,
        model="test", status="current", strength="40 mg; 20 mg", route="PO", frequency="daily",
        duration="x 3 d; x 3 d", reason="COPD",
    )  # fmt: skip


def test_offsets_lead_into_the_deidentified_text() -> None:
    text, annotations, _ = parse("Mr. [[PATIENT:Stone]], seen [[DATE:3/4]] for [[DX:kidney stone|present|N20.0]].")
    masked = Masked(text, list(annotations.phi))
    (record,), _ = build_records(Note("n", text), annotations.phi, annotations.entities, masked, "m")
    assert masked.text[record.start : record.end] == record.surface == "kidney stone"
    assert (record.label, record.assertion, record.icd10) == ("DX", "present", "N20.0")


def test_the_section_is_named() -> None:
    (record,), _, _ = records("PMH: [[DX:gout|present]]")
    assert record.section == "past_medical_history"


def build(text: str, phi: list[Span], entities: list[Span]):
    counts: Counter[str] = Counter()
    masked = Masked(text, phi)
    return (*build_records(Note("n", text), phi, entities, masked, "m", counts=counts), counts)


def test_an_entity_that_overlaps_phi_is_trimmed() -> None:
    (record,), _, counts = build(
        "hip fracture 2009", [Span(13, 17, "DATE")], [Span(0, 17, "DX", assertion="historical")]
    )
    assert record.surface == "hip fracture"
    assert counts == {"trimmed": 1}


def test_an_entity_of_which_too_little_is_left_is_dropped_and_counted() -> None:
    diagnoses, medications, counts = build(
        "Hodgkinson disease aspirin", [Span(0, 10, "PATIENT"), Span(19, 26, "PATIENT")],
        [Span(0, 18, "DX", assertion="present"), Span(19, 26, "DRUG", id="m1", status="current")],
    )  # fmt: skip
    assert (diagnoses, medications) == ([], [])
    assert counts == {"dropped": 2}


def test_an_attribute_or_reason_that_overlaps_phi_is_left_out() -> None:
    text = "aspirin Monday for Crohn disease"
    _, (record,), counts = build(
        text, [Span(8, 14, "DATE"), Span(19, 24, "PATIENT")],
        [Span(0, 7, "DRUG", id="m1", status="current"), Span(8, 14, "FREQUENCY", drug="m1"),
         Span(19, 32, "DX", assertion="present", drug="m1")],
    )  # fmt: skip
    assert (record.frequency, record.reason) == (None, None)
    assert counts["attributes_dropped"] == 2


@given(st.data())
def test_no_record_holds_a_character_of_phi(data: st.DataObject) -> None:
    text = "".join(data.draw(st.lists(st.sampled_from("ab ,.-1"), min_size=1, max_size=40)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    stretches = list(zip(cuts[::2], cuts[1::2], strict=False))
    phi = [Span(a, b, "PATIENT") for a, b in stretches]
    # PHI becomes "#", which no clean character is: a record with "#" holds PHI.
    hidden = "".join("#" if any(a <= i < b for a, b in stretches) else c for i, c in enumerate(text))
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    entities = [
        Span(a, b, data.draw(st.sampled_from(["DX", "DRUG", "STRENGTH"])), id="m1", drug="m1", assertion="present")
        for a, b in zip(edges[::2], edges[1::2], strict=False)
    ]

    class Hidden:
        offsets = OffsetMap.build((a, b, b - a) for a, b in stretches)

    Hidden.text = hidden
    diagnoses, medications = build_records(Note("n", text), phi, entities, Hidden(), "m")
    for record in [*diagnoses, *medications]:
        assert hidden[record.start : record.end] == record.surface
        assert "#" not in "".join(value for value in record.model_dump().values() if isinstance(value, str))


@pytest.mark.parametrize(
    ("model", "schema"), [(DiagnosisRecord, DIAGNOSIS_SCHEMA), (MedicationRecord, MEDICATION_SCHEMA)]
)
def test_model_and_arrow_schema_agree(model, schema) -> None:
    assert schema.names == list(model.model_fields)
    assert [f.name for f in schema if f.nullable] == [n for n, i in model.model_fields.items() if not i.is_required()]
    types = {"start": pa.int32(), "end": pa.int32(), "score": pa.float64()}
    assert all(field.type == types.get(field.name, pa.string()) for field in schema)


def test_records_go_through_arrow_and_back() -> None:
    diagnoses, medications, _ = records("[[DX:HTN|present]], [[DRUG:aspirin|m1|current]] [[STRENGTH:81 mg|m1]]")
    for found, schema, model in (
        (diagnoses, DIAGNOSIS_SCHEMA, DiagnosisRecord),
        (medications, MEDICATION_SCHEMA, MedicationRecord),
    ):
        table = pa.Table.from_pylist([record.model_dump() for record in found], schema=schema)
        assert [model(**row) for row in table.to_pylist()] == found


def test_neither_repr_nor_error_shows_text() -> None:
    _, (record,), _ = records("[[DRUG:canarydrug|m1|current]] [[STRENGTH:81 canary|m1]]", patient_key="canary")
    assert "canary" not in repr(record)
    with pytest.raises(ValidationError) as error:
        MedicationRecord(**{**record.model_dump(), "status": "canary"})
    assert "canary" not in str(error.value)
    assert "current, start, change" in str(error.value)


def test_records_are_frozen() -> None:
    _, (record,), _ = records("[[DRUG:aspirin|m1|current]]")
    with pytest.raises(ValidationError):
        record.surface = "x"
