"""Measure how many marked identifiers the search for known identifiers finds, and what it finds beside them.

The marked PHI of every note is given as its known identifiers, in other words as if the dump had named them; no
tagger runs. Then letters of the notes' names and digits of their numbers are changed, and the search has to find
what is misspelt by the identifiers as they are.

    python scripts/check_known.py corpora_templates
"""

from __future__ import annotations

import argparse
import random
import string
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from deid.known import known_identifiers
from deid.mentions import stretches_of
from nlp.labels import NAME_LABELS, PHI_SCHEME
from nlp.markup import MarkedNote, read_folder
from nlp.types import Note, Span

LABELS = tuple(label.name for label in PHI_SCHEME if label.hipaa and label.name not in ("AGE", "DATE"))
MIN_LENGTH = 3
"""Shorter surfaces (initials, a floor) are no identifiers that a table would hold on their own."""


def letters(text: str, span: Span) -> list[int]:
    """Return the places of the letters and digits of a span."""
    return [i for i in range(span.start, span.end) if text[i].isalnum()]


def slip(word: str, rng: random.Random) -> str:
    """Return a word with one character wrong, missing, doubled, or swapped with the next."""
    at = rng.randrange(1, len(word) - 1)
    alphabet = string.digits if word[at].isdigit() else string.ascii_lowercase
    return rng.choice((
        word[:at] + rng.choice([c for c in alphabet if c != word[at]]) + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ))  # fmt: skip


def misspelt(text: str, spans: Iterable[Span], rng: random.Random) -> tuple[str, list[Span]]:
    """Return the text with one slip in every span, and where the spans stand now."""
    pieces, moved, last, shift = [], [], 0, 0
    for span in spans:
        surface = text[span.start : span.end]
        words = [(i, w) for i, w in _runs(surface) if len(w) >= 5]
        wrong = surface
        if words:
            at, word = rng.choice(words)
            wrong = surface[:at] + slip(word, rng) + surface[at + len(word) :]
        pieces += [text[last : span.start], wrong]
        moved.append(Span(span.start + shift, span.start + shift + len(wrong), span.label))
        shift += len(wrong) - len(surface)
        last = span.end
    return "".join((*pieces, text[last:])), moved


def _runs(surface: str) -> list[tuple[int, str]]:
    runs, start = [], None
    for i, c in enumerate(surface + " "):
        if c.isalnum():
            start = i if start is None else start
        elif start is not None:
            runs.append((start, surface[start:i]))
            start = None
    return runs


def is_given(text: str, span: Span) -> bool:
    """Whether a surface is given as a known identifier."""
    return span.label in LABELS and len(letters(text, span)) >= MIN_LENGTH


def measure(
    notes: Iterable[MarkedNote], change: Callable[[str, list[Span]], tuple[str, list[Span]]], labels: tuple[str, ...]
) -> tuple[Counter[str], Counter[str], Counter[str], list[tuple[str, int]]]:
    """Return by label the spans given, the spans wholly found, characters found beside any mark, and the misses."""
    given, found, beside = Counter[str](), Counter[str](), Counter[str]()
    missed = []
    for marked in notes:
        text = marked.note.text
        spans = [s for s in marked.annotations.phi if is_given(text, s) and s.label in labels]
        identifiers: dict[str, str] = {}
        for span in spans:
            column = span.label.lower().replace("-", "_")
            value = " ".join(text[span.start : span.end].split())
            identifiers[column] = f"{identifiers[column]};{value}" if column in identifiers else value
        changed, moved = change(text, spans)
        hits = known_identifiers(Note(marked.note.note_id, changed, identifiers=identifiers))
        covered = {i for hit in hits for i in letters(changed, hit)}
        for span in moved:
            given[span.label] += 1
            if covered.issuperset(letters(changed, span)):
                found[span.label] += 1
            else:
                missed.append((marked.note.note_id, span.start))
        if changed == text:
            marks = stretches_of(marked.annotations.phi)
            beside.update(hit.label for hit in hits if not marks.overlap(hit.start, hit.end))
    return given, found, beside, missed


def show(title: str, given: Counter[str], found: Counter[str], beside: Counter[str]) -> None:
    """Print a table."""
    print(f"{title}\n  {'label':16}{'given':>7}{'found':>7}{'recall':>8}{'beside':>8}")
    for label in (*sorted(given), None):
        total, hits = (given[label], found[label]) if label else (given.total(), found.total())
        false = beside[label] if label else beside.total()
        print(f"  {label or 'all':16}{total:7}{hits:7}{hits / max(total, 1):8.4f}{false:8}")


def main() -> None:
    """Print recall and false alarms, as marked and with slips."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of marked notes (*.txt)")
    parser.add_argument("--missed", action="store_true", help="also print note ids and offsets of what was missed")
    options = parser.parse_args()
    notes = list(read_folder(options.folder))
    given, found, beside, missed = measure(notes, lambda text, spans: (text, list(spans)), LABELS)
    show(f"{len(notes)} notes, identifiers as marked", given, found, beside)
    if options.missed:
        print("missed:", *(f"{note_id}:{start}" for note_id, start in missed))
    rng = random.Random(1)
    numbers = ("MEDICALRECORD", "PHONE", "FAX", "SSN", "ACCOUNT", "HEALTHPLAN")
    fuzzy = (*(label for label in LABELS if label in NAME_LABELS), *numbers)
    show("one slip in every name and number", *measure(notes, lambda t, s: misspelt(t, s, rng), fuzzy)[:3])


if __name__ == "__main__":
    main()
