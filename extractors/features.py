"""What a drug or a problem looks like to the vote on its status or assertion: names of features, no words of notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from extractors.context import Judgement, words_between
from nlp.types import Span


def drug_features(
    folded: str, drugs: Sequence[Span], judged: Sequence[Judgement], attributes: Mapping[int, Sequence[Span]]
) -> list[list[str]]:
    """Return the features of each drug.

    Args:
        folded: the note's text, folded.
        drugs: sorted by start.
        judged: what rules say of each.
        attributes: the attributes of the drug at each index.
    """
    result = [_own(folded, drug, judgement) for drug, judgement in zip(drugs, judged, strict=True)]
    names = [folded[drug.start : drug.end] for drug in drugs]
    for order, places in (("before", range(len(drugs))), ("after", range(len(drugs) - 1, -1, -1))):
        seen: dict[str, str] = {}
        for index in places:
            if names[index] in seen:
                result[index].append(f"same {order} {seen[names[index]]}")
            seen[names[index]] = judged[index].value
    for index, features in enumerate(result):
        own = attributes.get(index, ())
        labels = sorted({attribute.label for attribute in own})
        section = judged[index].section
        features += [f"{label} in {section}" for label in labels]
        features += (f"with {'+'.join(labels)}", f"with {'+'.join(labels)} in {section}")
        if sum(attribute.label == "STRENGTH" for attribute in own) > 1:
            features.append("several strengths")
    ends = [
        max([drug.end, *(a.end for a in attributes.get(index, ()) if a.end <= limit)])
        for index, (drug, limit) in enumerate(zip(drugs, [*(d.start for d in drugs[1:]), len(folded)], strict=False))
    ]
    _add_neighbours(folded, drugs, ends, judged, result)
    return result


def problem_features(folded: str, problems: Sequence[Span], judged: Sequence[Judgement]) -> list[list[str]]:
    """Return the features of each problem (DX, SX; sorted by start)."""
    result = [_own(folded, problem, judgement) for problem, judgement in zip(problems, judged, strict=True)]
    for problem, features in zip(problems, result, strict=True):
        features.append(problem.label)
        if problem.drug:
            features.append("reason")
    _add_neighbours(folded, problems, [problem.end for problem in problems], judged, result)
    return result


def _own(folded: str, span: Span, judgement: Judgement) -> list[str]:
    value, section = judgement.value, judgement.section
    features = [value, section, f"{value} in {section}", f"fifth {5 * span.start // len(folded)}"]
    features += _cues(judgement)
    return features


def _cues(judgement: Judgement) -> Iterator[str]:
    kinds = {(finding.category, finding.direction): 3 for finding in judgement.findings}
    for finding in judgement.findings:
        kind = finding.category, finding.direction
        kinds[kind] = min(kinds[kind], finding.gap)
    for (category, direction), gap in kinds.items():
        yield f"{category} {direction}"
        yield f"{category} {direction} {gap}"


def _add_neighbours(
    folded: str, spans: Sequence[Span], ends: Sequence[int], judged: Sequence[Judgement], result: list[list[str]]
) -> None:
    """Add what the spans before and after are, and whether they stand in one list."""
    for left, right in pairwise(range(len(spans))):
        start, end = ends[left], spans[right].start
        listed = end - start < 40 and not words_between(folded, start, end)
        how = "listed" if listed else "near" if end - start < 80 else "far"
        result[right].append(f"{how} before {judged[left].value}")
        result[left].append(f"{how} after {judged[right].value}")
