"""Search a note for the identifiers of its patient that came with the dump."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from dateutil import parser as date_parser

from deid.folding import fold
from deid.mentions import Form, MentionFinder, Stretches, Target, surface_targets
from deid.merge import KNOWN
from nlp.labels import PHI_LABELS
from nlp.types import Note, Span

COLUMNS: Mapping[str, str] = {
    "name": "PATIENT", "full_name": "PATIENT", "patient_name": "PATIENT", "first_name": "PATIENT",
    "given_name": "PATIENT", "middle_name": "PATIENT", "last_name": "PATIENT", "surname": "PATIENT",
    "family_name": "PATIENT", "maiden_name": "PATIENT", "former_name": "PATIENT", "nickname": "PATIENT",
    "preferred_name": "PATIENT", "alias": "PATIENT",
    "relative": "RELATIVE", "next_of_kin": "RELATIVE", "mother_name": "RELATIVE", "father_name": "RELATIVE",
    "spouse_name": "RELATIVE", "emergency_contact": "RELATIVE", "guardian": "RELATIVE",
    "provider": "DOCTOR", "doctor": "DOCTOR", "attending": "DOCTOR", "pcp": "DOCTOR",
    "mrn": "MEDICALRECORD", "medical_record_number": "MEDICALRECORD", "nhs_number": "MEDICALRECORD",
    "ssn": "SSN", "social_security_number": "SSN", "account": "ACCOUNT", "account_number": "ACCOUNT",
    "member_id": "HEALTHPLAN", "policy_number": "HEALTHPLAN", "insurance_id": "HEALTHPLAN",
    "license": "LICENSE", "drivers_license": "LICENSE", "plate": "VEHICLE", "vin": "VEHICLE",
    "phone": "PHONE", "home_phone": "PHONE", "mobile": "PHONE", "cell": "PHONE", "work_phone": "PHONE",
    "telephone": "PHONE", "fax": "FAX", "email": "EMAIL", "e_mail": "EMAIL", "username": "USERNAME", "url": "URL",
    "address": "STREET", "street": "STREET", "address_line_1": "STREET", "address_line_2": "STREET",
    "city": "CITY", "county": "LOCATION-OTHER", "state": "STATE", "country": "COUNTRY", "zip": "ZIP",
    "zip_code": "ZIP", "postal_code": "ZIP", "dob": "DATE", "date_of_birth": "DATE", "birth_date": "DATE",
    "birthdate": "DATE", "admission_date": "DATE", "discharge_date": "DATE", "death_date": "DATE",
    "employer": "ORGANIZATION", "school": "ORGANIZATION", "insurer": "ORGANIZATION", "hospital": "HOSPITAL",
}  # fmt: skip
"""Column name to label; column names are compared in lower case, other characters as underscores."""

_MANY = re.compile(r"[;|\n]")
_MONTHS = tuple(fold(name) for name in calendar.month_name[1:])
_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))


def column_label(column: str, value: str) -> str:
    """Return the label of an identifier, from its column's name, else from its shape."""
    plain = re.sub(r"\W+", "_", fold(column)).strip("_")
    if plain in COLUMNS:
        return COLUMNS[plain]
    if plain.upper().replace("_", "-") in PHI_LABELS:
        return plain.upper().replace("_", "-")
    if "@" in value:
        return "EMAIL"
    return "IDNUM" if any(c.isdigit() for c in value) else "PATIENT"


def known_identifiers(note: Note) -> list[Span]:
    """Return where the known identifiers of the patient stand in the note, sorted; spans may overlap.

    Case does not count; parts of names are found alone, digits with other separators, dates in the
    usual styles, parts of an address alone. A value may hold several, parted by semicolons.
    """
    targets = list(dict.fromkeys(_targets(note.identifiers)))
    if not targets:
        return []
    spans = MentionFinder(note.text, Stretches(()), Stretches(())).find(targets, KNOWN)
    return sorted(set(spans), key=lambda s: (s.start, s.end, s.label))


def _targets(identifiers: Mapping[str, str]) -> Iterator[Target]:
    for column, values in identifiers.items():
        for raw in _MANY.split(values or ""):
            if value := raw.strip():
                yield from _value_targets(value, column_label(column, value))


def _value_targets(value: str, label: str) -> Iterator[Target]:
    yield from surface_targets(value, label, 1.0)
    if label == "DATE":
        yield from (Target(fold(style), label, 1.0, Form.ANY_CASE) for style in _date_styles(value))
    elif label == "STREET" and "," in value:
        for part in map(str.strip, value.split(",")):
            yield from surface_targets(part, "STREET" if any(c.isdigit() for c in part) else "CITY", 1.0)
            yield from (Target(z, "ZIP", 1.0, Form.DIGITS) for z in re.findall(r"\b\d{5}\b(?!.*\d{5})", part))
    elif label not in ("STATE", "COUNTRY") and len(value) >= 2 and any(c.isdigit() for c in value):
        yield Target(fold(value), label, 1.0, Form.ANY_CASE)  # also short numbers: the column says what they are


def _date_styles(value: str) -> Iterator[str]:
    """Yield the usual ways to write a date; nothing if ``value`` is no full date."""
    try:
        day, other = (date_parser.parse(value, default=default).date() for default in _DEFAULTS)
    except (ValueError, OverflowError, TypeError):
        return
    if day != other:
        return  # a part was missing and came from the default
    month = _MONTHS[day.month - 1]
    yield from {
        day.isoformat(), day.strftime("%Y%m%d"), day.strftime("%m%d%Y"), day.strftime("%Y/%m/%d"),
        *(form for separator in "/-." for form in _numeric_styles(day, separator)),
        *(
            form
            for name in (month, month[:3], month[:3] + ".")
            for d in (f"{day.day}", f"{day.day:02}")
            for form in (f"{name} {d}, {day.year}", f"{name} {d} {day.year}", f"{d} {name} {day.year}",
                         f"{d}-{name}-{day.year}", f"{d}-{name}-{day.year % 100:02}", f"{d}{name}{day.year}")
        ),
    }  # fmt: skip


def _numeric_styles(day: date, separator: str) -> Iterator[str]:
    for first, second in ((day.month, day.day), (day.day, day.month)):
        for year in (f"{day.year}", f"{day.year % 100:02}"):
            yield separator.join((f"{first:02}", f"{second:02}", year))
            yield separator.join((f"{first}", f"{second}", year))
