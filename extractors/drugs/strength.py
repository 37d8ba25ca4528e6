"""Strength -> number and unit, of a product, a volume, a body weight or a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.drugs.numbers import unscan


@dataclass(frozen=True, slots=True)
class Strength:
    """The amount of active substance.

    Attributes:
        value: of the first ingredient; None where only a rate without a number is given.
        unit: UCUM where it has one ("mg", "ug", "g", "meq", "[iU]", "%", "mmol"), None where none is written.
        per_value, per_unit: what the amount is in: 5 and "mL" of "10 mg/5 mL", 1 and "kg" of "5 mg/kg". Several
            are joined by dots: "kg.min" of mcg/kg/min.
        value_max: of a range ("25-50 mg").
        others: values of the further ingredients of a combination ("875/125" -> (125.0,)).
    """

    value: float
    unit: str | None = None
    per_value: float | None = None
    per_unit: str | None = None
    value_max: float | None = None
    others: tuple[float, ...] = ()


_UNITS = {
    "mg": "mg", "mgs": "mg", "milligram": "mg", "milligrams": "mg", "rng": "mg", "mcg": "ug", "ug": "ug", "µg": "ug",
    "μg": "ug", "microgram": "ug", "micrograms": "ug", "g": "g", "gm": "g", "gms": "g", "gram": "g", "grams": "g",
    "gr": "g", "ng": "ng", "meq": "meq", "mmol": "mmol", "iu": "[iU]", "u": "[iU]", "unit": "[iU]", "units": "[iU]",
    "un": "[iU]", "miu": "m[iU]", "mu": "M[iU]", "million units": "M[iU]", "million": "M[iU]", "million u": "M[iU]",
    "%": "%", "ml": "mL", "cc": "mL", "pe": "mg", "kg": "kg", "auc": "auc",
}  # fmt: skip
_PER = {
    "ml": "mL", "cc": "mL", "l": "L", "kg": "kg", "m2": "m2", "m²": "m2", "h": "h", "hr": "h", "hour": "h",
    "hours": "h",
    "min": "min", "minute": "min", "d": "d", "day": "d", "dose": "{dose}", "actuation": "{actuation}", "puff": "{puff}",
    "spray": "{spray}", "tab": "{tablet}", "tablet": "{tablet}", "cap": "{capsule}", "wk": "wk", "week": "wk",
    "hrs": "h",
    "patch": "{patch}", "kcal": "kcal", "g": "g", "mg": "mg", "24h": "d", "24hr": "d", "24 hr": "d", "24 h": "d",
    "24 hours": "d", "72h": "72h", "72 hr": "72h",
}  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+)"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_DIVISOR = "|".join(sorted(map(re.escape, _PER), key=len, reverse=True))
_STRENGTH = re.compile(
    rf"(?P<first>{_NUMBER})(?:\s*-?\s*(?P<u1>{_UNIT})(?![a-z]))?"
    rf"(?P<more>(?:\s*[-–/]\s*{_NUMBER}(?![\d.])(?!\s*(?:ml|cc|l|h|hr|hours?|min)\b)\s*(?:(?:{_UNIT})(?![a-z]))?)*)"
    rf"(?P<to>\s*(?:to|->|→)\s*{_NUMBER})?\s*(?P<u2>{_UNIT})?(?![a-z])"
    rf"(?P<per>(?:\s*(?:/|\bper\b)\s*(?:{_NUMBER}\s*)?(?:{_DIVISOR})(?![a-z0-9]))*)"
)
_MORE = re.compile(rf"({_NUMBER})")
_PERS = re.compile(rf"(?:/|\bper\b)\s*({_NUMBER})?\s*({_DIVISOR})(?![a-z0-9])")
_RATIO = re.compile(r"1\s*:\s*([\d,]+)\s*(k)?")
_AUC = re.compile(r"auc\s*(?:of\s*)?(\d+(?:\.\d+)?)")
LONGEST = 120
_RATES = frozenset({"kg", "h", "min", "m2", "d"})


@lru_cache(maxsize=8192)
def parse_strength(text: str) -> Strength | None:
    """Return the strength that "25 mg", "160/4.5", "10 mg/5 mL", "0.1%" or "5 mcg/kg/min" means, None where unclear.

    A dilution such as 1:1,000 is 1 g in so many mL (USP convention for epinephrine).
    """
    lowered = unscan(" ".join(text.lower().split()))
    if len(lowered) > LONGEST:
        return None
    if match := _RATIO.search(lowered):
        return Strength(1.0, "g", float(match[1].replace(",", "")) * (1000 if match[2] else 1), "mL")
    if match := _AUC.search(lowered):
        return Strength(float(match[1]), "auc")
    match = _STRENGTH.search(lowered)
    if match is None:
        return None
    values = [_number(match["first"])]
    separators = re.sub(rf"{_NUMBER}|{_UNIT}", "", match["more"])
    rest = [_number(n) for n in _MORE.findall(match["more"])]
    inner = re.search(rf"(?:{_UNIT})(?![a-z])", match["more"])
    written = match["u1"] or match["u2"] or (inner[0] if inner else None)
    pers = _PERS.findall(match["per"])
    top = _number(_MORE.search(match["to"])[1]) if match["to"] else None  # type: ignore[index]
    others: tuple[float, ...] = ()
    rate = any(_PER[unit] in _RATES for _, unit in pers)
    ascending = len(rest) == 1 and top is None and "/" not in separators and values[0] < rest[0]
    if ascending and written and (rate or rest[0] <= 4 * values[0]):
        top = rest[0]  # "25-50 mg" is a range, "25-100" of carbidopa-levodopa two ingredients
    else:
        others = tuple(rest)
    unit = _UNITS[written] if written else None
    if written == "mu" and pers:
        unit = "m[iU]"  # oxytocin runs at milliunits a minute, penicillin comes in million units
    return Strength(
        values[0],
        unit,
        _number(pers[0][0]) if pers and pers[0][0] else 1.0 if pers else None,
        ".".join(_PER[unit] for _, unit in pers) or None,
        top,
        others,
    )


def _number(text: str) -> float:
    return float(text.replace(",", ""))
