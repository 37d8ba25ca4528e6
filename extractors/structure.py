"""From entities to structure: drug ids, links, medication status and assertion, where taggers left them open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.assertion import assertions
from extractors.lexicon import fold
from extractors.links import PRN, link_attributes, link_reasons
from extractors.medications import statuses
from extractors.sections import find_sections
from extractors.sentences import sentence_starts
from nlp.labels import ATTRIBUTE_LABELS, PROBLEM_LABELS
from nlp.types import Span


def structure(text: str, entities: Sequence[Span]) -> tuple[Span, ...]:
    """Return ``entities`` sorted by start, with what rules can fill in.

    Drugs are numbered m1, m2, ... in text order; a link that a tagger made to another id moves with
    it. A status or link that is not None is kept. Of a tagger's and the rules' assertion, the rules'
    holds unless it is "present": cues are rarely wrong where they speak, and a tagger knows more where
    they are silent (docs/benchmark.md has the figures of either alone).

    Args:
        text: the note.
        entities: clinical spans that do not overlap one another.
    """
    spans = sorted(entities, key=lambda span: (span.start, span.end))
    drugs = [span for span in spans if span.label == "DRUG"]
    attributes = [span for span in spans if span.label in ATTRIBUTE_LABELS]
    problems = [span for span in spans if span.label in PROBLEM_LABELS]
    folded = fold(text)
    sections = find_sections(text)
    starts = sentence_starts(folded, sections)
    index_of = {drug.id: index for index, drug in enumerate(drugs) if drug.id is not None}

    of_attribute = _keep(attributes, link_attributes(text, drugs, attributes), index_of)
    own: dict[int, list[Span]] = {}
    for attribute, index in zip(attributes, of_attribute, strict=True):
        if index is not None:
            own.setdefault(index, []).append(attribute)

    found = statuses(folded, drugs, own, sections, starts)
    drugs = [
        replace(drug, id=f"m{number}", status=drug.status or status)
        for number, (drug, status) in enumerate(zip(drugs, found, strict=True), 1)
    ]
    of_problem = _keep(problems, link_reasons(folded, drugs, problems, attributes, starts), index_of)
    asserted = assertions(folded, problems, drugs, sections, starts)
    for number, (problem, index) in enumerate(zip(problems, of_problem, strict=True)):
        needed = index is not None and problem.start > drugs[index].start and _is_prn(folded, own.get(index, ()))
        if needed and asserted[number] == "present":
            asserted[number] = "hypothetical"

    done = [
        *drugs,
        *(replace(span, drug=_id(drugs, index)) for span, index in zip(attributes, of_attribute, strict=True)),
        *(
            replace(span, drug=_id(drugs, index), assertion=_combined(span.assertion, assertion))
            for span, index, assertion in zip(problems, of_problem, asserted, strict=True)
        ),
        *(span for span in spans if span.label not in ("DRUG", *ATTRIBUTE_LABELS, *PROBLEM_LABELS)),
    ]
    return tuple(sorted(done, key=lambda span: (span.start, span.end)))


def _combined(tagged: str | None, ruled: str) -> str:
    return ruled if tagged is None or ruled != "present" else tagged


def _keep(spans: Sequence[Span], links: Sequence[int | None], index_of: dict[str, int]) -> list[int | None]:
    """Return ``links``, but where a tagger linked a span to a drug that is there, its choice."""
    return [index_of.get(span.drug, link) if span.drug else link for span, link in zip(spans, links, strict=True)]


def _is_prn(folded: str, attributes: Sequence[Span]) -> bool:
    return any(a.label == "FREQUENCY" and PRN.search(folded, a.start, a.end) for a in attributes)


def _id(drugs: Sequence[Span], index: int | None) -> str | None:
    return None if index is None else drugs[index].id
