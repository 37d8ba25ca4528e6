"""Records: no PHI, offsets of the de-identified text, schemas that agree."""

from collections import Counter
from typing import get_args

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from deid.offsets import OffsetMap
from extractors.records import Records, build_records
from extractors.schema import RECORD_SCHEMAS, RECORDS, MedicationRecord, Part
from extractors.structure import structure
from nlp.markup import parse
from nlp.types import Note, Span

AS_WRITTEN = (
    "note_id", "patient_key", "note_date", "start", "end", "surface", "section", "score", "model", "status", "strength",
    "dosage", "form", "route", "frequency", "duration", "reason", "parts",
)  # fmt: skip


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
    return build_records(note, phi, structure(text, annotations.entities), Masked(text, phi), "test", **options)


def test_a_medication_has_its_attributes_and_reason_as_written() -> None:
    (record,) = records(
        "[[PATIENT:Rose Hill]] takes [[DRUG:prednisone|m1|current]] [[STRENGTH:40 mg|m1]] [[ROUTE:PO|m1]] "
        "[[FREQUENCY:daily|m1]] [[DURATION:x 3 d|m1]] then [[STRENGTH:20 mg|m1]] [[DURATION:x 3 d|m1]] "
        "for [[DX:COPD|present|J44.9|m1]]",
        patient_key="p", note_date="2021-03-04",
    ).medications  # fmt: skip
    assert record.model_dump(include=set(AS_WRITTEN)) == MedicationRecord(
        note_id="n1", patient_key="p", note_date="2021-03-04", start=16, end=26, surface="prednisone",
        section="other", score=1.0, model="test", status="current", strength="40 mg; 20 mg", route="PO",
        frequency="daily", duration="x 3 d; x 3 d", reason="COPD", parts=tuple(
            Part(label=label, start=start, end=end) for label, start, end in (
                ("STRENGTH", 27, 32), ("ROUTE", 33, 35), ("FREQUENCY", 36, 41), ("DURATION", 42, 47),
                ("STRENGTH", 53, 58), ("DURATION", 59, 64), ("REASON", 69, 73),
            )
        ),
    ).model_dump(include=set(AS_WRITTEN))  # fmt: skip


def test_a_medication_is_read_into_names_and_numbers() -> None:
    (record,) = records(
        "[[DRUG:metformin|m1|current]] [[STRENGTH:500 mg|m1]] [[DOSAGE:2 tablets|m1]] [[ROUTE:PO|m1]] "
        "[[FREQUENCY:BID|m1]] [[DURATION:for 10 days|m1]]"
    ).medications
    assert (record.ingredients, record.rxcui, record.match_score) == (("metformin",), "6809", 1.0)
    assert (record.strength_value, record.strength_unit, record.dose_value, record.dose_unit) == (
        500,
        "mg",
        2,
        "tablet",
    )
    assert (record.frequency_times, record.frequency_period, record.frequency_period_unit) == (2, 1, "d")
    assert (record.as_needed, record.duration_days, record.route_code) == (False, 10, "26643006")
    assert (record.daily_dose, record.daily_dose_unit) == (2000, "mg")


def test_of_several_attributes_the_first_is_read() -> None:
    (record,) = records("[[DRUG:prednisone|m1|current]] [[STRENGTH:40 mg|m1]] then [[STRENGTH:20 mg|m1]]").medications
    assert (record.strength, record.strength_value) == ("40 mg; 20 mg", 40)


def test_what_is_not_known_stays_empty() -> None:
    found = records("[[DRUG:zzyzxol|m1|current]] [[FREQUENCY:at the rising of the moon|m1]] for [[SX:woe|present]]")
    (drug,), (problem,) = found.medications, found.diagnoses
    assert (drug.ingredients, drug.rxcui, drug.frequency_times, drug.daily_dose) == ((), None, None, None)
    assert (problem.icd10, problem.icd10_title, problem.icd10_candidates) == (None, None, ())


def test_a_code_has_its_title_and_candidates() -> None:
    (record,) = records("Known [[DX:gout|present|M10.9]].").diagnoses
    assert (record.icd10, record.icd10_category, record.icd10_billable) == ("M10.9", "M10", True)
    assert "gout" in (record.icd10_title or "").lower()
    assert record.icd10_score == next(c.score for c in record.icd10_candidates if c.code == "M10.9")


def test_offsets_lead_into_the_deidentified_text() -> None:
    text, annotations, _ = parse("Mr. [[PATIENT:Stone]], seen [[DATE:3/4]] for [[DX:kidney stone|present|N20.0]].")
    masked = Masked(text, list(annotations.phi))
    (record,) = build_records(Note("n", text), annotations.phi, annotations.entities, masked, "m").diagnoses
    assert masked.text[record.start : record.end] == record.surface == "kidney stone"
    assert (record.label, record.assertion, record.icd10) == ("DX", "present", "N20.0")


def test_the_section_is_named() -> None:
    (record,) = records("PMH: [[DX:gout|present]]").diagnoses
    assert record.section == "past_medical_history"


def build(text: str, phi: list[Span], entities: list[Span]):
    counts: Counter[str] = Counter()
    masked = Masked(text, phi)
    return build_records(Note("n", text), phi, entities, masked, "m", counts=counts), counts


def test_an_entity_that_overlaps_phi_is_trimmed() -> None:
    found, counts = build("hip fracture 2009", [Span(13, 17, "DATE")], [Span(0, 17, "DX", assertion="historical")])
    assert [record.surface for record in found.diagnoses] == ["hip fracture"]
    assert counts == {"trimmed": 1}


def test_an_entity_of_which_too_little_is_left_is_dropped_and_counted() -> None:
    found, counts = build(
        "Hodgkinson disease aspirin", [Span(0, 10, "PATIENT"), Span(19, 26, "PATIENT")],
        [Span(0, 18, "DX", assertion="present"), Span(19, 26, "DRUG", id="m1", status="current")],
    )  # fmt: skip
    assert found == Records()
    assert counts == {"dropped": 2}


def test_an_attribute_or_reason_that_overlaps_phi_is_left_out() -> None:
    text = "aspirin Monday for Crohn disease"
    found, counts = build(
        text, [Span(8, 14, "DATE"), Span(19, 24, "PATIENT")],
        [Span(0, 7, "DRUG", id="m1", status="current"), Span(8, 14, "FREQUENCY", drug="m1"),
         Span(19, 32, "DX", assertion="present", drug="m1")],
    )  # fmt: skip
    (record,) = found.medications
    assert (record.frequency, record.reason, record.parts) == (None, None, ())
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
        Span(
            a,
            b,
            data.draw(st.sampled_from(["DX", "DRUG", "STRENGTH"])),
            id="m1",
            drug="m1",
            assertion="present",
            status="allergy",
        )
        for a, b in zip(edges[::2], edges[1::2], strict=False)
    ]

    class Hidden:
        offsets = OffsetMap.build((a, b, b - a) for a, b in stretches)

    Hidden.text = hidden
    found = build_records(Note("n", text), phi, entities, Hidden(), "m")
    for record in [*found.diagnoses, *found.medications, *found.allergies]:
        assert hidden[record.start : record.end] == record.surface
        assert "#" not in record.model_dump_json()
        assert not any("#" in hidden[part.start : part.end] for part in getattr(record, "parts", ()))


def test_a_drug_that_is_an_allergy_is_an_allergy_record_too() -> None:
    found = records(
        "Allergies: [[DRUG:penicillin|m1|allergy]] ([[SX:hives|historical]] and [[SX:swelling|historical]]), "
        "[[DRUG:aspirin|m2|allergy]]; [[SX:cough|present]]. Takes [[DRUG:gabapentin|m3|current]]: [[SX:rash|present]]"
    )
    assert [(record.surface, record.reactions) for record in found.allergies] == [
        ("penicillin", ("hives", "swelling")),
        ("aspirin", ()),
    ]
    assert [record.status for record in found.medications] == ["allergy", "allergy", "current"]


@pytest.mark.parametrize(
    ("after", "reaction"),
    [
        (" (hives)", "hives"), (": hives", "hives"), (" - caused hives", "hives"), (" which gives her hives", "hives"),
        (". hives", None), ("\nhives", None), ("; hives", None),
    ],
)  # fmt: skip
def test_a_reaction_stands_right_after_its_substance(after: str, reaction: str | None) -> None:
    text = f"penicillin{after}"
    start = text.index("hives")
    spans = [Span(0, 10, "DRUG", id="m1", status="allergy"), Span(start, start + 5, "SX", assertion="historical")]
    (record,) = build(text, [], spans)[0].allergies
    assert record.reactions == ((reaction,) if reaction else ())


def test_a_disease_of_the_family_names_the_relative() -> None:
    found = records("Mother had [[DX:gout|family]]. Pt has [[DX:asthma|present]].").diagnoses
    assert [(record.relative, record.family_negated) for record in found] == [("mother", False), (None, None)]


PLAIN = {str: pa.string(), int: pa.int32(), float: pa.float64(), bool: pa.bool_()}


@pytest.mark.parametrize("table", RECORDS)
def test_model_and_arrow_schema_agree(table: str) -> None:
    model, schema = RECORDS[table], RECORD_SCHEMAS[table]
    assert schema.names == list(model.model_fields)
    for field, info in zip(schema, model.model_fields.values(), strict=True):
        # An empty list stands for nothing found, so that only plain values may be None.
        assert field.nullable == (info.default is None)
        if pa.types.is_list(field.type):
            assert info.default == ()
        else:
            assert field.type in [
                kind for python, kind in PLAIN.items() if python in (*get_args(info.annotation), info.annotation)
            ]


def test_records_go_through_arrow_and_back() -> None:
    found = records(
        "[[DX:HTN|present]], [[DRUG:aspirin|m1|current]] [[STRENGTH:81 mg|m1]], allergic to [[DRUG:sulfa|m2|allergy]]"
    )
    for table, schema in RECORD_SCHEMAS.items():
        kept = getattr(found, table)
        assert kept
        rows = pa.Table.from_pylist([record.model_dump() for record in kept], schema=schema).to_pylist()
        assert tuple(RECORDS[table](**row) for row in rows) == kept


def test_neither_repr_nor_error_shows_text() -> None:
    (record,) = records("[[DRUG:canarydrug|m1|current]] [[STRENGTH:81 canary|m1]]", patient_key="canary").medications
    assert "canary" not in repr(record)
    with pytest.raises(ValidationError) as error:
        MedicationRecord(**{**record.model_dump(), "status": "canary"})
    assert "canary" not in str(error.value)
    assert "current, start, change" in str(error.value)


def test_records_are_frozen() -> None:
    (record,) = records("[[DRUG:aspirin|m1|current]]").medications
    with pytest.raises(ValidationError):
        record.surface = "x"


def test_the_first_frequency_that_tells_how_often_counts_and_as_needed_wherever_it_stands() -> None:
    (record,) = records(
        "[[DRUG:Lortab|m1|current]] [[STRENGTH:5 mg|m1]] [[FREQUENCY:p.r.n.|m1]] [[FREQUENCY:at the moon|m1]] "
        "[[FREQUENCY:q.6h.|m1]]"
    ).medications
    assert (record.frequency_times, record.frequency_period, record.as_needed) == (1, 6, True)
    assert record.frequency == "p.r.n.; at the moon; q.6h."
