"""The pipeline: note in, de-identified note and structured records out, the same way everywhere.

tag -> resolve PHI -> structure entities -> transform -> leak check -> records. It fails closed: a note
that raises in any stage yields no output, only the stage and the type of the exception.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import TypeVar

from deid.audit import AuditRow, add_up, audit, score_band
from deid.doubt import held
from deid.keys import SecretKey, load_key
from deid.known import known_identifiers, tally
from deid.leak import LeakError, close_leaks, hashed_id, id_may_tell, leaks_beside, names_patient
from deid.merge import merge
from deid.note_date import released_date
from deid.offsets import OffsetMap
from deid.patients import PatientTable, read_patients
from deid.policy import Action, Policy, Source, load_policy
from deid.recognizers import PatternTagger
from deid.resolve import resolve
from deid.sources import LEAK
from deid.transform import transform
from extractors import terminology
from extractors.mentions import revise
from extractors.provenance import is_cut_from
from extractors.records import build_records
from extractors.schema import AllergyRecord, DiagnosisRecord, MedicationRecord, ProblemRecord
from extractors.structure import structure
from nlp.entities import merge_entities
from nlp.errors import Quarantined, StageError
from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.models import DEFAULT_TAGGER, load_tagger, model_folders, model_hash
from nlp.taggers.base import Tagger
from nlp.types import Annotations, Note, Span

PHI = frozenset(PHI_LABELS)
CLINICAL = frozenset(CLINICAL_LABELS)
Outcome = TypeVar("Outcome")
_ID_LEAK = "NoteIdLeak"


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of one note.

    Attributes:
        note_id: as given, or what stands for it where it holds PHI (see `Policy.on_leak`).
        text: the de-identified text.
        phi: PHI spans, offsets into the original text.
        entities: clinical spans, offsets into the original text.
        diagnoses, medications, allergies: records with offsets into the de-identified text.
        problems: the diagnoses, each once (`extractors.problems`).
        patient_key: keyed hash of the patient id, None where the note has none.
        note_type: as given, None where it holds PHI.
        note_date: ISO 8601 date of the note as the policy leaves it, None where it takes it away.
        offsets: from the original text to the de-identified text.
        known: label -> how many known identifiers of the patient there are ("found"), and how many of them
            the taggers and patterns alone would have missed ("missed_by_taggers").
        audit: what was done to the PHI, in figures.
        records_lost: what the records lost to PHI: "trimmed", "dropped", "attributes_dropped" -> how many.
        given_id: the note's id where `note_id` stands for it; never written.
    """

    note_id: str
    text: str = field(repr=False)
    phi: tuple[Span, ...] = field(repr=False)
    entities: tuple[Span, ...] = field(repr=False)
    diagnoses: tuple[DiagnosisRecord, ...] = field(repr=False)
    medications: tuple[MedicationRecord, ...] = field(repr=False)
    allergies: tuple[AllergyRecord, ...] = field(default=(), repr=False)
    problems: tuple[ProblemRecord, ...] = field(default=(), repr=False)
    patient_key: str | None = None
    note_type: str | None = None
    note_date: str | None = field(default=None, repr=False)
    offsets: OffsetMap = field(default_factory=OffsetMap)
    known: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    audit: tuple[AuditRow, ...] = ()
    records_lost: Mapping[str, int] = field(default_factory=dict)
    given_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Pipeline:
    """Taggers, policy and key; build it with `Pipeline.load`.

    Attributes:
        taggers: neural taggers; the patterns always run beside them.
        patterns: pattern recognizers.
        policy: what happens to each kind of PHI.
        key: where surrogates, date shifts and patient keys derive from.
        model: hash of the weights; stands in every record.
        patients: known identifiers by patient id, beside those that notes bring along.
    """

    taggers: tuple[Tagger, ...]
    patterns: Tagger
    policy: Policy
    key: SecretKey
    model: str
    patients: PatientTable | None = None

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        tagger: str = DEFAULT_TAGGER,
        policy: str = "mask",
        key: SecretKey | None = None,
        device: str = "cpu",
        patients: str | Path | PatientTable | None = None,
    ) -> Pipeline:
        """Load weights, policy and key. Nothing is downloaded.

        Args:
            model: folder of a clinsift checkpoint or a Hugging Face model with a label map; None
                takes the embedded weights.
            tagger: which embedded weights: "transformer", "cnn-rnn" or "ensemble".
            policy: name of a built-in policy or path of a YAML file.
            key: None takes the environment variable CLINSIFT_KEY, else a throw-away key with a warning.
            device: "cpu" or "cuda".
            patients: table with the known identifiers of the patients (CSV, JSON lines or Parquet), or one
                that `deid.patients.PatientTable.build` has made.

        Raises:
            ConfigError: a model, policy or key cannot be used.
            InputError: the table of patients cannot be read.
        """
        folders = model_folders(tagger, Path(model) if model else None)
        loaded = load_policy(policy)
        key = key or load_key(None)
        if isinstance(patients, str | Path):
            patients = PatientTable.build(read_patients([str(patients)]), key)
        return cls(
            taggers=tuple(load_tagger(folder, device) for folder in folders),
            patterns=PatternTagger(),
            policy=loaded,
            key=key,
            model=model_hash(folders),
            patients=patients,
        )

    @property
    def fingerprint(self) -> dict[str, str]:
        """Return what the output depends on besides the notes; equal fingerprints give equal output."""
        return {
            "clinsift": version("clinsift"),
            "model": self.model,
            "policy": self.policy.fingerprint,
            "terminology": terminology.fingerprint(),
            "key_id": self.key.key_id,
        } | ({"patients": self.patients.sha256} if self.patients else {})

    def __call__(self, note: str | Note) -> Result:
        """Process one note.

        Raises:
            StageError: a stage failed; holds no text.
        """
        return _unwrap(self.process([_as_note(note, 0)])[0])

    def pipe(self, notes: Iterable[str | Note], batch_size: int = 32) -> Iterator[Result]:
        """Process a stream of notes in batches, in order.

        Raises:
            StageError: a note failed; use `process` to go on past such notes.
            ValueError: ``batch_size`` is below 1.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        numbered = (_as_note(note, i) for i, note in enumerate(notes))
        while batch := list(islice(numbered, batch_size)):
            yield from map(_unwrap, self.process(batch))

    def process(self, notes: Sequence[Note]) -> list[Result | Quarantined]:
        """Process a batch of notes; a note that fails yields its quarantine record, the others are done."""
        return self._each(notes, self._finish)

    def annotate(self, notes: Sequence[Note]) -> list[Annotations | Quarantined]:
        """Return stand-off annotations only, offsets into the original text."""
        return self._each(notes, lambda note, annotations: annotations)

    def _each(self, notes: Sequence[Note], last: Callable[[Note, Annotations], Outcome]) -> list[Outcome | Quarantined]:
        outcomes: list[Outcome | Quarantined] = []
        for note, tagged in zip(notes, self._tag(notes), strict=True):
            if isinstance(tagged, Quarantined):
                outcomes.append(tagged)
                continue
            try:
                informed = self._informed(note)
                outcomes.append(last(informed, self._resolve(informed, tagged)))
            except StageError as error:
                outcomes.append(self._refused(note, error))
        return outcomes

    def _refused(self, note: Note, error: StageError) -> Quarantined:
        """Return the entry in the quarantine; a note whose id was not checked for PHI may get another one."""
        checked = error.stage == "extract" or error.cause in (_ID_LEAK, LeakError.__name__)
        note_id = error.note_id if checked or not id_may_tell(note) else hashed_id(note.note_id, self.key)
        given = None if note_id == note.note_id else note.note_id
        return Quarantined(note_id, error.stage, error.cause, given_id=given)

    def _tag(self, notes: Sequence[Note]) -> list[list[Span] | Quarantined]:
        """Return all taggers' spans; where a batch fails, every note is tried alone."""
        texts = [note.text for note in notes]
        try:
            found = [tagger.tag(texts) for tagger in (*self.taggers, self.patterns)]
            return [
                [span for spans in per_note for span in spans]
                for _, *per_note in zip(texts, *found, strict=True)  # a tagger that skips a note fails the batch
            ]
        except Exception as error:
            if len(notes) == 1:
                return [self._refused(notes[0], StageError(notes[0].note_id, "tag", type(error).__name__))]
            return [outcome for note in notes for outcome in self._tag([note])]

    def _informed(self, note: Note) -> Note:
        """Return the note with what the table of patients knows."""
        if self.patients is None or note.patient_id is None:
            return note
        with _stage(note, "resolve"):
            identifiers = self.patients.get(note.patient_id)
            for column, value in note.identifiers.items():
                identifiers[column] = f"{identifiers[column]};{value}" if column in identifiers else value
            return replace(note, identifiers=identifiers)

    @cached_property
    def _heard(self) -> frozenset[str]:
        """The PHI labels that a tagger knows and that count when it finds them."""
        labels = PHI.intersection(label for tagger in self.taggers for label in tagger.labels)
        return frozenset(label for label in labels if self.policy.lets_count(label, Source.TAGGERS))

    def _resolve(self, note: Note, tagged: Sequence[Span]) -> Annotations:
        with _stage(note, "resolve"):
            _require_valid(note, tagged)
            known = known_identifiers(note)
            others = [s for s in tagged if s.label in PHI]
            candidates = [*others, *known]
            entities = revise(note.text, merge_entities(s for s in tagged if s.label in CLINICAL), candidates)
            phi = resolve(note, candidates, entities, self.policy, self._heard)
            # What was taken back is nobody's name: it may be a drug.
            entities = revise(note.text, entities, phi)
            counts = tally(note.text, known, self._found(note, others, entities)) if known else {}
        with _stage(note, "structure"):
            return Annotations(phi, structure(note.text, entities), counts)

    def _found(self, note: Note, candidates: Sequence[Span], entities: Sequence[Span]) -> tuple[Span, ...]:
        """Return what counts of the candidates, before it is looked for elsewhere in the note."""
        merged = merge(note.text, [*filter(self.policy.counts, candidates)], entities, self.policy.thresholds)
        return held(note.text, merged, self._heard, self.policy.threshold)

    def _finish(self, note: Note, annotations: Annotations) -> Result:
        with _stage(note, "transform"):
            deidentified = transform(note, annotations.phi, self.policy, self.key)
            note_date = released_date(note, self.policy, self.key)
        written, beside = self._written(note, annotations.phi)
        with _stage(written, "leak"):
            phi, deidentified = close_leaks(
                note, annotations.phi, deidentified, self.policy, self.key, annotations.entities
            )
        with _stage(written, "extract"):
            patient = self.key.derive("patient", note.patient_id).hex()[:16] if note.patient_id else None
            lost: Counter[str] = Counter()
            records = build_records(
                written,
                phi,
                annotations.entities,
                deidentified,
                self.model,
                patient_key=patient,
                note_date=note_date,
                counts=lost,
            )
        with _stage(written, "leak"):
            if not is_cut_from(deidentified.text, records.all()):
                raise LeakError
        return Result(
            note_id=written.note_id,
            text=deidentified.text,
            phi=phi,
            entities=annotations.entities,
            diagnoses=records.diagnoses,
            medications=records.medications,
            allergies=records.allergies,
            problems=records.problems,
            patient_key=patient,
            note_type=written.note_type,
            note_date=note_date,
            offsets=deidentified.offsets,
            known=annotations.known,
            audit=add_up((*audit(phi, deidentified.replacements), *beside)),
            records_lost=dict(lost),
            given_id=None if written.note_id == note.note_id else note.note_id,
        )

    def _written(self, note: Note, phi: Sequence[Span]) -> tuple[Note, list[AuditRow]]:
        """Return the note with the id and type that may be written beside its text, and what they lost.

        Raises:
            StageError: the id holds PHI, and the policy has such notes quarantined.
        """
        with _stage(note, "leak"):
            in_id, in_type = leaks_beside((note.note_id, note.note_type or ""), note, phi, self.policy)
            note_id = hashed_id(note.note_id, self.key) if in_id or names_patient(note) else note.note_id
        if in_id and self.policy.on_leak == "quarantine":
            raise StageError(note_id, "leak", _ID_LEAK)
        hashed = in_id or (("IDNUM",) if note_id != note.note_id else ())
        lost = [(label, Action.HASH) for label in hashed] + [(label, Action.MASK) for label in in_type]
        rows = [AuditRow(label, LEAK, action.value, score_band(1.0), 1) for label, action in lost]
        return replace(note, note_id=note_id, note_type=None if in_type else note.note_type), rows


@contextmanager
def _stage(note: Note, stage: str) -> Iterator[None]:
    """Turn whatever is raised inside into a `StageError` that holds no text."""
    try:
        yield
    except Exception as error:
        # `from None`: the cause's message may quote the note.
        raise StageError(note.note_id, stage, type(error).__name__) from None


def _require_valid(note: Note, spans: Iterable[Span]) -> None:
    """Raise where a tagger breaks its contract: a span that fits nowhere must not be lost silently."""
    for span in spans:
        if span.label not in PHI and span.label not in CLINICAL:
            raise LookupError("unknown label")
        if not 0 <= span.start < span.end <= len(note.text):
            raise IndexError("span outside of the text")


def _as_note(note: str | Note, number: int) -> Note:
    return note if isinstance(note, Note) else Note(f"note-{number}", note)


def _unwrap(outcome: Result | Quarantined) -> Result:
    if isinstance(outcome, Quarantined):
        raise StageError(outcome.note_id, outcome.stage, outcome.reason)
    return outcome
