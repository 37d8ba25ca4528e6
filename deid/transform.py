"""Replace PHI in a note as the policy says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from deid.ages import read_age
from deid.folding import fold
from deid.generalize import (
    generalize_age,
    generalize_country,
    generalize_date,
    generalize_hospital,
    generalize_state,
    generalize_zip,
    year_written,
)
from deid.keys import SecretKey
from deid.known_values import wanted
from deid.names import FULL_KINDS, NAME_TOKEN, fold_name, parse_name
from deid.offsets import OffsetMap
from deid.persons import number
from deid.policy import Action, DateShift, Policy
from deid.surrogates import Draws, NoteSurrogates, name_words, original_words
from deid.surrogates.dates import read_style, shift_dates
from deid.surrogates.numbers import plain_code
from nlp.labels import NAME_LABELS
from nlp.types import Note, Span

REDACTED = "[REDACTED]"
NUMBERED = frozenset({"RELATIVE", "DOCTOR", "HOSPITAL", "ORGANIZATION"})
_MIN_LEAK = 4
_MIN_DIGITS = 5
_HASH_DIGITS = 12  # 48 bits: among a million different values, two agree with a probability of 0.2 %


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands now for a span of the original text.

    Attributes:
        start, end: offsets into the original text.
        label: of the span.
        action: what was done; MASK also where what the policy asks for was not possible, and where it asks to
            keep what holds something removed elsewhere.
        text: what stands there now.
    """

    start: int
    end: int
    label: str
    action: Action
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A note without the PHI that the policy removes."""

    text: str = field(repr=False)
    replacements: tuple[Replacement, ...] = field(repr=False)
    offsets: OffsetMap = field(repr=False)


def holds_name(text: str, names: Collection[str]) -> bool:
    """Whether a word of ``text`` is one of ``names`` (folded) and long enough to tell."""
    return any(len(word) >= _MIN_LEAK and fold_name(word) in names for word in NAME_TOKEN.findall(text))


def is_removed(span: Span, text: str, policy: Policy) -> bool:
    """Whether the policy removes ``span`` of ``text``; what cannot be read as an age is removed."""
    if policy.action(span.label) is Action.KEEP:
        return False
    if span.label == "AGE" and policy.keep_ages_up_to is not None:
        age = read_age(text[span.start : span.end])
        return age is None or age > policy.keep_ages_up_to
    return True


def known_names(note: Note, policy: Policy) -> frozenset[str]:
    """Return the words of the patient's known names that the policy removes, folded."""
    names = wanted(note.identifiers).names
    return frozenset(name for name, label in names.items() if policy.action(label) is not Action.KEEP)


def removed_spans(note: Note, phi: Sequence[Span], policy: Policy) -> list[Span]:
    """Return the spans to replace, in order: those that the policy removes, and those that give them away.

    A span that the policy keeps is removed when it holds a name, a string or a number of one that it removes, or a
    known name of the patient: the city Reyes where the patient is a Reyes.
    """
    text = note.text
    removed = [span for span in phi if is_removed(span, text, policy)]
    if len(removed) == len(phi):
        return removed
    kept = [span for span in phi if not is_removed(span, text, policy)]
    names = {word for word in (*name_words(text, removed), *known_names(note, policy)) if len(word) >= _MIN_LEAK}
    strings = {fold(text[s.start : s.end]) for s in removed if s.label not in NAME_LABELS and len(s) >= _MIN_LEAK}
    numbers = {digits for string in strings if len(digits := "".join(filter(str.isdigit, string))) >= _MIN_DIGITS}
    telling = [span for span in kept if _tells(text[span.start : span.end], names, strings, numbers)]
    return sorted([*removed, *telling], key=lambda span: span.start) if telling else removed


def _tells(kept: str, names: Collection[str], strings: Collection[str], numbers: Collection[str]) -> bool:
    plain = fold(kept)
    digits = "".join(filter(str.isdigit, plain))
    return (
        holds_name(kept, names)
        or any(string in plain for string in strings)
        or any(number in digits for number in numbers)
        or (("@" in plain or "/" in plain or "." in plain) and any(name in plain for name in names))
    )


def shift_days(draws: Draws, bounds: DateShift) -> int:
    """Return by how many days the dates of the patient move, never 0."""
    step = 7 if bounds.whole_weeks else 1
    least, most = -(-bounds.min_days // step), bounds.max_days // step
    width = most - least + 1
    drawn = draws.number(2 * width, "date shift")
    days = step * (least + drawn % width)
    return days if drawn < width else -days


def transform(note: Note, phi: Sequence[Span], policy: Policy, key: SecretKey) -> Deidentified:
    """Return the note with its PHI replaced.

    Surrogates and the date shift depend on the key and the patient id only (on the note id where
    there is none), as long as they do not clash with names of the note or known identifiers of the patient.

    Args:
        note: the note.
        phi: its PHI, sorted and without overlaps, as `deid.resolve.resolve` returns it.
        policy: what happens to each label.
        key: the secret key.

    Raises:
        ValueError: the spans overlap, are out of order or lie outside the text.
    """
    _check(note.text, phi)
    removed = removed_spans(note, phi, policy)
    writer = _Writer(note, phi, removed, policy, Draws.of(key, note))
    replacements = tuple(writer.replacement(span) for span in removed)
    pieces: list[str] = []
    last = 0
    for replacement in replacements:
        pieces += [note.text[last : replacement.start], replacement.text]
        last = replacement.end
    pieces.append(note.text[last:])
    offsets = OffsetMap.build((r.start, r.end, len(r.text)) for r in replacements)
    return Deidentified("".join(pieces), replacements, offsets)


def _check(text: str, phi: Sequence[Span]) -> None:
    last = 0
    for span in phi:
        if not last <= span.start < span.end <= len(text):
            raise ValueError(
                f"{span.label} span {span.start}..{span.end} overlaps, is out of order or outside the text"
            )
        last = span.end


class _Writer:
    """Writes the replacements of one note, in reading order."""

    def __init__(self, note: Note, phi: Sequence[Span], removed: Sequence[Span], policy: Policy, draws: Draws) -> None:
        self._note, self._phi = note, phi
        self._text, self._policy, self._draws = note.text, policy, draws
        actions = {policy.action(span.label) for span in removed}
        self._removed = removed
        self._avoid: Collection[str] = ()
        if Action.SURROGATE in actions:
            drawn = [span for span in removed if policy.action(span.label) is Action.SURROGATE]
            known = wanted(note.identifiers)
            self._avoid = original_words(note.text, phi) | known.words
            self._surrogates = NoteSurrogates(note.text, drawn, draws, self._avoid, known.home)
        self._dates = [(span.start, span.end) for span in removed if span.label == "DATE"]
        if actions & {Action.SHIFT, Action.GENERALIZE}:
            self._style = read_style([note.text[start:end] for start, end in self._dates], note.note_date)
            self._written = year_written(note.note_date, self._style)

    @cached_property
    def _tags(self) -> dict[int, str]:
        """The numbered tags by the start of their span; a policy without masks never asks."""
        numbered = [span for span in self._removed if span.label in NUMBERED]
        surfaces = [self._text[span.start : span.end] for span in numbered]
        numbers = number([span.label for span in numbered], surfaces)
        return {span.start: f"[{span.label}-{n}]" for span, n in zip(numbered, numbers, strict=True)}

    def replacement(self, span: Span) -> Replacement:
        """Return what stands for ``span``; a mask where what the policy asks for is not possible."""
        action = self._policy.action(span.label)
        writers: dict[Action, Callable[[Span], str | None]] = {
            Action.MASK: self._mask,
            Action.REDACT: lambda _: REDACTED,
            Action.GENERALIZE: self._generalize,
            Action.SHIFT: lambda span: self._shifted.get(span.start),
            Action.SURROGATE: self._surrogate,
            Action.HASH: self._hash,
            Action.KEEP: lambda _: None,  # it holds something that is removed elsewhere
        }
        text = writers[action](span)
        if text is None:
            action, text = Action.MASK, self._mask(span)
        return Replacement(span.start, span.end, span.label, action, text)

    def _mask(self, span: Span) -> str:
        return self._tags.get(span.start, f"[{span.label}]")

    def _generalize(self, span: Span) -> str | None:
        surface = self._text[span.start : span.end]
        match span.label:
            case "AGE":
                return generalize_age(surface)
            case "ZIP":
                return generalize_zip(surface)
            case "DATE":
                return generalize_date(surface, self._style, self._written)
            case "HOSPITAL":
                return generalize_hospital(surface)
        region = generalize_state(surface) if span.label == "STATE" else generalize_country(surface)
        return None if region is None or holds_name(region, self._names) else region  # the patient Asia

    def _hash(self, span: Span) -> str | None:
        """Return a keyed hash (HMAC-SHA256, 48 bits) of what identifies: case, accents and punctuation do not count.

        Nor does the order of the words of a name. The label is not hashed: one number may get two labels.
        """
        surface = self._text[span.start : span.end]
        identity = plain_code(surface)
        if span.label in NAME_LABELS:
            identity = " ".join(sorted(p.folded for p in parse_name(surface) if p.kind in FULL_KINDS)) or identity
        if not identity:
            return None
        whose = self._draws.patient if self._policy.hash_scope == "patient" else ""
        return f"[{span.label}#{self._draws.key.derive('hash', whose, identity).hex()[:_HASH_DIGITS]}]"

    @cached_property
    def _names(self) -> Collection[str]:
        """The words of the names of the note and of the known names of its patient, folded."""
        return name_words(self._text, self._phi) | wanted(self._note.identifiers).names.keys()

    @cached_property
    def _shifted(self) -> dict[int, str]:
        """The shifted dates that can be read, by their start."""
        days = shift_days(self._draws, self._policy.date_shift)
        moved = shift_dates(self._text, self._dates, days, self._style)
        return {start: new[0] for (start, _), new in zip(self._dates, moved, strict=True) if new}

    def _surrogate(self, span: Span) -> str | None:
        try:
            new = self._surrogates.surrogate(span)
        except ValueError:  # no look-alike is free, or there is nothing to imitate
            return None
        return None if self._tells(new, self._text[span.start : span.end]) else new

    def _tells(self, new: str, surface: str) -> bool:
        """Whether a surrogate is the original, or holds a name of the note (a kept "Park" where a Mr. Park is)."""
        return plain_code(new) == plain_code(surface) or holds_name(new, self._names)
