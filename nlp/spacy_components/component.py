"""The spaCy component: runs the pipeline over Docs and shows one layer of what it found as a span group."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.pipeline.pipe import Pipe
from spacy.tokens import Doc, SpanGroup
from spacy.tokens import Span as DocSpan
from spacy.util import filter_spans

from nlp.errors import ConfigError, Quarantined, StageError
from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.spacy_components.shared import Settings, load_shared
from nlp.spacy_components.state import (
    Stamp,
    doc_to_note,
    outcome_token,
    read_outcome,
    read_stamp,
    register_extensions,
    span_to_row,
    write_outcome,
)
from nlp.types import Note, Span

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline, Result

SETTINGS_FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of annotations.

    Attributes:
        spans_key: of ``doc.spans``.
        field: of `nlp.pipeline.Result`.
        labels: that its spans can have.
    """

    spans_key: str
    field: str
    labels: tuple[str, ...]


PHI = Layer("phi", "phi", PHI_LABELS)
CLINICAL = Layer("clinical", "entities", CLINICAL_LABELS)


class ClinsiftComponent(Pipe):
    """Processes the note of a Doc, unless a component before it has, and shows one layer.

    Attributes:
        name: of the component in its spaCy pipeline.
        layer: which spans go to ``doc.spans``.
        settings: where the pipeline comes from.
        set_ents: whether the spans also go to ``doc.ents``.
        pipeline: what processes the notes.
        injected: whether the pipeline was given, not loaded from the settings.
    """

    def __init__(
        self,
        name: str,
        layer: Layer,
        settings: Settings,
        *,
        set_ents: bool = False,
        pipeline: Pipeline | None = None,
    ) -> None:
        """Load the pipeline of ``settings``, or take ``pipeline``.

        Raises:
            ConfigError: a model, policy or key cannot be used.
        """
        register_extensions()
        self.name = name
        self.layer = layer
        self.settings = settings
        self.set_ents = set_ents
        self.injected = pipeline is not None
        self.pipeline = pipeline or load_shared(settings)
        self._fingerprint = self.pipeline.fingerprint
        self._process_id = os.getpid()
        self._has_run = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that the spans can have."""
        return self.layer.labels

    def __call__(self, doc: Doc) -> Doc:
        """Process one Doc; `Language.__call__` hands what is raised to the error handler.

        Raises:
            StageError: the note failed; holds no text.
        """
        (error,) = self._annotate([doc])
        if error:
            raise error
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Process Docs in batches, in order.

        The error handler is told of every note that failed. If it does not raise, the Doc goes on, so that
        none is lost unseen: ``doc._.clinsift`` then is a `Quarantined`, and its span groups are gone.

        Args:
            stream: Docs.
            batch_size: how many notes the pipeline gets at a time.
        """
        handle_error = self.get_error_handler()
        stream = iter(stream)
        while docs := list(islice(stream, batch_size)):
            for doc, error in zip(docs, self._annotate(docs), strict=True):
                if error:
                    handle_error(self.name, self, [doc], error)
                yield doc

    def _annotate(self, docs: Sequence[Doc]) -> list[StageError | None]:
        """Process and show; return, for each Doc, the error that is still to be reported."""
        self._settle_after_fork()
        self._has_run = True
        notes = [doc_to_note(doc, self.pipeline.key) for doc in docs]
        stamps = [Stamp(outcome_token(note, self._fingerprint, self.pipeline.key), self.name) for note in notes]
        todo = [i for i, doc in enumerate(docs) if not self._is_done(doc, stamps[i])]
        for i, outcome in zip(todo, self._process([notes[i] for i in todo]), strict=True):
            write_outcome(docs[i], outcome, stamps[i])
        return [self._show(doc, note.note_id, stamp) for doc, note, stamp in zip(docs, notes, stamps, strict=True)]

    def _is_done(self, doc: Doc, stamp: Stamp) -> bool:
        """Whether the outcome of this very note and configuration is there; a failure of our own is tried again."""
        earlier = read_stamp(doc)
        if earlier is None or earlier.token != stamp.token:
            return False
        return earlier.component != stamp.component or not isinstance(read_outcome(doc), Quarantined)

    def _process(self, notes: Sequence[Note]) -> Sequence[Result | Quarantined]:
        try:
            outcomes = self.pipeline.process(notes) if notes else []
            reason = None if len(outcomes) == len(notes) else "CountMismatch"
        except Exception as error:
            reason = type(error).__name__
        return outcomes if reason is None else [Quarantined(note.note_id, "process", reason) for note in notes]

    def _show(self, doc: Doc, note_id: str, stamp: Stamp) -> StageError | None:
        """Put the layer into ``doc.spans``; where the note failed, take both layers out."""
        outcome = read_outcome(doc)
        if outcome is not None and not isinstance(outcome, Quarantined):
            try:
                self._set_spans(doc, getattr(outcome, self.layer.field))
                return None
            except Exception as error:
                # Without its exception: the message may quote the Doc.
                outcome = Quarantined(note_id, "align", type(error).__name__)
            write_outcome(doc, outcome, stamp)
        for layer in (PHI, CLINICAL):
            doc.spans.pop(layer.spans_key, None)
        earlier = read_stamp(doc)
        if outcome is None or earlier is None or earlier.component != self.name:
            return None  # the component that processed the note has reported it
        return StageError(outcome.note_id, outcome.stage, outcome.reason)

    def _set_spans(self, doc: Doc, spans: Sequence[Span]) -> None:
        group = SpanGroup(
            doc,
            name=self.layer.spans_key,
            # Spans with the same tokens share `Span._`, and tokens can be wider than spans: hence a table by index.
            attrs={"table": [span_to_row(span) for span in spans]},
            spans=[_to_doc_span(doc, span) for span in spans],
        )
        doc.spans[self.layer.spans_key] = group
        if self.set_ents:
            ours = filter_spans(group)
            taken = {token for span in ours for token in range(span.start, span.end)}
            others = [ent for ent in doc.ents if taken.isdisjoint(range(ent.start, ent.end))]
            doc.set_ents([*others, *ours])

    def _settle_after_fork(self) -> None:
        """Run on one thread in a worker that spaCy forked: OpenMP's threads do not follow and torch would wait."""
        if os.getpid() != self._process_id:
            import torch

            torch.set_num_threads(1)
            self._process_id = os.getpid()

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the settings: names and paths; no key, no weights, no text.

        Warns after notes have been processed: spaCy saves its vocabulary beside, which then holds their words.
        """
        if self._has_run:
            warnings.warn(
                f"notes have gone through {self.name!r}, and spaCy's vocabulary keeps their words, names among them: "
                "save the pipeline before it sees notes, or with exclude=['vocab']",
                stacklevel=2,
            )
        saved = {**asdict(self.settings), "set_ents": self.set_ents, "injected": self.injected}
        return json.dumps(saved, indent=2, sort_keys=True).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> ClinsiftComponent:
        """Take over the settings and load what they name.

        Raises:
            ConfigError: the settings are not those of a clinsift component, or what they name cannot be used.
        """
        try:
            saved = json.loads(data)
            injected, set_ents = bool(saved.pop("injected")), bool(saved.pop("set_ents"))
            settings = Settings(**saved)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ConfigError(f"component {self.name!r}: these are not the settings of a clinsift component") from None
        if injected != self.injected:
            raise ConfigError(
                f"component {self.name!r} was saved {'with' if injected else 'without'} a pipeline of its own; "
                f"add it {'with' if injected else 'without'} one (setting 'pipeline') before loading"
            )
        restored = ClinsiftComponent(
            self.name, self.layer, settings, set_ents=set_ents, pipeline=self.pipeline if injected else None
        )
        self.__dict__.update(restored.__dict__ | {"_has_run": self._has_run})
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the settings to a file in the folder ``path``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SETTINGS_FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> ClinsiftComponent:
        """Read the settings that `to_disk` wrote.

        Raises:
            ConfigError: as `from_bytes`, or there are none.
        """
        file = Path(path) / SETTINGS_FILE
        if not file.is_file():
            raise ConfigError(f"component {self.name!r}: no settings in {path}: {SETTINGS_FILE} is missing")
        return self.from_bytes(file.read_bytes())

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the settings only: a pipeline holds the key.

        Raises:
            ConfigError: the pipeline was given, so that settings do not lead to it.
        """
        if self.injected:
            raise ConfigError(f"component {self.name!r} holds a pipeline that was given to it and cannot be pickled")
        handler = getattr(self, "error_handler", None)
        return _rebuild, (self.name, self.layer, self.settings, self.set_ents, handler)


def _rebuild(
    name: str, layer: Layer, settings: Settings, set_ents: bool, handler: Callable[..., Any] | None
) -> ClinsiftComponent:
    component = ClinsiftComponent(name, layer, settings, set_ents=set_ents)
    if handler:
        component.set_error_handler(handler)
    return component


def _to_doc_span(doc: Doc, span: Span) -> DocSpan:
    """Return the tokens that a span touches, with drug id and ICD-10 code."""
    found = doc.char_span(
        span.start,
        span.end,
        label=span.label,
        kb_id=span.icd10 or "",
        span_id=span.id or "",
        alignment_mode="expand",
    )
    if found is None or not found.start_char <= span.start < span.end <= found.end_char:
        raise ValueError("span touches no token")
    return found
