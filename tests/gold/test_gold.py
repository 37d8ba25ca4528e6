"""The open benchmark reads without mistakes, and nothing that trains reads or repeats it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nlp.markup import MARK, read_folder

GOLD = Path(__file__).parent
ROOT = GOLD.parents[1]
CODE = sorted(p for part in ("nlp", "deid", "extractors", "scripts") for p in (ROOT / part).rglob("*.py"))
TEXT_SUFFIXES = {".txt", ".jsonl", ".json", ".csv", ".py", ".md"}
WORDS = re.compile(r"\w+")
# Runs of 13 words are what contamination is usually looked for by (Brown et al. 2020, appendix C). Shorter
# runs meet by chance in clinical prose ("methylprednisolone 1 g iv daily for three days"), so of runs of
# eight words a note may share a few, not many.
LONG, SHORT, SHORT_SHARE = 13, 8, 0.05


def shingles(text: str, size: int) -> set[tuple[str, ...]]:
    """Return every run of ``size`` words, case folded."""
    words = WORDS.findall(text.casefold())
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def without_marks(marked: str) -> str:
    """Return marked-up text with each mark replaced by its surface; never fails on broken marks."""
    return MARK.sub(lambda mark: mark[2].split("|")[0], marked)


def overlaps(held_out: str, seen: set[tuple[str, ...]], seen_short: set[tuple[str, ...]]) -> bool:
    """Whether a benchmark note shares a long run, or more than a few short ones, with what was seen."""
    short = shingles(held_out, SHORT)
    return bool(shingles(held_out, LONG) & seen) or len(short & seen_short) > SHORT_SHARE * len(short)


def test_notes_parse_without_mistakes_and_carry_both_layers():
    notes = list(read_folder(GOLD / "dev"))
    ids = [entry.note.note_id for entry in notes]
    assert len(ids) == len(set(ids)) == 60
    assert all(entry.note.text.strip() for entry in notes)
    assert sum(len(entry.annotations.phi) for entry in notes) == 1620
    assert sum(len(entry.annotations.entities) for entry in notes) == 3437


@pytest.mark.parametrize("folder", ["corpora_templates", "nlp/samples", "examples"])
def test_benchmark_is_not_repeated_in_what_we_train_on_or_show(folder):
    files = [p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in TEXT_SUFFIXES]
    assert files
    texts = [without_marks(path.read_text(encoding="utf-8")) for path in files]
    seen, seen_short = (set().union(*(shingles(text, size) for text in texts)) for size in (LONG, SHORT))
    guilty = [e.note.note_id for e in read_folder(GOLD / "dev") if overlaps(e.note.text, seen, seen_short)]
    if guilty:  # no assert: its message would show what the benchmark says
        pytest.fail(f"{folder} repeats benchmark notes {guilty}", pytrace=False)


def test_a_copied_note_is_seen():
    copied = next(read_folder(GOLD / "dev")).note.text
    changed = copied.replace(" the ", " this ").replace(" of ", " in ")
    for seen in (copied, changed):
        if not overlaps(copied, shingles(seen, LONG), shingles(seen, SHORT)):
            pytest.fail("a copy went unnoticed", pytrace=False)


def test_no_code_outside_the_tests_names_the_benchmark_folder():
    assert CODE
    naming = re.compile(r"gold[/\\]+dev|[\"']gold[\"']\s*/\s*[\"']dev[\"']")
    assert not [str(p.relative_to(ROOT)) for p in CODE if naming.search(p.read_text(encoding="utf-8"))]
