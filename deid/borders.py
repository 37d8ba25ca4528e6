"""Where a span begins and ends: whole words, no punctuation; pieces of one thing are one span."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.labels import ID_LABELS, NAME_LABELS
from nlp.types import Span

_LEADING = ' \t\r\n\f\v,;:.!?)]}>-–—*|=/\\"”'
_TRAILING = " \t\r\n\f\v,;:!?([{<-–—*|=/\\\"“'’"
_PAIRS = {")": "(", "]": "["}
_JOINT = re.compile(r" |-")
_JOINT_AFTER_INITIAL = re.compile(r"\.? ?|-")
_SCANNED = re.compile(r"[01568][a-z]+\d?[a-z]*")  # what scanning makes of "Rios": "Ri0s"
_DATE_JOINT = re.compile(r",?[ ]{1,2}")
_WITHIN_PLACES = re.compile(r" (?:of|for|&)(?: the)? | the ")  # "Our Lady of" + "the Marsh"
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?", re.IGNORECASE)
# Labels whose surfaces mix letters and digits: two of them never touch without a blank between them.
_MIXED = NAME_LABELS | {"USERNAME", "HOSPITAL", "ORGANIZATION", "LOCATION-OTHER", "STREET", "CITY"}


def fuse(a: Span, b: Span) -> Span:
    """Return one span over both, with the label of the first."""
    return replace(
        a,
        start=min(a.start, b.start),
        end=max(a.end, b.end),
        score=max(a.score, b.score),
        sources=tuple(sorted({*a.sources, *b.sources})),
    )


def whole_words(text: str, span: Span) -> Span:
    """Widen a span that begins or ends within a word or a number: half of one gives the rest away."""
    start, end = span.start, span.end
    continues = _continues_login if span.label == "USERNAME" else _continues
    while start > 0 and continues(text[start - 1], text[start]):
        start -= 1
    while end < len(text) and continues(text[end - 1], text[end]):
        end += 1
    if span.label in NAME_LABELS and (scanned := _SCANNED.match(text, end)) and text[end - 1].isalpha():
        end = scanned.end()
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _continues(left: str, right: str) -> bool:
    if left.isdigit() and right.isdigit():
        return True
    # Only scripts with case part words by blanks; "SmithMD" and "rn" after a digit are two words.
    return left.lower() != left.upper() and right.lower() != right.upper() and (left.isupper() or right.islower())


def _continues_login(left: str, right: str) -> bool:
    return all(char.isalnum() or char == "_" for char in (left, right))


def trim(text: str, span: Span) -> Span | None:
    """Return the span without blanks and punctuation at its ends, None if nothing else is in it."""
    start, end = span.start, span.end
    while start < end and (text[start] in _LEADING or text[start].isspace()):
        start += 1
    if start < end and text[start] == "(" and ")" not in text[start:end]:
        start += 1
    while start < end and (text[end - 1] in _TRAILING or text[end - 1].isspace() or _is_loose_end(text, start, end)):
        end -= 1
    if start == end:
        return None
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _is_loose_end(text: str, start: int, end: int) -> bool:
    """Whether the last character closes nothing in the span, or is a full stop behind no abbreviation."""
    char = text[end - 1]
    if char in _PAIRS:
        return _PAIRS[char] not in text[start:end]
    if char != ".":
        return False
    word = re.search(r"[^\W_]*$", text[max(start, end - 12) : end - 1])
    return word is None or not word[0].isalpha() or len(word[0]) > 5


def join_pieces(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join neighbouring pieces of one name ("John" + "Smith"), one date ("Thu" + "5/6"), one number or one word."""
    joined: list[Span] = []
    for span in spans:
        before = joined[-1] if joined else None
        if before is not None and _belong_together(text, before, span):
            joined[-1] = fuse(*((before, span) if len(before) >= len(span) else (span, before)))
        else:
            joined.append(span)
    return tuple(joined)


def _belong_together(text: str, a: Span, b: Span) -> bool:
    gap = text[a.end : b.start]
    if gap == "" and a.label in _MIXED and b.label in _MIXED:
        return text[a.end - 1].isalnum() and text[b.start].isalnum()
    if a.label != b.label:
        return False
    if a.label in NAME_LABELS:
        initial = len(a) == 1 or not text[a.end - 2].isalpha()
        return gap == "" or (_JOINT_AFTER_INITIAL if initial else _JOINT).fullmatch(gap) is not None
    if a.label in ("HOSPITAL", "ORGANIZATION"):
        return _WITHIN_PLACES.fullmatch(gap) is not None
    if a.label in ID_LABELS:
        return gap == " "
    if a.label == "DATE" and _DATE_JOINT.fullmatch(gap):
        weekdays = [_WEEKDAY.fullmatch(text, s.start, s.end) is not None for s in (a, b)]
        return weekdays[0] != weekdays[1]
    return False
