"""Medications: names to ingredients, sigs to numbers."""

from extractors.drugs.daily import DailyDose, daily_dose
from extractors.drugs.dose import Dose, parse_dose
from extractors.drugs.duration import parse_duration
from extractors.drugs.form import Form, parse_form
from extractors.drugs.frequency import Frequency, parse_frequency
from extractors.drugs.normalise import Drug, normalise
from extractors.drugs.route import Route, parse_route
from extractors.drugs.strength import Strength, parse_strength

__all__ = [
    "DailyDose", "Dose", "Drug", "Form", "Frequency", "Route", "Strength", "daily_dose", "normalise", "parse_dose",
    "parse_duration", "parse_form", "parse_frequency", "parse_route", "parse_strength",
]  # fmt: skip
