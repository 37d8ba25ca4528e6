"""Records that leave the pipeline: one a mention, in the offsets of the de-identified text, without PHI."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Protocol, get_args

import pyarrow as pa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from extractors.sections import find_sections, kinds_at
from nlp.labels import ASSERTIONS, ATTRIBUTE_LABELS, PROBLEM_LABELS, STATUSES
from nlp.types import Note, Span


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return value

    return check


class Record(BaseModel):
    """What every record holds.

    Neither its repr nor a validation error shows text of the note.

    Attributes:
        note_id: of the note.
        patient_key: pseudonym of the patient, None where the note names none.
        start, end: offsets into the de-identified text, in characters.
        surface: the de-identified text from start to end.
        section: kind of the section around it (`extractors.sections`).
        score: 0..1, of the tagger.
        model: what found it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, protected_namespaces=())

    note_id: str
    patient_key: str | None = Field(default=None, repr=False)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    surface: str = Field(min_length=1, repr=False)
    section: str
    score: float = Field(ge=0, le=1)
    model: str


class DiagnosisRecord(Record):
    """One mention of a diagnosis (DX) or symptom (SX).

    Attributes:
        label: "DX" or "SX".
        assertion: one of `nlp.labels.ASSERTIONS`.
        icd10: ICD-10-CM code, None where none was assigned.
    """

    label: Annotated[str, AfterValidator(_one_of(PROBLEM_LABELS))]
    assertion: Annotated[str, AfterValidator(_one_of(ASSERTIONS))]
    icd10: str | None = None


class MedicationRecord(Record):
    """One mention of a drug, with its attributes as they stand in the text.

    Several attributes of one kind (a taper, a changed dose) are joined by "; ".

    Attributes:
        status: one of `nlp.labels.STATUSES`.
        strength, dosage, form, route, frequency, duration: as written, None where not given.
        reason: what it is given for, as written.
    """

    status: Annotated[str, AfterValidator(_one_of(STATUSES))]
    strength: str | None = Field(default=None, repr=False)
    dosage: str | None = Field(default=None, repr=False)
    form: str | None = Field(default=None, repr=False)
    route: str | None = Field(default=None, repr=False)
    frequency: str | None = Field(default=None, repr=False)
    duration: str | None = Field(default=None, repr=False)
    reason: str | None = Field(default=None, repr=False)


_ARROW: dict[Any, pa.DataType] = {str: pa.string(), int: pa.int32(), float: pa.float64()}


def arrow_schema(model: type[BaseModel]) -> pa.Schema:
    """Return the Arrow schema of a record model: its fields in order, nullable where they may be None."""
    fields = []
    for name, info in model.model_fields.items():
        kinds = get_args(info.annotation) or (info.annotation,)
        kind = next(kind for kind in kinds if kind is not type(None))
        fields.append(pa.field(name, _ARROW[kind], nullable=type(None) in kinds))
    return pa.schema(fields)


DIAGNOSIS_SCHEMA = arrow_schema(DiagnosisRecord)
MEDICATION_SCHEMA = arrow_schema(MedicationRecord)


class Offsets(Protocol):
    """Maps offsets of the original text to the de-identified one (`deid.offsets.OffsetMap`)."""

    def to_new(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the stretch's new offsets, None if it overlaps a replaced span."""
        ...


class Deidentified(Protocol):
    """What `deid.transform.transform` returns, as far as records need it."""

    @property
    def text(self) -> str:
        """The de-identified text."""
        ...

    @property
    def offsets(self) -> Offsets:
        """The map from original to de-identified offsets."""
        ...


def build_records(
    note: Note,
    phi: Sequence[Span],
    entities: Sequence[Span],
    deidentified: Deidentified,
    model: str,
    *,
    patient_key: str | None = None,
    counts: Counter[str] | None = None,
) -> tuple[list[DiagnosisRecord], list[MedicationRecord]]:
    """Return the records of a note, in text order.

    Text in a record is cut from the de-identified text. An attribute or reason that overlaps PHI is
    left out; an entity that overlaps PHI is trimmed to its longest stretch without, or dropped where
    too little of it remains.

    Args:
        note: the original note.
        phi: its PHI spans, also those that the policy keeps.
        entities: as `extractors.structure.structure` returns them.
        deidentified: what became of the note.
        model: name and version of what found the entities.
        patient_key: pseudonym of the patient.
        counts: is added to, where given: "trimmed", "dropped" (entities), "attributes_dropped".
    """
    counts = Counter() if counts is None else counts
    new = _Mapper(note.text, phi, deidentified)
    kinds = kinds_at(find_sections(note.text), [span.start for span in entities])
    diagnoses: list[DiagnosisRecord] = []
    medications: list[MedicationRecord] = []
    details = _details(entities, new, counts)
    for span, section in zip(entities, kinds, strict=True):
        if span.label not in (*PROBLEM_LABELS, "DRUG"):
            continue
        place = new.trimmed(span, counts)
        if place is None:
            continue
        common = {
            "note_id": note.note_id,
            "patient_key": patient_key,
            "start": place[0],
            "end": place[1],
            "surface": deidentified.text[place[0] : place[1]],
            "section": section,
            "score": min(1.0, max(0.0, span.score)),
            "model": model,
        }
        if span.label == "DRUG":
            medications.append(
                MedicationRecord(**common, status=span.status or "current", **details.get(span.id, {}))  # type: ignore[arg-type]
            )
        else:
            diagnoses.append(
                DiagnosisRecord(**common, label=span.label, assertion=span.assertion or "present", icd10=span.icd10)  # type: ignore[arg-type]
            )
    return diagnoses, medications


def _details(entities: Sequence[Span], new: _Mapper, counts: Counter[str]) -> dict[str | None, dict[str, str]]:
    """Return, for each drug id, the texts of its attributes and reasons."""
    details: dict[str | None, dict[str, str]] = {}
    for span in entities:
        field = "reason" if span.label in PROBLEM_LABELS else span.label.lower()
        if span.drug is None or (field != "reason" and span.label not in ATTRIBUTE_LABELS):
            continue
        place = new.exact(span.start, span.end)
        if place is None:
            counts["attributes_dropped"] += 1
            continue
        own = details.setdefault(span.drug, {})
        surface = new.deidentified.text[place[0] : place[1]]
        own[field] = f"{own[field]}; {surface}" if field in own else surface
    return details


class _Mapper:
    """Leads from original spans to stretches of the de-identified text that hold no PHI."""

    def __init__(self, text: str, phi: Sequence[Span], deidentified: Deidentified) -> None:
        self.text, self.deidentified = text, deidentified
        merged: list[tuple[int, int]] = []
        for start, end in sorted((span.start, span.end) for span in phi if span.end > span.start):
            if merged and start <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        self._phi = merged
        self._phi_ends = [end for _, end in merged]

    def exact(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the new offsets of a stretch, None if it is empty or overlaps PHI."""
        index = bisect_right(self._phi_ends, start)
        if end <= start or (index < len(self._phi) and self._phi[index][0] < end):
            return None
        return self.deidentified.offsets.to_new(start, end)

    def trimmed(self, span: Span, counts: Counter[str]) -> tuple[int, int] | None:
        """Return the new offsets of an entity or of what is left of it without PHI."""
        place = self.exact(span.start, span.end)
        if place is not None:
            return place
        length, start, end = max(((end - start, start, end) for start, end in self._pieces(span)), default=(0, 0, 0))
        # A short rest ("disease" of an eponym that was taken for a name) would be another entity.
        place = self.exact(start, end) if length >= 4 and 2 * length >= len(span) else None
        counts["dropped" if place is None else "trimmed"] += 1
        return place

    def _pieces(self, span: Span) -> Iterator[tuple[int, int]]:
        """Yield the stretches of ``span`` between PHI, without blanks and punctuation at their ends."""
        position = span.start
        following = bisect_right(self._phi_ends, span.start)
        while position < span.end:
            first, last = self._phi[following] if following < len(self._phi) else (span.end, span.end)
            start, end = position, min(first, span.end)
            while start < end and not self.text[start].isalnum():
                start += 1
            while start < end and not self.text[end - 1].isalnum():
                end -= 1
            if start < end:
                yield start, end
            position, following = max(last, first), following + 1
