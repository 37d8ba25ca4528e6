"""What was found once in a note is found everywhere in it."""

from __future__ import annotations

from collections.abc import Sequence

from deid.mentions import MentionFinder, stretches_of, targets_of
from deid.merge import CLINICAL
from deid.misspellings import misspelt
from deid.sources import PROPAGATION
from nlp.types import Span

_MIN_FUZZY = 6


def propagate(text: str, phi: Sequence[Span], entities: Sequence[Span]) -> list[Span]:
    """Return further mentions of the PHI of a note, in no order; they may overlap one another.

    Found are parts of names, initials of the patient, possessives, other case, names in e-mail
    addresses and user names, names with one letter wrong (six letters or more), the same digits
    with other separators, and the full strings of places and contacts. Ordinary words that are also
    names count only where they look like a name, eponyms and drug names inside clinical entities
    do not count.

    Args:
        text: the note's text.
        phi: what was found so far, without overlaps.
        entities: the clinical layer.
    """
    targets = targets_of(text, phi)
    if not targets:
        return []
    clinical = stretches_of(e for e in entities if e.label in CLINICAL)
    finder = MentionFinder(text, stretches_of(phi), clinical)
    slips = misspelt(finder.folded, targets, lambda letters: letters >= _MIN_FUZZY)
    return finder.find([*targets, *slips], PROPAGATION)
