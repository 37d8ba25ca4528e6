"""What was found and what was done to it, in figures: no text, no offsets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deid.policy import Action
from deid.transform import Replacement
from nlp.types import Span


@dataclass(frozen=True, slots=True, order=True)
class AuditRow:
    """How many spans share label, sources, action and score band.

    Attributes:
        label: of the spans.
        sources: names of all that found them, sorted and joined by "+".
        action: what was done to them; "mask" also where what the policy asks for was not possible.
        score_band: "0.9-1.0" holds scores from 0.9 to 1.
        spans: how many there are.
    """

    label: str
    sources: str
    action: str
    score_band: str
    spans: int


def audit(phi: Sequence[Span], replacements: Iterable[Replacement]) -> tuple[AuditRow, ...]:
    """Return the audit of one note, sorted.

    Args:
        phi: its PHI.
        replacements: as `deid.transform.transform` made them of it.
    """
    actions = {replacement.start: replacement.action for replacement in replacements}
    counts = Counter(
        (s.label, "+".join(s.sources), actions.get(s.start, Action.KEEP).value, score_band(s.score)) for s in phi
    )
    return tuple(sorted(AuditRow(*what, spans) for what, spans in counts.items()))


def score_band(score: float) -> str:
    """Return the tenth that a score lies in; scores outside 0 to 1 count to the outermost ones."""
    low = min(9, max(0, int(score * 10 + 1e-9)))
    return f"{low / 10:.1f}-{(low + 1) / 10:.1f}"


def add_up(rows: Iterable[AuditRow]) -> tuple[AuditRow, ...]:
    """Return the sums of the audits of many notes, sorted."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        counts[row.label, row.sources, row.action, row.score_band] += row.spans
    return tuple(sorted(AuditRow(*what, spans) for what, spans in counts.items()))
