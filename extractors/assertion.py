"""Assertion of diagnoses and symptoms by rules: ConText cues, section defaults, the guideline's order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from extractors.context import BACKWARD, Finding, Role, find_cues, findings, load_cues, sentence_starts
from extractors.lexicon import PhraseTable, bounded, read_blocks
from extractors.sections import Section, kinds_at
from nlp.types import Span

PRECEDENCE = ("family", "hypothetical", "negated", "possible", "historical")
_SECTION_DEFAULT = {"family_history": "family", "return_precautions": "hypothetical", "allergies": "historical", "past_medications": "historical", "obstetric_history": "historical"}
_HISTORY_SECTIONS = frozenset({"past_medical_history", "past_surgical_history"})



@cache
def _cues() -> PhraseTable[tuple[Role, ...]]:
    return load_cues("assertion_cues.txt")


@cache
def _events() -> re.Pattern[str]:
    return re.compile(bounded(read_blocks("event_terms.txt")["events"]))


_YEAR = re.compile(r"[\s,(]*(?:in |of |\()?(?:\d{1,2}[/-])*(?:(?:19|20)\d\d|'\d\d)(?!\d)|[\s,(]*(?:x ?\d|at \d|at age)")


def assertions(
    folded: str,
    problems: Sequence[Span],
    drugs: Sequence[Span],
    sections: Sequence[Section], starts: Sequence[int] | None = None
) -> list[str]:
    """Return the assertion of each of ``problems`` (DX and SX spans, sorted by start).

    Args:
        folded: the note's text, folded (`extractors.lexicon.fold`).
        problems: the spans to judge.
        sections: of `extractors.sections.find_sections`.
        starts: of `extractors.context.sentence_starts`, where the caller has them.
    """
    targets = [(span.start, span.end) for span in problems]
    cues = find_cues(folded, _cues(), targets)
    starts = sentence_starts(folded, sections) if starts is None else starts
    found = findings(folded, targets, cues, starts, [drug.start for drug in drugs])
    kinds = kinds_at(sections, [start for start, _ in targets])
    return [_decide(folded, span, kind, what) for span, kind, what in zip(problems, kinds, found, strict=True)]


def _decide(folded: str, span: Span, kind: str, found: list[Finding]) -> str:
    categories = {finding.category for finding in found}
    if default := _SECTION_DEFAULT.get(kind):
        categories.add(default)
    listed = kind in _HISTORY_SECTIONS or "event" in categories
    if listed and _events().search(folded, span.start, span.end):
        categories.add("historical")
    return next((category for category in PRECEDENCE if category in categories), "present")
