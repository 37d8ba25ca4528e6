"""Count the hand-written notes of corpora_templates and write the table of its README.

usage: python scripts/count_templates.py            rewrites corpora_templates/README.md
       python scripts/count_templates.py --check    exits with 1 where the table is out of date
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.markup import MarkedNote, read_marked
from nlp.training.split import held_out

FOLDER = Path(__file__).resolve().parent.parent / "corpora_templates"
BEGIN, END = "<!-- scripts/count_templates.py writes from here -->", "<!-- to here -->"
HEAD = ("file", "notes", "held out", "words", "PHI marks", "clinical marks")


def counts(notes: list[MarkedNote]) -> tuple[int, ...]:
    """Return the figures of `HEAD` after the file's name."""
    return (
        len(notes),
        len(held_out(notes)),
        sum(len(m.note.text.split()) for m in notes),
        sum(len(m.annotations.phi) for m in notes),
        sum(len(m.annotations.entities) for m in notes),
    )


def row(*cells: object) -> str:
    """Return one row of a Markdown table; numbers get thousands separators."""
    return "| " + " | ".join(f"{c:,}" if isinstance(c, int) else str(c) for c in cells) + " |"


def tables(folder: Path) -> str:
    """Return the Markdown tables of files and of labels.

    Raises:
        MarkupError: a file breaks the guidelines.
    """
    by_file = {path.name: read_marked(path) for path in sorted(folder.glob("*.txt"))}
    notes = [marked for found in by_file.values() for marked in found]
    lines = [row(*HEAD), row("---", *["---:"] * (len(HEAD) - 1))]
    lines += [row(name, *counts(found)) for name, found in by_file.items()]
    lines += [row("**all**", *counts(notes)), "", row("label", "marks", "files"), row("---", "---:", "---:")]
    for label in (*PHI_LABELS, *CLINICAL_LABELS):
        per_file = [
            sum(s.label == label for m in found for s in (*m.annotations.phi, *m.annotations.entities))
            for found in by_file.values()
        ]
        lines.append(row(label, sum(per_file), sum(map(bool, per_file))))
    return "\n".join(lines)


def rewritten(readme: str, folder: Path) -> str:
    """Return the README with fresh tables between the two markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, _, rest = readme.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"README.md lacks the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{tables(folder)}\n\n{END}{after}"


def main(
    check: Annotated[bool, typer.Option(help="Change nothing; tell whether the table is up to date.")] = False,
) -> None:
    """Rewrite or check the table."""
    path = FOLDER / "README.md"
    readme = path.read_text(encoding="utf-8")
    fresh = rewritten(readme, FOLDER)
    if check and fresh != readme:
        raise SystemExit(f"{path} is out of date: run python scripts/count_templates.py")
    if not check:
        path.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
