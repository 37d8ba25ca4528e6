"""Refilling dates: another day in the same style, or in another style that says as much."""

from __future__ import annotations

import datetime
import random
import re

from nlp.training.wordlists import entries

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Tues", "Thurs", "Weds")
SEASONS = ("spring", "summer", "fall", "winter", "autumn")
FULL_STYLES = (
    "{m}/{d}/{Y}", "{mm}/{dd}/{Y}", "{mm}/{dd}/{y}", "{m}/{d}/{y}", "{m}-{d}-{y}", "{mm}-{dd}-{Y}", "{Y}-{mm}-{dd}",
    "{B} {d}, {Y}", "{b} {d}, {Y}", "{d} {B} {Y}", "{d} {b} {Y}", "{dd}-{b}-{Y}", "{dd}{b}{Y}", "{dd}.{mm}.{Y}",
    "{Y}{mm}{dd}", "{b} {d} {Y}", "{B} {o}, {Y}", "{mm}.{dd}.{y}", "{dd}/{mm}/{Y}", "{b}-{dd}-{Y}", "{B} {d} {Y}",
    "{Y}/{mm}/{dd}",
    "{dd}-{b}-{y}", "{a} {m}/{d}/{y}", "{A}, {B} {d}, {Y}", "{mm}{dd}{Y}",
)  # fmt: skip
PARTIAL_STYLES = (
    "{m}/{d}", "{mm}/{dd}", "{m}-{d}", "{B} {d}", "{b} {d}", "{d} {b}", "{b} {o}", "{dd}-{b}", "{B} {o}",
    "{a} {m}/{d}", "{d} {B}", "the {o}", "{A} {m}/{d}", "{b}. {d}", "{mm}.{dd}",
)  # fmt: skip
MONTH_YEAR_STYLES = (
    "{B} {Y}",
    "{b} {Y}",
    "{mm}/{Y}",
    "{m}/{y}",
    "{b} '{y}",
    "{B} of {Y}",
    "{mm}-{Y}",
    "{b}-{y}",
    "{Y}-{mm}",
)

FULL = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}|(?=.*[a-z]{3})(?=.*\d{4})(?=.*\b\d{1,2}\b).*", re.I | re.S)
PARTIAL = re.compile(r"\d{1,2}[/-]\d{1,2}|[a-z]{3,9}\.? \d{1,2}|\d{1,2} [a-z]{3,9}", re.I)
WORD = re.compile(r"[^\W\d_]+|\d+")


def _fill(style: str, day: datetime.date) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if day.day in (11, 12, 13) else day.day % 10, "th")
    return style.format(
        d=day.day, dd=f"{day.day:02}", o=f"{day.day}{ending}", m=day.month, mm=f"{day.month:02}",
        Y=day.year, y=f"{day.year % 100:02}",
        B=MONTHS[day.month - 1], b=MONTHS[day.month - 1][:3], A=DAYS[day.weekday()], a=DAYS[day.weekday()][:3],
    )  # fmt: skip


def _case(old: str, new: str) -> str:
    if old.isupper() and sum(c.isalpha() for c in old) > 1:
        return new.upper()
    return new.lower() if old.islower() else new


def refill_date(surface: str, rng: random.Random, year_shift: int) -> str:
    """Return another date that says as much as ``surface``; two times in three in its own style."""
    day = datetime.date(rng.randint(1996, 2026), rng.randint(1, 12), rng.randint(1, 28))
    if rng.random() < 0.35 and "-" not in surface.strip("0123456789"):
        if FULL.fullmatch(surface) and len(surface) <= 18:
            return _case(surface, _fill(rng.choice(FULL_STYLES), day))
        if PARTIAL.fullmatch(surface):
            return _case(surface, _fill(rng.choice(PARTIAL_STYLES), day))
        if re.fullmatch(r"(?:[a-z]{3,9}|\d\d?)[ /-]\d{4}", surface, re.I):
            return _case(surface, _fill(rng.choice(MONTH_YEAR_STYLES), day))
    low = surface.lower()
    holidays = entries("holidays")
    if any(low == h.lower() for h in holidays):
        return _case(surface, rng.choice(holidays))
    return _same_style(surface, rng, year_shift)


def _same_style(surface: str, rng: random.Random, year_shift: int) -> str:
    """Replace months, weekdays, seasons and numbers one by one; everything else stays."""
    numbers = re.findall(r"\d+", surface)
    small = [n for n in numbers if len(n) <= 2]
    seen = 0

    def swap(match: re.Match[str]) -> str:
        nonlocal seen
        old = match[0]
        low = old.lower()
        if old.isdecimal():
            if len(old) == 4:
                return (
                    str(min(2026, max(1930, int(old) + year_shift + rng.randint(-2, 2))))
                    if old[:2] in ("19", "20")
                    else old
                )
            if len(old) == 8:
                return f"{rng.randint(1990, 2026)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
            if len(old) > 2:
                return "".join(rng.choice("0123456789") for _ in old)
            seen += 1
            if seen == 1 and len(small) >= 2 and int(old) <= 12:
                new = rng.randint(1, 12)
            elif seen == 3 or (seen == 1 and "'" in surface) or int(old) > 31:
                new = rng.randint(0, 26)
                return f"{new:02}"
            else:
                new = rng.randint(1, 28)
            return f"{new:0{len(old)}}" if old.startswith("0") or len(old) == 2 else str(new)
        for names in (MONTHS, DAYS):
            full = [n.lower() for n in names]
            if low in full:
                return _case(old, rng.choice(names))
            if low in [n[:3] for n in full]:
                return _case(old, rng.choice(names)[:3])
        if low in {d.lower() for d in SHORT_DAYS}:
            return _case(old, rng.choice(SHORT_DAYS))
        if low in SEASONS:
            return _case(old, rng.choice(SEASONS))
        return old

    return WORD.sub(swap, surface)
