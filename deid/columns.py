"""What a column of known identifiers holds: from its name to a PHI label."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from deid.folding import fold
from deid.wordlists import entries
from nlp.labels import PHI_LABELS

IGNORE = "ignore"
"""Stands for a label where a column identifies nobody by itself (sex, language, ...)."""

_OWNER = re.compile(r"^(?:patient|pt|primary|home|work|current|permanent|legal|other)_(?=.)")
_KIN = re.compile(
    r"^(?:mother|father|spouse|husband|wife|partner|parent|child|relative|next_of_kin|nok|emergency_contact|guardian"
    r"|guarantor|caregiver|contact)s?_(?=.)"
)


@cache
def column_names() -> Mapping[str, str]:
    """Return column name -> PHI label, or `IGNORE`."""
    lines = (line.partition(":") for line in entries("data/identifier_columns"))
    return {name: label for label, _, names in lines for name in names.split()}


def plain_column(column: str) -> str:
    """Return a column name as it is compared: "Last Name", "LAST-NAME" and "last_name_2" are one."""
    return re.sub(r"\W+", "_", fold(column)).strip("_").rstrip("0123456789").strip("_")


def named_label(column: str) -> str | None:
    """Return the label (or `IGNORE`) that a column's name tells, None where it tells nothing.

    Words for whose it is may stand before: "patient_last_name", "mother_phone"; a name of a
    relative is RELATIVE.
    """
    plain = plain_column(column)
    if label := column_names().get(plain):
        return label
    if plain == IGNORE:
        return IGNORE
    if (upper := plain.upper().replace("_", "-")) in PHI_LABELS:
        return upper
    if kin := _KIN.match(plain):
        label = named_label(plain[kin.end() :])
        return "RELATIVE" if label == "PATIENT" else label
    if owner := _OWNER.match(plain):
        return named_label(plain[owner.end() :])
    return None


def column_label(column: str, value: str) -> str:
    """Return the label of an identifier, from its column's name, else from its shape."""
    if label := named_label(column):
        return label
    if "@" in value:
        return "EMAIL"
    return "IDNUM" if any(c.isdigit() for c in value) else "PATIENT"
