"""Route of administration -> display and code of SNOMED CT, as FHIR's route-codes value set names them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from extractors.drugs.lookup import find


@dataclass(frozen=True, slots=True)
class Route:
    """A route: ``code`` of SNOMED CT (http://snomed.info/sct) and its ``display``."""

    display: str
    code: str


@lru_cache(maxsize=4096)
def parse_route(text: str) -> Route | None:
    """Return the route that "PO", "by mouth" or "via G-tube" names; of "PO/IV", the first. None where unknown."""
    found = find("routes.txt", text) or find("routes.txt", text.replace("/", " "))
    return Route(found[1], found[0]) if found else None
