"""Total daily dose from strength, dose and frequency, where it follows."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.drugs.dose import Dose
from extractors.drugs.frequency import Frequency
from extractors.drugs.strength import Strength


@dataclass(frozen=True, slots=True)
class DailyDose:
    """An amount a day: ``value`` in ``unit`` (UCUM), an average where the drug is not taken every day."""

    value: float
    unit: str


_COUNTED = frozenset({
    "tablet", "capsule", "puff", "spray", "drop", "patch", "film", "suppository", "lozenge", "packet", "piece",
    "inhalation",
    "application", "insert", "enema", "vial", "ampule", "syringe", "pen", "injector", "dose", "capful", "scoop", None,
})  # fmt: skip
_MASS = {"ug": 1e-3, "mg": 1.0, "g": 1e3}


def daily_dose(strength: Strength | None, dose: Dose | None, frequency: Frequency | None) -> DailyDose | None:
    """Return the most that is taken in a day, None where it does not follow or the drug is only taken as needed.

    Strength times number of pieces times times a day: 500 mg, 2 tablets, bid make 2,000 mg. A liquid's strength
    is scaled to the volume taken; without a dose, one piece is assumed; a dose in units or of the substance itself
    needs no strength. Combinations give the amount of the first ingredient.
    """
    if frequency is None or frequency.as_needed or frequency.taper or frequency.sliding_scale:
        return None
    per_day = frequency.per_day
    if per_day is None or (dose and (dose.sliding_scale or dose.value is None or dose.per_unit)):
        return None
    number = (dose.value_max or dose.value) if dose else 1.0
    unit = dose.unit if dose else None
    assert number is not None
    total = sum(frequency.amounts) * per_day / len(frequency.amounts) if frequency.amounts else number * per_day
    if strength is None or strength.unit is None:
        return _tidy(total, unit) if unit and unit not in _COUNTED else None
    amount = strength.value_max or strength.value
    if strength.unit == "%" or (strength.others and strength.per_unit is None and strength.unit == "auc"):
        return None
    if strength.per_unit in ("mL",):
        if unit != "mL":
            return None
        return _tidy(amount / (strength.per_value or 1.0) * total, strength.unit)
    if strength.per_unit is not None and not strength.per_unit.startswith("{"):
        return None  # by weight, area or time
    if unit not in _COUNTED:
        same = unit == strength.unit
        return _tidy(total, strength.unit) if same else None
    return _tidy(amount * total, strength.unit)


def _tidy(value: float, unit: str) -> DailyDose:
    return DailyDose(round(value, 4), unit)
