"""The records that flow through clinsift: a note, a span, the annotations of a note.

Nothing here imports anything of ours. No repr shows text: records end up in logs and tracebacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Note:
    """One clinical note as it was read; its text never changes.

    Attributes:
        note_id: unique within a dump.
        text: the original text, any Unicode, NUL and lone surrogates included.
        patient_id: groups the notes of a patient; surrogates and date shifts derive from it.
        note_type: free text such as "discharge summary".
        note_date: as it stood in the dump.
        identifiers: known identifiers of the patient, by column name (for example "last_name").
    """

    note_id: str
    text: str = field(repr=False)
    patient_id: str | None = field(default=None, repr=False)
    note_type: str | None = field(default=None, repr=False)
    note_date: str | None = field(default=None, repr=False)
    identifiers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch of a note: characters ``start`` (included) to ``end`` (excluded).

    Attributes:
        start, end: offsets into the original text, in characters (Python str indices).
        label: one of `nlp.labels.PHI_LABELS` or `nlp.labels.CLINICAL_LABELS`.
        score: 0..1, the confidence of the best source.
        sources: names of what found it, sorted.
        assertion: DX and SX only, one of `nlp.labels.ASSERTIONS`.
        icd10: DX only.
        id, status: DRUG only; `id` is unique within a note ("m1", "m2", ...).
        drug: attributes, DX and SX: the `id` of the drug they belong to or are the reason of.
        votes: DX, SX and DRUG on their way from a tagger to `extractors.structure`: its probability
            of each of `nlp.labels.ASSERTIONS` or `STATUSES`, in that order.
    """

    start: int
    end: int
    label: str
    score: float = 1.0
    sources: tuple[str, ...] = ()
    assertion: str | None = None
    icd10: str | None = None
    id: str | None = None
    status: str | None = None
    drug: str | None = None
    votes: tuple[float, ...] | None = None

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Annotations:
    """What was found in one note: two stand-off layers, each sorted by start.

    PHI spans do not overlap one another; neither do clinical entities; the two layers may.
    `known` counts the known identifiers that were found, see `deid.known.tally`.
    """

    phi: tuple[Span, ...] = ()
    entities: tuple[Span, ...] = ()
    known: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def to_json(self, note_id: str) -> dict[str, Any]:
        """Return the line that ``clinsift annotate`` writes; the scorer reads the same form."""
        return {
            "note_id": note_id,
            "phi": [
                {
                    "start": s.start,
                    "end": s.end,
                    "label": s.label,
                    "score": round(s.score, 4),
                    "sources": list(s.sources),
                }
                for s in self.phi
            ],
            "entities": [entity_to_json(s) for s in self.entities],
        }


def entity_to_json(span: Span) -> dict[str, Any]:
    """Return a clinical span in the form of the gold notes, with its score."""
    entry: dict[str, Any] = {"start": span.start, "end": span.end, "label": span.label}
    if span.label in ("DX", "SX"):
        entry |= {"assertion": span.assertion, "icd10": span.icd10, "drug": span.drug}
    elif span.label == "DRUG":
        entry |= {"id": span.id, "status": span.status}
    else:
        entry |= {"drug": span.drug}
    return entry | {"score": round(span.score, 4)}
