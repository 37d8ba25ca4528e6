"""What records add to mentions: the codes of problems, the names and numbers of drugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from extractors.coding import code_mention, describe
from extractors.drugs import (
    Frequency,
    daily_dose,
    normalise,
    parse_dose,
    parse_duration,
    parse_form,
    parse_frequency,
    parse_route,
    parse_strength,
)
from extractors.schema import CodeCandidate

Value = TypeVar("Value")


def code_fields(text: str, start: int, end: int, icd10: str | None, assertion: str) -> dict[str, Any]:
    """Return the code columns of a diagnosis, empty where it has no code.

    Args:
        text: the note.
        start, end: of the mention in ``text``.
        icd10: the code that was chosen for it; its score is that of the candidate with this code.
        assertion: of the mention.
    """
    if icd10 is None:
        return {}
    # Of equal codes the first is the best.
    candidates = {c.code: c for c in reversed(code_mention(text, start, end, assertion=assertion))}
    best_first = sorted(candidates.values(), key=lambda candidate: -candidate.score)
    fields: dict[str, Any] = {
        "icd10": icd10,
        "icd10_category": icd10[:3],
        "icd10_candidates": tuple(CodeCandidate(code=c.code, score=c.score) for c in best_first),
    }
    if described := describe(icd10):
        fields |= {"icd10_title": described.title, "icd10_billable": described.billable}
    if chosen := candidates.get(icd10):
        fields["icd10_score"] = chosen.score
    return fields


def drug_fields(surface: str) -> dict[str, Any]:
    """Return the columns of a substance, empty where it is not known."""
    drug = normalise(surface)
    if drug is None:
        return {}
    names = ("ingredients", "brand", "rxcui", "ingredient_rxcuis", "drug_class")
    return {name: getattr(drug, name) for name in names} | {"match_score": drug.score}


def sig_fields(written: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the columns that read the attributes of a drug.

    Args:
        written: "strength", "dosage", "form", "route", "frequency", "duration" -> as they stand in the note; of
            several the first that can be read counts, and "as needed" wherever it stands.
    """

    def first(name: str, read: Callable[[str], Value | None]) -> Value | None:
        return next((value for text in written.get(name, ()) if (value := read(text)) is not None), None)

    fields: dict[str, Any] = {}
    strength = first("strength", parse_strength)
    if strength:
        fields |= {
            "strength_value": strength.value,
            "strength_unit": strength.unit,
            "strength_per_value": strength.per_value,
            "strength_per_unit": strength.per_unit,
        }
    dose = first("dosage", parse_dose)
    if dose:
        fields |= {"dose_value": dose.value, "dose_value_max": dose.value_max, "dose_unit": dose.unit}
    if form := first("form", parse_form):
        fields |= {"form_name": form.display, "form_rxcui": form.code}
    if route := first("route", parse_route):
        fields |= {"route_name": route.display, "route_code": route.code}
    frequency = _frequency(written.get("frequency", ()))
    if frequency:
        fields |= {
            "frequency_times": frequency.times,
            "frequency_times_max": frequency.times_max,
            "frequency_period": frequency.period,
            "frequency_period_max": frequency.period_max,
            "frequency_period_unit": frequency.period_unit,
            "frequency_when": frequency.when,
            "frequency_days": frequency.days_of_week,
            "as_needed": frequency.as_needed,
        }
    fields["duration_days"] = first("duration", parse_duration)
    if total := daily_dose(strength, dose, frequency):
        fields |= {"daily_dose": total.value, "daily_dose_unit": total.unit}
    return fields


def _frequency(texts: Sequence[str]) -> Frequency | None:
    """Return the first frequency that tells how often, else the first that tells anything."""
    found = [frequency for text in texts if (frequency := parse_frequency(text))]
    best = next((frequency for frequency in found if frequency.times), found[0] if found else None)
    if best and any(frequency.as_needed for frequency in found):
        best = replace(best, as_needed=True)
    return best
