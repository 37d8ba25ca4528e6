"""Label schemes: PHI with its i2b2-2014 and HIPAA Safe Harbor mapping, clinical labels, BIO tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhiLabel:
    """One PHI label.

    Attributes:
        name: as in the annotation guidelines.
        i2b2: (category, type) of the i2b2/UTHealth 2014 de-identification track.
        hipaa: letter of the Safe Harbor identifier in 45 CFR 164.514(b)(2)(i), None when the rule
            does not name it (it is removed all the same where the policy says so).
    """

    name: str
    i2b2: tuple[str, str]
    hipaa: str | None


PHI_SCHEME: tuple[PhiLabel, ...] = (
    PhiLabel("PATIENT", ("NAME", "PATIENT"), "A"),
    PhiLabel("RELATIVE", ("NAME", "PATIENT"), "A"),
    PhiLabel("DOCTOR", ("NAME", "DOCTOR"), None),
    PhiLabel("USERNAME", ("NAME", "USERNAME"), None),
    PhiLabel("PROFESSION", ("PROFESSION", "PROFESSION"), None),
    PhiLabel("HOSPITAL", ("LOCATION", "HOSPITAL"), None),
    PhiLabel("ORGANIZATION", ("LOCATION", "ORGANIZATION"), None),
    PhiLabel("STREET", ("LOCATION", "STREET"), "B"),
    PhiLabel("CITY", ("LOCATION", "CITY"), "B"),
    PhiLabel("STATE", ("LOCATION", "STATE"), None),
    PhiLabel("COUNTRY", ("LOCATION", "COUNTRY"), None),
    PhiLabel("ZIP", ("LOCATION", "ZIP"), "B"),
    PhiLabel("LOCATION-OTHER", ("LOCATION", "LOCATION-OTHER"), "B"),
    PhiLabel("AGE", ("AGE", "AGE"), "C"),
    PhiLabel("DATE", ("DATE", "DATE"), "C"),
    PhiLabel("PHONE", ("CONTACT", "PHONE"), "D"),
    PhiLabel("FAX", ("CONTACT", "FAX"), "E"),
    PhiLabel("EMAIL", ("CONTACT", "EMAIL"), "F"),
    PhiLabel("URL", ("CONTACT", "URL"), "N"),
    PhiLabel("IPADDR", ("CONTACT", "IPADDR"), "O"),
    PhiLabel("SSN", ("ID", "SSN"), "G"),
    PhiLabel("MEDICALRECORD", ("ID", "MEDICALRECORD"), "H"),
    PhiLabel("HEALTHPLAN", ("ID", "HEALTHPLAN"), "I"),
    PhiLabel("ACCOUNT", ("ID", "ACCOUNT"), "J"),
    PhiLabel("LICENSE", ("ID", "LICENSE"), "K"),
    PhiLabel("VEHICLE", ("ID", "VEHICLE"), "L"),
    PhiLabel("DEVICE", ("ID", "DEVICE"), "M"),
    PhiLabel("BIOID", ("ID", "BIOID"), "P"),
    PhiLabel("IDNUM", ("ID", "IDNUM"), "R"),
)

PHI_LABELS: tuple[str, ...] = tuple(label.name for label in PHI_SCHEME)
NAME_LABELS = frozenset({"PATIENT", "RELATIVE", "DOCTOR"})
ID_LABELS = frozenset(label.name for label in PHI_SCHEME if label.i2b2[0] == "ID")
LOCATION_LABELS = frozenset(label.name for label in PHI_SCHEME if label.i2b2[0] == "LOCATION")

PROBLEM_LABELS: tuple[str, ...] = ("DX", "SX")
ATTRIBUTE_LABELS: tuple[str, ...] = ("STRENGTH", "DOSAGE", "FORM", "ROUTE", "FREQUENCY", "DURATION")
CLINICAL_LABELS: tuple[str, ...] = (*PROBLEM_LABELS, "DRUG", *ATTRIBUTE_LABELS)

ASSERTIONS: tuple[str, ...] = ("present", "negated", "possible", "hypothetical", "historical", "family")
STATUSES: tuple[str, ...] = (
    "current", "start", "change", "stop", "hold", "once", "past", "allergy", "negated", "possible",
)  # fmt: skip

MASKED = -100
"""Tag id of a word of which a training corpus says nothing; PyTorch's losses ignore it."""


def bio_tags(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the BIO tag set over ``labels``: ``O`` first, then ``B-x``, ``I-x`` for every label."""
    return ("O", *(f"{prefix}-{label}" for label in labels for prefix in "BI"))
