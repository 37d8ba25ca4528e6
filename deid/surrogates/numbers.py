"""Look-alikes of numbers and codes: digits for digits, letters for letters, the rest as it was."""

from __future__ import annotations

import re
import string
from collections.abc import Collection
from functools import lru_cache

from deid.folding import fold
from deid.surrogates.check_digits import Scheme, scheme_of
from deid.surrogates.draws import Bytes, Draws

_ATTEMPTS = 50
_SEPARATORS = re.compile(r"[\W_]+")
_LONG_PART = re.compile(r"[^\W_]{4,}")
_VIN_LENGTH = 17
_NOT_IN_VIN = frozenset("IOQ")


@lru_cache(4096)
def plain_code(surface: str) -> str:
    """Return what identifies in a code: its letters and digits, folded, without separators."""
    return _SEPARATORS.sub("", fold(surface))


def scramble(surface: str, draws: Draws, kind: str, avoid: Collection[str] = ()) -> str:
    """Return a code of the same form; the same letters and digits give the same, whatever parts them.

    A valid check digit (VIN, DEA, NPI, NHS number, cards) is valid in the look-alike too.

    Args:
        surface: the code.
        draws: of the patient.
        kind: keeps codes of different kinds apart.
        avoid: plain codes that must not come out, neither whole nor as a part; the code itself never does.

    Raises:
        ValueError: the surface holds no letter or digit, or no other code of its form is free.
    """
    plain = plain_code(surface)
    if not plain:
        raise ValueError("a code without letters and digits has no look-alike")
    scheme = scheme_of(plain.upper())
    taken = _parts(surface).union(avoid)
    for attempt in range(_ATTEMPTS):
        stream = draws.stream(kind, plain, str(attempt))
        leading = True
        new: list[str] = []
        for char in surface:
            new.append(_like(char, stream, leading))
            leading = leading and not char.isalnum()
        candidate = "".join(new) if scheme is None else _with_check_digit("".join(new), plain, scheme)
        other = plain_code(candidate) if candidate else plain
        if other != plain and other not in avoid and _parts(candidate).isdisjoint(taken):
            return candidate
    raise ValueError("no look-alike is free")


def _parts(code: str) -> set[str]:
    """Return the parts of a code that are long enough to tell, folded: none of them may stay."""
    return {fold(part) for part in _LONG_PART.findall(code)}


def social_security(surface: str, draws: Draws, avoid: Collection[str] = ()) -> str:
    """Return a number that is never issued: area 900 to 999, group 01 to 49 (no SSN, and no ITIN either).

    The last four digits derive from the last four alone, so that they agree where a note repeats only them.
    """
    plain = plain_code(surface)
    if not (len(plain) == 9 and plain.isdigit()):
        return scramble(surface, draws, "SSN", avoid)
    last = plain_code(scramble(plain[5:], draws, "SSN", avoid))
    stream = draws.stream("SSN area", plain)
    for _ in range(_ATTEMPTS):
        new = f"9{stream.below(10)}{stream.below(10)}{stream.below(49) + 1:02}{last}"
        if new != plain and new not in avoid:
            return with_characters(surface, new)
    raise ValueError("no look-alike is free")


def with_characters(surface: str, characters: str) -> str:
    """Return ``surface`` with its letters and digits replaced by ``characters``, one by one."""
    rest = iter(characters)
    return "".join(next(rest) if c.isalnum() else c for c in surface)


def _with_check_digit(candidate: str, plain: str, scheme: Scheme) -> str:
    """Return the candidate with its check digit set, "" where none fits it."""
    code = plain[: scheme.fixed].upper() + "".join(c for c in candidate if c.isalnum())[scheme.fixed :].upper()
    if len(code) == _VIN_LENGTH:
        code = "".join("X" if c in _NOT_IN_VIN else c for c in code)
    digit = scheme.digit(code)
    if digit is None:
        return ""
    code = code[: scheme.place] + digit + code[scheme.place + 1 :]
    return with_characters(candidate, code if not candidate.islower() else code.lower())


def _like(char: str, stream: Bytes, leading: bool) -> str:
    if char.isdigit():
        return str(1 + stream.below(9)) if leading and char != "0" else str(stream.below(10))
    if char.isalpha():
        letters = string.ascii_lowercase if char.islower() else string.ascii_uppercase
        return letters[stream.below(26)]
    return char if char.isascii() else "-"
