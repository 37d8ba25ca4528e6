"""Other words for what stands around the marks of a training note: cues, titles of sections, shorthand.

A generator that only refills the marks shows a model the same sentences again and again; a head that judges
by them (assertion, status) learns them by heart.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from functools import cache

from nlp.training.refill import like
from nlp.training.wordlists import entries

SHARES = (0.0, 0.0, 0.2, 0.4)
"""Of the phrases in a note, how many are exchanged; one of these is drawn for every variant."""
_SHORT = 4
Others = dict[str, tuple[str, ...]]


@cache
def _exchanges() -> tuple[tuple[re.Pattern[str], Others, Callable[[str, str], str]], ...]:
    """Return what to look for, what may take its place, and how that is given its case: phrases, then titles."""
    phrases, titles = _groups("rephrasings"), _groups("title_rephrasings")
    return (
        (re.compile(rf"(?<![\w/])(?:{_alternation(phrases)})(?![\w/])", re.IGNORECASE), phrases, like),
        (re.compile(rf"(?<=\n)(?:{_alternation(titles)})(?=[ \t]*[:\n])", re.IGNORECASE), titles, _title_like),
    )


def _groups(name: str) -> Others:
    """Return what may take the place of each phrase of a list."""
    others: Others = {}
    for line in entries(name):
        group = [phrase.strip() for phrase in line.split("|")]
        plain = [phrase.removeprefix("!") for phrase in group]
        for phrase in group:
            if not phrase.startswith("!"):
                if phrase in others:
                    raise ValueError(f"{name}.txt: {phrase!r} stands in two groups")
                others[phrase] = tuple(other for other in plain if other != phrase)
    return others


def _alternation(phrases: Iterable[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _title_like(old: str, new: str) -> str:
    """Return ``new`` in the case of ``old``; a short form stands in capitals."""
    return new.upper() if len(new) <= _SHORT and not old.islower() else like(old, new)


def rephraser(rng: random.Random) -> Callable[[str], str]:
    """Return the rewording of one variant: it takes a stretch of text without marks and returns it in other words."""
    share = rng.choice(SHARES)

    def reword(text: str) -> str:
        for pattern, others, case in _exchanges():

            def exchange(match: re.Match[str], others: Others = others, case: Callable[[str, str], str] = case) -> str:
                if rng.random() >= share:
                    return match[0]
                return case(match[0], rng.choice(others[match[0].lower()]))

            text = pattern.sub(exchange, text)
        return text

    return reword if share else str
