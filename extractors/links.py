"""Which drug an attribute belongs to, and which problem is the reason of a drug."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from extractors.context import blank, words_between
from nlp.types import Span

_BLANK_LINE = re.compile(r"\n[ \t\r|]*\n")
_OTHER_NAME = re.compile(r"\s*\(\s*|/")
_LEAD = re.compile(r"\s*(?:(?:tabs?|caps?|of|her|his|their|the|home|an?|husband's|wife's)\s+|[(\s])*\s*")
_OF = re.compile(r"\bof\b")
_TIE = re.compile(r"(?:,|\b(?:and|plus|with|or|then|to)|\+|/)\s*$", re.I)
_SENTENCE_END = re.compile(r"(?<!\.)[.;](?:\s|$)|\n")


def link_attributes(text: str, drugs: Sequence[Span], attributes: Sequence[Span]) -> list[int | None]:
    """Return, for each of ``attributes``, the index of its drug in ``drugs``; None where it has none.

    An attribute belongs to the drug before it, unless a sentence or line ends between the two and a
    drug follows on the attribute's own line ("75 mcg of fentanyl", "oral glucose"). A brand in
    brackets shares the attributes of the name before it: they go to the first. Nothing is linked
    across a blank line.

    Args:
        text: the note.
        drugs: sorted by start.
        attributes: sorted by start.
    """
    starts = [drug.start for drug in drugs]
    linked: list[int | None] = []
    for attribute in attributes:
        after = bisect_left(starts, attribute.end)
        before = after - 1
        choice: int | None = before if before >= 0 else None
        if choice is not None and _BLANK_LINE.search(text, drugs[before].end, attribute.start):
            choice = None
        if after < len(drugs) and _leads(text, attribute, drugs, after, choice, attributes):
            choice = after
        elif choice is not None:
            choice = _first_name(text, drugs, choice)
        linked.append(choice)
    return linked


def _leads(
    text: str, attribute: Span, drugs: Sequence[Span], after: int, before: int | None, attributes: Sequence[Span]
) -> bool:
    """Whether the attribute stands before its drug in one phrase, with nothing but attributes between."""
    last = None if before is None else drugs[before].end
    gap = text[attribute.end : drugs[after].start]
    if len(gap) > 60 or ("\n" in gap.strip(" ") and (last is None or "\n" not in text[last : attribute.start])):
        return False
    first = bisect_left(attributes, attribute.end, key=_start)
    lead = blank(text, attribute.end, drugs[after].start, attributes[first : first + 10]).lower()
    if not _LEAD.fullmatch(lead):
        return False
    if last is None or _OF.search(lead):
        return True
    return bool(_SENTENCE_END.search(text, last, attribute.start)) or _tied(text, last, attribute.start)


def _start(span: Span) -> int:
    return span.start


def _tied(text: str, start: int, end: int) -> bool:
    """Whether what stands before an attribute joins it to the next drug: "A and IV B", "A, oral B"."""
    return bool(_TIE.search(text[start:end])) and words_between(text, start, end) <= 6


def _first_name(text: str, drugs: Sequence[Span], index: int) -> int:
    """Return the drug that ``drugs[index]`` is only another name of ("nitrofurantoin (Macrobid)")."""
    while index and (joint := _OTHER_NAME.fullmatch(text, drugs[index - 1].end, drugs[index].start)):
        if "(" in joint[0] and not text[drugs[index].end : drugs[index].end + 2].lstrip().startswith(")"):
            break
        index -= 1
    return index


_FOR = re.compile(
    r"(?:[^.;:]|(?<=\d)\.(?=\d)){0,50}?(?<!\w)"
    r"(?:for|to treat|to prevent|against|given|hung)(?: (?:the|her|his|a|an|any|severe|your|my|known|presumed|new))*"
    r"[\s:\"'?(]*",
)
PRN = re.compile(r"(?<!\w)(?:prn|p\.r\.n|as needed|if needed|when needed)")
_AFTER_PRN = re.compile(r"[\s(|:,\"-]*(?:for\s+)?[\"']?")
_CELL = re.compile(r"(?:\s*\([^()\n]*\))?(?: {2,}|[ \t]*\|[ \t]*)|\s*(?:\(|,|--?)\s*(?:for\s+)?")
_LIST_GLUE = re.compile(r"(?:[\s,/&+]|\b(?:or|and)\b)*")
_JOINED = re.compile(r"\s*(?:and|&|\+|plus|/)\s*")
_SEPARATOR = re.compile(r"[\s\])]*(?:ppx|prophylaxis|proph)?[\s\])]*(?::|--?(?=\s)|\.(?=\s)|,|->|→|=|\(|/|\s{2,})")
_TREATED = re.compile(
    r"(?:(?:was|is|were|being|now|has been)\s+){0,2}(?:treated|managed|controlled|resolved|improved|responded|relieved|"
    r"better|on|takes|took|take|started|covered|responds|tx|tx'd)"
    r"\b[\w\s,'-]{0,30}?\s*"
)
_BULLET = re.compile(r"\s*(?:[#*•-]+|\(?[a-z\d]{1,2}[.):]|for|hx|active|chronic|acute|known|prn)\s*")
_NEW_ITEM = re.compile(r"\n\s*(?:\n|[#*•-]|\(?\d{1,2}[.)])")


def link_reasons(
    folded: str, drugs: Sequence[Span], problems: Sequence[Span], covered: Sequence[Span], starts: Sequence[int]
) -> list[int | None]:
    """Return, for each of ``problems``, the index of the drug whose reason it is; None where it is none.

    Two forms count: "drug ... for problem" (or a PRN drug with the problem right after it), and a
    problem that opens a line or sentence with its treatment after it ("HTN: lisinopril"). A reason of
    several drugs names the first. A drug that is not taken (allergy, negated, held, stopped) has no
    reason.

    Args:
        folded: the note's text, folded.
        drugs: sorted by start, with their status.
        problems: DX and SX, sorted by start.
        covered: the attributes, sorted by start.
        starts: of `extractors.sentences.sentence_starts`.
    """
    drug_starts = [drug.start for drug in drugs]
    attribute_starts = [span.start for span in covered]
    linked: list[int | None] = []
    for index, problem in enumerate(problems):
        after = bisect_left(drug_starts, problem.end)
        choice = _reason_after(folded, drugs, after - 1, problems, index, covered, attribute_starts)
        if choice is None and after < len(drugs):
            following = problems[index + 1].start if index + 1 < len(problems) else len(folded)
            if drugs[after].start < following and _heads(folded, problem, drugs[after], starts):
                choice = after
        linked.append(None if choice is not None and drugs[choice].status in _NOT_TAKEN else choice)
    return linked


_NOT_TAKEN = frozenset({"allergy", "negated", "hold", "stop"})


def _reason_after(
    folded: str,
    drugs: Sequence[Span],
    before: int,
    problems: Sequence[Span],
    index: int,
    covered: Sequence[Span],
    attribute_starts: Sequence[int],
) -> int | None:
    """Return the drug before the problem when the wording makes the problem its reason."""
    problem = problems[index]
    if before < 0:
        return None
    drug = drugs[before]
    last = bisect_left(attribute_starts, problem.start) - 1
    tail = covered[last] if last >= 0 and covered[last].start >= drug.end else None
    start = tail.end if tail else drug.end
    gap = folded[start : problem.start]
    if len(gap) > 60 or ";" in gap or _BLANK_LINE.search(gap):
        return None
    if _FOR.fullmatch(gap):
        return _first_of_list(folded, drugs, before, covered)
    prn = tail is not None and tail.label == "FREQUENCY" and PRN.search(folded, tail.start, tail.end)
    if (prn and _AFTER_PRN.fullmatch(gap)) or (tail is not None and "\n" not in gap and _CELL.fullmatch(gap)):
        return before
    previous = problems[index - 1] if index else None
    if previous and previous.start > drug.end and _LIST_GLUE.fullmatch(folded, previous.end, problem.start):
        return _reason_after(folded, drugs, before, problems, index - 1, covered, attribute_starts)
    return None


def _first_of_list(folded: str, drugs: Sequence[Span], index: int, covered: Sequence[Span]) -> int:
    """Return the first drug of the list "A 5 mg and B" that ends at ``index``."""
    while index:
        start, end = drugs[index - 1].end, drugs[index].start
        first = bisect_left(covered, start, key=_start)
        if end - start > 80 or not _JOINED.fullmatch(blank(folded, start, end, covered[first : first + 10])):
            break
        index -= 1
    return index


def _heads(folded: str, problem: Span, drug: Span, starts: Sequence[int]) -> bool:
    """Whether the drug is the treatment of the problem before it.

    Either the wording says so ("treated with"), or the problem opens an item of a list and the drug
    is the first that the item names.
    """
    gap = folded[problem.end : drug.start]
    if len(gap) > 160 or _NEW_ITEM.search(gap):
        return False
    if len(gap) < 60 and _TREATED.fullmatch(gap.strip(" ,(-:")):
        return True
    opening = starts[bisect_right(starts, problem.start) - 1]
    if problem.start - opening > 40:
        return False
    lead = folded[opening : problem.start]
    while bullet := _BULLET.match(lead):
        lead = lead[bullet.end() :]
    return not lead.strip() and bool(_SEPARATOR.match(gap))
