"""Dose form -> RxNorm's dose form and what one of it is called."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from extractors.drugs.lookup import find


@dataclass(frozen=True, slots=True)
class Form:
    """A dose form.

    Attributes:
        display: RxNorm's name of it ("Oral Tablet").
        code: its RXCUI, None where the words leave open which it is ("drops").
        unit: what one of it is called ("tablet", "puff", "drop").
    """

    display: str
    code: str | None
    unit: str


@lru_cache(maxsize=4096)
def parse_form(text: str) -> Form | None:
    """Return the dose form that "tabs", "HFA" or "eye drops" names, None where unknown."""
    found = find("forms.txt", text)
    return Form(found[1], None if found[0] == "-" else found[0], found[2]) if found else None
