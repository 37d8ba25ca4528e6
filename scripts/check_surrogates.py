"""Check surrogates and shifted dates on hand-written notes, with their marks as perfect detection.

Counts the original PHI tokens (four letters or digits or more) that are left in the replacements of a
policy, and the dates that parse to the shifted date. Generic words that a surrogate keeps on purpose
("Hospital", "Street", "office") do not count, nor do ages and what the policy keeps.

    python scripts/check_surrogates.py corpora_templates
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from deid.folding import fold
from deid.keys import SecretKey
from deid.policy import Action, load_policy
from deid.surrogates import Draws
from deid.surrogates.date_reading import DateStyle, Role, parse_date
from deid.surrogates.dates import read_style, repaired, shift_date
from deid.transform import Deidentified, is_removed, shift_days, transform
from deid.wordlists import folded
from nlp.markup import MarkedNote, read_folder

KEY = SecretKey(b"check surrogates, no secret here")
_TOKEN = re.compile(r"[^\W_]{4,}")
_KEPT = ("generic_place_words", "generic_street_words", "generic_handle_words")
_RESERVED = frozenset(
    {"example", "https", "07700", "7700", "7946", "01632", "health", "plan"}
)  # numbers for drama, RFC 2606
_HALF_A_YEAR = 183  # a year alone is moved from its middle
_NOT_COMPARED = frozenset({"DATE", "AGE"})  # a shifted date may well be another date of the note


@dataclass(frozen=True, slots=True)
class Miss:
    """A token left, or a date that is not the shifted one: label of the span and what was wrong."""

    label: str
    what: str
    original: str
    new: str


def tokens(text: str) -> set[str]:
    """Return the folded tokens of a text that can identify: four letters or digits or more, not generic."""
    kept = _RESERVED.union(*(folded(f"surrogates/data/{name}") for name in _KEPT))
    return set(_TOKEN.findall(fold(text))) - kept


def left_over(note: MarkedNote, done: Deidentified, removed: list[tuple[int, int, str]]) -> Iterator[Miss]:
    """Yield the replacements that hold an original token of the note."""
    text = note.note.text
    original = set().union(*(tokens(text[start:end]) for start, end, label in removed if label not in _NOT_COMPARED))
    for r in done.replacements:
        if r.label not in _NOT_COMPARED and r.action is not Action.MASK and tokens(r.text) & original:
            yield Miss(r.label, "token left", text[r.start : r.end], r.text)


def wrong_dates(note: MarkedNote, done: Deidentified, days: int) -> Iterator[Miss | None]:
    """Yield for every shifted date None, or what is wrong: masked, or moving it back does not give the original day."""
    text = note.note.text
    surfaces = [text[r.start : r.end] for r in done.replacements if r.label == "DATE"]
    style = read_style(surfaces, note.note.note_date)
    there = replace(style, reference=style.reference + timedelta(days))
    before = after = None
    for r in done.replacements:
        if r.label != "DATE":
            continue
        surface = text[r.start : r.end]
        if r.action is not Action.SHIFT:
            yield Miss(r.label, "date masked", surface, r.text)
            continue
        old = shift_date(surface, days, style, before)
        new = shift_date(r.text, -days, there, after)
        wanted = old[1] + timedelta(days) if old and old[1] else None
        read = new[1] if new else None
        exact = wanted == read or (
            wanted and read and not _has_day(surface, style) and _apart(wanted, read) <= _HALF_A_YEAR
        )
        yield None if new and exact else Miss(r.label, "date moved wrongly", surface, r.text)
        before, after = wanted - timedelta(days) if wanted else before, wanted or after


def _apart(one: date, other: date) -> int:
    """Return by how many days two dates without a day differ: "summer" may be that of another year."""
    days = abs((one - other).days)
    return min(days, days % 365, -days % 365)


def _has_day(surface: str, style: DateStyle) -> bool:
    """Whether a date names a day: only then it means one day, and not a month, season or year."""
    whole = repaired(surface)
    pieces = parse_date(whole, style) or parse_date(whole.split("-")[0], style)
    return pieces is None or any(piece.role is Role.DAY for piece in pieces)


def main() -> None:
    """Print both figures, and the misses by label."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of marked-up notes (*.txt)")
    parser.add_argument("--policy", default="surrogate")
    parser.add_argument("--show", action="store_true", help="print the text of every miss (fictional notes only)")
    args = parser.parse_args()
    policy = load_policy(args.policy)
    spans = dates = 0
    misses: list[Miss] = []
    for note in read_folder(args.folder):
        done = transform(note.note, note.annotations.phi, policy, KEY)
        removed = [(s.start, s.end, s.label) for s in note.annotations.phi if is_removed(s, note.note.text, policy)]
        spans += len(removed)
        misses += left_over(note, done, removed)
        if policy.action("DATE") is Action.SHIFT:
            days = shift_days(Draws.of(KEY, note.note), policy.date_shift)
            checked = list(wrong_dates(note, done, days))
            dates += len(checked)
            misses += [miss for miss in checked if miss]
    by_kind = Counter(miss.what for miss in misses)
    moved = dates - sum(by_kind[what] for what in ("date masked", "date moved wrongly"))
    print(f"{spans} spans removed, {by_kind['token left']} replacements hold an original token")
    print(f"{dates} dates, {moved} parse to the shifted date ({moved / max(dates, 1):.1%}), ", end="")
    print(f"{by_kind['date masked']} masked")
    for (what, label), count in sorted(Counter((m.what, m.label) for m in misses).items()):
        print(f"  {count:5} {what}: {label}")
    if args.show:
        for miss in misses:
            print(f"{miss.what}: {miss.label} {miss.original!r} -> {miss.new!r}")


if __name__ == "__main__":
    main()
