"""Proof that records hold no text but that of the de-identified note."""

from __future__ import annotations

from collections.abc import Iterable

from extractors.schema import REASON, AllergyRecord, MedicationRecord, Part, Record
from nlp.labels import ATTRIBUTE_LABELS

_WRITTEN = {label: label.lower() for label in (*ATTRIBUTE_LABELS, REASON)}


def is_cut_from(text: str, records: Iterable[Record]) -> bool:
    """Whether all that the records quote stands in ``text`` where they say.

    Codes, names of drugs and numbers come from terminologies, not from the note, and are not looked at.

    Args:
        text: the de-identified text.
        records: of the same note.
    """
    return all(record.surface == text[record.start : record.end] and _parts_fit(text, record) for record in records)


def _parts_fit(text: str, record: Record) -> bool:
    match record:
        case MedicationRecord():
            quoted = {field: getattr(record, field) or "" for field in _WRITTEN.values()}
            return quoted == {field: "; ".join(_cut(text, record.parts, label)) for label, field in _WRITTEN.items()}
        case AllergyRecord():
            return record.reactions == tuple(_cut(text, record.parts, REASON))
    return True


def _cut(text: str, parts: Iterable[Part], label: str) -> list[str]:
    return [text[part.start : part.end] for part in parts if part.label == label]
