"""Search a note for the identifiers of its patient that came with the dump or in a patient table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from deid.folding import fold, is_word_character
from deid.known_context import is_date, is_named, opens_sentence, stands_like_a_name
from deid.known_values import Wanted, wanted
from deid.mentions import (
    CLINICAL_AFTER,
    PLACE_LABELS,
    Form,
    MentionFinder,
    Stretches,
    Target,
    stretches_of,
)
from deid.merge import unite
from deid.misspellings import misspelt
from deid.names import NAME_TOKEN, fold_name
from deid.sources import KNOWN
from deid.squeezed import Squeezed, squeeze
from deid.wordlists import folded, ordinary_words
from nlp.types import Note, Span

_MIN_FUZZY = 5
_MIN_TWO_SLIPS = 9
_MIN_SPLIT = 6
_MIN_MARKED = 4
_MIN_FUZZY_DIGITS = 6
_NUMBER_RUN = re.compile(r"\d(?:[ .()/-]{0,3}\d){4,}")
_CODE_RUN = re.compile(r"[^\W_][\w./-]{4,}")
_NEIGHBOUR_BEFORE = re.compile(r"([^\W\d_][^\W\d_'-]{2,}),?\s{1,2}$")
_NEIGHBOUR_AFTER = re.compile(r",?\s{1,2}([^\W\d_][^\W\d_'-]{2,})")
_LINE_BREAK = re.compile(r"-?[ \t]*[\r\n]+[ \t]*")
_STATE_AFTER = re.compile(r",? [A-Z](?:[A-Z]\b|[a-z]+\b)")
_TITLE_GLUED = re.compile(r"(?:Mr|Mrs|Ms|Dr)\.$")
_WORD_AFTER = re.compile(r" ([^\W\d_]+)")
_INITIAL_BEFORE = re.compile(r"(?:^|[^\w'])([^\W\d_])(?:\. ?| )$")
_INITIAL_AFTER = re.compile(r",? ([^\W\d_])(?:\.|(?=[\s,;:)]|$))")


def known_identifiers(note: Note) -> list[Span]:
    """Return where the known identifiers of the patient stand in the note, sorted; spans may overlap.

    Names are found in part, in any case and order, without diacritics, as nicknames, misspelt, broken
    over lines and in e-mail addresses; numbers, codes and addresses with whatever parts their
    characters, those with six digits or more also with one wrong; full dates in any style.
    Names that are ordinary words or abbreviations count in capitals or with a capital, unless a disease or
    test follows or they open a sentence like any word; in small letters only where they stand like a name.
    """
    search = wanted(note.identifiers)
    if not (search.targets or search.codes or search.days):
        return []
    finder = MentionFinder(note.text, Stretches(()), Stretches(()))
    squeezed = Squeezed(finder.folded)
    spans = [
        *_names(finder, search, squeezed),
        *_codes(finder.folded, search.codes, squeezed),
        *(
            Span(match.start(), match.end(), label, 1.0, (KNOWN,))
            for pattern, label in search.days.items()
            for match in pattern.finditer(finder.folded)
        ),
    ]
    return sorted(set(spans), key=lambda s: (s.start, s.end, s.label))


def _slips(letters: int) -> int:
    return (letters >= _MIN_FUZZY) + (letters >= _MIN_TWO_SLIPS)


def _names(finder: MentionFinder, search: Wanted, squeezed: Squeezed) -> list[Span]:
    further = misspelt(finder.folded, search.targets, _slips)
    exact = [
        span
        for span in finder.find([*search.targets, *further], KNOWN)
        if span.label not in search.names.values()
        or (_is_plausible(finder, span, search.exact) and not is_date(finder, span.start, span.end))
    ]
    exact += _common_places(finder, search.targets)
    exact += _common_names(finder, search.names, search.exact)
    exact += _touching_names(finder, search.names)
    exact += _split_names(finder, search.names, squeezed)
    found = [*exact, *_misspelt_neighbours(finder, exact, search.names)]
    return [_with_initials(finder, span, search.initials) for span in found]


def _with_initials(finder: MentionFinder, span: Span, initials: frozenset[str]) -> Span:
    """Return the span with the initials of the same person that stand before and behind it."""
    before = _INITIAL_BEFORE.search(finder.text, max(0, span.start - 5), span.start)
    after = _INITIAL_AFTER.match(finder.text, span.end)
    start = before.start(1) if before and before[1].isupper() and fold(before[1]) in initials else span.start
    end = after.end() if after and after[1].isupper() and fold(after[1]) in initials else span.end
    return replace(span, start=start, end=end)


def _is_plausible(finder: MentionFinder, span: Span, exact: Collection[str]) -> bool:
    """Whether a short name that is also an abbreviation ("ANA") stands as it was given, or like a name."""
    surface = finder.text[span.start : span.end]
    if len(surface) > 4 or surface.istitle() or surface in exact or fold(surface) not in folded("data/abbreviations"):
        return True
    return is_named(finder, span.start, span.end)


def _common_names(finder: MentionFinder, names: Mapping[str, str], exact: Collection[str]) -> Iterator[Span]:
    """Yield names that are ordinary words where their capitals or what stands around them tells a person."""
    for name, label in names.items():
        if name in ordinary_words():
            yield from (
                Span(start, end, label, 1.0, (KNOWN,))
                for start, end in _words(finder.folded, name)
                if stands_like_a_name(finder, start, end, exact)
            )


def _touching_names(finder: MentionFinder, names: Mapping[str, str]) -> Iterator[Span]:
    """Yield names without the blank or apostrophe behind them: "Mr.Quistdenies", "jims wife"."""
    text, kin = finder.folded, folded("recognizers/data/kin")
    for name, label in names.items():
        for start, end in _words(text, f"{name}s"):
            after = _WORD_AFTER.match(text, end)
            if after is not None and after[1] in kin:
                yield Span(start, end - 1, label, 1.0, (KNOWN,))
        at = text.find(name) if len(name) >= _MIN_FUZZY else -1
        while at >= 0:
            if _TITLE_GLUED.search(finder.text, max(0, at - 4), at):
                yield Span(at, at + len(name), label, 1.0, (KNOWN,))
            at = text.find(name, at + 1)


def _common_places(finder: MentionFinder, targets: Sequence[Target]) -> Iterator[Span]:
    """Yield places that are ordinary words where they open a line, a state follows or in mid-sentence: "the Point"."""
    for target in targets:
        if target.label not in PLACE_LABELS or target.form is not Form.CAPITALISED:
            continue
        for start, end in _words(finder.folded, target.needle):
            if finder.text[start].isupper() and (
                _STATE_AFTER.match(finder.text, end)
                or stands_like_a_name(finder, start, end, ())
                or not (opens_sentence(finder, start) or CLINICAL_AFTER.match(finder.folded, end))
            ):
                yield Span(start, end, target.label, 1.0, (KNOWN,))


def _words(folded_text: str, word: str) -> Iterator[tuple[int, int]]:
    at = folded_text.find(word)
    while at >= 0:
        end = at + len(word)
        alone = (at == 0 or not is_word_character(folded_text[at - 1])) and (
            end == len(folded_text) or not is_word_character(folded_text[end])
        )
        if alone:
            yield at, end
        at = folded_text.find(word, end)


def _misspelt_neighbours(finder: MentionFinder, exact: Sequence[Span], names: Mapping[str, str]) -> Iterator[Span]:
    """Yield words beside a known name that are nearly another part of it: "Maria Cruhz"."""
    for span in exact:
        before = _NEIGHBOUR_BEFORE.search(finder.folded, max(0, span.start - 32), span.start)
        after = _NEIGHBOUR_AFTER.match(finder.folded, span.end)
        for match in (before, after):
            if match is None or match[1] in ordinary_words() or not finder.text[match.start(1)].isupper():
                continue
            word, own = match[1], finder.folded[span.start : span.end]
            for name, label in names.items():
                most = 1 if len(name) < _MIN_SPLIT else 2
                if label == span.label and name not in own and OSA.distance(name, word, score_cutoff=most) <= most:
                    yield Span(match.start(1), match.end(1), label, 1.0, (KNOWN,))


def _split_names(finder: MentionFinder, names: Mapping[str, str], squeezed: Squeezed) -> Iterator[Span]:
    """Yield names that are broken over lines or written apart, with combining marks or without an apostrophe."""
    for name, label in names.items():
        needle = "".join(NAME_TOKEN.findall(name)).replace("'", "")
        if len(needle) < _MIN_MARKED or needle in ordinary_words():
            continue
        for start, end in squeezed.find(needle):
            gaps = squeezed.gaps(start, end)
            surface = finder.text[start:end]
            pieces = [fold_name(token) for token in NAME_TOKEN.findall(surface)]
            broken = (
                len(needle) >= _MIN_SPLIT
                and len(gaps) == 1
                and (
                    _LINE_BREAK.fullmatch(surface, len(pieces[0]), len(surface) - len(pieces[-1])) is not None
                    or gaps[0] in "-' "
                )
            )
            ordinary = len(gaps) == 1 and gaps[0].isspace() and all(piece in ordinary_words() for piece in pieces)
            if len(pieces) == 1 or (broken and not ordinary):
                yield Span(start, end, label, 1.0, (KNOWN,))


def _codes(folded_text: str, codes: Mapping[str, str], squeezed: Squeezed) -> Iterator[Span]:
    for code, label in codes.items():
        for start, end in squeezed.find_code(code):
            yield Span(start, end, label, 1.0, (KNOWN,))
    numbers = [code for code in codes if len(code) + sum(map(str.isdigit, code)) >= 2 * _MIN_FUZZY_DIGITS]
    if not numbers:
        return
    for pattern in (_NUMBER_RUN, _CODE_RUN):
        for run in pattern.finditer(folded_text):
            plain = squeeze(run[0])
            for number in numbers if any(map(str.isdigit, plain)) else ():
                if OSA.distance(number, plain, score_cutoff=1) <= 1:
                    yield Span(run.start(), run.end(), codes[number], 1.0, (KNOWN,))


def tally(text: str, known: Sequence[Span], others: Iterable[Span]) -> dict[str, dict[str, int]]:
    """Return by label how many mentions of known identifiers there are, and how many the other sources missed.

    A mention is missed when one of its letters or digits is in no span of another source: an estimate
    of the recall of taggers and patterns on the notes at hand. What propagation would add to theirs is not
    counted for them: it also starts from what is known, so that both would be mixed.

    Args:
        text: the note's text.
        known: what `known_identifiers` returned.
        others: what the other sources found above their thresholds.

    Returns:
        label -> {"found": n, "missed_by_taggers": m}; empty without known identifiers.
    """
    covered = stretches_of(others)
    counts: dict[str, dict[str, int]] = {}
    for span in unite(text, known):
        count = counts.setdefault(span.label, {"found": 0, "missed_by_taggers": 0})
        count["found"] += 1
        words = re.finditer(r"[^\W_]+", text[span.start : span.end])
        if not all(covered.contain(span.start + word.start(), span.start + word.end()) for word in words):
            count["missed_by_taggers"] += 1
    return counts
