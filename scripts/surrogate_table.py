"""Write the table of originals beside their surrogates into docs/surrogates.md, from fictional examples.

python scripts/surrogate_table.py docs/surrogates.md
"""

from __future__ import annotations

import argparse
from pathlib import Path

from deid.keys import SecretKey
from deid.policy import load_policy
from deid.transform import transform
from nlp.markup import parse
from nlp.types import Note

KEY = SecretKey(b"the key of the documentation, known to all")
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
EXAMPLE = """\
[[PATIENT:Marisela Quintanar]] [[PATIENT:QUINTANAR, MARISELA T]] Ms. [[PATIENT:Quintanar]]'s [[PATIENT:MQ]] \
[[PATIENT:Quintnaar]] [[EMAIL:mquintanar82@cornflower.example]] son [[RELATIVE:Esteban Quintanar]] \
Dr. [[DOCTOR:Wendell Ashgrove]] [[DOCTOR:Ashgrove, W.]] [[USERNAME:washgrove]] [[USERNAME:wa/tk]] \
[[AGE:93]] [[AGE:67]] [[DATE:Tuesday, March 5, 2019]] [[DATE:3/5/19]] [[DATE:2019-03-12]] [[DATE:12MAR2019]] \
[[DATE:the 14th]] [[DATE:March 3-5]] [[DATE:Thanksgiving 2018]] [[DATE:summer of '17]] [[DATE:MWF]] [[DATE:2/30/2019]] \
[[STREET:418 Larch Hollow Rd, Apt 6]] [[CITY:Framingham]] [[STATE:MA]] [[ZIP:01702]] [[PHONE:(508) 555-0177]] \
[[PHONE:+44 20 7946 0018]] [[HOSPITAL:Brackwater Valley Medical Center]] [[HOSPITAL:BVMC]] \
[[HOSPITAL:St. Wulfrida's Hospital]] [[ORGANIZATION:Medicare]] [[ORGANIZATION:Fenwright Foods, Inc.]] \
[[PROFESSION:upholsterer]] [[MEDICALRECORD:00-41-7730]] [[SSN:219-09-4402]] [[SSN:4402]] [[LICENSE:1234567893]] \
[[VEHICLE:1M8GDM9AXKP042788]] [[DEVICE:SN-BX4471-09]] [[URL:https://portal.brackwater.example/view/88213]]
"""


def table() -> str:
    """Return the table in Markdown: label, original and surrogate of every mark of the example."""
    text, annotations, _ = parse(EXAMPLE)
    done = transform(Note("example", text, "example"), annotations.phi, load_policy("surrogate"), KEY)
    new = {r.start: r.text for r in done.replacements}
    rows = [
        f"| {s.label} | {text[s.start : s.end]} | {new.get(s.start, text[s.start : s.end])} |" for s in annotations.phi
    ]
    return "\n".join(("| label | original | surrogate |", "| --- | --- | --- |", *rows)) + "\n"


def with_table(page: str) -> str:
    """Return the page with the table between its two marks.

    Raises:
        ValueError: the marks are missing.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page needs the lines {BEGIN.strip()} and {END.strip()}")
    return f"{head}{BEGIN}{table()}{END}{tail}"


def main() -> None:
    """Rewrite the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path)
    page = parser.parse_args().page
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
