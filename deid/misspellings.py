"""Words that are a slip of the pen away from something we look for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from deid.mentions import Form, Target
from deid.wordlists import ordinary_words

_WORD = re.compile(r"[^\W\d_]{4,}")


def misspelt(folded: str, targets: Sequence[Target], slips: Callable[[int], int]) -> list[Target]:
    """Return targets for the words of a text that are nearly a name that is looked for.

    The distance is optimal string alignment: a letter too many, missing, wrong, or two swapped is one
    slip. Ordinary words are left alone.

    Args:
        folded: the text, folded.
        targets: what is looked for; names in any case count.
        slips: letters of a name -> how many slips it may have.
    """
    limits = {
        t: slips(len(t.needle)) for t in targets if t.is_name and t.form is Form.ANY_CASE and slips(len(t.needle))
    }
    if not limits:
        return []
    exact = {t.needle for t in targets}
    words = [w for w in dict.fromkeys(_WORD.findall(folded)) if w not in exact and w not in ordinary_words()]
    if not words:
        return []
    names = list(limits)
    most = max(limits.values())
    distances = cdist([t.needle for t in names], words, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)
    allowed = np.array([[limits[t]] for t in names], dtype=np.uint8)
    return [
        Target(words[word], names[name].label, names[name].score, Form.ANY_CASE, is_name=True)
        for name, word in np.argwhere(distances <= allowed)
    ]
