"""Duration -> days."""

from __future__ import annotations

import re
from functools import lru_cache

from extractors.drugs.numbers import NUMBER, to_number, unscan

_DAYS = {
    "min": 1 / 1440, "mins": 1 / 1440, "minute": 1 / 1440, "minutes": 1 / 1440, "h": 1 / 24, "hr": 1 / 24,
    "hrs": 1 / 24,
    "hour": 1 / 24, "hours": 1 / 24, "d": 1, "day": 1, "days": 1, "night": 1, "nights": 1, "w": 7, "wk": 7, "wks": 7,
    "week": 7, "weeks": 7, "mo": 30, "mos": 30, "mth": 30, "mths": 30, "month": 30, "months": 30, "y": 365, "yr": 365,
    "yrs": 365, "year": 365, "years": 365, "fortnight": 14,
}  # fmt: skip
"""Days of a unit; a month counts 30, a year 365 days."""
_UNIT = "|".join(sorted(_DAYS, key=len, reverse=True))
_SPAN = re.compile(
    rf"(?:(?P<low>{NUMBER})\s*(?:-|–|to|or)\s*)?(?P<n>{NUMBER})[\s-]*(?:more\s+|additional\s+|further\s+)?(?P<unit>{_UNIT})\b"
)
_BRITISH = re.compile(r"(\d+)\s*/\s*(7|52|12)\b")  # days / weeks / months of British prescriptions
_RANGE_OF_DAYS = re.compile(r"\bd(?:ays?)?\s*(\d+)\s*(?:-|–|to|through)\s*(\d+)")
_DAY_OF = re.compile(r"\bday\s*\d+\s*(?:of|/)\s*(\d+)")
_BARE = re.compile(r"x\s*(\d+)\s*d?$")
_ALL = re.compile(r"\b(?:all|whole|entire)\s+(day|week|month|year)\b")


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> float | None:
    """Return how many days "x 7 days", "for two weeks", "5/7", "d1-4" or "x10d" last.

    Of a range the longer time counts; a month is 30, a year 365 days. None where it is a number of doses
    ("x3 doses"), open ("indefinitely") or bound to an event ("until 36 weeks").
    """
    lowered = unscan(" ".join(text.lower().split()))
    if len(lowered) > 120 or re.search(r"\b(?:until|till|through)\b(?!.*\()|\bdoses?\b|\bcycles?\b", lowered):
        return None
    if match := _DAY_OF.search(lowered):
        return float(match[1])
    if match := _BRITISH.search(lowered):
        return float(match[1]) * {"7": 1, "52": 7, "12": 30}[match[2]]
    if match := _RANGE_OF_DAYS.search(lowered):
        return float(match[2]) - float(match[1]) + 1 if int(match[2]) >= int(match[1]) else None
    if match := _SPAN.search(lowered):
        number = to_number(match["n"])
        return number * _DAYS[match["unit"]] if number is not None else None
    if match := _ALL.search(lowered):
        return float(_DAYS[match[1]])
    match = _BARE.search(lowered)
    return float(match[1]) if match and match[0].endswith("d") else None
