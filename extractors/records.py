"""Records that leave the pipeline: one a mention, in the offsets of the de-identified text, without PHI."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from extractors.allergies import Allergy, find_allergies
from extractors.details import code_fields, drug_fields, sig_fields
from extractors.family import Relative, relatives
from extractors.problems import problem_list
from extractors.schema import REASON, AllergyRecord, DiagnosisRecord, MedicationRecord, Part, ProblemRecord, Record
from extractors.sections import find_sections, kinds_at, loinc
from nlp.labels import ATTRIBUTE_LABELS, PROBLEM_LABELS
from nlp.types import Note, Span


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a note, each kind in text order; problems by their first mention."""

    diagnoses: tuple[DiagnosisRecord, ...] = field(default=(), repr=False)
    problems: tuple[ProblemRecord, ...] = field(default=(), repr=False)
    medications: tuple[MedicationRecord, ...] = field(default=(), repr=False)
    allergies: tuple[AllergyRecord, ...] = field(default=(), repr=False)

    def all(self) -> Iterator[Record]:
        """Yield the records of every kind."""
        yield from (*self.diagnoses, *self.problems, *self.medications, *self.allergies)


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
    note_date: str | None = None,
    counts: Counter[str] | None = None,
) -> Records:
    """Return the records of a note.

    Text in a record is cut from the de-identified text. An attribute or reason that overlaps PHI is
    left out; an entity that overlaps PHI is trimmed to its longest stretch without, or dropped where
    too little of it remains. A drug with the status "allergy" is an allergy record as well; other allergies
    are found here (`extractors.allergies`) and left out where they overlap PHI.

    Args:
        note: the original note.
        phi: its PHI spans, also those that the policy keeps.
        entities: as `extractors.structure.structure` returns them.
        deidentified: what became of the note.
        model: name and version of what found the entities.
        patient_key: pseudonym of the patient.
        note_date: date of the note as the policy leaves it.
        counts: is added to, where given: "trimmed", "dropped" (entities), "attributes_dropped".

    Raises:
        pydantic.ValidationError: a record does not fit its schema; holds no text.
    """
    counts = Counter() if counts is None else counts
    new = _Mapper(note.text, phi, deidentified)
    sections = find_sections(note.text)
    parts = _parts(entities, new, counts)
    family = relatives(note.text, [span for span in entities if span.assertion == "family"])
    about_all: dict[str, Any] = {
        "note_id": note.note_id,
        "patient_key": patient_key,
        "note_date": note_date,
        "model": model,
    }

    def common(place: tuple[int, int], kind: str, score: float) -> dict[str, Any]:
        return about_all | {
            "start": place[0],
            "end": place[1],
            "surface": deidentified.text[place[0] : place[1]],
            "section": kind,
            "section_loinc": loinc(kind),
            "score": min(1.0, max(0.0, score)),
        }

    diagnoses: list[DiagnosisRecord] = []
    medications: list[MedicationRecord] = []
    places: dict[Span, tuple[int, int]] = {}
    kept = [span for span in entities if span.label in (*PROBLEM_LABELS, "DRUG")]
    for span, kind in zip(kept, kinds_at(sections, [span.start for span in kept]), strict=True):
        place = new.trimmed(span, counts)
        if place is None:
            continue
        places[span] = place
        own = common(place, kind, span.score)
        if span.label == "DRUG":
            medications.append(_medication(span, own, parts.get(span.id, []), deidentified.text))
        else:
            diagnoses.append(_diagnosis(note.text, span, own, family.get(span)))
    allergies: list[AllergyRecord] = []
    found = find_allergies(note.text, entities, sections)
    for allergy, kind in zip(found, kinds_at(sections, [allergy.start for allergy in found]), strict=True):
        where = places.get(allergy.drug) if allergy.drug else new.exact(allergy.start, allergy.end)
        if where is not None:
            score = allergy.drug.score if allergy.drug else 1.0
            caused = [new.exact(reaction.start, reaction.end) for reaction in allergy.reactions]
            allergies.append(
                _allergy(allergy, common(where, kind, score), list(filter(None, caused)), deidentified.text)
            )
    return Records(tuple(diagnoses), problem_list(diagnoses), tuple(medications), tuple(allergies))


def _diagnosis(text: str, span: Span, common: dict[str, Any], relative: Relative | None) -> DiagnosisRecord:
    return DiagnosisRecord(
        **common,
        label=span.label,
        assertion=span.assertion or "present",
        relative=relative.name if relative else None,
        family_negated=relative.negated if relative else None,
        **code_fields(text, span.start, span.end, span.icd10, span.assertion or "present"),
    )


def _medication(span: Span, common: dict[str, Any], parts: Sequence[Part], text: str) -> MedicationRecord:
    written: dict[str, list[str]] = {}
    for part in parts:
        written.setdefault(part.label.lower(), []).append(text[part.start : part.end])
    joined: dict[str, Any] = {name: "; ".join(surfaces) for name, surfaces in written.items()}
    return MedicationRecord(
        **common,
        **joined,
        **drug_fields(common["surface"]),
        **sig_fields(written),
        status=span.status or "current",
        parts=tuple(parts),
    )


def _allergy(
    allergy: Allergy, common: dict[str, Any], reactions: Sequence[tuple[int, int]], text: str
) -> AllergyRecord:
    return AllergyRecord(
        **common,
        **({} if allergy.none_known or allergy.substance else drug_fields(common["surface"])),
        none_known=allergy.none_known,
        category=allergy.category,
        substance=allergy.substance,
        reactions=tuple(text[start:end] for start, end in reactions),
        parts=tuple(Part(label=REASON, start=start, end=end) for start, end in reactions),
    )


def _parts(entities: Sequence[Span], new: _Mapper, counts: Counter[str]) -> dict[str | None, list[Part]]:
    """Return, for each drug id, where its attributes and reasons stand, in text order."""
    parts: dict[str | None, list[Part]] = {}
    for span in entities:
        label = REASON if span.label in PROBLEM_LABELS else span.label
        if span.drug is None or (label != REASON and label not in ATTRIBUTE_LABELS):
            continue
        place = new.exact(span.start, span.end)
        if place is None:
            counts["attributes_dropped"] += 1
            continue
        parts.setdefault(span.drug, []).append(Part(label=label, start=place[0], end=place[1]))
    return parts


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
