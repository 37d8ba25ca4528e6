"""The whole of clinsift as one Presidio `EntityRecognizer`: every source, merge and propagation included.

The pattern recognizers by themselves are in `deid.recognizers`; each can be added to a registry too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from nlp.errors import Quarantined, StageError
from nlp.labels import PHI_LABELS
from nlp.types import Annotations, Note, Span


class Annotator(Protocol):
    """The part of `nlp.pipeline.Pipeline` that is needed here."""

    def annotate(self, notes: Sequence[Note]) -> list[Annotations | Quarantined]:
        """Return the annotations of every note, or where it failed."""
        ...


class ClinsiftRecognizer(EntityRecognizer):
    """Finds PHI with a clinsift pipeline; the entities are named as in the annotation guidelines.

    Args:
        pipeline: a `nlp.pipeline.Pipeline`.
        supported_language: of the registry that it is added to.
    """

    name: str  # presidio sets it without saying so

    def __init__(self, pipeline: Annotator, supported_language: str = "en") -> None:
        self.pipeline = pipeline
        super().__init__(supported_entities=list(PHI_LABELS), name="clinsift", supported_language=supported_language)

    def load(self) -> None:
        """Do nothing: the pipeline came loaded."""

    def analyze(
        self, text: str, entities: Sequence[str] | None = None, nlp_artifacts: Any = None
    ) -> list[RecognizerResult]:
        """Return the PHI of a text.

        Args:
            text: one text.
            entities: PHI labels that are asked for; None or none means all.
            nlp_artifacts: what Presidio's own language model found, not used.

        Raises:
            StageError: the text could not be processed; an empty answer would pass its PHI on.
        """
        (outcome,) = self.pipeline.annotate([Note("presidio", text)])
        if isinstance(outcome, Quarantined):
            raise StageError(outcome.note_id, outcome.stage, outcome.reason)
        return [self._result(span) for span in outcome.phi if not entities or span.label in entities]

    def _result(self, span: Span) -> RecognizerResult:
        found_by = ", ".join(span.sources)
        explanation = AnalysisExplanation(
            recognizer=self.name, original_score=span.score, textual_explanation=f"found by {found_by}"
        )
        # Presidio's enhancer must leave the score alone: it is one of the whole note already.
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY: True,
        }
        return RecognizerResult(span.label, span.start, span.end, span.score, explanation, metadata)
