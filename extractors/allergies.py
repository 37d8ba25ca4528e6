"""The allergies of a note: drugs that are one, other substances, what they cause, and that there are none.

A drug is an allergy where its status says so. Other substances (``data/allergens.txt``) count in a section of
allergies and beside words such as "allergic to", unless the wording denies them or speaks of somebody else.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from extractors.assertion import assertions
from extractors.drugs import normalise
from extractors.lexicon import PhraseTable, bounded, fold, read_blocks
from extractors.sections import Section
from extractors.sentences import sentence_starts
from nlp.datafiles import data_lines
from nlp.labels import PROBLEM_LABELS
from nlp.types import Span

MEDICATION = "medication"
NONE_KNOWN = {
    None: ("716186003", "No known allergy"),
    MEDICATION: ("409137002", "No known drug allergy"),
    "food": ("429625007", "No known food allergy"),
    "environment": ("428607008", "No known environmental allergy"),
}
"""SNOMED CT's concepts, code and title, of having no allergy of a category; None: of any."""


@dataclass(frozen=True, slots=True)
class Allergy:
    """A mention of what the patient does not tolerate, or of the fact that there is nothing of the kind.

    Attributes:
        start, end: of the substance, or of the words that say that there is none; offsets into the note.
        category: one of `extractors.schema.ALLERGY_CATEGORIES`; None where it is about all of them.
        substance: its usual name, None where only the table of drugs can tell it.
        none_known: whether the note says that nothing of this category is known.
        drug: the DRUG entity that it is, None where no tagger found it.
        reactions: problems that it causes.
    """

    start: int
    end: int
    category: str | None
    substance: str | None = None
    none_known: bool = False
    drug: Span | None = None
    reactions: tuple[Span, ...] = ()


def find_allergies(text: str, entities: Sequence[Span], sections: Sequence[Section]) -> list[Allergy]:
    """Return the allergies of a note in text order.

    Args:
        text: the note.
        entities: sorted by start, as `extractors.structure.structure` returns them.
        sections: of `extractors.sections.find_sections`.
    """
    folded = fold(text)
    drugs = [span for span in entities if span.label == "DRUG"]
    problems = [span for span in entities if span.label in PROBLEM_LABELS]
    found = [
        Allergy(drug.start, drug.end, *meaning, drug=drug)
        for drug in drugs
        if drug.status == "allergy" and (meaning := _meaning(folded, drug))
    ]
    lists = [section for section in sections if section.kind == "allergies"]
    if lists or _ABOUT.search(folded):
        named = [m for m in _table().find(folded) if not _overlapped(drugs, *m[:2])]
        said = _said(folded, named, lists, entities)
        found += _of_patient(folded, said, drugs, problems, sections)
        found += _none_known(folded, lists)
    return _with_reactions(folded, sorted(found, key=_place), drugs, problems)


# --- substances that no tagger found -----------------------------------------------------------

Named = tuple[int, int, tuple[str, str | None]]
"""Start, end, and what is named: category and substance."""

_ABOUT = re.compile(r"allerg|anaphyla|intoleran|sensitiv|reactions? to|(?<!\w)n\.?k\.?[adfm]")
_TO = re.compile(
    r"(?:allerg(?:y|ies|ic)(?: reactions?)?|anaphyla(?:xis|ctic)(?: reactions?| shock)?|intoleran(?:t|ces?)"
    r"|(?:hyper)?sensitiv(?:e|ity|ities)|reactions?) (?:to|of)(?!\w)"
)
_ALLERGY = re.compile(r"[ -](?:allerg(?:y|ies|ic)|anaphylaxis|(?:hyper)?sensitivit(?:y|ies)|intolerance)(?!\w)")
_GLUE = re.compile(
    r"(?:[\s,/&+()'\"-]"
    r"|(?<!\w)(?:and|or|also|as well as|to|the|some|all|any|both|certain|eating|raw|cooked|foods?|iv)(?!\w))*"
)
_JOINT = re.compile(r"\s*(?:,|/|&|,?\s*(?<!\w)(?:and|or)(?!\w))\s*")
_NEAR = 200
"""Characters around a drug of no known name in which something must speak of allergies."""
_OTHERS = re.compile(r"(?<!\w)(?:drugs?|medications?|medicines?|foods?|allerg(?:y|ies))(?!\w)")
_NOT_THE_PATIENTS = frozenset({"negated", "family", "hypothetical"})


@cache
def _names() -> Mapping[str, tuple[str, str | None]]:
    """Return category and substance by name."""
    meanings: dict[str, tuple[str, str | None]] = {}
    for line in data_lines("extractors", "data/allergens.txt"):
        category, substance, names = (part.strip() for part in line.split("|"))
        meanings |= dict.fromkeys(map(str.strip, names.split(",")), (category, substance or None))
    return meanings


@cache
def _table() -> PhraseTable[tuple[str, str | None]]:
    return PhraseTable(_names())


def _meaning(folded: str, drug: Span) -> tuple[str, str | None] | None:
    """Return category and substance of a drug that is an allergy; None where neither name nor wording say so."""
    surface = folded[drug.start : drug.end]
    if listed := _names().get(" ".join(surface.split())):
        return listed
    if normalise(surface):
        return MEDICATION, None
    if inside := next(_table().find(surface), None):
        return inside[2]
    near = _ABOUT.search(folded, max(0, drug.start - _NEAR), drug.end + _NEAR)
    return (MEDICATION, None) if near else None


def says_none(surface: str) -> bool:
    """Whether a mention says that there are no allergies ("NKDA"), and so names nothing."""
    phrases, _ = _absence()
    folded = fold(surface)
    return any((start, end) == (0, len(folded)) for start, end, _ in phrases.find(folded))


def _said(
    folded: str, named: Sequence[Named], lists: Sequence[Section], entities: Sequence[Span]
) -> list[tuple[Named, bool]]:
    """Return those of ``named`` that are said to be an allergy, in order, and whether a list of allergies says so."""
    chosen = [any(section.title_end <= start and end <= section.end for section in lists) for start, end, _ in named]
    listed = list(chosen)
    starts = [start for start, _, _ in named]
    for index in range(len(named) - 1, -1, -1):
        end = named[index][1]
        # "shrimp or seafood allergy": what is joined to the one before "allergy" is one too.
        joined = index + 1 < len(named) and chosen[index + 1] and not listed[index + 1]
        if _ALLERGY.match(folded, end) or (joined and _JOINT.fullmatch(folded, end, starts[index + 1])):
            chosen[index] = True
    for trigger in _TO.finditer(folded):
        last = trigger.end()
        others = entities[bisect_left(entities, last, key=lambda span: span.start) :]
        upcoming = sorted([*((s.start, s.end, -1) for s in others[:20]), *_numbered(named, starts, last)])
        for start, end, index in upcoming:
            if start >= last:
                if not _GLUE.fullmatch(folded, last, start):
                    break
                last = end
            if index >= 0:
                chosen[index] = True
    return [(one, inside) for one, yes, inside in zip(named, chosen, listed, strict=True) if yes]


def _numbered(named: Sequence[Named], starts: Sequence[int], since: int) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and index of the next names from ``since`` on."""
    first = bisect_left(starts, since)
    yield from ((start, end, first + i) for i, (start, end, _) in enumerate(named[first : first + 20]))


def _of_patient(
    folded: str,
    said: Sequence[tuple[Named, bool]],
    drugs: Sequence[Span],
    problems: Sequence[Span],
    sections: Sequence[Section],
) -> Iterator[Allergy]:
    """Yield the allergies that neither the wording nor a problem that holds the name denies, or gives to others."""
    if not said:
        return
    places = [one[:2] for one, _ in said]
    # What stands in one list with them ("denies asthma, allergies to drugs or latex") carries a negation on.
    beside = [m.span() for start, _ in places for m in _OTHERS.finditer(folded, max(0, start - _NEAR), start)]
    beside += [(span.start, span.end) for span in (*problems, *drugs)]
    targets = list(places)
    for start, end in dict.fromkeys(beside):
        if all(end <= a or b <= start for a, b in targets):
            targets.append((start, end))
    targets.sort()
    starts = sentence_starts(folded, sections)
    judged = assertions(folded, [Span(*target, "SX") for target in targets], (), sections, starts)
    values = {target: judgement.value for target, judgement in zip(targets, judged, strict=True)}
    for (start, end, (category, substance)), _ in said:
        around = {p.assertion for p in problems if p.start <= start and end <= p.end}
        if not _NOT_THE_PATIENTS & (around | {values[start, end]}):
            yield Allergy(start, end, category, substance)


def _overlapped(spans: Sequence[Span], start: int, end: int) -> bool:
    index = bisect_right(spans, start, key=lambda span: span.end)
    return index < len(spans) and spans[index].start < end


def _place(allergy: Allergy) -> tuple[int, int]:
    return allergy.start, allergy.end


# --- none known --------------------------------------------------------------------------------

_EXCEPT = re.compile(r"[^.;\n]{0,40}?(?<!\w)(?:except|other than|but|however|besides|apart from|aside from)(?!\w)")
_DRUGS = re.compile(r"drug|medic")


@cache
def _absence() -> tuple[PhraseTable[str], re.Pattern[str]]:
    """Return the phrases that say so anywhere, with their category, and what says so after a list's title."""
    blocks = dict(read_blocks("no_allergies.txt"))
    after_title = rf"[\s:*_-]*(?P<words>{bounded(blocks.pop('after title'))})(?=[ \t*_]*(?:[.,;()\r\n]|-|$|\s{{2}}))"
    phrases = {phrase: category for category, listed in blocks.items() for phrase in listed}
    return PhraseTable(phrases), re.compile(after_title)


def _none_known(folded: str, lists: Sequence[Section]) -> Iterator[Allergy]:
    table, after_title = _absence()
    for start, end, category in table.find(folded):
        if not _EXCEPT.match(folded, end):
            yield Allergy(start, end, None if category == "any" else category, none_known=True)
    for section in lists:
        match = after_title.match(folded, section.title_end, section.end)
        if match and not _EXCEPT.match(folded, match.end()):
            drugs_only = _DRUGS.search(folded, section.title_start, section.title_end)
            yield Allergy(*match.span("words"), MEDICATION if drugs_only else None, none_known=True)


# --- reactions ---------------------------------------------------------------------------------

# "penicillin (hives)", "sulfa - causes a rash"; then "hives and swelling", "rash, nausea".
_FIRST = re.compile(r"[^\w\n;.]*(?:[\w']+[^\w\n;.]+){0,4}")
_NEXT = re.compile(r"[^\w\n;.]*(?:(?:and|with|or|then)[^\w\n;.]+)?")
# "latex allergy (rash)", "bee sting allergy causes swelling", but not "seasonal allergies, hypertension"
_AFTER_ALLERGY = re.compile(
    _ALLERGY.pattern + r"\s*(?:[(:=]|->|-|which|that|has|with|caus\w+|leads|leading)[^\n;.]{0,30}"
)
# "anaphylaxis to peanuts", "hives from latex"
_CAUSED_BY = re.compile(r"\s+(?:to|from|with|after)\s+(?:(?:the|iv|oral|eating)\s+)*")
_NO_REACTION = re.compile(r"allerg|reactions?$|sensitiv")


def _with_reactions(
    folded: str, found: Sequence[Allergy], drugs: Sequence[Span], problems: Sequence[Span]
) -> list[Allergy]:
    """Return the allergies with the problems that follow each, or stand right before it ("anaphylaxis to peanuts")."""
    places = [(a.start, a.end, number) for number, a in enumerate(found) if not a.none_known]
    own = {place[:2] for place in places}
    others = [(drug.start, drug.end, -1) for drug in drugs if (drug.start, drug.end) not in own]
    substances = sorted([*places, *others])
    starts = [start for start, _, _ in substances]
    caused: dict[int, list[Span]] = {}
    last = 0
    current = -1
    for problem in problems:
        if _NO_REACTION.search(folded, problem.start, problem.end):
            continue
        index = bisect_left(starts, problem.end)
        if index < len(substances) and _CAUSED_BY.fullmatch(folded, problem.end, starts[index]):
            caused.setdefault(substances[index][2], []).append(problem)
            continue
        if not index or problem.start < substances[index - 1][1]:
            continue  # no substance before it, or it holds the substance's name ("peanut allergy")
        if substances[index - 1][2] != current or not caused.get(current):
            current, last = substances[index - 1][2], max(last, substances[index - 1][1])
        named = _ALLERGY.match(folded, last)
        joint = _NEXT if caused.get(current) else _AFTER_ALLERGY if named else _FIRST
        if current >= 0 and joint.fullmatch(folded, last, problem.start):
            caused.setdefault(current, []).append(problem)
            last = problem.end
    return [replace(a, reactions=tuple(caused.get(number, ()))) for number, a in enumerate(found)]
