"""Status of drug mentions by rules: cue phrases near the drug, then the section's default."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from extractors.context import FORWARD, Finding, Judgement, Role, blank, find_cues, findings, load_cues
from extractors.lexicon import PhraseTable
from extractors.sections import Section, kinds_at
from nlp.types import Span

# Among cues equally near, the first of these wins.
PRECEDENCE = ("allergy", "hold", "stop", "negated", "change", "possible", "start", "past", "once", "current")
_SECTION_DEFAULT = {
    "allergies": "allergy",
    "new_medications": "start",
    "changed_medications": "change",
    "stopped_medications": "stop",
    "held_medications": "hold",
    "past_medications": "past",
    "medications_given": "once",
    "ed_course": "once",
    "procedure": "once",
    "immunizations": "past",
    "hospital_course": "past",
}
_PLANS = frozenset({"plan", "assessment_and_plan", "assessment"})
_LISTS = frozenset({"discharge_medications", "medications"})
_HISTORIES = frozenset({"history_of_present_illness", "past_medical_history", "assessment", "follow_up"})
# What a cue must be nearer by, in words, to count as much as one of another category.
_BIAS = {"current": 2.5, "past": 0.5, "start": 0.5, "once": 0.5, "possible": -0.5, "negated": -0.5, "conditional": -3}
_SAME_AS = {"conditional": "possible"}


@cache
def _cues() -> PhraseTable[tuple[Role, ...]]:
    return load_cues("status_cues.txt")


def statuses(
    folded: str,
    drugs: Sequence[Span],
    attributes: Mapping[int, Sequence[Span]],
    sections: Sequence[Section],
    starts: Sequence[int],
) -> list[Judgement]:
    """Return the status of each of ``drugs`` (sorted by start).

    Args:
        folded: the note's text, folded (`extractors.lexicon.fold`).
        drugs: the spans to judge.
        attributes: the attributes of the drug at each index.
        sections: of `extractors.sections.find_sections`.
        starts: of `extractors.sentences.sentence_starts`.
    """
    targets = [(span.start, span.end) for span in drugs]
    covered = sorted((a for members in attributes.values() for a in members), key=lambda span: span.start)
    masked = blank(folded, 0, len(folded), covered)
    found = findings(masked, targets, find_cues(masked, _cues(), targets), starts)
    kinds = list(kinds_at(sections, [start for start, _ in targets]))
    goes_home = {
        folded[d.start : d.end] for d, kind in zip(drugs, kinds, strict=True) if kind == "discharge_medications"
    }
    decided = []
    known: dict[str, str] = {}
    for index, (drug, kind, what) in enumerate(zip(drugs, kinds, found, strict=True)):
        own = attributes.get(index, ())
        name = folded[drug.start : drug.end]
        status = _from_cues(folded, drug, own, kind, what)
        if status == "start" and kind == "hospital_course" and goes_home and name not in goes_home:
            status = "past"  # begun in the hospital and over by discharge
        if status in _LASTING or (kind == "medications" and status in (None, "current")):
            known[name] = status or "current"
        elif status is None and kind in _REPEATING:
            status = known.get(name) or ("start" if kind == "discharge_medications" and known else None)
        decided.append(Judgement(status or _default(folded, drug, own, kind), kind, tuple(what)))
    return decided


# What is decided once in a note holds where a later list or plan only names the drug again.
_LASTING = frozenset({"start", "change", "hold", "stop"})
_REPEATING = frozenset({"discharge_medications", "plan", "assessment_and_plan", "assessment", "instructions"})
_CHANGE = re.compile(r"->|→|(?<!\w)(?:was|from|to|instead of)(?!\w)")
_CHANGED_TO = re.compile(r"(?:->|→|(?<!\w)(?:up|down|back)? ?to)\s*$")
_ONCE = re.compile(r"(?:x ?1|once|stat|now|one time|x one)$")
_TIMED_LINE = re.compile(r"[ \t|*-]*@?(?:[01]?\d|2[0-3]):?[0-5]\d(?![\d/.-])")
_PARENTERAL = re.compile(r"(?:iv|im|ivp|in|io|iv push|intranasal|pr|neb|nebulized|intramuscular|intravenous)\b")


def _from_cues(folded: str, drug: Span, attributes: Sequence[Span], kind: str, found: list[Finding]) -> str | None:
    """Return what the wording around the drug says, None where it says nothing."""
    scores = []
    for finding in found:
        distance = finding.gap + (finding.direction != FORWARD) + _BIAS.get(finding.category, 0)
        scores.append((distance, PRECEDENCE.index(_SAME_AS.get(finding.category, finding.category))))
    if kind == "allergies":
        told = any(f.category in ("past", "current", "once", "negated") and f.gap < 2 for f in found)
        return "past" if told else "allergy"
    best = PRECEDENCE[min(scores)[1]] if scores else None
    if best == "once" and kind == "hospital_course":
        best = "past"
    if best in (None, "current", "past", "once"):
        doses = [a for a in attributes if a.label in ("STRENGTH", "DOSAGE")]
        if any(
            a.label == b.label and len(folded[a.end : b.start]) < 40 and _CHANGE.search(folded, a.end, b.start)
            for a, b in pairwise(doses)
        ) or any(_CHANGED_TO.search(folded, drug.end, a.start) for a in doses[:1]):
            return "change"
    return best


def _default(folded: str, drug: Span, attributes: Sequence[Span], kind: str) -> str:
    """Return what section, layout and the attributes make likely where the wording says nothing."""
    by_label = {a.label: folded[a.start : a.end] for a in attributes}
    dosed = "STRENGTH" in by_label or "DOSAGE" in by_label
    if kind not in _LISTS and _ONCE.fullmatch(by_label.get("FREQUENCY", "")):
        return "once"
    if kind in _SECTION_DEFAULT:
        return _SECTION_DEFAULT[kind]
    if "FREQUENCY" in by_label:
        return "start" if kind in _PLANS or "DURATION" in by_label else "current"
    if kind in _LISTS:
        return "current"
    if dosed and (
        kind not in _PLANS
        or _PARENTERAL.match(by_label.get("ROUTE", ""))
        or _TIMED_LINE.match(folded, folded.rfind("\n", 0, drug.start) + 1)
    ):
        return "once"
    if kind in _PLANS:
        return "start" if dosed else "possible"
    return "past" if "DURATION" in by_label or kind in _HISTORIES else "current"
