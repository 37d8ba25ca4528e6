"""What a Doc holds of clinsift: the outcome of its note, and what is known of the note besides the text.

Both lie in `Doc.user_data` as plain dicts and lists, so that a Doc survives `to_bytes`, `DocBin` and worker
processes. The keys are those of spaCy's own extensions: spaCy leaves these out of merged and cut Docs,
for which they would be wrong, and never prints their values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc

from deid.keys import SecretKey
from nlp.errors import InputError, Quarantined
from nlp.types import Note, Span

if TYPE_CHECKING:
    from nlp.pipeline import Result

# Any: spaCy's stubs know string keys only, its own extensions use these.
OUTCOME: Any = ("._.", "clinsift", None, None)
NOTE: Any = ("._.", "clinsift_note", None, None)
NOTE_FIELDS = tuple(field.name for field in fields(Note) if field.name != "text")
SPAN_FIELDS = tuple(field.name for field in fields(Span))
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def register_extensions() -> None:
    """Register ``doc._.clinsift`` and ``doc._.clinsift_note``, unless they are there.

    The factories call it; call it yourself to read stored Docs where no component is loaded.
    """
    if not Doc.has_extension("clinsift"):
        Doc.set_extension("clinsift", getter=read_outcome)
    if not Doc.has_extension("clinsift_note"):
        Doc.set_extension("clinsift_note", getter=_get_fields, setter=_set_fields)


def note_to_doc(nlp: Language, note: Note) -> Doc:
    """Return a Doc that carries a note's id, patient and known identifiers to the components.

    spaCy cannot hold lone surrogates; each becomes U+FFFD, which leaves all offsets as they are.

    Raises:
        ValueError: the text is longer than ``nlp.max_length`` (spaCy's error E088).
    """
    register_extensions()
    doc = nlp.make_doc(_clean(note.text))
    given = {name: value for name in NOTE_FIELDS if (value := getattr(note, name))}
    if note.identifiers:
        given["identifiers"] = {_clean(name): _clean(value) for name, value in note.identifiers.items()}
    doc._.clinsift_note = {name: _clean(value) if isinstance(value, str) else value for name, value in given.items()}
    return doc


def doc_to_note(doc: Doc, key: SecretKey) -> Note:
    """Return the note of a Doc; where no ``note_id`` is given, a keyed hash of the text stands for it.

    The same text then has the same id in every process and batch, and surrogates do not depend on either.
    """
    given = dict(doc.user_data.get(NOTE) or {})
    text = doc.text  # joined from the tokens at each access
    given.setdefault("note_id", f"doc-{key.derive('spacy note id', text).hex()[:16]}")
    return Note(text=text, **given)


def outcome_token(note: Note, fingerprint: Mapping[str, str], key: SecretKey) -> str:
    """Return a keyed hash of all that an outcome depends on: the note and the pipeline's fingerprint."""
    return key.derive("spacy outcome", json.dumps([asdict(note), dict(fingerprint)], sort_keys=True)).hex()[:32]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where the outcome of a Doc comes from.

    Attributes:
        token: of `outcome_token`.
        component: name of the component that processed the note.
    """

    token: str
    component: str


def write_outcome(doc: Doc, outcome: Result | Quarantined, stamp: Stamp) -> None:
    """Store the outcome of a Doc's note in place of any earlier one."""
    doc.user_data[OUTCOME] = {"token": stamp.token, "component": stamp.component, **_encode(outcome)}


def read_stamp(doc: Doc) -> Stamp | None:
    """Return where the outcome of a Doc comes from, None where it has none."""
    state = doc.user_data.get(OUTCOME)
    return Stamp(state["token"], state["component"]) if state else None


def read_outcome(doc: Doc) -> Result | Quarantined | None:
    """Return the outcome of a Doc's note: what ``doc._.clinsift`` is.

    A failed note is a `Quarantined`, which has no text to be taken for a de-identified one. None means
    that no component has run.
    """
    from deid.audit import AuditRow
    from deid.offsets import OffsetMap
    from extractors.schema import RECORDS
    from nlp.pipeline import Result

    state = doc.user_data.get(OUTCOME)
    if state is None:
        return None
    if "failed" in state:
        return Quarantined(**state["failed"])
    plain = state["result"]
    return Result(
        **{
            **plain,
            "phi": tuple(map(row_to_span, plain["phi"])),
            "entities": tuple(map(row_to_span, plain["entities"])),
            **{table: tuple(map(model.model_validate, plain[table])) for table, model in RECORDS.items()},
            "offsets": OffsetMap(**{name: tuple(places) for name, places in plain["offsets"].items()}),
            "audit": tuple(AuditRow(**row) for row in plain["audit"]),
        }
    )


def span_to_row(span: Span) -> dict[str, Any]:
    """Return a span as a plain dict, without what is None."""
    row = {name: value for name in SPAN_FIELDS if (value := getattr(span, name)) is not None}
    return row | {"sources": list(span.sources)}


def row_to_span(row: Mapping[str, Any]) -> Span:
    """Return the span of a `span_to_row`."""
    return Span(**{**row, "sources": tuple(row["sources"])})


def _encode(outcome: Result | Quarantined) -> dict[str, Any]:
    from extractors.schema import RECORDS

    if isinstance(outcome, Quarantined):
        return {"failed": asdict(outcome)}
    return {
        "result": {
            "note_id": outcome.note_id,
            "text": outcome.text,
            "phi": [span_to_row(span) for span in outcome.phi],
            "entities": [span_to_row(span) for span in outcome.entities],
            **{table: [record.model_dump(mode="json") for record in getattr(outcome, table)] for table in RECORDS},
            "patient_key": outcome.patient_key,
            "note_type": outcome.note_type,
            "note_date": outcome.note_date,
            "offsets": {name: list(places) for name, places in asdict(outcome.offsets).items()},
            "known": {label: dict(counts) for label, counts in outcome.known.items()},
            "audit": [asdict(row) for row in outcome.audit],
            "records_lost": dict(outcome.records_lost),
        }
    }


def _get_fields(doc: Doc) -> dict[str, Any] | None:
    given = doc.user_data.get(NOTE)
    return None if given is None else dict(given)


def _set_fields(doc: Doc, given: Mapping[str, Any]) -> None:
    """Check and store what ``doc._.clinsift_note`` is set to.

    Raises:
        InputError: an unknown field, or a value of another type; never names the value.
    """
    for name, value in given.items():
        if name not in NOTE_FIELDS:
            raise InputError(f"doc._.clinsift_note: unknown field {name!r}; valid: {', '.join(NOTE_FIELDS)}")
        if name == "identifiers":
            if not isinstance(value, Mapping) or not all(
                isinstance(part, str) for pair in value.items() for part in pair
            ):
                raise InputError("doc._.clinsift_note: identifiers must map names of columns to strings")
        elif not isinstance(value, str) and (value is not None or name == "note_id"):
            raise InputError(f"doc._.clinsift_note: {name} must be a string, not {type(value).__name__}")
    doc.user_data[NOTE] = {name: dict(value) if name == "identifiers" else value for name, value in given.items()}


def _clean(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)
