"""What an allergy causes: the problems named right after the substance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nlp.labels import PROBLEM_LABELS
from nlp.types import Span

# "penicillin (hives)", "sulfa - causes a rash"; then "hives and swelling", "rash, nausea".
_FIRST = re.compile(r"[^\w\n;.]*(?:[\w']+[^\w\n;.]+){0,4}")
_NEXT = re.compile(r"[^\w\n;.]*(?:(?:and|with|or|then)[^\w\n;.]+)?")


def reactions(text: str, entities: Sequence[Span]) -> Mapping[str, list[Span]]:
    """Return the reactions of each drug whose status is "allergy", by the drug's id.

    Args:
        text: the note.
        entities: sorted by start, as `extractors.structure.structure` returns them.
    """
    found: dict[str, list[Span]] = {}
    substance: str | None = None
    last = 0
    for span in entities:
        if span.label == "DRUG":
            substance = span.id if span.status == "allergy" else None
            last = span.end
        elif span.label in PROBLEM_LABELS and substance is not None:
            before = found.setdefault(substance, [])
            if (_NEXT if before else _FIRST).fullmatch(text, last, span.start):
                before.append(span)
                last = span.end
            else:
                substance = None
    return found
