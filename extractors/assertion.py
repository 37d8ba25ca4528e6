"""Assertion of diagnoses and symptoms by rules: ConText cues, section defaults, the guideline's order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from extractors.context import Judgement, Role, find_cues, findings, load_cues
from extractors.lexicon import PhraseTable, bounded, read_blocks
from extractors.sections import Section, kinds_at
from nlp.types import Span

PRECEDENCE = ("family", "hypothetical", "negated", "possible", "historical")
_SECTION_DEFAULT = {
    "family_history": "family",
    "return_precautions": "hypothetical",
    "allergies": "historical",
    "past_medications": "historical",
    "obstetric_history": "historical",
}
_HISTORY_SECTIONS = frozenset({"past_medical_history", "past_surgical_history"})


@cache
def _cues() -> PhraseTable[tuple[Role, ...]]:
    return load_cues("assertion_cues.txt")


@cache
def _past_terms() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(bounded(terms)) for name, terms in read_blocks("event_terms.txt").items()}


@cache
def _aftermath() -> re.Pattern[str]:
    return re.compile(r"[\s,(-]*(?:[\w-]+ )?" + f"(?:{bounded(read_blocks('event_terms.txt')['dealt with'])})")


# When a problem was: "MI 2009", "hip fracture in '14", "pneumonia last winter", "dengue in the nineties".
_DATED = re.compile(
    r"[^\n.;]{0,25}?(?<![\w/])(?:(?:in |of |\(|\d{1,2}/(?:\d{1,2}/)?)?(?:19|20)\d\d|(?:in )?'\d\d"
    r"|last (?:spring|summer|fall|autumn|winter|year)|in the [a-z]+ties|this (?:spring|summer|fall|winter))(?!\w)"
)
_AT_AGE = re.compile(
    r"[^\n.;,]{0,15}?(?<!\w)(?:at|age|at age) \d{1,2}(?! ?(?:h|am|pm|:|%|/|mg|cm|mm|wk|week))(?![\w.])"
)
_DATED_SINCE = re.compile(r"since|dx|diagnos|onset|known|from|\d\s*-|last seen|for |on ")
_REACTION = re.compile(r"[^\w\n]*(?:[\w']+[^\w\n;]+){0,4}")
_SIDE_EFFECT = re.compile(r"[^\n;]{0,25}\((?:[a-z]+ ){0,2}")
_WHY_STOPPED = re.compile(r"[^.;]{0,50}(?<!\w)(?:for|because of|due to|bc|after)\s(?:\w+ )?")


def assertions(
    folded: str,
    problems: Sequence[Span],
    drugs: Sequence[Span],
    sections: Sequence[Section],
    starts: Sequence[int],
) -> list[Judgement]:
    """Return the assertion of each of ``problems`` (DX and SX spans, sorted by start).

    Args:
        folded: the note's text, folded (`extractors.lexicon.fold`).
        problems: the spans to judge.
        drugs: sorted by start, with their status: what follows an allergy is a past reaction.
        sections: of `extractors.sections.find_sections`.
        starts: of `extractors.sentences.sentence_starts`.
    """
    targets = [(span.start, span.end) for span in problems]
    drug_starts = [drug.start for drug in drugs]
    cues = find_cues(folded, _cues(), targets)
    found = findings(folded, targets, cues, starts, drug_starts)
    kinds = kinds_at(sections, [start for start, _ in targets])
    result = []
    limits = [*(start for start, _ in targets[1:]), len(folded)][: len(targets)]
    for span, kind, what, limit in zip(problems, kinds, found, limits, strict=True):
        categories = {finding.category for finding in what}
        if default := _SECTION_DEFAULT.get(kind):
            categories.add(default)
        before = bisect_right(drug_starts, span.start) - 1
        if _is_past(folded, span, limit, kind, categories) or (
            before >= 0 and _is_reaction(folded, drugs[before], span)
        ):
            categories.add("historical")
        value = next((category for category in PRECEDENCE if category in categories), "present")
        result.append(Judgement(value, kind, tuple(what)))
    return result


def _is_past(folded: str, span: Span, limit: int, kind: str, categories: set[str]) -> bool:
    """Whether a history lists the problem as an event, or its own words or a date put it in the past."""
    terms = _past_terms()
    if span.label == "DX" and terms["past openings"].match(folded, span.start, span.end):
        return True
    listed = kind in _HISTORY_SECTIONS or "event" in categories
    event = bool(terms["events"].search(folded, span.start, span.end))
    if listed and event:
        return True
    if kind in _HISTORY_SECTIONS and _aftermath().match(folded, span.end, limit):
        return True
    dated = _DATED.match(folded, span.end, limit) if listed or event else None
    if dated is None and event:
        dated = _AT_AGE.match(folded, span.end, limit)
    return bool(dated and not _DATED_SINCE.search(dated[0]))


def _is_reaction(folded: str, drug: Span, problem: Span) -> bool:
    """Whether the problem is what the patient got from a drug that is not taken any more."""
    if drug.end > problem.start:
        return False
    if drug.status == "allergy":
        return bool(_REACTION.fullmatch(folded, drug.end, problem.start))
    if drug.status == "stop" and _WHY_STOPPED.fullmatch(folded, drug.end, problem.start):
        return True
    return drug.status in ("past", "stop") and bool(_SIDE_EFFECT.fullmatch(folded, drug.end, problem.start))
