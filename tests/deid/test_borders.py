"""Where spans begin and end after the sources are united."""

import pytest

from deid.merge import unite
from nlp.types import Span


def united(text: str, *marks: tuple[str, str]) -> list[tuple[str, str]]:
    """Return surface and label of what becomes of marks (surface, label), each found behind the one before."""
    spans, at = [], 0
    for surface, label in marks:
        start = text.index(surface, at)
        at = start + len(surface)
        spans.append(Span(start, at, label, 0.9, ("t",)))
    return [(text[s.start : s.end], s.label) for s in unite(text, spans)]


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("by LWHITE1 today", [("1", "USERNAME")], [("LWHITE1", "USERNAME")]),
        ("in mcd_derm folder", [("mcd", "USERNAME")], [("mcd_derm", "USERNAME")]),
        ("Lizbeth Ri0s here", [("Lizbeth Ri", "RELATIVE")], [("Lizbeth Ri0s", "RELATIVE")]),
        ("Niece Odi1e here", [("Odi", "RELATIVE"), ("e", "RELATIVE")], [("Odi1e", "RELATIVE")]),
        ("on NW 27th now", [("NW 27", "STREET"), ("th", "CITY")], [("NW 27th", "STREET")]),
        ("sono M. Grant RT; read", [("M. Grant RT", "DOCTOR")], [("M. Grant", "DOCTOR")]),
        ("J. Lee, DNP, FNP-C saw", [("J. Lee, DNP, FNP-C", "DOCTOR")], [("J. Lee", "DOCTOR")]),
        ("NGUYEN DO seen", [("NGUYEN DO", "PATIENT")], [("NGUYEN DO", "PATIENT")]),
        ("Wednesday, May 4 at 2", [("Wednesday", "DATE"), ("May 4", "DATE")], [("Wednesday, May 4", "DATE")]),
        ("MAR-14-2024 THU", [("MAR-14-2024", "DATE"), ("THU", "DATE")], [("MAR-14-2024 THU", "DATE")]),
        ("3/4 5/6 again", [("3/4", "DATE"), ("5/6", "DATE")], [("3/4", "DATE"), ("5/6", "DATE")]),
        ("every Mon Wed", [("Mon", "DATE"), ("Wed", "DATE")], [("Mon", "DATE"), ("Wed", "DATE")]),
        ("TX75001 now", [("TX", "STATE"), ("75001", "ZIP")], [("TX", "STATE"), ("75001", "ZIP")]),
        ("had it in the spring", [("the spring", "DATE")], [("spring", "DATE")]),
        ("The Willows called", [("The Willows", "HOSPITAL")], [("The Willows", "HOSPITAL")]),
        ("seen by Smt. Rao", [("Smt. Rao", "DOCTOR")], [("Rao", "DOCTOR")]),
        ("with Don Rao", [("Don Rao", "RELATIVE")], [("Don Rao", "RELATIVE")]),
        ("her granddtr Sina", [("granddtr Sina", "RELATIVE")], [("Sina", "RELATIVE")]),
        ("with Son Nguyen", [("Son Nguyen", "RELATIVE")], [("Son Nguyen", "RELATIVE")]),
        ("grandson Ángel nights;", [("Ángel nights", "RELATIVE")], [("Ángel", "RELATIVE")]),
        ("from ana maria", [("ana maria", "RELATIVE")], [("ana maria", "RELATIVE")]),
        ("Maria del Valle", [("Maria del", "PATIENT"), ("Valle", "PATIENT")], [("Maria del Valle", "PATIENT")]),
        ("at Oak Griddle and", [("Oak Griddle and", "ORGANIZATION")], [("Oak Griddle", "ORGANIZATION")]),
        (
            "Our Lady of the Marsh",
            [("Our Lady of", "HOSPITAL"), ("the Marsh", "HOSPITAL")],
            [("Our Lady of the Marsh", "HOSPITAL")],
        ),
        ("HD M/W/F", [("M/W/F", "DATE")], [("M", "DATE"), ("W", "DATE"), ("F", "DATE")]),
        ("resume Fri AM", [("Fri AM", "DATE")], [("Fri", "DATE")]),
        ("in dry lake nv", [("dry lake nv", "CITY")], [("dry lake", "CITY"), ("nv", "STATE")]),
        ("in La Co", [("La Co", "CITY")], [("La Co", "CITY")]),
        ("lic ga 031775", [("ga 031775", "LICENSE")], [("ga", "STATE"), ("031775", "LICENSE")]),
        ("lic CL2 4471882", [("CL2", "LICENSE"), ("4471882", "LICENSE")], [("CL2 4471882", "LICENSE")]),
        ("Smith 65M", [("Smith", "PATIENT"), ("65", "AGE")], [("Smith", "PATIENT"), ("65", "AGE")]),
    ],
)
def test_spans_cover_whole_things_and_nothing_else(
    text: str, marks: list[tuple[str, str]], expected: list[tuple[str, str]]
) -> None:
    assert united(text, *marks) == expected
