"""ICD-10-CM codes for diagnoses, from the tabular list and hand-written synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.coding.coder import Candidate, Coder, default_coder
from nlp.types import Span

__all__ = ["Candidate", "Coder", "code_mention", "code_problem", "code_spans", "default_coder", "describe"]

AROUND = 150  # characters of text on either side of a mention that decide between senses


def code_problem(
    surface: str, context: str = "", limit: int = 5, *, assertion: str = "present"
) -> tuple[Candidate, ...]:
    """Return the ICD-10-CM codes that a mention may stand for, best first; empty where nothing fits.

    Args:
        surface: the mention as it stands in the text.
        context: text around it; decides between senses of an abbreviation (MS, PE, RA).
        limit: how many candidates at most.
        assertion: of the mention; "historical" leads to the codes of past events (I25.2, Z86.73).
    """
    return default_coder()(surface, context, limit, assertion)


def code_mention(
    text: str, start: int, end: int, limit: int = 5, *, assertion: str = "present"
) -> tuple[Candidate, ...]:
    """Return `code_problem` of the mention ``text[start:end]`` with the context that `code_spans` gives it."""
    context = text[max(0, start - AROUND) : end + AROUND]
    return code_problem(text[start:end], context, limit, assertion=assertion)


def describe(code: str) -> Candidate | None:
    """Return a code with its title, billability and category; None where the release in use lacks it.

    Args:
        code: ICD-10-CM, with its dot and its 7th character where it takes one.
    """
    coder = default_coder()
    return coder.describe(code) if coder.system.has(code) else None


def code_spans(text: str, spans: Sequence[Span]) -> list[Span]:
    """Return ``spans`` with the best ICD-10-CM code in every diagnosis (DX) that has none yet.

    Args:
        text: the note.
        spans: clinical spans of the note; those of other labels, symptoms too, are returned as they are.
    """
    return [
        replace(span, icd10=_best(text, span)) if span.label == "DX" and span.icd10 is None else span for span in spans
    ]


def _best(text: str, span: Span) -> str | None:
    found = code_mention(text, span.start, span.end, 1, assertion=span.assertion or "present")
    return found[0].code if found else None
