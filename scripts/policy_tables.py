"""Write what the built-in policies do into README.md and docs/policies.md; a test compares.

Usage: python scripts/policy_tables.py
"""

from __future__ import annotations

import re
from pathlib import Path

from deid.keys import SecretKey
from deid.policy import SAFE_HARBOR, builtin_policies, load_policy
from deid.transform import transform
from nlp.labels import PHI_SCHEME
from nlp.markup import parse
from nlp.types import Note

ROOT = Path(__file__).parents[1]
EXAMPLE = (
    "[[PATIENT:Rosalind Okafor]], a [[AGE:93]]-year-old retired [[PROFESSION:glazier]] from [[CITY:Duluth]], "
    "[[STATE:MN]] [[ZIP:55806]], MRN [[MEDICALRECORD:40-7719]], was seen at [[HOSPITAL:Harbor View Clinic]] on "
    "[[DATE:3/14/2023]] by Dr. [[DOCTOR:Ilse Brandt]]. Ms. [[PATIENT:Okafor]] fell on [[DATE:March 9]]; "
    "daughter [[RELATIVE:Ada Okafor]], [[PHONE:(218) 724-3311]]."
)
KEY = SecretKey(b"the key of the example in README")


def side_by_side() -> str:
    """Return the example note, and what each built-in policy makes of it, as a table."""
    text, annotations, _ = parse(EXAMPLE)
    note = Note("example", text, "p1", note_date="2023-03-14")
    rows = [("original", text)]
    rows += [
        (f"`{name}`", transform(note, annotations.phi, load_policy(name), KEY).text) for name in builtin_policies()
    ]
    return "\n".join(["| policy | the note |", "|---|---|", *(f"| {name} | {content} |" for name, content in rows)])


def label_table() -> str:
    """Return a table of every label: the identifier of the Safe Harbor list, and each built-in policy's action."""
    names = builtin_policies()
    policies = [load_policy(name) for name in names]
    lines = [f"| label | Safe Harbor identifier | {' | '.join(f'`{name}`' for name in names)} |", "|---" * 7 + "|"]
    for label in PHI_SCHEME:
        identifier = f"({label.hipaa}) {SAFE_HARBOR[label.hipaa]}" if label.hipaa else "-"
        lines.append(f"| {label.name} | {identifier} | {' | '.join(p.action(label.name) for p in policies)} |")
    return "\n".join(lines)


TABLES = {ROOT / "README.md": side_by_side, ROOT / "docs" / "policies.md": label_table}
PLACE = re.compile(r"(?<=<!-- scripts/policy_tables.py -->\n).*?(?=\n<!-- end -->)", re.S)


def main() -> None:
    """Replace the tables between the marks of each page."""
    for page, table in TABLES.items():
        content = page.read_text(encoding="utf-8")
        page.write_text(PLACE.sub(lambda _, table=table: table(), content), encoding="utf-8")  # type: ignore[misc]


if __name__ == "__main__":
    main()
