"""Frequency of a sig -> times per period, as FHIR's Timing.repeat has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from extractors.drugs.numbers import NUMBER, to_number
from nlp.datafiles import data_lines

DAYS: Mapping[str, float] = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.0, "a": 365.0}
"""Days of a period unit; a month counts 30, a year 365 days."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 160


@dataclass(frozen=True, slots=True)
class Frequency:
    """When and how often a drug is taken.

    Attributes:
        times, times_max: so many times (up to) in a period.
        period, period_max: its length; ``q4-6h`` has 1 time in 4 to 6 h.
        period_unit: "min", "h", "d", "wk", "mo", "a" (years), as in UCUM.
        as_needed: PRN.
        reason: what for, as written after PRN.
        when: moments and events: "morning", "bedtime", "before meals", "dialysis", ...
        days_of_week: "mon", "tue", ... of the days it is taken on.
        times_of_day: "06:00", ...
        count: number of doses in all ("x1").
        amounts: how much at each time where it differs (``1-0-2``, "1 tab AM and 2 tabs PM").
        continuous, sliding_scale, taper, as_directed: said so.
    """

    times: float | None = None
    period: float | None = None
    period_unit: str | None = None
    as_needed: bool = False
    when: tuple[str, ...] = ()
    days_of_week: tuple[str, ...] = ()
    times_max: float | None = None
    period_max: float | None = None
    times_of_day: tuple[str, ...] = ()
    count: int | None = None
    amounts: tuple[float, ...] = ()
    reason: str | None = field(default=None, repr=False)
    continuous: bool = False
    sliding_scale: bool = False
    taper: bool = False
    as_directed: bool = False

    @property
    def per_day(self) -> float | None:
        """Return the times a day on average, the most where a range is given; None where it does not follow."""
        if not (self.times and self.period and self.period_unit):
            return None
        rate = (self.times_max or self.times) / (self.period * DAYS[self.period_unit])
        if self.days_of_week and DAYS[self.period_unit] <= 1:
            rate *= len(self.days_of_week) / 7
        return rate

    def __str__(self) -> str:
        """Return the meaning in words, without the reason: "1/4-6 h; as needed"."""
        parts = []
        if self.times and self.period:
            times = _span(self.times, self.times_max)
            parts.append(f"{times}/{_span(self.period, self.period_max)} {self.period_unit}")
        parts += [f"x{self.count}"] if self.count else []
        parts += ["-".join(f"{a:g}" for a in self.amounts)] if self.amounts else []
        parts += [", ".join(self.when)] if self.when else []
        parts += [" ".join(self.days_of_week)] if self.days_of_week else []
        parts += ["at " + " ".join(self.times_of_day)] if self.times_of_day else []
        flags = (("as needed", self.as_needed), ("continuous", self.continuous), ("sliding scale", self.sliding_scale),
                 ("taper", self.taper), ("as directed", self.as_directed))  # fmt: skip
        return "; ".join([*parts, *(name for name, on in flags if on)])


def _span(low: float, high: float | None) -> str:
    return f"{low:g}-{high:g}" if high else f"{low:g}"


@lru_cache(maxsize=16384)
def parse_frequency(text: str) -> Frequency | None:
    """Return what "BID", "q4-6h prn", "every other day", "1 tab AM and 2 tabs PM" mean, None where nothing is known."""
    if len(text) > LONGEST:
        return None
    state = _State(_plain(text))
    for pattern, apply in _RULES:
        while match := pattern.search(state.rest):
            state.cut(match)
            apply(state, match)
    _phrases(state)
    return state.result()


_STOP = re.compile(r"(?<!\d)\.|\.(?!\d)")
_SCAN = re.compile(r"(?<=[a-z]{2})1(?=[a-z])")


def _plain(text: str) -> str:
    """Return ``text`` in lower case, without the full stops of abbreviations, with single blanks."""
    text = _SCAN.sub("l", text.lower())  # a scan's "dai1y"
    return " ".join(_STOP.sub("", text).replace("×", "x").replace("–", "-").split())


class _State:
    """What is read so far and what is left to read."""

    def __init__(self, text: str) -> None:
        self.rest = text
        self.found = Frequency()
        self.any = False

    def cut(self, match: re.Match[str]) -> None:
        """Take out what a rule has read; a bar keeps the neighbours apart."""
        self.rest = f"{self.rest[: match.start()]} | {self.rest[match.end() :]}"
        self.any = True

    def rate(
        self, times: float, period: float, unit: str, times_max: float | None = None, period_max: float | None = None
    ) -> None:
        """Set the rate unless one is set: the first rule is the most specific."""
        if self.found.times is None and times and period:
            self.found = replace(
                self.found, times=times, period=period, period_unit=unit, times_max=times_max, period_max=period_max
            )

    def add(self, **values: object) -> None:
        """Set fields that are not set yet; tuples are joined."""
        for name, value in values.items():
            old = getattr(self.found, name)
            if isinstance(old, tuple) and isinstance(value, tuple):
                value = (*old, *(v for v in value if v not in old))
            elif old:
                continue
            self.found = replace(self.found, **{name: value})  # type: ignore[arg-type]

    def result(self) -> Frequency | None:
        """Return what was read, None where it is nothing."""
        found = self.found
        if found.times is None and found.days_of_week:
            self.rate(1, 1, "d")
        if found.times is None and found.times_of_day and found.count is None:
            self.rate(len(found.times_of_day), 1, "d")
        days = tuple(day for day in WEEK if day in self.found.days_of_week)
        self.found = replace(self.found, days_of_week=days)
        return self.found if self.any and self.found != Frequency() else None


# --- rules: numbers ----------------------------------------------------------------------------

_UNITS = {
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "h": "h", "hr": "h", "hrs": "h", "hour": "h",
    "hours": "h", "hourly": "h", "hrly": "h", "d": "d", "day": "d", "days": "d", "dly": "d", "daily": "d", "w": "wk",
    "wk": "wk", "wks": "wk", "week": "wk", "weeks": "wk", "weekly": "wk", "wkly": "wk", "mo": "mo", "mos": "mo",
    "mth": "mo", "mths": "mo", "month": "mo", "months": "mo", "monthly": "mo", "y": "a", "yr": "a", "yrs": "a",
    "year": "a", "years": "a",
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_RANGE = rf"(?P<n>{NUMBER})(?:\s*(?:-|to|or)\s*(?P<m>{NUMBER}))?"
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_HOURS = (1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72)
"""Intervals that are hours when the unit is left off ("q6")."""


def _numbers(match: re.Match[str]) -> tuple[float, float | None]:
    low = to_number(match["n"]) or 0
    high = to_number(match["m"]) if match["m"] else None
    return low, high if high and high > low else None


def _interval(state: _State, match: re.Match[str]) -> None:
    low, high = _numbers(match)
    unit = _UNITS[match["unit"]] if match["unit"] else "h" if low in _HOURS else None
    if unit:
        state.rate(1, low, unit, period_max=high)


def _ratio(state: _State, match: re.Match[str]) -> None:
    low, high = _numbers(match)
    state.rate(low, 1, _UNITS[match["unit"]], times_max=high)
    if match["upto"]:
        state.add(as_needed=True)


def _count(state: _State, match: re.Match[str]) -> None:
    number = to_number(match["n"] or match["k"])
    if number and number.is_integer():
        state.add(count=int(number))


def _pattern(state: _State, match: re.Match[str]) -> None:
    """1-0-1: so much in the morning, at noon, in the evening (and at bedtime)."""
    amounts = tuple(to_number(part) or 0.0 for part in match[0].replace(" ", "").split("-"))
    moments = ("morning", "noon", "evening", "bedtime")[: len(amounts)]
    if amounts[:2] == (0.0, 0.0) and len(amounts) == 3:
        moments = ("morning", "noon", "bedtime")
    if any(amounts):
        state.rate(sum(1 for a in amounts if a), 1, "d")
        state.add(when=tuple(m for m, a in zip(moments, amounts, strict=True) if a))
        if len({a for a in amounts if a}) > 1:
            state.add(amounts=tuple(a for a in amounts if a))


_MOMENTS = {
    "am": "morning", "qam": "morning", "morning": "morning", "breakfast": "breakfast", "noon": "noon", "lunch": "lunch",
    "afternoon": "afternoon", "pm": "evening", "qpm": "evening", "evening": "evening", "dinner": "dinner",
    "supper": "dinner", "hs": "bedtime", "qhs": "bedtime", "bedtime": "bedtime", "night": "bedtime", "bed": "bedtime",
}  # fmt: skip
_MOMENT = "|".join(sorted(_MOMENTS, key=len, reverse=True))
_AMOUNT = rf"({NUMBER})\s*(?:[a-z]{{0,10}}\s+)?(?:q|in the|at|in|with|every|each|before)?\s*({_MOMENT})\b"
_PART = re.compile(_AMOUNT)


def _uneven(state: _State, match: re.Match[str]) -> None:
    """One tablet in the morning and two in the evening."""
    parts = _PART.findall(match[0])
    state.rate(len(parts), 1, "d")
    amounts = tuple(to_number(amount) or 0.0 for amount, _ in parts)
    state.add(when=tuple(_MOMENTS[moment] for _, moment in parts))
    if len(set(amounts)) > 1:
        state.add(amounts=amounts)


_CLOCK = re.compile(r"(\d{1,2}):?([0-5]\d)?\s*(am|pm|a|p)?\b")


def _at_times(state: _State, match: re.Match[str]) -> None:
    times: list[str] = []
    for hour, minute, half in _CLOCK.findall(match["times"]):
        value = int(hour) % 12 + (12 if half.startswith("p") else 0) if half else int(hour)
        if not half and times and value <= int(times[-1][:2]) and value < 12:
            value += 12  # "at 6, 10, 2 and 6"
        if value < 24:
            times.append(f"{value:02}:{minute or '00'}")
    state.add(times_of_day=tuple(times))


def _days(state: _State, match: re.Match[str]) -> None:
    state.add(days_of_week=tuple(day for day in WEEK if re.search(rf"\b{day}", match[0])))


def _through(state: _State, match: re.Match[str]) -> None:
    first, last = WEEK.index(match[1]), WEEK.index(match[2])
    length = (last - first) % 7 + 1
    state.add(days_of_week=tuple(WEEK[(first + i) % 7] for i in range(length)))


def _as_needed(state: _State, match: re.Match[str]) -> None:
    reason = match["reason"].strip(" ,;|") if match["reason"] else None
    state.add(as_needed=True, **({"reason": reason} if reason else {}))


def _on_and_off(state: _State, match: re.Match[str]) -> None:
    """A patch worn for 12 hours of 24."""
    state.rate(1, 1, "d")
    state.add(when=(f"{match['n']} h on, {match['m']} h off",))


def _steps(state: _State, match: re.Match[str]) -> None:
    state.add(taper=True)


_CLOCKED = r"(?:\d{1,2}:[0-5]\d\s*(?:am|pm|a|p)?|[01]\d[0-5]\d|2[0-3][0-5]\d|\d{1,2}\s*(?:am|pm|a|p)\b)"
_REST_OF_DAY = r"(?:days?|sdays?|nesdays?|rsdays?|urdays?|s|rs|r|)"
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)" + _REST_OF_DAY
_WEEKDAY = rf"(mon|tue|wed|thu|fri|sat|sun){_REST_OF_DAY}"
_PIECE = r"(?:\d|½|0\.5|1/2)"
_HOURS_OF = r"\s*(?:h|hrs?|hours?)?\s*"
_HALF = r"\s*(?:am|pm|a|p)?"
_UP_TO = r"(?P<upto>up to|max(?:imum)?(?: of)?)?"
_EACH = r"(?:/|\ba\b|\bper\b|\beach\b|\bevery\b|\bin an?\b)"
_ADVERB = r"(?P<unit>daily|d|day|weekly|wkly|wk|week|monthly|mo|month)"
_PATTERNS: tuple[tuple[Callable[[_State, re.Match[str]], None], str], ...] = (
    (_as_needed, r"(?:prn|as needed|if needed|when needed|as required|if required|sos)"
                 r"(?:\s+(?:for|if|when|,)\s*(?P<reason>[a-z][^|;]*))"),
    (_on_and_off, rf"\b(?P<n>\d+){_HOURS_OF}on\s*[,/;]?\s*(?P<m>\d+){_HOURS_OF}off\b"),
    (_steps, r"\b\d(?:-\d){4,}\b(?:\s*times/day)?"),
    (_pattern, rf"(?<![\d-]){_PIECE}\s*-\s*{_PIECE}\s*-\s*{_PIECE}(?:\s*-\s*{_PIECE})?(?![\d-])"),
    (_uneven, rf"{_AMOUNT}(?:\s*(?:,|;|/|and|&|\+|then)?\s*{_AMOUNT})+"),
    (_at_times, rf"\bat\s+(?P<times>\d{{1,2}}{_HALF}(?:\s*(?:,|and|&|\+|,\s*and)\s*\d{{1,2}}{_HALF})+|{_CLOCKED})\b"
                r"(?!\s*(?:weeks?|wks?))"),
    (_at_times, rf"(?<![\d.])(?P<times>{_CLOCKED}(?:\s*(?:,|and|&|\+|/)?\s*{_CLOCKED})*)(?![\d.])"),
    (_ratio, rf"{_UP_TO}\s*(?:x\s*)?{_RANGE}\s*(?:x|times?|doses?)?\s*{_EACH}\s*(?P<unit>{_UNIT})\b"),
    (_ratio, rf"{_UP_TO}\s*{_RANGE}\s*(?:x|times?)\s*/?\s*{_ADVERB}\b"),
    (_interval, rf"\b(?:q|every|each|c/)\s*{_RANGE}\s*-?\s*(?:(?P<unit>{_UNIT})\b|(?P<none>)(?![\w/]))"),
    (_interval, rf"(?<![\w.]){_RANGE}[\s-]*(?P<unit>hourly|hrly|wkly|weekly|monthly)\b"),
    (_count, rf"(?:\bx\s*(?P<n>{NUMBER})|(?<!\w)(?P<k>\d+)x)(?!\s*/?\s*(?:{_UNIT})\b)"
             r"(?:\s*(?:doses?|times?)\b)?(?![\w/])"),
    (_through, rf"\b{_WEEKDAY}\s*(?:-|to|through|thru)\s*{_WEEKDAY}\b(?!\s*[-/,])"),
    (_days, rf"\b{_DAY}(?:\s*(?:,|/|-|and|&|, and)?\s*{_DAY})*\b"),
)  # fmt: skip
_RULES = tuple((re.compile(pattern), apply) for apply, pattern in _PATTERNS)


# --- phrases -----------------------------------------------------------------------------------


@cache
def _table() -> tuple[re.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """Return a pattern for all phrases of the table, the longest first, and their meanings."""
    meanings: dict[str, tuple[str, ...]] = {}
    for line in data_lines("extractors.drugs", "data/sigs.txt"):
        meaning, _, phrases = line.partition(" = ")
        for phrase in phrases.split(" | "):
            meanings.setdefault(phrase.strip(), tuple(part.strip() for part in meaning.split(" + ")))
    longest = sorted((phrase for phrase in meanings if phrase[0] != "!"), key=len, reverse=True)
    return re.compile(r"(?<![\w/])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w])"), meanings


_RATE = re.compile(r"([\d.]+)/([\d.]+) (\w+)(?: to ([\d.]+)/[\d.]+ \w+)?")
_FLAGS = {
    "prn": "as_needed",
    "continuous": "continuous",
    "sliding": "sliding_scale",
    "taper": "taper",
    "directed": "as_directed",
}


def _phrases(state: _State) -> None:
    """Read the phrases of the table, and count the moments of the day where nothing says how often."""
    pattern, meanings = _table()
    if f"!{state.rest}" in meanings:
        pattern = re.compile(re.escape(state.rest))
    explicit = state.found.times is not None
    moments = 0
    rates: list[tuple[float, float, str, float | None]] = []
    while match := pattern.search(state.rest):
        state.cut(match)
        meaning = meanings.get(match[0]) or meanings[f"!{match[0]}"]
        has_when = any(part.startswith("when ") for part in meaning)
        for part in meaning:
            kind, _, rest = part.partition(" ")
            if rate := _RATE.fullmatch(part):
                rates.append((float(rate[1]), float(rate[2]), rate[3], float(rate[4]) if rate[4] else None))
                moments += has_when and rate[1] == rate[2] == "1"
            elif kind == "when":
                state.add(when=(rest,))
            elif kind == "on":
                state.add(days_of_week=tuple(rest.split()))
            elif kind == "count":
                state.add(count=int(rest))
            else:
                state.add(**{_FLAGS[kind]: True})
    if explicit or not rates:
        return
    # "daily at bedtime" is once; "bid with meals" twice; "in the morning and at bedtime" once each.
    plain = [rate for rate in rates if rate[:3] != (1.0, 1.0, "d")]
    if plain:
        times, period, unit, most = plain[0]
    else:
        times, period, unit, most = float(max(moments, 1)), 1.0, "d", None
    state.rate(times, period, unit, times_max=most)
