"""Who of the family has a disease, and whether the note says that nobody has it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.lexicon import PhraseTable, fold, read_blocks
from nlp.types import Span

NEGATION, TURN = "negation", "turn"
_STOP = re.compile(r"[.;\n]")
_REACH = 200
"""Characters before a disease in which a relative is looked for."""
_AFTER = re.compile(r"[\s(]*(?:in|of|-|–|:|,)?[\s(]*(?:(?:his|her|their|the|pt's|patient's|a|both)\s+)?")


@dataclass(frozen=True, slots=True)
class Relative:
    """Whose disease it is.

    Attributes:
        name: a block of ``data/relatives.txt``, None where the note does not tell.
        negated: whether the note says that the family does not have it.
    """

    name: str | None
    negated: bool


@cache
def _words() -> PhraseTable[str]:
    return PhraseTable({word: name for name, words in read_blocks("relatives.txt").items() for word in words})


def relatives(text: str, family: Sequence[Span]) -> Mapping[Span, Relative]:
    """Return whose each disease is: the nearest relative before it in its sentence, else one right after it.

    Args:
        text: the note.
        family: problems whose assertion is "family".
    """
    if not family:
        return {}
    folded = fold(text)
    found = list(_words().find(folded))
    starts = [start for start, _, _ in found]
    stops = [match.start() for match in _STOP.finditer(folded)]
    result = {}
    for span in family:
        before = bisect_right(stops, span.start - 1) - 1
        begin = max(stops[before] + 1 if before >= 0 else 0, span.start - _REACH)
        following = bisect_right(starts, span.start)
        words = [name for start, _, name in found[bisect_right(starts, begin - 1) : following]]
        name = next((word for word in reversed(words) if word not in (NEGATION, TURN)), None)
        gap = _AFTER.match(folded, span.end)
        after = bisect_right(starts, span.end - 1)
        if name is None and gap and after < len(found) and found[after][0] == gap.end():
            name = found[after][2] if found[after][2] not in (NEGATION, TURN) else None
        signs = [word for word in words if word in (NEGATION, TURN)]
        result[span] = Relative(name, bool(signs) and signs[-1] == NEGATION)
    return result
