"""Whether a name that is also an ordinary word is a name where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection

from deid.mentions import CLINICAL_AFTER, SENTENCE_BEFORE, MentionFinder
from deid.wordlists import folded

_SUBJECT_AFTER = re.compile(
    r"(?:'s?)?,? (?:is|was|has|had|were|did|says|said|[^\W\d_]+(?:ed|s)|came|took|went|felt|left|got|gave|told)\b"
    r"|'s\b"
)
_COMPANION_AFTER = re.compile(
    r",? (?:and|or|with|who|here|not|doing|talking|saying|asking|feeling|living|working|complaining)\b"
)
_SMALL_LETTER_AFTER = re.compile(r",?\s[^\W\d_]*[a-z]")
_ENTRY_BEFORE = re.compile(r"(?:^|[\r\n])[\W\d]*$|[\"“]$")
_ENTRY_AFTER = re.compile(r"[,:(\"”]| \(|[ \t]{2}|\t|\s*[\r\n]")
_SMALL_ENTRY_BEFORE = re.compile(r"(?:^|[\r\n])[\W\d]*$|[:–-]\s+$")
_SMALL_ENTRY_AFTER = re.compile(r" \(|[ \t]{2}|\t|\s*(?:[\r\n]|$)| \d")
_MODALS = frozenset({"may", "will", "can", "do"})
_NAME_CUE_BEFORE = re.compile(
    r"(?:^|\W)(?:name|patient|pt|surname|named|called|first|last|middle|maiden|nee|aka|its|by|signed|cc|re|baby|per|gf"
    r"|auntie|dc|in[- ]law)"
    r"\s?[:.#]?\s{1,3}$"
)
_OF_A_DATE = re.compile(r"[.,]?\s(?:of\s)?(?:(?:19|20)\d\d|\d{1,2}(?:st|nd|rd|th)?)(?![\d:])", re.I)


def is_date(finder: MentionFinder, start: int, end: int) -> bool:
    """Whether a name that is a month stands in a date: "May 3"."""
    if finder.folded[start:end] not in folded("recognizers/data/months"):
        return False
    return _OF_A_DATE.match(finder.text, end) is not None and not is_named(finder, start, end)


def is_named(finder: MentionFinder, start: int, end: int) -> bool:
    """Whether the words around a name tell that it is one."""
    before = finder.folded[max(0, start - 24) : start]
    return bool(_NAME_CUE_BEFORE.search(before)) or _kin_before(before)


def _kin_before(before: str) -> bool:
    words = before.rstrip(" ,:(").split()
    return bool(words) and words[-1] in folded("recognizers/data/kin")


def opens_sentence(finder: MentionFinder, start: int) -> bool:
    """Whether a sentence, line or item begins at ``start``."""
    return SENTENCE_BEFORE.search(finder.text[max(0, start - 24) : start]) is not None


def stands_like_a_name(finder: MentionFinder, start: int, end: int, exact: Collection[str]) -> bool:
    """Whether a name that is an ordinary word is one here; in mid-sentence `MentionFinder` knows those with a capital.

    Args:
        finder: of the text.
        start, end: where the word stands.
        exact: the patient's names as they were given.
    """
    text, word = finder.text, finder.folded[start:end]
    surface = text[start:end]
    named = is_named(finder, start, end)
    subject = _SUBJECT_AFTER.match(finder.folded, end) is not None
    if not surface[0].isupper():
        if named and (subject or word not in _MODALS or surface in exact):
            return True
        if surface not in exact:
            return False
        entry = _SMALL_ENTRY_BEFORE.search(text, max(0, start - 24), start) and _SMALL_ENTRY_AFTER.match(text, end)
        return bool(entry) or (subject and opens_sentence(finder, start))
    if named:
        return True
    if CLINICAL_AFTER.match(finder.folded, end) or is_date(finder, start, end):
        return False
    if subject or (_ENTRY_BEFORE.search(text, max(0, start - 24), start) and _ENTRY_AFTER.match(text, end)):
        return True
    if surface.isupper():
        return surface in exact or word not in _MODALS
    return opens_sentence(finder, start) and (
        _COMPANION_AFTER.match(text, end) is not None or not _SMALL_LETTER_AFTER.match(text, end)
    )
