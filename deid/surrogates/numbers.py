"""Look-alikes of numbers and codes: digits for digits, letters for letters, the rest as it was."""

from __future__ import annotations

import re
import string
from collections.abc import Collection

from deid.folding import fold
from deid.surrogates.draws import Bytes, Draws

_ATTEMPTS = 50
_SEPARATORS = re.compile(r"[\W_]+")


def plain_code(surface: str) -> str:
    """Return what identifies in a code: its letters and digits, folded, without separators."""
    return _SEPARATORS.sub("", fold(surface))


def scramble(surface: str, draws: Draws, kind: str, avoid: Collection[str] = ()) -> str:
    """Return a code of the same form; the same letters and digits give the same, whatever parts them.

    Args:
        surface: the code.
        draws: of the patient.
        kind: keeps codes of different kinds apart.
        avoid: plain codes that must not come out; the code itself never does.

    Raises:
        ValueError: the surface holds no letter or digit, or no other code of its form is free.
    """
    plain = plain_code(surface)
    if not plain:
        raise ValueError("a code without letters and digits has no look-alike")
    for attempt in range(_ATTEMPTS):
        stream = draws.stream(kind, plain, str(attempt))
        leading = True
        new: list[str] = []
        for char in surface:
            new.append(_like(char, stream, leading))
            leading = leading and not char.isalnum()
        other = plain_code("".join(new))
        if other != plain and other not in avoid:
            return "".join(new)
    raise ValueError("no look-alike is free")


def _like(char: str, stream: Bytes, leading: bool) -> str:
    if char.isdigit():
        return str(1 + stream.below(9)) if leading and char != "0" else str(stream.below(10))
    if char.isalpha():
        letters = string.ascii_lowercase if char.islower() else string.ascii_uppercase
        return letters[stream.below(26)]
    return char if char.isascii() else "-"
