"""Check digits: where the original has a valid one, its look-alike gets a valid one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_VIN_CHARACTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_NUMBERS = (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10))
_VIN_VALUES = dict(zip(_VIN_CHARACTERS, _VIN_NUMBERS, strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_NPI_PREFIX = "80840"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of code with a check digit.

    Attributes:
        form: what its plain form (upper case, no separators) looks like.
        place: index of the check digit in the plain form.
        digit: returns the check digit that belongs to a plain form, None where none does.
        fixed: how many leading characters tell the kind of code and stay.
    """

    form: re.Pattern[str]
    place: int
    digit: Callable[[str], str | None]
    fixed: int = 0

    def is_valid(self, plain: str) -> bool:
        """Whether the code has the form and its check digit."""
        return self.form.fullmatch(plain) is not None and self.digit(plain) == plain[self.place]


def luhn_digit(payload: str) -> str:
    """Return the digit that makes ``payload`` + digit valid (Luhn, ISO/IEC 7812-1)."""
    total = 0
    for i, char in enumerate(reversed(payload)):
        doubled = int(char) * (1 if i % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _vin_digit(plain: str) -> str:
    """49 CFR 565.15: weighted sum modulo 11, X for ten."""
    rest = sum(_VIN_VALUES[c] * w for c, w in zip(plain, _VIN_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def _dea_digit(plain: str) -> str:
    """Sum of the odd places plus twice the sum of the even ones."""
    digits = [int(c) for c in plain[2:8]]
    return str((sum(digits[::2]) + 2 * sum(digits[1::2])) % 10)


def _nhs_digit(plain: str) -> str | None:
    """Weights 10 to 2, modulo 11; a code whose digit would be ten is not issued."""
    digit = -sum(int(c) * w for c, w in zip(plain, range(10, 1, -1), strict=False)) % 11
    return None if digit == 10 else str(digit)


_VIN = Scheme(re.compile(r"[A-HJ-NPR-Z0-9]{17}"), 8, _vin_digit)
_DEA = Scheme(re.compile(r"[A-Z][A-Z9]\d{7}"), 8, _dea_digit)
_NPI = Scheme(re.compile(r"[12]\d{9}"), 9, lambda plain: luhn_digit(_NPI_PREFIX + plain[:-1]), fixed=1)
_NHS = Scheme(re.compile(r"\d{10}"), 9, _nhs_digit)
_CARDS = tuple(
    Scheme(re.compile(rf"\d{{{length}}}"), length - 1, lambda plain: luhn_digit(plain[:-1])) for length in range(13, 20)
)
SCHEMES: tuple[Scheme, ...] = (_VIN, _DEA, _NPI, _NHS, *_CARDS)


def scheme_of(plain: str, schemes: Sequence[Scheme] = SCHEMES) -> Scheme | None:
    """Return the first scheme that a code (upper case, no separators) satisfies."""
    return next((scheme for scheme in schemes if scheme.is_valid(plain)), None)
