"""The engine as a Presidio recognizer, over a pipeline that stands in for the real one."""

from collections.abc import Sequence

import pytest
from presidio_analyzer import RecognizerRegistry

from nlp.errors import Quarantined, StageError
from nlp.labels import PHI_LABELS
from nlp.presidio import ClinsiftRecognizer
from nlp.types import Annotations, Note, Span


class FakePipeline:
    def __init__(self, outcome: Annotations | Quarantined) -> None:
        self.outcome = outcome
        self.seen: list[str] = []

    def annotate(self, notes: Sequence[Note]) -> list[Annotations | Quarantined]:
        self.seen += [note.text for note in notes]
        return [self.outcome]


PHI = (Span(0, 5, "PATIENT", 0.9, ("model", "patterns")), Span(10, 20, "DATE", 0.8, ("patterns",)))
FOUND = Annotations(PHI, (Span(6, 9, "DX", 0.7, assertion="present"),))


def test_phi_comes_back_in_presidio_form_and_clinical_entities_do_not():
    pipeline = FakePipeline(FOUND)
    results = ClinsiftRecognizer(pipeline).analyze("Smith has 01/02/2024")
    assert [(r.entity_type, r.start, r.end, r.score) for r in results] == [
        ("PATIENT", 0, 5, 0.9),
        ("DATE", 10, 20, 0.8),
    ]
    assert pipeline.seen == ["Smith has 01/02/2024"]


def test_only_the_entities_asked_for_are_returned():
    results = ClinsiftRecognizer(FakePipeline(FOUND)).analyze("Smith has 01/02/2024", ["DATE"])
    assert [r.entity_type for r in results] == ["DATE"]


def test_all_entities_are_returned_when_none_are_named():
    assert len(ClinsiftRecognizer(FakePipeline(FOUND)).analyze("Smith has 01/02/2024", [])) == 2


def test_a_quarantined_text_raises_instead_of_passing_as_clean():
    recognizer = ClinsiftRecognizer(FakePipeline(Quarantined("presidio", "tag", "RuntimeError")))
    with pytest.raises(StageError) as raised:
        recognizer.analyze("Smith has a secret")
    assert (raised.value.stage, raised.value.cause) == ("tag", "RuntimeError")
    assert "Smith" not in str(raised.value)


def test_explanations_name_the_sources_and_hold_no_text():
    first = ClinsiftRecognizer(FakePipeline(FOUND)).analyze("Smith has 01/02/2024")[0]
    explanation = first.analysis_explanation.textual_explanation
    assert "model" in explanation
    assert "Smith" not in explanation


def test_it_can_be_added_to_a_registry():
    registry = RecognizerRegistry(recognizers=[], supported_languages=["en"])
    recognizer = ClinsiftRecognizer(FakePipeline(FOUND))
    registry.add_recognizer(recognizer)
    assert registry.get_recognizers(language="en", entities=["DATE"]) == [recognizer]
    assert set(recognizer.get_supported_entities()) == set(PHI_LABELS)
