"""The problem list of a note: its diagnoses, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors.coding.words import of_mention
from extractors.schema import DiagnosisRecord, ProblemRecord

# Of several mentions of a problem, what the earliest of these says holds: who has it has it.
STRENGTH = ("present", "possible", "historical", "hypothetical", "family", "negated")
_SHARED = frozenset(DiagnosisRecord.model_fields) & frozenset(ProblemRecord.model_fields)


def problem_list(records: Iterable[DiagnosisRecord]) -> tuple[ProblemRecord, ...]:
    """Return the problems of one note in order of first mention.

    Mentions are one problem where their codes share a category, or, without a code, where they have the
    same words. What a relative has is a problem of its own, apart from the patient's and other relatives'.

    Args:
        records: the diagnosis records of one note; symptoms (SX) are left out.
    """
    groups: dict[object, list[DiagnosisRecord]] = {}
    for record in sorted(records, key=lambda record: (record.start, record.end)):
        if record.label == "DX":
            same: object = record.icd10_category or of_mention(record.surface).kept or record.surface
            groups.setdefault((record.assertion == "family", record.relative, same), []).append(record)
    return tuple(map(_merged, groups.values()))


def _merged(mentions: Sequence[DiagnosisRecord]) -> ProblemRecord:
    """Return the problem of its mentions: what the best of them says, and where all stand."""
    assertion = min((record.assertion for record in mentions), key=STRENGTH.index)
    telling = [record for record in mentions if record.assertion == assertion]
    best = max(telling, key=lambda record: len(record.icd10 or ""))
    shared = {name: getattr(best, name) for name in _SHARED}
    if best.family_negated is not None:
        shared["family_negated"] = all(record.family_negated for record in telling)
    return ProblemRecord(**shared, mentions=tuple(record.start for record in mentions))
