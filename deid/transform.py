"""Replace PHI in a note as the policy says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from deid.ages import OLD, read_age
from deid.folding import fold
from deid.keys import SecretKey
from deid.names import NAME_TOKEN, fold_name
from deid.offsets import OffsetMap
from deid.persons import number
from deid.policy import Action, DateShift, Policy
from deid.surrogates import Draws, NoteSurrogates, name_words, original_words
from deid.surrogates.dates import read_style, shift_date
from deid.surrogates.numbers import plain_code
from nlp.types import Note, Span

REDACTED = "[REDACTED]"
NUMBERED = frozenset({"RELATIVE", "DOCTOR", "HOSPITAL", "ORGANIZATION"})
_MIN_LEAK = 4


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands now for a span of the original text.

    Attributes:
        start, end: offsets into the original text.
        label: of the span.
        action: what was done; MASK also where a surrogate or a shift was asked for and not possible.
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
    there is none), as long as they do not clash with names of the note.

    Args:
        note: the note.
        phi: its PHI, sorted and without overlaps, as `deid.resolve.resolve` returns it.
        policy: what happens to each label.
        key: the secret key.

    Raises:
        ValueError: the spans overlap, are out of order or lie outside the text.
    """
    _check(note.text, phi)
    removed = [span for span in phi if is_removed(span, note.text, policy)]
    patient = f"patient {note.patient_id}" if note.patient_id is not None else f"note {note.note_id}"
    writer = _Writer(note, phi, removed, policy, Draws(key, patient))
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
        self._text, self._policy, self._draws = note.text, policy, draws
        actions = {policy.action(span.label) for span in removed}
        self._tags = self._number(removed)
        self._avoid: Collection[str] = ()
        if Action.SURROGATE in actions:
            drawn = [span for span in removed if policy.action(span.label) is Action.SURROGATE]
            self._avoid = original_words(note.text, phi)
            self._names = name_words(note.text, phi)
            self._surrogates = NoteSurrogates(note.text, drawn, draws, self._avoid)
        if Action.SHIFT in actions:
            self._style = read_style(
                [note.text[s.start : s.end] for s in removed if s.label == "DATE"], note.note_date
            )  # fmt: skip
            self._days = shift_days(draws, policy.date_shift)
            self._previous: date | None = None

    def _number(self, removed: Sequence[Span]) -> dict[int, str]:
        numbered = [span for span in removed if span.label in NUMBERED]
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
            Action.SHIFT: self._shift,
            Action.SURROGATE: self._surrogate,
        }
        text = writers[action](span)
        if text is None:
            action, text = Action.MASK, self._mask(span)
        return Replacement(span.start, span.end, span.label, action, text)

    def _mask(self, span: Span) -> str:
        return self._tags.get(span.start, f"[{span.label}]")

    def _generalize(self, span: Span) -> str | None:
        age = read_age(self._text[span.start : span.end])
        plain = fold(self._text[span.start : span.end])
        return OLD if (age is not None and age >= 90) or plain == OLD else None

    def _shift(self, span: Span) -> str | None:
        shifted = shift_date(self._text[span.start : span.end], self._days, self._style, self._previous)
        if shifted is None:
            return None
        self._previous = shifted[1] or self._previous
        return shifted[0]

    def _surrogate(self, span: Span) -> str | None:
        try:
            new = self._surrogates.surrogate(span)
        except ValueError:  # no look-alike is free, or there is nothing to imitate
            return None
        return None if self._tells(new, self._text[span.start : span.end]) else new

    def _tells(self, new: str, surface: str) -> bool:
        """Whether a surrogate is the original, or holds a name of the note (a kept "Park" where a Mr. Park is)."""
        return plain_code(new) == plain_code(surface) or holds_name(new, self._names)
