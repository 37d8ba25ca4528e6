"""Numbers as they stand in sigs: digits, fractions, words, Roman numerals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

_WORDS: Mapping[str, float] = {
    "a": 1, "an": 1, "one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20,
    "thirty": 30, "half": 0.5, "quarter": 0.25, "ss": 0.5, "i": 1, "ii": 2, "iii": 3, "iv": 4,
    "one-half": 0.5, "½": 0.5, "¼": 0.25, "¾": 0.75, "couple": 2,
}  # fmt: skip
_PLAIN = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
NUMBER = rf"(?:\d+\s+(?:and\s+)?\d/\d|\d\s?½|\d/\d|{_PLAIN}|½|¼|¾|one[- ]half|half(?:\s+of)?(?:\s+an?)?|" + (
    r"\b(?:one and a half|" + "|".join(sorted((w for w in _WORDS if w.isalpha()), key=len, reverse=True)) + r")\b)"
)
"""Regular expression of a number, for text in lower case."""
_SCANNED = (
    (
        re.compile(
            r"(?<![a-z])[li](?=[\d.,o]*\d|\s?/\s?\d|o{1,3}\b|\s\d/\d|\s(?:tab|tsp|cap|tbsp|g|mg)\b)|(?<=\d)l(?=\d|\b)"
        ),
        "1",
    ),
    (re.compile(r"(?<=\d)o+(?=[\d,]|cc|ml|mg|mcg|\b)|(?<=\d,)o+|(?<![a-z])o(?=\.?\d)"), "0"),
    (re.compile(r"\brn(?=[lg])"), "m"),
)


def _repaired(right: str, match: re.Match[str]) -> str:
    """Return as many of the right character as were mistaken; "rn" is one."""
    return right * len(match[0].replace("rn", "m"))


def unscan(text: str) -> str:
    """Return ``text``, in lower case, with the digits and units that a scan mistakes: "3occ", "l/2", "10 rnl"."""
    for pattern, right in _SCANNED:
        text = pattern.sub(partial(_repaired, right), text)
    return text


_MIXED = re.compile(r"(?:(\d+)\s+(?:and\s+)?)?(\d)/(\d)")


def to_number(text: str) -> float | None:
    """Return the value of what `NUMBER` matched, None where it is not a number ("1/0")."""
    text = text.strip().lower().replace(",", "")
    if text in _WORDS:
        return float(_WORDS[text])
    if text == "one and a half":
        return 1.5
    if text.startswith(("half", "one half")):
        return 0.5
    if match := _MIXED.fullmatch(text):
        whole, upper, lower = (int(part or 0) for part in match.groups())
        return whole + upper / lower if lower else None
    if text.endswith("½"):
        return float(text[:-1]) + 0.5
    return float(text)
