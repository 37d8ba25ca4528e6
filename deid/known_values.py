"""From the identifiers of a patient to what is looked for in the notes: names, codes, dates, in all their forms."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from dateutil import parser as date_parser

from deid.columns import IGNORE, column_label, plain_column
from deid.folding import fold
from deid.mentions import NUMBER_LABELS, PLACE_LABELS, Form, Target, surface_targets
from deid.names import FULL_KINDS, NAME_TOKEN, Kind, fold_name, parse_name
from deid.nicknames import nicknames
from deid.squeezed import squeeze
from deid.surrogates import original_words
from deid.surrogates.regions import RegionSurrogates
from deid.wordlists import folded, ordinary_words
from nlp.labels import ID_LABELS, NAME_LABELS
from nlp.types import Span

_CACHED = 1024  # patients whose notes come one after another
_MANY = re.compile(r"[;|\n]")
_EXTENSION = re.compile(r"(?<=\d)\s*(?:x|ext\.?|extension)\s*\d+$", re.I)
_GIVEN_COLUMNS = ("first_name", "given_name", "forename")
_SURNAME_COLUMNS = ("last_name", "surname", "family_name")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "ß": "ss", "œ": "oe"})
_DEFAULTS = (datetime(2001, 1, 1), datetime(2004, 2, 2))
_MIN_CODE = 3
_MIN_STRING = 8
_MIN_LOCAL = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the notes of one patient.

    Attributes:
        targets: names and strings, found by `deid.mentions.MentionFinder`.
        names: full parts of names, folded -> label.
        initials: first letters of the names, folded.
        codes: letters and digits only, folded -> label; found whatever parts them.
        days: patterns of full dates -> label.
        exact: words of names as they were given.
        home: state (postal code) or country where the patient lives, by the first that names it.
        words: what no surrogate in the patient's notes may be, as `deid.surrogates.original_words` returns it.
    """

    targets: tuple[Target, ...] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    initials: frozenset[str] = field(repr=False)
    codes: Mapping[str, str] = field(repr=False)
    days: Mapping[re.Pattern[str], str] = field(repr=False)
    exact: frozenset[str] = field(repr=False)
    words: frozenset[str] = field(repr=False)
    home: str | None = field(default=None, repr=False)


def wanted(identifiers: Mapping[str, str]) -> Wanted:
    """Return what to look for; a value may hold several, parted by semicolons, bars or line ends."""
    return _wanted(tuple(sorted(identifiers.items())))


@lru_cache(_CACHED)
def _wanted(identifiers: tuple[tuple[str, str], ...]) -> Wanted:
    targets: dict[Target, None] = {}
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    days: dict[re.Pattern[str], str] = {}
    initials: set[str] = set()
    exact: set[str] = set()
    words: set[str] = set()
    home: str | None = None
    for value, label in _values(identifiers):
        if label in ("STATE", "COUNTRY", "ZIP"):
            home = home or RegionSurrogates.region(value, label)
        words |= original_words(value, [Span(0, len(value), label)])
        if label in NAME_LABELS:
            targets |= dict.fromkeys(_name_targets(value, label))
            names |= {name: label for name in full_parts(value) if name not in names}
            tokens = NAME_TOKEN.findall(value)
            initials |= {fold(token[0]) for token in tokens}
            exact |= {token for token in tokens if len(token) >= _MIN_CODE}
            words |= names.keys()
            if (len(tokens) > 1 and len(value) > 3) or any(map(str.isdigit, value)):
                targets |= dict.fromkeys(_literal(value, label))
                codes.setdefault(squeeze(value), label)
        elif label == "DATE" and (day := read_day(value)):
            days[day_pattern(day)] = label
        else:
            targets |= dict.fromkeys(surface_targets(value, label, 1.0))
            targets |= dict.fromkeys(_literal(value, label))
            for code in _codes(value, label):
                codes.setdefault(code, label)
    return Wanted(tuple(targets), names, frozenset(initials), codes, days, frozenset(exact), frozenset(words), home)


def _values(identifiers: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Yield single values and their labels; given name and surname of the patient also together."""
    halves: dict[str, str] = {}
    for column, content in identifiers:
        for raw in _MANY.split(content or ""):
            if not (value := raw.strip()):
                continue
            label = column_label(column, value)
            if label == IGNORE:
                continue
            if label == "PATIENT":
                halves.setdefault(plain_column(column), value)
            yield value, label
            if label == "STREET" and "," in value:
                yield from _address_parts(value)
    for given in _GIVEN_COLUMNS:
        for surname in _SURNAME_COLUMNS:
            if given in halves and surname in halves:
                yield f"{halves[given]} {halves[surname]}", "PATIENT"


def _address_parts(address: str) -> Iterator[tuple[str, str]]:
    """Yield street, city and ZIP of "14 Kiln Ln, Ashby, MA 01431"."""
    for part in map(str.strip, address.split(",")):
        if postal := re.search(r"(?<!\d)\d{5}(?:-\d{4})?$", part):
            yield postal[0], "ZIP"
            part = part[: postal.start()].strip()
        if len(part) > 2:
            yield part, "STREET" if any(c.isdigit() for c in part) else "CITY"


def full_parts(name: str) -> tuple[str, ...]:
    """Return the full words of a name as they are compared, also with umlauts spelt out."""
    parts = [part for reading in _readings(name) for part in parse_name(reading) if part.kind in FULL_KINDS]
    spelt = (fold_name(part.text.lower().translate(_UMLAUTS)) for part in parts)
    return tuple(dict.fromkeys((*(fold_name(part.text) for part in parts), *spelt)))


def natural_case(name: str) -> str:
    """Return a name in capitals or in small letters with capitals where a name has them; initials stay."""
    one_case = name.isupper() or name.islower()
    return name.title() if one_case and sum(map(str.isalpha, name)) > 3 else name


def _readings(name: str) -> tuple[str, ...]:
    """Return a name as it may be meant: three capitals are a name in capitals ("LEE") or initials."""
    return (natural_case(name), name.title()) if len(name) == 3 and name.isupper() else (natural_case(name),)


def _name_targets(name: str, label: str) -> Iterator[Target]:
    for reading in _readings(name):
        yield from surface_targets(reading, label, 1.0)
    name = natural_case(name)
    parts = parse_name(name)
    spelt = name.lower().translate(_UMLAUTS)
    if spelt != name.lower():
        yield from surface_targets(spelt.title(), label, 1.0)
    for part in parts:
        if part.kind in (Kind.GIVEN, Kind.NAME):
            for other in nicknames().get(fold_name(part.text), ()):
                plain = other in ordinary_words() or len(other) < 4
                yield Target(other, label, 1.0, Form.CAPITALISED if plain else Form.ANY_CASE, is_name=True)


def _literal(value: str, label: str) -> Iterator[Target]:
    """Yield the value as it is written: any case where it is long or holds a digit, else only exactly so."""
    plain = fold(value)
    if len(plain) >= _MIN_CODE and (any(c.isdigit() for c in plain) or any(c in " .-" for c in plain[:-1])):
        yield Target(plain, label, 1.0, Form.ANY_CASE)
    elif (label in ID_LABELS or label in PLACE_LABELS) and len(plain) >= _MIN_CODE and plain not in ordinary_words():
        yield Target(value, label, 1.0, Form.EXACT)


def _codes(value: str, label: str) -> Iterator[str]:
    """Yield the letters and digits of a value, and of what it is shortened to."""
    plain = squeeze(value)
    digits = "".join(c for c in plain if c.isdigit())
    if label == "EMAIL":
        local = squeeze(value.partition("@")[0])
        if len(local) >= _MIN_LOCAL and local not in ordinary_words():
            yield local
    if not digits:
        if len(plain) >= _MIN_STRING and len(plain) < len(value):
            yield plain
        return
    if len(plain) >= _MIN_CODE:
        yield plain
    if label == "STREET":
        yield from _without_suffix(value)
    if label in ("PHONE", "FAX"):
        number = squeeze(_EXTENSION.sub("", value))
        number = number.removeprefix("00")
        if len(number) == 11 and number.startswith("1"):
            number = number[1:]
        if number.isdigit() and len(number) >= 7:
            yield number
            if len(number) == 10:
                yield number[3:]
    elif label in NUMBER_LABELS and plain.isdigit() and len(plain.lstrip("0")) >= 5:
        yield plain.lstrip("0")
    if label == "SSN" and len(digits) == 9:
        yield digits[-4:]


def _without_suffix(street: str) -> Iterator[str]:
    """Yield "14kiln" for "14 Kiln Ln": the suffix is written in many ways."""
    words = fold(street).replace(".", " ").split()
    suffixes = folded("recognizers/data/street_suffixes")
    for i in range(2, len(words)):
        if words[i] in suffixes and words[0][0].isdigit():
            yield squeeze(" ".join(words[:i]))
            return


def read_day(value: str) -> date | None:
    """Return the day that a value names, None if a part of the date is missing."""
    try:
        day, other = (date_parser.parse(value, default=default).date() for default in _DEFAULTS)
    except (ValueError, OverflowError, TypeError):
        return None
    return day if day == other else None


def day_pattern(day: date) -> re.Pattern[str]:
    """Return a pattern that matches a day in any style in folded text, month first or day first."""
    gap = r"[\s,./-]{0,3}"
    month, number = f"0?{day.month}", f"0?{day.day}"
    short = f"{day.year % 100:02}"
    year = rf"(?:{day.year}|'?{short})"
    name = rf"{fold(calendar.month_abbr[day.month])}(?:[a-z]{{0,6}}\.?)"
    ordinal = rf"{number}(?:st|nd|rd|th)?"
    separated = r"\s{0,2}[-/. ]\s{0,2}"
    numeric = "|".join(
        rf"{separated.join(parts)}" for parts in ((month, number, year), (number, month, year))
    )  # fmt: skip
    compact = "|".join(
        (f"{day:%Y}{gap}{month}{gap}{number}", f"{day:%m%d%Y}", f"{day:%d%m%Y}", f"{day:%m%d%y}", f"{day:%d%m%y}")
    )
    written = (
        rf"{name}\s*{ordinal}{gap}(?:of\s)?{year}|{ordinal}{gap}(?:day\s)?(?:of\s)?{name}{gap}{year}"
        rf"|{day.year}{gap}{name}{gap}{number}"
    )
    return re.compile(rf"(?<![\d/])(?:{numeric}|{compact}|{written})(?![\d/])")
