"""Dosage -> how much of the product is taken at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractors.drugs.form import parse_form
from extractors.drugs.numbers import NUMBER, to_number, unscan


@dataclass(frozen=True, slots=True)
class Dose:
    """How much is taken at a time.

    Attributes:
        value: None for a sliding scale.
        unit: "tablet", "capsule", "mL", "[iU]", "puff", "drop", ...; None where none is written.
        value_max: of a range ("1-2 tabs").
        per_unit: of a rate or an amount by weight ("h", "kg", "kg.h").
        sliding_scale: the dose depends on a measured value.
    """

    value: float | None = None
    unit: str | None = None
    value_max: float | None = None
    per_unit: str | None = None
    sliding_scale: bool = False


_UNITS = {
    "ml": "mL", "cc": "mL", "u": "[iU]", "unit": "[iU]", "units": "[iU]", "iu": "[iU]", "un": "[iU]", "us": "[iU]",
    "million units": "M[iU]", "million u": "M[iU]", "million": "M[iU]", "mu": "M[iU]", "puff": "puff",
    "puffs": "puff", "p": "puff",
    "pu ffs": "puff", "spray": "spray", "sprays": "spray", "inh": "inhalation", "inhalation": "inhalation",
    "inhalations": "inhalation", "tsp": "5 mL", "teaspoon": "5 mL", "teaspoons": "5 mL", "tbsp": "15 mL",
    "tablespoon": "15 mL", "tablespoons": "15 mL", "tbs": "15 mL", "gtt": "drop", "gtts": "drop", "drop": "drop",
    "drops": "drop", "oz": "30 mL", "l": "L", "g": "g", "gram": "g", "grams": "g", "mg": "mg", "mcg": "ug",
    "meq": "meq",
    "dose": "dose", "doses": "dose", "application": "application", "applications": "application", "scoop": "scoop",
    "capful": "capful", "capfuls": "capful", "packet": "packet", "packets": "packet", "sachet": "packet",
    "amp": "ampule", "amps": "ampule", "vial": "vial", "vials": "vial", "piece": "piece", "click": "click",
    "inch": "inch", "inches": "inch", "bag": "bag", "liter": "L", "liters": "L", "syringe": "syringe", "spoon": "spoon",
    "spoonful": "spoon", "spoonfuls": "spoon",
}  # fmt: skip
_SCALE = re.compile(
    r"sliding[- ]?scale|\bssi\b|\briss\b|\b(?:per|low|low-dose|correction|high-dose)[- ]scale|^scale$|correction"
)
_DOSE = re.compile(
    rf"(?P<low>{NUMBER})(?:\s*(?P<to>-|–|to|or|->|→)\s*(?P<high>{NUMBER}))?[\s-]*"
    r"(?P<unit>million\s+u(?:nits?)?|pu ffs|[a-zµ]+\.?)?(?P<per>(?:\s*/\s*(?:kg|h|hr|hour|min|d|day))*)"
)
_RATIO = re.compile(r"\d\s*:\s*\d")
_PER = {"hr": "h", "hour": "h", "day": "d"}


@lru_cache(maxsize=8192)
def parse_dose(text: str) -> Dose | None:
    """Return the dose that "1-2 tabs", "half a tablet", "10 units", "ii gtts" or "sliding scale" means.

    Spoons become mL (a teaspoon is 5 mL, a tablespoon 15 mL); of "22->25 u" the new dose counts.
    """
    lowered = unscan(" ".join(text.lower().split()))
    if len(lowered) > 120:
        return None
    if _SCALE.search(lowered):
        return Dose(sliding_scale=True)
    if _RATIO.search(lowered):
        return None  # units of insulin per grams of carbohydrate
    match = _DOSE.search(lowered)
    if match is None:
        form = parse_form(lowered)
        return Dose(1.0, form.unit) if form else None
    low, high = to_number(match["low"]), to_number(match["high"]) if match["high"] else None
    if low is None:
        return None
    if match["to"] in ("->", "→"):
        low, high = high or low, None
    per = ".".join(_PER.get(p, p) for p in re.findall(r"[a-z]+", match["per"])) or None
    factor, unit = _unit(match["unit"])
    return Dose(low * factor, unit, high * factor if high is not None and high > low else None, per)


def _unit(written: str | None) -> tuple[float, str | None]:
    """Return the factor and the unit of what stands behind the number."""
    if not written:
        return 1, None
    name = " ".join(written.strip(".").split())
    unit = _UNITS.get(name)
    if unit is None:
        form = parse_form(name)
        unit = form.unit if form else None
    if unit and unit[0].isdigit():
        factor, unit = unit.split()
        return float(factor), unit
    return 1, unit
