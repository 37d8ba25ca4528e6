"""Read ages and tell which are old enough to identify."""

from __future__ import annotations

import re

from deid.folding import fold

OLD = "90+"
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_DECADES = {word[:-1] + "ies": value for word, value in _TENS.items()} | {"teen": 13, "teens": 13}
_WORDS = {word: i for i, word in enumerate(_UNITS)} | _TENS | _DECADES


def read_age(surface: str) -> int | None:
    """Return the highest age that a surface can mean to be (in its unit), None if it cannot be read.

    "2 6/12" is 2; a decade ("eighties", "80s") is its first year.
    """
    plain = fold(surface)
    if numbers := re.findall(r"(?<![\d/.])\d+(?![\d/])", plain):
        return None if "+" in plain and int(numbers[0]) >= 89 else max(map(int, numbers))
    words = re.findall(r"[a-z]+", plain)
    values = [_WORDS[word] for word in words if word in _WORDS]
    if not values or len(values) < len([word for word in words if word != "and"]):
        return None
    if len(values) == 2 and values[0] >= 20 and values[1] < 10:
        return sum(values)
    return values[0] if len(values) == 1 else None
