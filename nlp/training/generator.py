"""The corpus generator: hand-written notes are templates, every mark a slot, every variant a new note."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from nlp.labels import NAME_LABELS, PHI_LABELS
from nlp.markup import Choice, MarkedNote
from nlp.training.noise import Damage, choose_damage
from nlp.training.pools import Pools
from nlp.training.refill import Refiller
from nlp.training.rephrase import rephraser
from nlp.types import Annotations, Note, Span


def variant(marked: MarkedNote, pools: Pools, rng: random.Random, number: int) -> MarkedNote:
    """Return one refilled, perhaps damaged copy of a hand-written note with its stand-off labels."""
    refiller = Refiller(pools, rng)

    def refill(slot: Span | Choice, old: str) -> str:
        label = slot.label if isinstance(slot, Span) else _common_label(slot)
        return (refiller.phi if label in PHI_LABELS else refiller.clinical)(label, old) if label else old

    return rewritten(marked, f"{marked.note.note_id}~{number}", refill, choose_damage(rng), rephraser(rng))


def rewritten(
    marked: MarkedNote,
    note_id: str,
    refill: Callable[[Span | Choice, str], str],
    damages: Sequence[Damage],
    reword: Callable[[str], str] = str,
) -> MarkedNote:
    """Return a copy of a note with other surfaces and a damaged layout; its labels move along.

    Args:
        marked: a note no two marks of which overlap (see `refillable`).
        note_id: of the copy.
        refill: from a mark and its surface to the new surface; blanks at its ends are cut off, an empty one counts not.
        damages: are done to every stretch between marks and to every surface, one after the other.
        reword: is done to every stretch between marks before that.
    """
    parts: list[str] = []
    moved: list[Span] = []
    choices: list[Choice] = []
    length = last = 0

    def add(piece: str) -> int:
        nonlocal length
        for damage in damages:
            piece = damage(piece)
        parts.append(piece)
        length += len(piece)
        return len(piece)

    text = marked.note.text
    for slot in _slots(marked):
        add(reword(text[last : slot.start]))
        old = text[slot.start : slot.end]
        new = refill(slot, old).strip() or old
        start = length
        add(new)
        if isinstance(slot, Choice):
            choices.append(replace(slot, start=start, end=length))
        else:
            # A code belongs to the disease it was given for, not to one that took its place.
            moved.append(replace(slot, start=start, end=length, icd10=slot.icd10 if new == old else None))
        last = slot.end
    add(reword(text[last:]))
    return MarkedNote(
        Note(note_id, "".join(parts), marked.note.patient_id, marked.note.note_type),
        Annotations(
            tuple(s for s in moved if s.label in PHI_LABELS), tuple(s for s in moved if s.label not in PHI_LABELS)
        ),
        marked.labels,
        tuple(choices),
    )


def _slots(marked: MarkedNote) -> list[Span | Choice]:
    every: list[Span | Choice] = [*marked.annotations.phi, *marked.annotations.entities, *marked.choices]
    return sorted(every, key=lambda slot: slot.start)


def _common_label(choice: Choice) -> str | None:
    """Return the label to refill a choice by: one of several that take the same surfaces, else none."""
    return choice.labels[0] if choice.labels and not choice.loose and NAME_LABELS.issuperset(choice.labels) else None


def refillable(marked: MarkedNote) -> bool:
    """Whether no two marks of a note overlap."""
    return all(one.end <= other.start for one, other in pairwise(_slots(marked)))


def variants(
    notes: Sequence[MarkedNote], pools: Pools, count: int | Mapping[str, int], seed: int
) -> Iterator[MarkedNote]:
    """Yield copies of the notes, round by round; the same seed gives the same notes.

    The first round is the notes as they were written: names that are also words stay where a writer put them.

    Args:
        count: copies of every note, or of the notes with these ids (``scripts/plan_corpus.py``).
    """
    wanted = [count if isinstance(count, int) else count.get(marked.note.note_id, 0) for marked in notes]
    for number in range(max(wanted, default=0)):
        for marked, copies in zip(notes, wanted, strict=True):
            if number < copies:
                rng = random.Random(f"{seed}:{number}:{marked.note.note_id}")
                yield variant(marked, pools, rng, number) if number else marked
