"""Sentences of clinical text: prose that was wrapped, lists, tables, headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.sections import Section

_END = re.compile(r"(?:[.!]|(?<=[\w\"')])\?)(?=[\"')\]]*(?:\s|$))|\n")
_NO_END = re.compile(
    r"(?:(?<!\w)(?:dr|mr|mrs|ms|st|vs|approx|pt|inc|dept|incl|hx|fx|sx|tx|rx|e\.g|i\.e|p\.o|b\.i\.d|t\.i\.d|q\.d|p\.r\.n|h\.s)"
    r"|(?:^|\n)[ \t]*\(?\w{1,2})$"
)
_OPENS_LINE = re.compile(r"[ \t\r]*(?:[-*•●#+=>|~]|=>|\(?\w{1,2}[.)][ \t]|\d+[ \t]{1,3}[a-z]|[\w /]{1,24}:|$|\[)")
_TABLE = re.compile(r"\S {3,}\S|\||\.{4}")
_JOINS = re.compile(
    r"(?:,|[(/&]|(?<!\w)(?:and|or|of|the|a|an|with|no|to|for|in|on|by|at|from|without|denies|his|her))$"
)


def sentence_starts(folded: str, sections: Sequence[Section]) -> list[int]:
    """Return where the sentences of ``folded`` begin, 0 first.

    A line break ends a sentence unless the line is wrapped prose: it runs on to a comma or a joining
    word, or it is long and the next one does not open with a bullet, a number or a title.
    """
    starts = {0}
    starts.update(section.start for section in sections)
    starts.update(section.end for section in sections)
    for match in _END.finditer(folded):
        at = match.start()
        if folded[at] == "\n":
            begin = folded.rfind("\n", 0, at) + 1
            line = folded[begin:at].rstrip()
            following = folded[at + 1 : at + 40].split("\n", 1)[0]
            wrapped = not (line.endswith((".", "!", "?")) or _OPENS_LINE.match(following)) and (
                (len(line) >= 60 and not _TABLE.search(line)) or _JOINS.search(line[-12:])
            )
            if not wrapped:
                starts.add(at + 1)
        elif not _NO_END.search(folded, max(0, at - 12), at) or folded[at] != ".":
            starts.add(at + 1)
    return sorted(starts)
