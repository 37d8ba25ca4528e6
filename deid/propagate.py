"""What was found once in a note is found everywhere in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from deid.mentions import Form, MentionFinder, Target, stretches_of, targets_of
from deid.merge import CLINICAL
from deid.wordlists import ordinary_words
from nlp.types import Span

SOURCE = "propagation"
_MIN_FUZZY = 6
_WORD = re.compile(r"[^\W\d_]{5,}")


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
    return finder.find([*targets, *_misspelt(finder.folded, targets)], SOURCE)


def _misspelt(folded: str, targets: Sequence[Target]) -> list[Target]:
    """Return targets for words that are one edit away from a name (OSA distance: a swap is one edit)."""
    names = [t for t in targets if t.is_name and t.form is Form.ANY_CASE and len(t.needle) >= _MIN_FUZZY]
    if not names:
        return []
    exact = {t.needle for t in targets}
    words = [
        word for word in dict.fromkeys(_WORD.findall(folded)) if word not in exact and word not in ordinary_words()
    ]
    if not words:
        return []
    distances = cdist([t.needle for t in names], words, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    return [
        Target(words[word], names[name].label, names[name].score, Form.ANY_CASE, is_name=True)
        for name, word in np.argwhere(distances <= 1)
    ]
