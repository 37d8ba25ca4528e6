"""Check that what was removed from a note is nowhere in what leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deid.folding import fold
from deid.mentions import Form, MentionFinder, Stretches, targets_of
from deid.merge import CLINICAL
from deid.policy import Policy
from deid.surrogates import name_words
from deid.transform import Deidentified, holds_name, is_removed
from nlp.types import Note, Span

_MIN_LETTERS = 4
_NOT_IN_SURROGATES = frozenset({"DATE", "AGE"})  # a shifted date may well be another date of the note


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
    """Return what is left of the PHI that the policy removes, sorted; the caller quarantines the note if there is any.

    Checked is that every such span was replaced, that no name (four letters or more), number or
    string that was removed in one place is left in another, and that no replacement holds one.

    Args:
        note: the original.
        phi: its PHI.
        deidentified: what `deid.transform.transform` made of it.
        policy: that it used.
        entities: the clinical layer of the original: eponyms and drug names inside are no leaks.
    """
    removed = [span for span in phi if is_removed(span, note.text, policy)]
    leaks = {*_not_replaced(removed, deidentified)}
    targets = [t for t in targets_of(note.text, removed) if t.form is Form.DIGITS or len(t.needle) >= _MIN_LETTERS]
    if targets:
        offsets = deidentified.offsets
        replaced = Stretches(zip(offsets.new_starts, offsets.new_ends, strict=True))
        mapped = (offsets.to_new(e.start, e.end) for e in entities if e.label in CLINICAL)
        finder = MentionFinder(deidentified.text, replaced, Stretches(place for place in mapped if place))
        leaks |= {Leak(s.label, s.start, s.end) for s in finder.find(targets, "leak")}
    leaks |= {*_in_replacements(note.text, removed, deidentified)}
    return sorted(leaks, key=lambda leak: (leak.start, leak.end, leak.label))


def _not_replaced(removed: Sequence[Span], deidentified: Deidentified) -> Iterator[Leak]:
    """Yield what should have been replaced and was not: the spans that the offset map still finds."""
    replaced = {(r.start, r.end) for r in deidentified.replacements}
    for span in removed:
        if (span.start, span.end) not in replaced:
            where = deidentified.offsets.to_new(span.start, span.end) or (span.start, span.end)
            yield Leak(span.label, *where)


def _in_replacements(text: str, removed: Sequence[Span], deidentified: Deidentified) -> Iterator[Leak]:
    """Yield replacements that are the surface they replace, or hold a part of a removed name as a word."""
    names = name_words(text, removed)
    offsets = deidentified.offsets
    for replacement, start, end in zip(deidentified.replacements, offsets.new_starts, offsets.new_ends, strict=True):
        if replacement.label in _NOT_IN_SURROGATES or replacement.text.startswith("["):
            continue
        same = fold(replacement.text) == fold(text[replacement.start : replacement.end])
        if same or holds_name(replacement.text, names):
            yield Leak(replacement.label, start, end)
