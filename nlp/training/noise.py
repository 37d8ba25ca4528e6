"""Damage to layout and letters, applied piece by piece so that offsets stay right."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

OCR = str.maketrans(
    {"l": "1", "O": "0", "I": "l", "S": "5", "e": "c", "0": "O", "1": "l", "m": "n", "B": "8", "g": "q"}
)

Damage = Callable[[str], str]


def _ocr(rate: float, rng: random.Random) -> Damage:
    return lambda piece: "".join(c.translate(OCR) if rng.random() < rate else c for c in piece)


def _collapse(piece: str) -> str:
    return re.sub(r"[ \t]{2,}", " ", piece)


def _unwrap(piece: str) -> str:
    return re.sub(r"(?<=[a-z,;]) *\n(?=[a-z(])", " ", piece)


def _one_line(piece: str) -> str:
    return re.sub(r"\s*\n\s*", " ", piece)


def _crlf(piece: str) -> str:
    return piece.replace("\n", "\r\n")


def _wrap(rate: float, rng: random.Random) -> Damage:
    return lambda piece: re.sub(r" ", lambda _: "\n" if rng.random() < rate else " ", piece)


def _typos(rate: float, rng: random.Random) -> Damage:
    def swap(match: re.Match[str]) -> str:
        word = match[0]
        if rng.random() > rate:
            return word
        i = rng.randrange(len(word) - 1)
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]

    return lambda piece: re.sub(r"[a-z]{4,}", swap, piece)


STYLES: dict[str, Callable[[random.Random], Damage]] = {
    "lower case": lambda _: str.lower,
    "upper case": lambda _: str.upper,
    "one line": lambda _: _one_line,
    "broken lines": lambda rng: _wrap(0.15, rng),
    "scanned, 1 % of letters wrong": lambda rng: _ocr(0.05, rng),
    "typos in 5 % of words": lambda rng: _typos(0.05, rng),
}
"""Whole notes in other styles, for measuring; each drawn from a random generator."""


def choose_damage(rng: random.Random) -> list[Damage]:
    """Return the damages of one variant; most variants have none or one."""
    chances: list[tuple[float, Damage]] = [
        (0.06, str.lower),
        (0.04, str.upper),
        (0.08, _collapse),
        (0.10, _unwrap),
        (0.04, _one_line),
        (0.03, _crlf),
        (0.06, _wrap(0.06, rng)),
        (0.03, _ocr(0.02, rng)),
        (0.06, _typos(0.03, rng)),
    ]
    return [damage for chance, damage in chances if rng.random() < chance]
