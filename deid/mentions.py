"""Search a text for what is known to be PHI: names and their parts, identifiers, full strings.

Propagation and the search for known identifiers find PHI with it, the leak check proves its absence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from deid.folding import fold, is_word_character
from deid.names import FULL_KINDS, SAINTS, Kind, NamePart, fold_name, parse_name
from deid.wordlists import folded, ordinary_words
from nlp.labels import ID_LABELS, NAME_LABELS
from nlp.types import Span

PLACE_LABELS = frozenset({"HOSPITAL", "ORGANIZATION", "STREET", "CITY", "LOCATION-OTHER"})
HANDLE_LABELS = frozenset({"EMAIL", "URL", "USERNAME", "IPADDR"})
NUMBER_LABELS = ID_LABELS | {"PHONE", "FAX", "ZIP"}

_MIN_LETTERS = 3
_MIN_STRING = 4
_MIN_DIGITS = 5
_MIN_IN_HANDLE = 5

_HANDLE_RUN = re.compile(r"[\w.+@-]+")
_NUMBER_RUN = re.compile(r"\d(?:[ .\t()/-]{0,2}\d){4,}")
_TITLE_BEFORE = re.compile(r"(?:^|\W)(?:mr|mrs|ms|miss|mx|dr|prof|nurse|patient|pt|sra?|srta)\.? $")
_SURE_TITLE_BEFORE = re.compile(r"(?:^|\W)(?:mr|mrs|ms|mx|dr)\.? $")
SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:;\n\r•*|>]|^\W*[-\d]+[.)]?)[\s\"'“(\[-]*$")
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,}),? $")
_WORD_AFTER = re.compile(r",? ([^\W\d_]{3,})")
_DETERMINER_BEFORE = re.compile(r"(?:^|\W)(?:the|a|an) $")
CLINICAL_AFTER = re.compile(
    r"(?:'s?|s)? ?-?(?:disease|dz|syndrome|sign|signs|test|score|scale|catheter|cath|phenomenon|lymphoma|sarcoma"
    r"|palsy|fracture|fx|thyroiditis|esophagus|tumou?r|reflex|criteria|classification|maneuver|procedure|operation"
    r"|dementia|disorder|ataxia|chorea|contracture|hernia|drain|line|stain|stage|grade|bodies|body|cyst|node|nodes"
    r"|virus|anemia|arthropathy|neuroma|retractor|position|aphasia|encephalopathy|purpura|granulomatosis|ulcer)\b"
)


class Form(Enum):
    """How a target must stand in the text to count."""

    ANY_CASE = auto()
    CAPITALISED = auto()  # an ordinary word or an eponym: only where it looks like a name
    EXACT = auto()  # too short for anything else
    DIGITS = auto()  # the same digits, whatever parts them


@dataclass(frozen=True, slots=True)
class Target:
    """Something to look for.

    Attributes:
        needle: folded; for EXACT as it stands in the text; for DIGITS the digits only.
        label, score: of the spans found.
        form: how it must stand in the text.
        is_name: whether it is part of a person's name.
    """

    needle: str = field(repr=False)
    label: str
    score: float
    form: Form
    is_name: bool = False


def targets_of(text: str, spans: Iterable[Span]) -> tuple[Target, ...]:
    """Return what to look for in the note after ``spans`` were found in it."""
    best: dict[tuple[str, Form], Target] = {}
    for span in spans:
        for target in surface_targets(text[span.start : span.end], span.label, span.score):
            known = best.get((target.needle, target.form))
            if known is None or known.score < target.score:
                best[target.needle, target.form] = target
    return tuple(best.values())


@lru_cache(4096)
def surface_targets(surface: str, label: str, score: float) -> tuple[Target, ...]:
    """Return what to look for after ``surface`` was found as ``label``; nothing for labels without a clear form."""
    make = _name_targets if label in NAME_LABELS else _string_targets
    return tuple(make(surface, label, score))


def _string_targets(surface: str, label: str, score: float) -> Iterator[Target]:
    plain = fold(surface)
    letters = sum(c.isalpha() for c in plain)
    digits = "".join(c for c in plain if c.isdigit())
    if label in NUMBER_LABELS:
        if len(digits) >= _MIN_DIGITS:
            yield Target(digits, label, score, Form.DIGITS)
        if letters and len(digits) + letters >= _MIN_STRING and digits:
            yield Target(plain, label, score, Form.ANY_CASE)
    elif label in HANDLE_LABELS:
        if letters + len(digits) >= _MIN_STRING and plain not in ordinary_words():
            yield Target(plain, label, score, Form.ANY_CASE)
    elif label in PLACE_LABELS:
        if letters >= _MIN_STRING:
            one_word = plain.isalpha() and plain in ordinary_words()
            yield Target(plain, label, score, Form.CAPITALISED if one_word else Form.ANY_CASE)
        elif letters == len(surface) >= _MIN_LETTERS and surface.isupper() and not _is_abbreviation(surface):
            yield Target(surface, label, score, Form.EXACT)
    elif label in ("STATE", "COUNTRY"):
        if letters >= _MIN_STRING:
            yield Target(plain, label, score, Form.CAPITALISED)
    elif label == "DATE" and len(digits) >= _MIN_STRING and letters + len(digits) >= 6:
        yield Target(plain, label, score, Form.ANY_CASE)


def _is_abbreviation(surface: str) -> bool:
    return fold(surface) in folded("data/abbreviations") or fold(surface) in ordinary_words()


def _name_targets(name: str, label: str, score: float) -> Iterator[Target]:
    parts = parse_name(name)
    full = [part for part in parts if part.kind in FULL_KINDS]
    for before, part in pairwise(parts):
        if before.kind is Kind.PARTICLE and part.kind in FULL_KINDS:
            for saint in SAINTS.get(before.folded, ()):
                yield Target(saint + fold(part.text), label, score, Form.ANY_CASE, is_name=True)
    for part in full:
        plain = fold(part.text)
        if len(fold_name(part.text)) >= _MIN_LETTERS:
            form = Form.CAPITALISED if fold_name(part.text) in ordinary_words() else Form.ANY_CASE
            yield Target(plain, label, score, form, is_name=True)
            if (bare := fold_name(part.text)) != plain:
                yield Target(bare, label, score, form, is_name=True)
        elif part.text.istitle() and plain not in ordinary_words():
            yield Target(part.text, label, score, Form.EXACT, is_name=True)
    if label == "PATIENT":
        for initials in _initials(parts):
            yield Target(".".join(initials) + ".", label, score, Form.EXACT, is_name=True)
            yield Target(". ".join(initials) + ".", label, score, Form.EXACT, is_name=True)
            if not _is_abbreviation(initials):
                yield Target(initials, label, score, Form.EXACT, is_name=True)


def _initials(parts: Sequence[NamePart]) -> Iterator[str]:
    """Yield the initials of a full name: given names and surname, then without the middle."""
    given = [p.text[0].upper() for p in parts if p.kind is Kind.GIVEN or (p.kind is Kind.INITIAL)]
    surnames = [p.text[0].upper() for p in parts if p.kind is Kind.SURNAME]
    if given and surnames and any(p.kind is Kind.GIVEN for p in parts):
        first = next(p.text[0].upper() for p in parts if p.kind is Kind.GIVEN)
        yield from dict.fromkeys((first + surnames[0], "".join(given) + surnames[0]))


class Stretches:
    """Disjoint stretches of a text, for quick questions."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(stretches)
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in ordered:
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(end, self.ends[-1])
            else:
                self.starts.append(start)
                self.ends.append(end)

    def overlap(self, start: int, end: int) -> bool:
        """Whether any stretch shares a character with ``start``..``end``."""
        nth = bisect_right(self.ends, start)
        return nth < len(self.starts) and self.starts[nth] < end

    def contain(self, start: int, end: int) -> bool:
        """Whether one stretch holds all of ``start``..``end``."""
        nth = bisect_right(self.starts, start) - 1
        return nth >= 0 and end <= self.ends[nth]


class MentionFinder:
    """Finds targets in one text.

    Args:
        text: where to look.
        taken: stretches that are dealt with already.
        clinical: stretches of diseases, symptoms and drugs; a name inside one is an eponym or a drug where it is
            known as such or a word like "syndrome" follows, unless a title or another part of it stands beside.
    """

    def __init__(self, text: str, taken: Stretches, clinical: Stretches) -> None:
        self.text, self.taken, self.clinical = text, taken, clinical
        self.folded = fold(text)

    def find(self, targets: Sequence[Target], source: str) -> list[Span]:
        """Return the mentions of ``targets`` outside the stretches taken, in no order; they may overlap."""
        names = frozenset(fold(t.needle) for t in targets if t.is_name)
        found: list[Span] = []
        for target in targets:
            if target.form is Form.EXACT:
                places = _places(self.text, target.needle)
            elif target.form is not Form.DIGITS:
                places = _places(self.folded, target.needle)
            else:
                continue
            for start in places:
                end = start + len(target.needle)
                if self.taken.overlap(start, end):
                    continue
                place = self._mention(target, start, end, names)
                if place is not None:
                    found.append(Span(place[0], place[1], place[2], target.score, (source,)))
        return found + self._numbers([t for t in targets if t.form is Form.DIGITS], source)

    def _mention(self, target: Target, start: int, end: int, names: frozenset[str]) -> tuple[int, int, str] | None:
        """Return the mention around an occurrence, None if it is none."""
        text = self.text
        bounded = not (
            (start > 0 and is_word_character(text[start - 1]) and is_word_character(text[start]))
            or (end < len(text) and is_word_character(text[end]) and is_word_character(text[end - 1]))
        )
        if target.is_name and target.form is Form.ANY_CASE and (handle := self._handle(start, end, bounded)):
            return handle
        if bounded and target.is_name and _SURE_TITLE_BEFORE.search(self.folded[max(0, start - 8) : start]):
            return start, end, target.label
        if not bounded or (target.form is Form.CAPITALISED and not text[start].isupper()):
            beside = bounded and target.is_name and self._beside_name(start, end, names)
            return (start, end, target.label) if beside else None
        if not target.is_name and target.form is not Form.CAPITALISED:
            return start, end, target.label
        before = self.folded[max(0, start - 24) : start]
        if _TITLE_BEFORE.search(before) or (target.is_name and self._beside_name(start, end, names)):
            return start, end, target.label
        if target.is_name and self.clinical.contain(start, end) and self._is_term(target, end):
            return None
        if target.form is Form.CAPITALISED:
            if CLINICAL_AFTER.match(self.folded, end) or not text[start:end].istitle():
                return None
            if SENTENCE_BEFORE.search(text[max(0, start - 24) : start]) or _DETERMINER_BEFORE.search(before):
                return None
        return start, end, target.label

    def _is_term(self, target: Target, end: int) -> bool:
        """Whether a name inside a disease, symptom or drug can belong to it; a tagger's span may reach too far."""
        known = target.form is Form.CAPITALISED or target.needle in folded("data/brand_names")
        return known or CLINICAL_AFTER.match(self.folded, end) is not None

    def _handle(self, start: int, end: int, bounded: bool) -> tuple[int, int, str] | None:
        """Return the e-mail address or user name that holds the name, if one does."""
        text = self.text
        left = text[start - 1] if start else " "
        right = text[end] if end < len(text) else " "
        if end - start < _MIN_IN_HANDLE or not (left.isalnum() or right.isalnum() or {left, right} & set("_@.+-")):
            return None
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_@.+-"):
            start -= 1
        run = _HANDLE_RUN.match(text, start)
        if run is None:
            return None
        handle = run[0].strip(".-+@")
        begin = start + run[0].index(handle)
        if "@" in handle:
            return begin, begin + len(handle), "EMAIL"
        if not bounded and (
            any(c.isdigit() or c == "_" for c in handle) or self._initial_and_name(handle, end - start)
        ):
            return begin, begin + len(handle), "USERNAME"
        return None

    @staticmethod
    def _initial_and_name(handle: str, letters: int) -> bool:
        """Whether a handle is a name with one letter at an end ("jsmith"), and no ordinary word."""
        return len(handle) == letters + 1 and handle.islower() and not handle.endswith("s") and (
            fold(handle) not in ordinary_words()
        )  # fmt: skip

    def _beside_name(self, start: int, end: int, names: frozenset[str]) -> bool:
        """Whether another name we look for stands right before or behind; "Will may" is no name."""
        before = _WORD_BEFORE.search(self.text, max(0, start - 24), start)
        after = _WORD_AFTER.match(self.text, end)
        own = self.folded[start:end]
        for word in (fold(match[1]) for match in (before, after) if match):
            if word in names and word != own and (self.text[start].isupper() or word not in ordinary_words()):
                return True
        return False

    def _numbers(self, targets: Sequence[Target], source: str) -> list[Span]:
        """Return numbers with the same digits as a target, also inside longer runs of digit groups."""
        if not targets:
            return []
        found: list[Span] = []
        for run in _NUMBER_RUN.finditer(self.text):
            places = [run.start() + i for i, c in enumerate(run[0]) if c.isdigit()]
            digits = "".join(self.folded[p] for p in places)
            for target in targets:
                at = digits.find(target.needle)
                if at < 0:
                    continue
                start, end = places[at], places[at + len(target.needle) - 1] + 1
                whole = not (
                    (start > 0 and self.text[start - 1].isdigit())
                    or (end < len(self.text) and self.text[end].isdigit())
                )
                if whole and not self.taken.overlap(start, end):
                    found.append(Span(start, end, target.label, target.score, (source,)))
        return found


def _places(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def stretches_of(spans: Iterable[Span]) -> Stretches:
    """Return the stretches that spans cover."""
    return Stretches((span.start, span.end) for span in spans)
