"""Rebuild extractors/data/problem_words.txt: words that name diseases, symptoms and findings.

They come from the DX and SX marks of corpora_templates and from the titles of ICD-10-CM (public domain, by the
package simple-icd-10-cm). A mention of which the tagger is not sure must hold one of them.
"""

from __future__ import annotations

from pathlib import Path

import simple_icd_10_cm

from extractors.mentions import problem_words
from nlp.labels import PROBLEM_LABELS
from nlp.markup import read_folder

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Read marks and titles and write the list."""
    words: set[str] = set()
    for marked in read_folder(ROOT / "corpora_templates"):
        for span in marked.annotations.entities:
            if span.label in PROBLEM_LABELS:
                words |= problem_words(marked.note.text[span.start : span.end])
    marks = len(words)
    for code in simple_icd_10_cm.get_all_codes():
        words |= problem_words(simple_icd_10_cm.get_description(code))
    head = "# Built by scripts/build_problem_words.py from corpora_templates and ICD-10-CM titles; do not edit.\n"
    out = ROOT / "extractors" / "data" / "problem_words.txt"
    out.write_text(head + "\n".join(sorted(words)) + "\n", encoding="utf-8")
    print(f"{len(words):,} words, {marks:,} of them in marks")


if __name__ == "__main__":
    main()
