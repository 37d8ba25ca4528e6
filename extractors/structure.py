"""From entities to structure: drug ids, links, medication status and assertion, where taggers left them open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.assertion import assertions
from extractors.coding import code_spans
from extractors.features import drug_features, problem_features
from extractors.lexicon import fold
from extractors.links import PRN, link_attributes, link_reasons
from extractors.medications import statuses
from extractors.mending import mend
from extractors.sections import find_sections
from extractors.sentences import sentence_starts
from extractors.voting import decide
from nlp.labels import ATTRIBUTE_LABELS, PROBLEM_LABELS
from nlp.types import Span


@dataclass(frozen=True, slots=True)
class Structured:
    """A note's clinical spans with their structure, and the features that drugs and problems were judged by."""

    spans: tuple[Span, ...]
    status_features: list[list[str]]
    assertion_features: list[list[str]]


def structure(text: str, entities: Sequence[Span]) -> tuple[Span, ...]:
    """Return ``entities`` sorted by start, with what rules can fill in.

    Drugs are numbered m1, m2, ... in text order; a link that a tagger made to another id moves with
    it. Where a tagger votes on a status or an assertion, it and the rules decide together
    (`extractors.voting`). A status that it gives without votes is kept; of its assertion and the
    rules', the rules' holds unless it is "present". Borders and labels are mended, and what names nothing
    is left out (`extractors.mending`).

    Args:
        text: the note.
        entities: clinical spans that do not overlap one another.
    """
    return examine(text, entities).spans


def examine(text: str, entities: Sequence[Span]) -> Structured:
    """Return what `structure` does, with the features of every drug and problem in text order."""
    spans = mend(text, entities)
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
    of_drugs = drug_features(folded, drugs, found, own)
    fallback = [drug.status or judged.value for drug, judged in zip(drugs, found, strict=True)]
    status = decide("status", of_drugs, [drug.votes for drug in drugs], fallback)
    drugs = [
        replace(drug, id=f"m{number}", status=chosen, votes=None)
        for number, (drug, chosen) in enumerate(zip(drugs, status, strict=True), 1)
    ]
    of_problem = _keep(problems, link_reasons(folded, drugs, problems, attributes, starts), index_of)
    asserted = assertions(folded, problems, drugs, sections, starts)
    for number, (problem, index) in enumerate(zip(problems, of_problem, strict=True)):
        needed = index is not None and problem.start > drugs[index].start and _is_prn(folded, own.get(index, ()))
        if needed and asserted[number].value == "present":
            asserted[number] = replace(asserted[number], value="hypothetical")
    problems = [replace(span, drug=_id(drugs, index)) for span, index in zip(problems, of_problem, strict=True)]
    of_problems = problem_features(folded, problems, asserted)
    fallback = [_combined(span.assertion, judged.value) for span, judged in zip(problems, asserted, strict=True)]
    assertion = decide("assertion", of_problems, [problem.votes for problem in problems], fallback)

    done = [
        *drugs,
        *(replace(span, drug=_id(drugs, index)) for span, index in zip(attributes, of_attribute, strict=True)),
        *(replace(span, assertion=chosen, votes=None) for span, chosen in zip(problems, assertion, strict=True)),
        *(span for span in spans if span.label not in ("DRUG", *ATTRIBUTE_LABELS, *PROBLEM_LABELS)),
    ]
    ordered = tuple(sorted(code_spans(text, done), key=lambda span: (span.start, span.end)))
    return Structured(ordered, of_drugs, of_problems)


def _combined(tagged: str | None, ruled: str) -> str:
    return ruled if tagged is None or ruled != "present" else tagged


def _keep(spans: Sequence[Span], links: Sequence[int | None], index_of: dict[str, int]) -> list[int | None]:
    """Return ``links``, but where a tagger linked a span to a drug that is there, its choice."""
    return [index_of.get(span.drug, link) if span.drug else link for span, link in zip(spans, links, strict=True)]


def _is_prn(folded: str, attributes: Sequence[Span]) -> bool:
    return any(a.label == "FREQUENCY" and PRN.search(folded, a.start, a.end) for a in attributes)


def _id(drugs: Sequence[Span], index: int | None) -> str | None:
    return None if index is None else drugs[index].id
