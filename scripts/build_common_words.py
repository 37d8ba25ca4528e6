"""Rebuild deid/data/common_words.txt and abbreviations.txt from the training notes.

A word that stands in lower case outside every PHI mark of corpora_templates is no name by itself;
two or three capitals outside every PHI mark are an abbreviation, not somebody's initials.
"""

from __future__ import annotations

import re
from pathlib import Path

from deid.folding import fold
from deid.wordlists import folded
from nlp.markup import read_folder

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Read the templates and write both lists."""
    words: set[str] = set()
    abbreviations: set[str] = set()
    names: set[str] = set()
    months = folded("recognizers/data/months")
    for marked in read_folder(ROOT / "corpora_templates"):
        rest = list(marked.note.text)
        for span in marked.annotations.phi:
            names |= set(re.findall(r"[^\W\d_]+", marked.note.text[span.start : span.end].lower()))
            rest[span.start : span.end] = "\n" * len(span)
        found = re.findall(r"(?<![\w'])[^\W\d_]{2,}(?![\w])", "".join(rest))
        words |= {w for w in found if w.islower() and len(w) > 2 and w.isascii()}
        # "MAY" is a month and a name in small letters too.
        abbreviations |= {w for w in found if w.isupper() and len(w) <= 3 and fold(w) not in months}
    for name, entries in (("common_words", words), ("abbreviations", abbreviations)):
        head = "# Built by scripts/build_common_words.py from corpora_templates; do not edit.\n"
        (ROOT / "deid" / "data" / f"{name}.txt").write_text(head + "\n".join(sorted(entries)) + "\n", encoding="utf-8")
    print(f"{len(words)} words ({len(words & names)} of them also in a name), {len(abbreviations)} abbreviations")


if __name__ == "__main__":
    main()
