"""Check the output for marked-up notes, with their marks as perfect detection, under every built-in policy.

The marks go through the pipeline as a tagger's spans would: resolve, transform, leak check. Counted are, in the whole
output, the original PHI tokens (four letters or digits or more) that the policy does not keep: those that a
replacement holds, and those that stand in the text around. The latter are words that the note also holds where no
mark is; ordinary words of our lists ("office", "rose") are counted apart from all others. Where dates are shifted,
every one is read again and must mean the shifted day; those that dateutil can read are read by it too.

    python scripts/check_surrogates.py corpora_templates
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from dateutil import parser as date_parser

from deid.folding import fold
from deid.keys import SecretKey
from deid.leak import LeakError, close_leaks
from deid.policy import Action, Policy, builtin_policies, load_policy
from deid.resolve import resolve
from deid.surrogates import Draws
from deid.surrogates.date_reading import DateStyle, Role, parse_date
from deid.surrogates.dates import read_style, repaired, shift_date, shift_dates
from deid.transform import Deidentified, Replacement, is_removed, shift_days, transform
from deid.wordlists import folded, ordinary_words
from nlp.markup import MarkedNote, read_folder
from nlp.types import Span

KEY = SecretKey(b"check surrogates, no secret here")
_TOKEN = re.compile(r"[^\W_]{4,}")
_KEPT = ("generic_place_words", "generic_street_words", "generic_handle_words")
_RESERVED = frozenset(
    {"example", "http", "https", "07700", "7700", "7946", "01632", "1632", "2001", "health", "plan"}
)  # numbers for drama, RFC 2606, RFC 3849
_LONGEST = {Role.DAY: 0, Role.MONTH: 16, Role.SEASON: 47, Role.QUARTER: 46}
"""Days by which a date without a day may lie beside the day that stands for it; a year alone: half of one."""
_HALF_A_YEAR = 183
_YEARS = re.compile(r"(?<!\d)\d{4}\s?[-–—]\s?\Z")
_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))


@dataclass(frozen=True, slots=True)
class Miss:
    """A token left, or a date that is not the shifted one: label of the span and what was wrong."""

    label: str
    what: str
    original: str
    new: str


@dataclass(frozen=True, slots=True)
class Output:
    """What becomes of one marked note.

    Attributes:
        phi: after resolve and the leak check.
        done: text and replacements.
        removed: the marks that the policy removes.
    """

    phi: tuple[Span, ...]
    done: Deidentified
    removed: tuple[Span, ...]


def output(marked: MarkedNote, policy: Policy) -> Output:
    """Return what the pipeline makes of a note whose PHI a tagger finds as it is marked.

    Raises:
        LeakError: the note would go to quarantine.
    """
    note, entities = marked.note, marked.annotations.entities
    found = [replace(span, score=1.0, sources=("marks",)) for span in marked.annotations.phi]
    phi = resolve(note, found, entities, policy)
    phi, done = close_leaks(note, phi, transform(note, phi, policy, KEY), policy, KEY, entities)
    return Output(phi, done, tuple(span for span in found if is_removed(span, note.text, policy)))


def tokens(text: str) -> set[str]:
    """Return the folded tokens of a text that can identify: four letters or digits or more, not generic."""
    kept = _RESERVED.union(*(folded(f"surrogates/data/{name}") for name in _KEPT))
    return set(_TOKEN.findall(fold(text))) - kept


def left_over(marked: MarkedNote, out: Output, policy: Policy) -> Iterator[Miss]:
    """Yield the original tokens that the output holds: in replacements, and in the text around them."""
    text, done = marked.note.text, out.done
    compared = {"AGE"} | ({"DATE"} if policy.action("DATE") in (Action.SHIFT, Action.GENERALIZE) else set())
    original: dict[str, str] = {}  # a shifted date may well be another date of the note, and a year stays
    for span in out.removed:
        if span.label not in compared:
            original |= dict.fromkeys(tokens(text[span.start : span.end]), span.label)
    replaced = {(r.start, r.end) for r in done.replacements}
    for span in out.phi:
        if (span.start, span.end) not in replaced:  # what the policy keeps
            for token in tokens(text[span.start : span.end]):
                original.pop(token, None)
    around, last = [], 0
    for r, start, end in zip(done.replacements, done.offsets.new_starts, done.offsets.new_ends, strict=True):
        around.append(done.text[last:start])
        last = end
        if r.label not in compared and r.action is not Action.MASK:
            for token in tokens(r.text) & original.keys():
                yield Miss(original[token], "in a replacement", text[r.start : r.end], r.text)
    for token in tokens("\n".join((*around, done.text[last:]))) & original.keys():
        what = "beside the marks, ordinary word" if token in ordinary_words() else "beside the marks"
        yield Miss(original[token], what, token, token)


def wrong_dates(marked: MarkedNote, out: Output, policy: Policy) -> Iterator[Miss | None]:
    """Yield for every shifted date None, or what is wrong: masked, or it does not mean the shifted day."""
    text, done = marked.note.text, out.done
    days = shift_days(Draws.of(KEY, marked.note), policy.date_shift)
    dates = [r for r in done.replacements if r.label == "DATE"]
    stretches = [(r.start, r.end) for r in dates]
    style = read_style([text[start:end] for start, end in stretches], marked.note.note_date)
    there = replace(style, reference=style.reference + timedelta(days), latest=style.latest + 1)
    again = shift_dates(done.text, [where(done, r) for r in dates], -days, there)
    for r, old, ends in zip(dates, shift_dates(text, stretches, days, style), again, strict=True):
        surface = text[r.start : r.end]
        if r.action is not Action.SHIFT or old is None:
            yield Miss(r.label, f"date masked, {kind_of_date(surface)}", surface, r.text)
            continue
        wanted = old[1] + timedelta(days) if old[1] else None
        there = replace(there, reference=wanted or there.reference, near=wanted)  # as one who knows about when it was
        new = shift_date(r.text, -days, there) or ends  # the end of a range is read with its beginning
        alone = f"2000-{r.text}" if _YEARS.search(done.text, 0, where(done, r)[0]) else r.text
        right = new is not None and means(alone, new[1], wanted, there) if wanted else new is not None
        told = by_dateutil(r.text, style) if by_dateutil(surface, style) else None
        differs = told is not None and wanted is not None and f"{told:%y%m%d}" != f"{wanted:%y%m%d}"
        yield None if right and not differs else Miss(r.label, "date moved wrongly", surface, r.text)


def where(done: Deidentified, replacement: Replacement) -> tuple[int, int]:
    """Return where a replacement stands in the output."""
    nth = done.offsets.starts.index(replacement.start)
    return done.offsets.new_starts[nth], done.offsets.new_ends[nth]


def means(text: str, read: date | None, wanted: date, style: DateStyle) -> bool:
    """Whether a date that was read is the wanted day, or the month, season or year around it."""
    pieces = parse_date(repaired(text), style) or parse_date(repaired(text).split("-")[0], style) or ()
    roles = {piece.role for piece in pieces}
    loose = roles or not any(map(str.isdigit, text))
    least = min((_LONGEST[role] for role in roles & _LONGEST.keys()), default=_HALF_A_YEAR if loose else 0)
    if read is None:
        return False
    if not re.search(r"\d{4}", text):  # two digits of a year do not tell the century
        read = read.replace(year=read.year + round((wanted.year - read.year) / 100) * 100)
    return abs((read - wanted).days) <= least


def by_dateutil(surface: str, style: DateStyle) -> date | None:
    """Return the day that dateutil, which knows nothing of us, reads in a whole date; None where it reads none."""
    try:
        first, second = (
            date_parser.parse(surface, default=default, dayfirst=style.day_first).date() for default in _DEFAULTS
        )
    except (ValueError, OverflowError):
        return None
    roles = {piece.role for piece in parse_date(surface, style) or ()}
    return first if first == second and {Role.DAY, Role.MONTH, Role.YEAR} <= roles else None


def kind_of_date(surface: str) -> str:
    """Return what a date that cannot be shifted consists of, without telling it."""
    if re.fullmatch(r"\d{1,2}\D+\d{1,2}\D+\d+", surface):
        return "no such day"
    return "with digits" if any(map(str.isdigit, surface)) else "in words"


def check(marked_notes: list[MarkedNote], policy: Policy, show: bool) -> None:
    """Print the figures of one policy."""
    spans = dates = quarantined = 0
    misses: list[Miss] = []
    for marked in marked_notes:
        try:
            out = output(marked, policy)
        except LeakError:
            quarantined += 1
            continue
        spans += len(out.removed)
        misses += left_over(marked, out, policy)
        if policy.action("DATE") is Action.SHIFT:
            checked = list(wrong_dates(marked, out, policy))
            dates += len(checked)
            misses += [miss for miss in checked if miss]
    kinds = Counter(miss.what for miss in misses)
    print(f"{policy.name}: {spans} spans removed, {quarantined} notes in quarantine; original tokens left: ", end="")
    print(", ".join(f"{kinds[what]} {what}" for what in (
        "in a replacement", "beside the marks", "beside the marks, ordinary word")))  # fmt: skip
    if dates:
        wrong = sum(count for what, count in kinds.items() if what.startswith("date"))
        print(f"  {dates} dates, {dates - wrong} mean the shifted day ({1 - wrong / dates:.2%})", end="")
        print("".join(f", {kinds[what]} {what}" for what in sorted(kinds) if what.startswith("date")))
    for miss in misses if show else ():
        print(f"  {miss.what}: {miss.label} {miss.original!r} -> {miss.new!r}")


def main() -> None:
    """Print the figures of every policy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of marked-up notes (*.txt)")
    parser.add_argument("--policy", nargs="*", default=builtin_policies(), help="names or YAML files; default: all")
    parser.add_argument("--show", action="store_true", help="print the text of every miss (fictional notes only)")
    args = parser.parse_args()
    notes = list(read_folder(args.folder))
    for name in args.policy:
        check(notes, load_policy(name), args.show)


if __name__ == "__main__":
    main()
