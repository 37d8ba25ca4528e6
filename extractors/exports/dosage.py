"""Dosage of FHIR R4 from a medication record."""

from __future__ import annotations

from typing import Any

from extractors.schema import MedicationRecord

_SNOMED, _UCUM = "http://snomed.info/sct", "http://unitsofmeasure.org"
# FHIR's event-timing codes of the moments that `extractors.drugs` names.
_WHEN = {
    "morning": "MORN", "noon": "NOON", "afternoon": "AFT", "evening": "EVE", "bedtime": "HS", "meals": "C", "food": "C",
    "before meals": "AC", "after meals": "PC", "breakfast": "CM", "before breakfast": "ACM", "lunch": "CD",
    "dinner": "CV",
}  # fmt: skip
_UCUM_UNITS = frozenset({"mg", "g", "ug", "mL", "L", "meq", "mmol", "kg", "h", "d"})
_WRITTEN = ("strength", "dosage", "form", "route", "frequency", "duration")


def dosage(record: MedicationRecord) -> dict[str, Any]:
    """Return the Dosage of a record, empty where the note says nothing of how the drug is taken."""
    result: dict[str, Any] = {}
    if written := [value for name in _WRITTEN if (value := getattr(record, name))]:
        result["text"] = " ".join(written)
    if repeat := _repeat(record):
        result["timing"] = {"repeat": repeat}
    if record.as_needed is not None:
        result["asNeededBoolean"] = record.as_needed
    if record.route:
        coding = [{"system": _SNOMED, "code": record.route_code, "display": record.route_name}]
        result["route"] = {"text": record.route} | (
            {"coding": coding} if record.route_code and record.route_name else {}
        )
    if dose := _dose(record):
        result["doseAndRate"] = [dose]
    return result


def _repeat(record: MedicationRecord) -> dict[str, Any]:
    """Return Timing.repeat; FHIR wants whole numbers of times, and a period with each unit."""
    repeat: dict[str, Any] = {}
    times, period, unit = record.frequency_times, record.frequency_period, record.frequency_period_unit
    if times and period and unit and times == int(times):
        repeat |= {"frequency": int(times), "period": period, "periodUnit": unit}
        if record.frequency_times_max and record.frequency_times_max == int(record.frequency_times_max):
            repeat["frequencyMax"] = int(record.frequency_times_max)
        if record.frequency_period_max:
            repeat["periodMax"] = record.frequency_period_max
    if days := list(record.frequency_days):
        repeat["dayOfWeek"] = days
    if when := [_WHEN[moment] for moment in record.frequency_when if moment in _WHEN]:
        repeat["when"] = when
    if record.duration_days:
        repeat["boundsDuration"] = {"value": record.duration_days, "unit": "days", "system": _UCUM, "code": "d"}
    return repeat


def _dose(record: MedicationRecord) -> dict[str, Any]:
    """Return what is taken at a time: the dose, else the strength where it is an amount."""
    if record.dose_value is not None:
        low = _quantity(record.dose_value, record.dose_unit)
        if record.dose_value_max is None:
            return {"doseQuantity": low}
        return {"doseRange": {"low": low, "high": _quantity(record.dose_value_max, record.dose_unit)}}
    if record.strength_value is not None and record.strength_per_unit is None:
        return {"doseQuantity": _quantity(record.strength_value, record.strength_unit)}
    return {}


def _quantity(value: float, unit: str | None) -> dict[str, Any]:
    if unit is None:
        return {"value": value}
    return {"value": value, "unit": unit} | ({"system": _UCUM, "code": unit} if unit in _UCUM_UNITS else {})
