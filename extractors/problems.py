"""The problem list of a note: its diagnoses, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from extractors.coding.words import of_mention
from extractors.schema import DiagnosisRecord

# Of several mentions of a problem, what the earliest of these says holds: who has it has it.
STRENGTH = ("present", "possible", "historical", "hypothetical", "family", "negated")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a note.

    Attributes:
        name: surface of its best coded mention, the first where several are as good.
        icd10: most specific code of its mentions, None where none has one.
        category: first three characters of the code.
        assertion: the strongest of its mentions, in the order of `STRENGTH`.
        start: offset of its first mention in the de-identified text, in characters.
        count: how many mentions it has.
    """

    name: str = field(repr=False)
    icd10: str | None
    category: str | None
    assertion: str
    start: int
    count: int


def problem_list(records: Iterable[DiagnosisRecord]) -> tuple[Problem, ...]:
    """Return the problems of one note in order of first mention.

    Mentions are one problem where their codes share a category, or, without a code, where they have the
    same words. What a relative has is a problem of its own, apart from the patient's.

    Args:
        records: the diagnosis records of one note; symptoms (SX) are left out.
    """
    groups: dict[object, list[DiagnosisRecord]] = {}
    for record in sorted(records, key=lambda record: record.start):
        if record.label == "DX":
            same: object = record.icd10[:3] if record.icd10 else of_mention(record.surface).kept or record.surface
            groups.setdefault((record.assertion == "family", same), []).append(record)
    return tuple(_merged(mentions) for mentions in groups.values())


def _merged(mentions: list[DiagnosisRecord]) -> Problem:
    assertion = min((record.assertion for record in mentions), key=STRENGTH.index)
    telling = [record for record in mentions if record.assertion == assertion]
    best = max(telling, key=lambda record: len(record.icd10 or ""))
    return Problem(
        name=best.surface,
        icd10=best.icd10,
        category=best.icd10[:3] if best.icd10 else None,
        assertion=assertion,
        start=mentions[0].start,
        count=len(mentions),
    )
