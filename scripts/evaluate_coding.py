"""Accuracy of ICD-10-CM codes on the marked diagnoses of a folder: ``python scripts/evaluate_coding.py FOLDER``.

Prints exact and category accuracy per part: the notes that are held out of training ("validation"), a fixed
fifth of the others that the synonyms were not looked up in ("unseen") and the rest ("tuning"). Mentions are
taken from the marks, with the marked assertion; taggers are not involved.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import process_time
from zlib import crc32

import typer

from extractors.coding import AROUND, default_coder
from nlp.markup import read_folder
from nlp.training.split import is_validation


def part(note_id: str) -> str:
    """Return which part of the notes ``note_id`` belongs to."""
    if is_validation(note_id):
        return "validation"
    return "unseen" if crc32(b"coding" + note_id.encode()) % 5 == 0 else "tuning"


def main(folder: Path, misses: str = typer.Option("", help="part whose wrong codes are printed")) -> None:
    """Print the accuracy of the codes of the marked notes in FOLDER."""
    started = process_time()
    coder = default_coder()
    print(f"built in {process_time() - started:.2f} s of CPU time")
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("tuning", "unseen", "validation")}
    spent = 0.0
    for marked in read_folder(folder):
        name, text = part(marked.note.note_id), marked.note.text
        for span in marked.annotations.entities:
            if not span.icd10:
                continue
            surface = text[span.start : span.end]
            context = text[max(0, span.start - AROUND) : span.end + AROUND]
            started = process_time()
            found = coder(surface, context, 5, span.assertion or "present")
            spent += process_time() - started
            code = found[0].code if found else ""
            any_of = {c.code for c in found}
            same = code[:3] == span.icd10[:3]
            counts[name].update(
                n=1, coded=bool(found), exact=code == span.icd10, category=same, in_5=span.icd10 in any_of
            )
            if name == misses and code[:5] != span.icd10[:5]:
                print(f"{span.icd10}\t{code}\t{found[0].score if found else 0}\t{' '.join(surface.split())}")
    for name, c in counts.items():
        if c["n"]:
            rates = ", ".join(f"{key} {c[key] / c['n']:.3f}" for key in ("exact", "category", "in_5", "coded"))
            print(f"{name}: {c['n']} mentions, {rates}")
    total = sum(c["n"] for c in counts.values())
    print(f"{1000 * spent / max(1, total):.3f} ms of CPU time a mention")


if __name__ == "__main__":
    typer.run(main)
