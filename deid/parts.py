"""What of a span is the thing itself: no article, title, degree or clock time, and one span for each of two things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from deid.folding import fold
from deid.sources import KNOWN
from deid.surrogates.regions import RegionSurrogates
from deid.wordlists import entries, folded, ordinary_words
from nlp.labels import ID_LABELS, NAME_LABELS
from nlp.types import Span

_ARTICLE = re.compile(r"(?<!\w)(?:the|an?) +")
_SMALL_WORDS = frozenset(
    {"and", "or", "at", "of", "in", "on", "for", "the", "to", "by", "with", "via", "w", "per", "c"}
)
_LAST_WORD = re.compile(r"[\s/,]+([^\W\d_]+)\Z")
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\.?"
_DAY_AND_TIME = re.compile(
    rf"q?({_DAY})(?:\s+(?:(?:\d{{1,2}}(?::\d\d)?\s?)?[ap]\.?m\.?|noon|(?:morning|afternoon|evening|night)s?"
    r"|(?:[01]\d|2[0-3])[0-5]\d))?",
    re.IGNORECASE,
)
_YEAR_OR_DAY = r"((?:19|20)\d\d|\d{1,2}/\d{1,2}(?:/(?:\d\d){1,2})?)"
_RANGE = re.compile(rf"{_YEAR_OR_DAY} ?[-–] ?{_YEAR_OR_DAY}")
_CAPTION = re.compile(r"(?:(?:MRN|ser|s/n|no|nr|num|number|partial)\b[.:#]* *|MRN(?=\d))(?=.*\d)", re.IGNORECASE)
_TITLE_ALONE = re.compile(r"(?:dr|mr|mrs|ms|prof)\.?", re.IGNORECASE)
# A name in capitals may end in "DO" or "MA", but hardly in one of these.
_SURE_DEGREES = frozenset({"MD", "RN", "NP", "LPN", "PHD", "MBBS"})
_DIGITS_OF_DAY = 2
_DAYS = re.compile(r"(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|Th|Tu|Sa|Su|[MTWRFS])(?![^\W\d_])", re.IGNORECASE)
_DAY_LIST = re.compile(rf"{_DAYS.pattern}(?:(?: ?[/,&] ?| ){_DAYS.pattern})+", re.IGNORECASE)
_STATE_CODE_LAST = re.compile(r",? ([A-Za-z]{2})\Z")
_STATE_CODE_FIRST = re.compile(r"([A-Za-z]{2}) (?=\w*\d)")
_TITLES_LIKE_NAMES = frozenset({"don", "dona"})
_RELATIONS = (
    "wife|husband|spouse|partner|mother|father|mom|mum|dad|son|daughter|dtr|brother|sister|bro|sis|aunt|uncle|niece|nephew"
    "|cousin|grand(?:son|daughter|dtr|mother|father|ma|pa)|neighbou?r|friend|foreman|chaplain|interp(?:reter)?|patient"
    "|[Pp][Tt]|Father|Mother|Sister|Brother|Aunt|Uncle|Matron|Chief|Dear"
)
_PLACES = frozenset({"HOSPITAL", "ORGANIZATION"})


def parts(text: str, span: Span) -> list[Span]:
    """Return the spans that stand for ``span``: usually one, itself or a shorter one.

    None stands for a title alone and for a word such as "the".
    """
    start, end = span.start, span.end
    if KNOWN not in span.sources and _is_nothing(text, span):
        return []
    if article := _ARTICLE.match(text, start, end):
        start = article.end()
    if span.label in NAME_LABELS:
        start = _behind_titles(text, start, end)
        end = _before_degrees(text, start, end)
        end = _before_ordinary_words(text, start, end)
    elif span.label in _PLACES:
        while (last := _LAST_WORD.search(text, start, end)) and last[1] in _SMALL_WORDS:
            end = last.start()
    elif span.label == "DATE" and (timed := _DAY_AND_TIME.fullmatch(text, start, end)):
        start, end = timed.span(1)
    elif span.label in ID_LABELS and (caption := _CAPTION.match(text, start, end)):
        start = caption.end()
    kept = span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)
    return [replace(kept, start=low, end=high, label=label) for low, high, label in _split(text, kept)]


def _is_nothing(text: str, span: Span) -> bool:
    """Whether a span is a small word or a title without a name."""
    if span.label in NAME_LABELS and _TITLE_ALONE.fullmatch(text, span.start, span.end):
        return True
    return text[span.start : span.end] in _SMALL_WORDS


def is_half_of_decimal(text: str, span: Span) -> bool:
    """Whether a date or age is one or two digits of a decimal: "3.11." may be a date, its halves are none."""
    start, end = span.start, span.end
    if span.label not in ("AGE", "DATE") or end - start > _DIGITS_OF_DAY or not text[start:end].isdigit():
        return False
    before = start > 0 and text[start - 1] == "." and not text[start - 2 : start - 1].isalpha()
    return before or re.match(r"\.\d", text[end : end + 2]) is not None


def _split(text: str, span: Span) -> Iterable[tuple[int, int, str]]:
    """Return start, end and label of the things in a span that is two of them: days in a row, a town and its state."""
    start, end, label = span.start, span.end, span.label
    if label == "DATE" and _DAY_LIST.fullmatch(text, start, end):
        return [(*day.span(), label) for day in _DAYS.finditer(text, start, end)]
    if label == "DATE" and (ends := _RANGE.fullmatch(text, start, end)):
        return [(*ends.span(1), label), (*ends.span(2), label)]
    if (
        label == "CITY"
        and (state := _STATE_CODE_LAST.search(text, start, end))
        and _is_state(text, state.span(1), start)
    ):
        return [(start, state.start(), label), (*state.span(1), "STATE")]
    if (
        label in ("LICENSE", "VEHICLE")
        and (state := _STATE_CODE_FIRST.match(text, start, end))
        and _is_state(text, state.span(1), end - 1)
    ):
        return [(*state.span(1), "STATE"), (state.end(), end, label)]
    return [(start, end, label)]


def _is_state(text: str, place: tuple[int, int], beside: int) -> bool:
    """Whether two letters are a state's postal code: in capitals, or in small letters beside small letters."""
    code = text[slice(*place)]
    known = RegionSurrogates.region(code, "STATE") is not None
    return known and (code.isupper() or (code.islower() and not text[beside].isupper()))


def _behind_titles(text: str, start: int, end: int) -> int:
    """Return where a name begins behind its titles; one that is nothing else stays."""
    while (found := _titles().match(text, start, end)) and found.end() < end:
        start = found.end()
    return start


@cache
def _titles() -> re.Pattern[str]:
    listed = sorted(set(entries("data/titles")) - _TITLES_LIKE_NAMES, key=len, reverse=True)
    return re.compile(rf"(?:(?i:{'|'.join(listed)})|{_RELATIONS})(?:\.\s*|\s+)(?=\w)")


def _before_degrees(text: str, start: int, end: int) -> int:
    """Return where a name ends that degrees follow; in a name in capitals "DO" may be a surname."""
    while found := _degrees().search(text, start, end):
        if text[start : found.start()].isupper() and found[1] not in _SURE_DEGREES:
            break
        end = found.start()
    return end


@cache
def _degrees() -> re.Pattern[str]:
    degrees = "|".join(re.escape(degree) for degree in sorted(entries("data/credentials"), key=len, reverse=True))
    return re.compile(rf"(?<=\w)\.?,? ({degrees})\Z")


def _before_ordinary_words(text: str, start: int, end: int) -> int:
    """Return where a capitalised name ends that everyday words in small letters follow ("Ángel nights")."""
    while (last := _LAST_WORD.search(text, start, end)) and last[1].islower():
        word = fold(last[1])
        ordinary = word in _SMALL_WORDS or (word in ordinary_words() and word not in folded("data/name_particles"))
        if not (ordinary and text[start].isupper()):
            break
        end = last.start()
    return end
