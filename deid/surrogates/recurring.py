"""Shift what is no single day: schedules ("MWF", "weekends"), numbered weeks, quarters in words, decades ("1990s")."""

from __future__ import annotations

import re
from datetime import date, timedelta

from deid.folding import fold
from deid.surrogates.date_reading import WEEKDAYS, DateStyle, century
from deid.surrogates.date_writing import in_date_case
from deid.surrogates.writing import in_case

_LETTERS = {"m": 0, "mo": 0, "t": 1, "tu": 1, "w": 2, "we": 2, "th": 3, "r": 3, "f": 4, "fr": 4, "s": 5, "sa": 5,
            "sat": 5, "su": 6, "sun": 6}  # fmt: skip
_NAMES = ("M", "T", "W", "Th", "F", "Sa", "Su")
_DAY = re.compile(r"sat|sun|th|tu|sa|su|mo|we|fr|[mtwrfs]", re.I)
_SCHEDULE = re.compile(rf"(?:{_DAY.pattern})(?:[-/,]? ?(?:{_DAY.pattern}))*", re.I)
_DECADE_WORDS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_DECADE = re.compile(
    rf"(?P<lead>(?:(?:the|early|mid|late)[\s-]+)*['’‘]?)(?:(?P<number>(?:1[89]|20)?\d0)(?P<end>['’]?s)"
    rf"|(?P<word>{'|'.join(_DECADE_WORDS)}))",
    re.I,
)
_WEEKEND = re.compile(r"(?P<lead>(?:the|last|next|this|every|over the|on the)\s+)?(?:weekend|wknd)(?P<many>s)?", re.I)
_WEEK = re.compile(
    r"(?P<name>(?:calendar )?(?:week|wk|kw) ?#?)(?P<week>\d\d?)(?:(?P<gap>,? (?:of )?|/)(?P<year>\d{4}))?", re.I
)
_QUARTERS = ("first", "second", "third", "fourth")
_QUARTER = re.compile(
    rf"(?P<lead>(?:the )?)(?P<nth>{'|'.join(_QUARTERS)})(?P<name> quarter)(?:(?P<gap>,? (?:of )?)(?P<year>\d{{4}}))?",
    re.I,
)


def shift_recurring(surface: str, days: int, style: DateStyle) -> str | None:
    """Return what is no single day, moved by ``days`` and written as it was; None where the surface is no such thing.

    Raises:
        ValueError: it names a week that does not exist.
    """
    return (
        shift_schedule(surface, days)
        or _shift_weekend(surface, days)
        or _shift_week(surface, days, style)
        or _shift_quarter(surface, days, style)
        or shift_decade(surface, days, style)
    )


def _shift_weekend(surface: str, days: int) -> str | None:
    """Return the two weekdays that Saturday and Sunday move to: "the Tuesday and Wednesday"."""
    found = _WEEKEND.fullmatch(surface)
    if found is None or days % 7 == 0:
        return surface if found else None
    names = [WEEKDAYS[(weekday + days) % 7] + (found["many"] or "").lower() for weekday in (5, 6)]
    word = surface[len(found["lead"] or "") :]
    both = [in_date_case(name, word) for name in names]
    return f"{found['lead'] or ''}{both[0]} {'AND' if word.isupper() else 'and'} {both[1]}"


def _shift_week(surface: str, days: int, style: DateStyle) -> str | None:
    """Return a numbered week (ISO 8601) moved from its Thursday."""
    found = _WEEK.fullmatch(surface)
    if found is None:
        return None
    year = int(found["year"] or style.reference.year)
    moved = (date.fromisocalendar(year, int(found["week"]), 4) + timedelta(days)).isocalendar()
    return f"{found['name']}{moved.week}" + (f"{found['gap']}{moved.year}" if found["year"] else "")


def _shift_quarter(surface: str, days: int, style: DateStyle) -> str | None:
    """Return a quarter in words moved from its middle."""
    found = _QUARTER.fullmatch(surface)
    if found is None:
        return None
    middle = date(int(found["year"] or style.reference.year), _QUARTERS.index(fold(found["nth"])) * 3 + 2, 15)
    moved = middle + timedelta(days)
    nth = in_date_case(_QUARTERS[(moved.month - 1) // 3], found["nth"])
    return f"{found['lead']}{nth}{found['name']}" + (f"{found['gap']}{moved.year}" if found["year"] else "")


def shift_schedule(surface: str, days: int) -> str | None:
    """Return weekdays in letters, each moved by ``days``; None where the surface is no such schedule."""
    if not (surface[:1].isupper() and _SCHEDULE.fullmatch(surface)):
        return None
    last, moved = -1, []
    for token in _DAY.findall(surface):
        weekday = _LETTERS[token.lower()]
        if token.lower() in ("t", "s") and weekday <= last:  # the second T is Thursday, the second S Sunday
            weekday += 2 if weekday == 1 else 1
        if weekday <= last:
            return None
        last = weekday
        moved.append((weekday + days) % 7)
    gaps = _DAY.split(surface)
    words = [_NAMES[weekday] for weekday in sorted(moved)]
    if all(len(token) == 1 for token in _DAY.findall(surface)):
        words = _short(words)
    if surface.isupper() and any(len(token) > 1 for token in _DAY.findall(surface)):
        words = [word.upper() for word in words]
    return "".join(gap + word for gap, word in zip(gaps, [*words, ""], strict=True))


def _short(words: list[str]) -> list[str]:
    """Write Thursday and Saturday in one letter where that can be read: "TTS"."""
    return [
        "T" if word == "Th" and "T" in words else "S" if word == "Sa" else word
        for word in words
    ]  # fmt: skip


def shift_decade(surface: str, days: int, style: DateStyle) -> str | None:
    """Return a decade, its middle moved by ``days``, as it is written; None where the surface is none."""
    found = _DECADE.fullmatch(surface)
    if found is None:
        return None
    number, word = found["number"], found["word"]
    short = int(number) if number else 20 + 10 * _DECADE_WORDS.index(fold(word))
    start = short if short > 99 else century(short, style)
    new = (date(start + 5, 1, 1) + timedelta(days)).year // 10 * 10
    if word:
        nth = (new % 100 - 20) // 10
        return found["lead"] + in_case(_DECADE_WORDS[nth], word) if nth >= 0 else None
    return f"{found['lead']}{new if short > 99 else f'{new % 100:02}'}{found['end']}"
