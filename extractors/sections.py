"""Sections of a note: their titles in the usual layouts, and what kind each is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.lexicon import alternation, read_blocks

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a note under one title.

    Attributes:
        start, end: from the title to the next title (or to where an inline section stops).
        title_start, title_end: the title without decoration, colon or blanks.
        kind: a block name of ``data/section_titles.txt``, or "other" for a title that is not listed.
    """

    start: int
    end: int
    title_start: int
    title_end: int
    kind: str


# What may stand before a title on its line: bullets, numbering, Markdown, rules. Group 1 of the
# whole is the decoration, so that a title in a list ("3. Allergies: none") counts too.
_BEFORE = r"^[ \t>|]*(?:[#*=_~•●-]+[ \t]*|\(?\d{1,2}[.)][ \t]+)?(?:\*\*|__)?"
# What may stand between a listed title and its colon or line end.
_AFTER = (
    r"(?:[ \t]+(?i:at|on|upon|prior|before|per|as|during|by|reviewed|for|from|in)\b[^\n:.;,]{0,40}(?=[ \t\r]*(?::|$)))?"
    r"(?:[ \t]*\([^()\n]{0,60}\))?(?:\*\*|__)?"
)
_END = r"(?=[ \t\r]*(?:::?|\.+(?=[ \t])|[=~-]{1,4}(?=[ \t]|$)|>|$)|[ \t]{2,}\S|\t|(?:\*\*|__))"


@cache
def _titles() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of all titles and the kind of every listed one."""
    kinds = {title.rstrip("!"): kind for kind, titles in read_blocks("section_titles.txt").items() for title in titles}
    bare = [t[:-1] for titles in read_blocks("section_titles.txt").values() for t in titles if t.endswith("!")]
    several = [title for title in kinds if len(title) > 1]
    pattern = (
        rf"{_BEFORE}(?:(?P<listed>(?i:{alternation(kinds)})){_AFTER}{_END}"
        rf"|(?P<bare>(?i:{alternation(bare)}))(?=[ \t]+\S)"
        r"|(?P<capitals>[A-Z][A-Z0-9 \t/&,'().#-]{3,60})(?:\*\*)?[ \t]*:?[ \t\r]*$(?!\n\S+:)"
        r"|(?P<colon>[A-Z][\w /&'().#-]{0,40}?)(?:\*\*)?[ \t]*:(?![\w/:])"
        r"|(?P<alone>[A-Z][\w /&'()-]{2,50})(?:\*\*[ \t\r]*|[ \t\r]*\n[ \t]*[=~_-]{3,}[ \t\r]*)$)"
        rf"|(?:(?<=[.;|)\]]\s)|(?<=[ \t]{{2}}))(?P<inline>(?i:{alternation(several)}))[ \t]*:(?![\w/:])"
    )
    return re.compile(pattern, re.M), kinds


@cache
def _loinc_codes() -> dict[str, str]:
    return {kind: phrases[0].split()[0] for kind, phrases in read_blocks("section_loinc.txt").items()}


def loinc(kind: str) -> str | None:
    """Return the LOINC code of a section kind, None where LOINC has none that fits or the kind is unknown."""
    return _loinc_codes().get(kind)


def find_sections(text: str) -> list[Section]:
    """Return the sections of ``text`` in order; they do not overlap, and text before a title has none.

    A section whose text begins on the title's line ("FH: father MI") stops at a blank line or at the
    next line that opens with any title; one whose title stands alone runs to the next title that is
    listed or follows a blank line.
    """
    pattern, kinds = _titles()
    found: list[Section] = []
    open_title: tuple[int, int, str, bool] | None = None
    for match in pattern.finditer(text):
        group = match.lastgroup or ""
        start, end = match.span(group)
        end = start + len(text[start:end].rstrip())
        if group in ("listed", "bare", "inline"):
            kind = kinds[" ".join(text[start:end].lower().split())]
        else:
            kind = OTHER
            lone = open_title is not None and not open_title[3]
            if group in ("colon", "capitals") and lone and not _after_blank_line(text, match.start()):
                continue
        if open_title:
            found.append(_close(text, open_title, match.start()))
        open_title = (start, end, kind, group == "inline" or _text_follows(text, match.end()))
    if open_title:
        found.append(_close(text, open_title, len(text)))
    return found


def _text_follows(text: str, position: int) -> bool:
    line = text[position : position + 80].split("\n", 1)[0]
    return any(character.isalnum() for character in line)


def _after_blank_line(text: str, position: int) -> bool:
    before = text[max(0, position - 200) : position].rstrip(" \t>|")
    return not before or before.endswith(("\n\n", "\n \n", "\r\n\r\n"))


def _close(text: str, title: tuple[int, int, str, bool], end: int) -> Section:
    title_start, title_end, kind, inline = title
    if inline:
        blank = _BLANK_LINE.search(text, title_end, end)
        end = blank.start() if blank else end
    return Section(title_start, end, title_start, title_end, kind)


_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def kinds_at(sections: Sequence[Section], positions: Sequence[int]) -> Iterator[str]:
    """Yield, for each position, the kind of the section around it, "other" outside of all."""
    starts = [section.start for section in sections]
    for position in positions:
        index = bisect_right(starts, position) - 1
        yield sections[index].kind if index >= 0 and position < sections[index].end else OTHER
