"""Rebuild deid/data/common_words.txt, abbreviations.txt and word_uses.txt from the training notes.

A word that stands in lower case outside every PHI mark of corpora_templates is no name by itself;
two or three capitals outside every PHI mark are an abbreviation, not somebody's initials. How often a
word stands inside marks is counted without the notes held out for validation, which `deid.doubt` learns from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from deid.doubt import WORD
from deid.folding import fold
from deid.wordlists import folded
from nlp.markup import MarkedNote, read_folder
from nlp.training.split import learned_from

ROOT = Path(__file__).parents[1]


TEMPLATES = ROOT / "corpora_templates"
FEWEST = 2
"""Uses from which a word is counted."""


def word_uses(notes: Iterable[MarkedNote]) -> dict[str, tuple[int, int, int]]:
    """Return how often a folded word occurs, how often of that inside PHI and how often in lower case outside."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for marked in notes:
        inside = {place for span in marked.annotations.phi for place in range(span.start, span.end)}
        for found in WORD.finditer(marked.note.text):
            use = counts[fold(found[0])]
            use[0] += 1
            if found.start() in inside:
                use[1] += 1
            elif found[0].islower():
                use[2] += 1
    return {word: (use[0], use[1], use[2]) for word, use in counts.items()}


def write(name: str, lines: Iterable[str]) -> None:
    """Write a list of the package `deid`, sorted."""
    head = "# Built by scripts/build_common_words.py from corpora_templates; do not edit.\n"
    (ROOT / "deid" / "data" / f"{name}.txt").write_text(head + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


def main() -> None:
    """Read the templates and write the lists."""
    uses = word_uses(learned_from(read_folder(TEMPLATES)))
    write("word_uses", [f"{word} {' '.join(map(str, use))}" for word, use in uses.items() if use[0] >= FEWEST])
    words: set[str] = set()
    abbreviations: set[str] = set()
    names: set[str] = set()
    months = folded("recognizers/data/months")
    for marked in read_folder(TEMPLATES):
        rest = list(marked.note.text)
        for span in marked.annotations.phi:
            names |= set(re.findall(r"[^\W\d_]+", marked.note.text[span.start : span.end].lower()))
            rest[span.start : span.end] = "\n" * len(span)
        found = re.findall(r"(?<![\w'])[^\W\d_]{2,}(?![\w])", "".join(rest))
        words |= {w for w in found if w.islower() and len(w) > 2 and w.isascii()}
        # "MAY" is a month and a name in small letters too.
        abbreviations |= {w for w in found if w.isupper() and len(w) <= 3 and fold(w) not in months}
    write("common_words", words)
    write("abbreviations", abbreviations)
    print(f"{len(words)} words ({len(words & names)} of them also in a name), {len(abbreviations)} abbreviations")


if __name__ == "__main__":
    main()
