"""FHIR R4: a transaction Bundle for each note, one a line, checked by ``fhir.resources`` before it is written.

A Bundle holds the Patient (nothing but a pseudonym), the note as DocumentReference, and what stands in
it as Condition, FamilyMemberHistory, MedicationStatement and AllergyIntolerance. Ids derive from
patient, note and offsets: sending a Bundle twice changes nothing. Where in the note a resource comes
from is told by HL7's extension ``derivation-reference``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TextIO

from extractors.allergies import NONE_KNOWN
from extractors.exports.dosage import dosage
from extractors.exports.source import NoteRecords, Source
from extractors.schema import AllergyRecord, DiagnosisRecord, MedicationRecord, Record
from nlp.errors import ClinsiftError

Resource = dict[str, Any]

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ICD10CM, RXNORM, SNOMED = (
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://snomed.info/sct",
)
DERIVATION = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
PATIENT_KEY, NOTE_ID = "urn:clinsift:patient-key", "urn:clinsift:note-id"

# (verificationStatus, clinicalStatus); what is refuted has no clinical status. A hypothetical problem is none.
_CONDITION = {
    "present": ("confirmed", "active"),
    "possible": ("unconfirmed", "active"),
    "historical": ("confirmed", "inactive"),
    "negated": ("refuted", None),
}
_STATEMENT = {
    "current": "active", "start": "active", "change": "active", "stop": "stopped", "hold": "on-hold",
    "once": "completed", "past": "completed", "negated": "not-taken", "possible": "intended",
}  # fmt: skip
# v3 RoleCode of the relatives of `extractors.family`.
_ROLES = {
    "mother": "MTH", "father": "FTH", "parent": "PRN", "sister": "SIS", "brother": "BRO", "sibling": "SIB",
    "half sibling": "HSIB", "daughter": "DAUC", "son": "SONC", "child": "CHILD", "grandmother": "GRMTH",
    "grandfather": "GRFTH", "grandparent": "GRPRN", "maternal grandmother": "MGRMTH", "maternal grandfather": "MGRFTH",
    "paternal grandmother": "PGRMTH", "paternal grandfather": "PGRFTH", "aunt": "AUNT", "uncle": "UNCLE",
    "cousin": "COUSN", "niece": "NIECE", "nephew": "NEPHEW", "grandchild": "GRNDCHILD", "spouse": "SPS",
}  # fmt: skip


def export_fhir(source: Source, target: Path, validate: Callable[[Resource], object]) -> dict[str, int]:
    """Write ``part-*.ndjson``; return how many resources of each type were written.

    Args:
        source: the notes.
        target: folder for the files.
        validate: raises ValueError where a Bundle does not fit FHIR R4.

    Raises:
        ClinsiftError: a Bundle does not fit; names the note.
    """
    counts: Counter[str] = Counter(Bundle=0)
    with ExitStack() as stack:
        open_part, file = "", None
        for entry in source:
            if file is None or entry.part != open_part:
                stack.close()
                file = stack.enter_context(_opened(target / f"{entry.part}.ndjson"))
                open_part = entry.part
            made = bundle(entry)
            try:
                validate(made)
            except ValueError as error:
                # The message could quote the note.
                where = _places(error)
                raise ClinsiftError(f"note {entry.note.note_id!r}: its Bundle does not fit FHIR R4{where}") from None
            file.write(json.dumps(made) + "\n")
            counts["Bundle"] += 1
            counts.update(part["resource"]["resourceType"] for part in made["entry"])
    return dict(counts)


def _opened(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8")


def _places(error: ValueError) -> str:
    """Return in words which elements a pydantic error is about."""
    entries: list[dict[str, Any]] = getattr(error, "errors", list)()
    return f" in {', '.join('.'.join(map(str, entry['loc'])) for entry in entries[:3])}" if entries else ""


def bundle(entry: NoteRecords) -> Resource:
    """Return the transaction Bundle of a note."""
    note = entry.note
    patient_id = _id(note.subject)
    patient = {"resourceType": "Patient", "id": patient_id}
    if note.patient_key:
        patient["identifier"] = [{"system": PATIENT_KEY, "value": note.patient_key}]  # type: ignore[assignment]
    document = _document(entry, patient_id)
    resources = [patient, document, *_records(entry, f"Patient/{patient_id}", f"DocumentReference/{document['id']}")]
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}
            for resource in resources
        ],
    }


def _document(entry: NoteRecords, patient_id: str) -> Resource:
    note = entry.note
    document: Resource = {
        "resourceType": "DocumentReference",
        "id": _id(note.note_id, "DocumentReference"),
        "status": "current",
        "identifier": [{"system": NOTE_ID, "value": note.note_id}],
        "subject": {"reference": f"Patient/{patient_id}"},
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64.b64encode(note.text.encode()).decode("ascii"),
                }
            }
        ],
    }
    if note.note_type:
        document["type"] = {"text": note.note_type}
    if note.note_date:
        document["context"] = {"period": {"start": note.note_date, "end": note.note_date}}
    return {name: value for name, value in document.items() if value}


def _records(entry: NoteRecords, patient: str, document: str) -> Iterator[Resource]:
    for problem in entry.diagnoses:
        if problem.assertion in _CONDITION:
            yield _resource("Condition", problem, document) | _condition(problem, patient)
        elif problem.assertion == "family" and not problem.family_negated:
            yield _resource("FamilyMemberHistory", problem, document) | _family(problem, patient)
    for drug in entry.medications:
        if drug.status in _STATEMENT:
            yield _resource("MedicationStatement", drug, document) | _statement(drug, patient, document)
    for allergy in entry.allergies:
        yield _resource("AllergyIntolerance", allergy, document) | _allergy(allergy, patient)


def _resource(kind: str, record: Record, document: str) -> Resource:
    """Return the beginning of a resource: its id and where it stands in the note."""
    place = [
        {"url": "reference", "valueReference": {"reference": document}},
        {"url": "path", "valueString": "DocumentReference.content.attachment.data"},
        {"url": "offset", "valueInteger": record.start},
        {"url": "length", "valueInteger": record.end - record.start},
    ]
    return {
        "resourceType": kind,
        "id": _id(record.note_id, kind, str(record.start), str(record.end)),
        "extension": [{"url": DERIVATION, "extension": place}],
    }


def _condition(record: DiagnosisRecord, patient: str) -> Resource:
    verification, clinical = _CONDITION[record.assertion]
    resource = {
        "subject": {"reference": patient},
        "verificationStatus": _concept(f"{_TERMINOLOGY}/condition-ver-status", verification),
        "category": [{"text": "diagnosis" if record.label == "DX" else "symptom or finding"}],
        "code": _problem(record),
    }
    if clinical:
        resource["clinicalStatus"] = _concept(f"{_TERMINOLOGY}/condition-clinical", clinical)
    return resource | _dated("recordedDate", record)


def _family(record: DiagnosisRecord, patient: str) -> Resource:
    role = _ROLES.get(record.relative or "", "FAMMEMB")
    return {
        "status": "partial",
        "patient": {"reference": patient},
        "relationship": _concept(f"{_TERMINOLOGY}/v3-RoleCode", role) | {"text": record.relative or "family member"},
        "condition": [{"code": _problem(record)}],
    } | _dated("date", record)


def _statement(record: MedicationRecord, patient: str, document: str) -> Resource:
    resource: Resource = {
        "status": _STATEMENT[record.status],
        "subject": {"reference": patient},
        "medicationCodeableConcept": _substance(record),
        "derivedFrom": [{"reference": document}],
    }
    if instructions := dosage(record):
        resource["dosage"] = [instructions]
    if record.reason:
        resource["reasonCode"] = [{"text": record.reason}]
    return resource | _dated("dateAsserted", record)


def _allergy(record: AllergyRecord, patient: str) -> Resource:
    resource: Resource = {
        "patient": {"reference": patient},
        "clinicalStatus": _concept(f"{_TERMINOLOGY}/allergyintolerance-clinical", "active"),
    }
    if record.none_known:
        verified, code = "confirmed", _concept(SNOMED, *NONE_KNOWN[record.category]) | {"text": record.surface}
    else:
        verified, code = "unconfirmed", _substance(record)
    resource["verificationStatus"] = _concept(f"{_TERMINOLOGY}/allergyintolerance-verification", verified)
    resource["code"] = code
    if record.category and not record.none_known:
        resource["category"] = [record.category]
    if record.reactions:
        resource["reaction"] = [{"manifestation": [{"text": reaction} for reaction in record.reactions]}]
    return resource | _dated("recordedDate", record)


def _problem(record: DiagnosisRecord) -> Resource:
    if record.icd10 is None:
        return {"text": record.surface}
    return _concept(ICD10CM, record.icd10, record.icd10_title) | {"text": record.surface}


def _substance(record: MedicationRecord | AllergyRecord) -> Resource:
    if record.rxcui:
        named = _concept(RXNORM, record.rxcui, record.brand or ", ".join(record.ingredients) or None)
    elif record.ingredient_rxcuis:
        named = {"coding": [{"system": RXNORM, "code": rxcui} for rxcui in record.ingredient_rxcuis]}
    else:
        named = {}
    return named | {"text": record.surface}


def _concept(system: str, code: str, display: str | None = None) -> Resource:
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def _dated(element: str, record: Record) -> Resource:
    return {element: record.note_date} if record.note_date else {}


def _id(*parts: str) -> str:
    """Return an id of 32 hexadecimal digits that depends on every part."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
