"""Check that what was removed from a note is nowhere in what leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deid.folding import fold
from deid.keys import SecretKey
from deid.known import known_identifiers
from deid.known_values import day_pattern, read_day
from deid.mentions import HANDLE_LABELS, Form, MentionFinder, Stretches, Target, targets_of
from deid.merge import CLINICAL, unite
from deid.note_date import read_note_date
from deid.offsets import OffsetMap
from deid.policy import Action, Policy
from deid.sources import LEAK
from deid.squeezed import squeeze
from deid.surrogates import name_words
from deid.surrogates.holidays import is_holiday
from deid.transform import Deidentified, holds_name, is_removed, known_names, transform
from nlp.types import Note, Span

_MIN_LETTERS = 4
_MIN_DATE_DIGITS = 8
_MAX_ROUNDS = 3
_MIN_NUMBER = 5
_MIN_PATIENT = 4
_WORDS = re.compile(r"[^\W\d_]{3,}")
_NUMBERS = re.compile(r"\d(?:[ ./-]?\d)*")
_DAY = re.compile(r"day|eve\b", re.IGNORECASE)  # "Valentines" alone may be a family
_NOT_IN_SURROGATES = frozenset({"DATE", "AGE"})  # a shifted date may well be another date of the note


class LeakError(Exception):
    """Something that is removed in one place is left in another."""


@dataclass(frozen=True, slots=True)
class Leak:
    """PHI left in the output; where and of what kind, without text.

    Attributes:
        label: of the span that was removed elsewhere, or should have been.
        start, end: offsets into the de-identified text.
    """

    label: str
    start: int
    end: int


def find_leaks(
    note: Note, phi: Sequence[Span], deidentified: Deidentified, policy: Policy, entities: Sequence[Span] = ()
) -> list[Leak]:
    """Return what is left of the PHI that the policy removes, sorted.

    Checked is that every such span was replaced, that no name (four letters or more), number or
    string that was removed in one place is left in another, that no known identifier of the patient is
    left, and that no replacement holds a name.

    Args:
        note: the original, with the known identifiers of its patient.
        phi: its PHI.
        deidentified: what `deid.transform.transform` made of it.
        policy: that it used.
        entities: the clinical layer of the original: eponyms and drug names inside are no leaks. Nor is the name in
            a holiday that the policy keeps.
    """
    removed = [span for span in phi if is_removed(span, note.text, policy)]
    leaks = {*_not_replaced(removed, deidentified)}
    offsets = deidentified.offsets
    replaced = Stretches(zip(offsets.new_starts, offsets.new_ends, strict=True))
    if targets := _targets(note.text, removed):
        mapped = (offsets.to_new(e.start, e.end) for e in entities if e.label in CLINICAL)
        checked = Stretches([*zip(replaced.starts, replaced.ends, strict=True), *_kept_holidays(note, phi, offsets)])
        finder = MentionFinder(deidentified.text, checked, Stretches(place for place in mapped if place))
        leaks |= {Leak(s.label, s.start, s.end) for s in finder.find(targets, LEAK)}
    leaks |= {
        Leak(s.label, s.start, s.end)
        for s in _known(note, deidentified.text, policy)
        if not replaced.overlap(s.start, s.end)
    }
    names = name_words(note.text, removed) | known_names(note, policy)
    leaks |= {*_in_replacements(note.text, names, deidentified)}
    return sorted(leaks, key=lambda leak: (leak.start, leak.end, leak.label))


def close_leaks(
    note: Note,
    phi: Sequence[Span],
    deidentified: Deidentified,
    policy: Policy,
    key: SecretKey,
    entities: Sequence[Span] = (),
) -> tuple[tuple[Span, ...], Deidentified]:
    """Return PHI and de-identified note without leaks, where ``policy.on_leak`` is "mask" after removing them too.

    What is removed then counts as PHI like any other, found by the source "leak".

    Args:
        note, phi, deidentified, policy, entities: as for `find_leaks`.
        key: that `deid.transform.transform` used.

    Raises:
        LeakError: there is a leak, and the policy does not have it masked or it cannot be.
    """
    for _ in range(_MAX_ROUNDS):
        leaks = find_leaks(note, phi, deidentified, policy, entities)
        if not leaks:
            return tuple(phi), deidentified
        if policy.on_leak != "mask":
            break
        back = deidentified.offsets.inverse()
        places = ((leak.label, back.to_new(leak.start, leak.end)) for leak in leaks)
        left = [Span(*place, label, 1.0, (LEAK,)) for label, place in places if place]
        phi = unite(note.text, [*phi, *left])
        deidentified = transform(note, phi, policy, key)
    raise LeakError


def leaks_beside(values: Sequence[str], note: Note, phi: Sequence[Span], policy: Policy) -> list[tuple[str, ...]]:
    """Return for each value written beside the text the labels of what the policy removes and it gives away, sorted.

    Looked for are names, numbers, codes, addresses of the net and dates of the note, its ``note_date``, and the known
    identifiers of the patient. Other strings (a department) are none that a note id or type must not hold.

    Args:
        values: such as the note's id; "_" parts words in them.
        note, phi, policy: as for `find_leaks`.
    """
    removed = [span for span in phi if is_removed(span, note.text, policy)]
    telling = [
        target
        for target in _targets(note.text, removed)
        if target.is_name or target.form is Form.DIGITS or target.label in HANDLE_LABELS
    ]
    return [_leaks_of_value(value.replace("_", " "), note, removed, telling, policy) for value in values]


def _leaks_of_value(
    plain: str, note: Note, removed: Sequence[Span], telling: Sequence[Target], policy: Policy
) -> tuple[str, ...]:
    found = {span.label for span in MentionFinder(plain, Stretches(()), Stretches(())).find(telling, LEAK)}
    found |= {span.label for span in _known(note, plain, policy)}
    if sum(map(str.isdigit, plain)) >= _MIN_DATE_DIGITS and policy.action("DATE") is not Action.KEEP:
        days = {read_day(note.text[span.start : span.end]) for span in removed if span.label == "DATE"}
        if any(day_pattern(day).search(fold(plain)) for day in {*days, read_note_date(note.note_date)} if day):
            found.add("DATE")
    return tuple(sorted(found))


def names_patient(note: Note) -> bool:
    """Whether the id of a note holds the id of its patient, which leaves as a keyed hash only ("10000032-DS-21").

    An id of fewer than four letters and digits ("p1") is no number that a hospital gives.
    """
    patient = note.patient_id or ""
    if sum(map(str.isalnum, patient)) < _MIN_PATIENT:
        return False
    return re.search(rf"(?<![^\W_]){re.escape(patient)}(?![^\W_])", note.note_id, re.IGNORECASE) is not None


def hashed_id(note_id: str, key: SecretKey) -> str:
    """Return what stands for a note id that holds PHI: a keyed hash."""
    return f"id-{key.derive('note id', note_id).hex()[:16]}"


def id_may_tell(note: Note) -> bool:
    """Whether the id of a note may hold PHI, of a note that failed before its PHI was found.

    It may where it shares something with the text or with the known identifiers of the patient: a word of three letters
    or a number of five digits, whatever parts it; or where it names the patient, see `names_patient`.
    """
    plain = fold(note.note_id).replace("_", " ")
    text = fold(note.text)
    runs = (*_NUMBERS.findall(plain), *re.findall(r"\d+", plain))
    numbers = {digits for run in runs if len(digits := squeeze(run)) >= _MIN_NUMBER}
    if names_patient(note) or not set(_WORDS.findall(plain)).isdisjoint(_WORDS.findall(text)):
        return True
    if numbers:
        whole = squeeze(text)
        if any(number in whole for number in numbers):
            return True
    return bool(note.identifiers) and bool(known_identifiers(replace(note, text=plain)))


def _targets(text: str, removed: Iterable[Span]) -> list[Target]:
    """Return what to look for; what is shorter than a word of four letters tells nothing."""
    return [t for t in targets_of(text, removed) if t.form is Form.DIGITS or len(t.needle) >= _MIN_LETTERS]


def _known(note: Note, text: str, policy: Policy) -> Iterator[Span]:
    """Yield the known identifiers of the note's patient that stand in ``text`` and that the policy removes."""
    if note.identifiers:
        for span in known_identifiers(replace(note, text=text)):
            if is_removed(span, text, policy):
                yield span


def _kept_holidays(note: Note, phi: Iterable[Span], offsets: OffsetMap) -> Iterator[tuple[int, int]]:
    """Yield where the holidays stand that the policy keeps: the name in "Valentine's Day" is nobody's."""
    for span in phi:
        surface = note.text[span.start : span.end]
        if span.label == "DATE" and _DAY.search(surface) and is_holiday(surface):
            place = offsets.to_new(span.start, span.end)  # None where it was replaced
            if place:
                yield place


def _not_replaced(removed: Sequence[Span], deidentified: Deidentified) -> Iterator[Leak]:
    """Yield what should have been replaced and was not: the spans that the offset map still finds."""
    replaced = {(r.start, r.end) for r in deidentified.replacements}
    for span in removed:
        if (span.start, span.end) not in replaced:
            where = deidentified.offsets.to_new(span.start, span.end) or (span.start, span.end)
            yield Leak(span.label, *where)


def _in_replacements(text: str, names: frozenset[str], deidentified: Deidentified) -> Iterator[Leak]:
    """Yield replacements that are the surface they replace, or hold a part of a removed name as a word."""
    offsets = deidentified.offsets
    for replacement, start, end in zip(deidentified.replacements, offsets.new_starts, offsets.new_ends, strict=True):
        if replacement.label in _NOT_IN_SURROGATES or replacement.text.startswith("["):
            continue
        same = fold(replacement.text) == fold(text[replacement.start : replacement.end])
        if same or holds_name(replacement.text, names):
            yield Leak(replacement.label, start, end)
