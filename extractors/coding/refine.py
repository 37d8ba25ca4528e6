"""From a category to the billable code below it that the qualifiers of a mention speak for."""

from __future__ import annotations

from functools import lru_cache

from extractors.coding.system import CodeSystem, Node, with_seventh
from extractors.coding.words import LATERALITY, of_title

_UNSPECIFIED, _OTHER = 0.5, -0.4
_HIT, _MISS, _CONTRADICTED = 1.0, 0.45, 3.0
_GRADING = frozenset({"stage", "type", "grade", "mild", "moderate", "severe"})  # words that a number often stands for
_MISS_GRADING = 0.2
# 7th characters by the words that speak for them, first that is offered; the last resort is the first of all.
_SEVENTH: tuple[tuple[str, frozenset[str]], ...] = (
    ("B", frozenset({"open"})),
    ("D", frozenset({"healing", "healed", "followup", "subsequent", "aftercare"})),
    ("S", frozenset({"sequela", "old", "remote", "residual"})),
    ("A", frozenset()),
    ("0", frozenset()),
)


def refine(system: CodeSystem, code: str, words: frozenset[str], limit: int = 1) -> list[str]:
    """Return the best billable codes at or below ``code``, best first.

    A leaf gains by every word of its title that the mention has, loses by every one that it lacks and
    by a side that contradicts; "unspecified" wins where nothing else speaks.

    Args:
        system: the codes.
        code: in ``system``.
        words: of the mention.
        limit: how many.
    """
    above = of_title(system[code].title).kept
    ranked = sorted(system.leaves(code), key=lambda leaf: (-_fit(leaf, above, words), leaf.code))
    return [_full(leaf, words) for leaf in ranked[:limit]]


@lru_cache(maxsize=50_000)
def _traits(title: str) -> tuple[frozenset[str], float]:
    """Return the words of a leaf's title and what it gains for being the unspecified or "other" one."""
    low = title.lower()
    bias = _UNSPECIFIED * min(2, low.count("unspecified")) + (_OTHER if "other " in low else 0.0)
    return of_title(title).kept, bias


def _fit(leaf: Node, above: frozenset[str], words: frozenset[str]) -> float:
    own, bias = _traits(leaf.title)
    score = bias
    for word in own - above:
        if word.startswith("no:"):
            score += -_CONTRADICTED if word[3:] in words else _HIT if word in words else 0.3
        elif word in words:
            score += _HIT
        else:
            score -= (
                _CONTRADICTED
                if word in LATERALITY and words & LATERALITY
                else _MISS_GRADING
                if word in _GRADING
                else _MISS
            )
    for term in leaf.terms:
        extra = of_title(term).kept - above - own
        if extra and extra <= words:
            score += _HIT
            break
    return round(score, 6)  # the sum must not depend on the order of a set


def _full(leaf: Node, words: frozenset[str]) -> str:
    if not leaf.seventh:
        return leaf.code
    offered = dict(leaf.seventh)
    for character, speaking in _SEVENTH:
        if character in offered and (not speaking or speaking & words):
            return with_seventh(leaf.code, character)
    return with_seventh(leaf.code, leaf.seventh[0][0])
