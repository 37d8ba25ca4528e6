"""Cues in text and how far they reach: the mechanism of NegEx and ConText, for any set of categories.

Chapman et al. 2001, "A simple algorithm for identifying negated findings and diseases in discharge
summaries"; Harkema et al. 2009, "ConText: an algorithm for determining negation, experiencer, and
temporal status from clinical reports". Reach is counted along lists: from the cue to the first
target, and from each target to the next ("denies fever, chills or new back pain").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.lexicon import PhraseTable, read_blocks
from nlp.types import Span

FORWARD, BACKWARD, FINAL, END = "forward", "backward", "final", "end"


@dataclass(frozen=True, slots=True)
class Role:
    """One thing that a cue does.

    Attributes:
        category: what it says of its targets; for an end, whose scope it ends ("" for all).
        direction: "forward", "backward", "final" (backward, and only where its clause ends after
            it: "Clubbing: no."), "end".
        reach: how many words may stand between cue and target, and between targets of a list.
        chain: how the scope goes on after the first target: "none", "one" (as none, but a comma may
            stand between), "or" (what "or", "and", "vs" or a slash joins), "list" (to the next end, semicolon or cue),
            "clause" (to the next semicolon), "open" (to the end of the sentence).
    """

    category: str
    direction: str
    reach: int = 0
    chain: str = "list"


@dataclass(frozen=True, slots=True)
class Cue:
    """An occurrence of a cue phrase; `roles` is empty where the phrase only hides another cue."""

    start: int
    end: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A cue that reaches a target; `gap` is the number of words between the two."""

    category: str
    direction: str
    gap: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What rules say of a target: the value, the kind of section around it and the cues that reach it."""

    value: str
    section: str
    findings: tuple[Finding, ...]


def load_cues(name: str) -> PhraseTable[tuple[Role, ...]]:
    """Return the cue phrases of the data file ``name``.

    Its blocks (`extractors.lexicon.read_blocks`) are called ``[category direction reach chain]``,
    ``[end]``, ``[end category]`` or ``[pseudo]``.
    """
    roles: dict[str, tuple[Role, ...]] = {}
    for block, phrases in read_blocks(name).items():
        match block.split():
            case ["pseudo"]:
                new: tuple[Role, ...] = ()
            case ["end", *category]:
                new = (Role(" ".join(category), END),)
            case [category, direction, reach, chain]:
                new = (Role(category, direction, int(reach), chain),)
            case _:
                raise ValueError(f"{name}: block [{block}] is not [category direction reach chain]")
        for phrase in phrases:
            roles[phrase] = (*roles.get(phrase, ()), *new)
    return PhraseTable(roles)


_WORD = re.compile(r"[^\W_]+(?:['/.-][^\W_]+)*")


def words_between(folded: str, start: int, end: int) -> int:
    """Return how many words stand in ``folded[start:end]``."""
    return len(_WORD.findall(folded, start, end)) if end - start > 1 else 0


def blank(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    """Return ``text[start:end]`` with blanks over ``spans`` (sorted), so that doses do not count as distance."""
    parts, last = [], start
    for span in spans:
        if span.end > end:
            break
        if span.start >= last:
            parts += [text[last : span.start], _VISIBLE.sub(" ", text[span.start : span.end])]
            last = span.end
    return "".join((*parts, text[last:end]))


_VISIBLE = re.compile(r"\S")


def find_cues(folded: str, table: PhraseTable[tuple[Role, ...]], targets: Sequence[tuple[int, int]]) -> list[Cue]:
    """Return the cues of ``folded`` that do not overlap a target: "could not stand" may be one."""
    ends = [end for _, end in targets]
    cues = []
    for start, end, roles in table.find(folded):
        index = bisect_right(ends, start)
        if roles and (index == len(targets) or end <= targets[index][0]):
            cues.append(Cue(start, end, roles))
    return cues


def findings(
    folded: str,
    targets: Sequence[tuple[int, int]],
    cues: Sequence[Cue],
    starts: Sequence[int],
    barriers: Sequence[int] = (),
) -> list[list[Finding]]:
    """Return, for each target, the cues that reach it.

    Args:
        folded: the text, folded.
        targets: (start, end) of what is asked about, sorted, not overlapping.
        cues: sorted.
        starts: of the sentences, sorted, 0 first.
        barriers: sorted offsets that a cue does not reach over to its first target ("no Plavix
            until HIT is sorted": the drug takes the negation).
    """
    result: list[list[Finding]] = [[] for _ in targets]
    for members, sentence_cues in _by_sentence(targets, cues, starts):
        reached = _forward(folded, targets, members, sentence_cues, barriers, result)
        _backward(folded, targets, members, sentence_cues, reached, result)
    return result


def _by_sentence(
    targets: Sequence[tuple[int, int]], cues: Sequence[Cue], starts: Sequence[int]
) -> Iterator[tuple[list[int], list[Cue]]]:
    """Yield the indices of the targets and the cues of each sentence that has both."""
    cue_sentences: dict[int, list[Cue]] = {}
    for cue in cues:
        cue_sentences.setdefault(bisect_right(starts, cue.start), []).append(cue)
    target_sentences: dict[int, list[int]] = {}
    for index, (start, _) in enumerate(targets):
        target_sentences.setdefault(bisect_right(starts, start), []).append(index)
    for sentence, members in target_sentences.items():
        if sentence in cue_sentences:
            yield members, cue_sentences[sentence]


_ALTERNATIVE = re.compile(r"(?<!\w)(?:or|nor|and|vs\.?|versus|and/or)(?!\w)|[/&]")


def _forward(
    folded: str,
    targets: Sequence[tuple[int, int]],
    members: list[int],
    cues: list[Cue],
    barriers: Sequence[int],
    result: list[list[Finding]],
) -> set[int]:
    """Fill in what forward cues reach; return the starts of the cues that reached something."""
    active: list[tuple[Role, int, int]] = []  # the role, where its cue starts, where its chain ends so far
    used: set[int] = set()
    upcoming = iter(cues)
    cue = next(upcoming, None)
    for index in members:
        start, end = targets[index]
        while cue and cue.end <= start:
            for role in cue.roles:
                if role.direction == END:
                    active = [
                        entry
                        for entry in active
                        if (entry[0].category != role.category if role.category else entry[0].chain in _LONG)
                    ]
                elif role.direction == FORWARD:
                    active = [entry for entry in active if entry[0].chain in _LONG]
            active += [(role, cue.start, cue.end) for role in cue.roles if role.direction == FORWARD]
            cue = next(upcoming, None)
        still = []
        for role, cue_start, chain_end in active:
            gap = words_between(folded, chain_end, start)
            if gap > role.reach:
                continue
            if role.chain == "clause":
                if _HARD.search(folded, chain_end, start):
                    continue
            elif role.chain != "open":
                first = cue_start not in used
                if first and _first_blocked(folded, chain_end, start, barriers):
                    continue
                if not first and not _goes_on(folded, chain_end, start, end, role.chain):
                    continue
            result[index].append(Finding(role.category, FORWARD, gap))
            still.append((role, cue_start, end))
        used.update(cue_start for _, cue_start, _ in still)
        active = still
    return used


def _first_blocked(folded: str, start: int, end: int, barriers: Sequence[int]) -> bool:
    """Whether a comma, a column or a barrier stands between a cue and its first target."""
    if _CLAUSE.search(folded, start, end) or _AND.match(folded, start, end):
        return True
    index = bisect_right(barriers, start - 1)
    return index < len(barriers) and barriers[index] < end


def _goes_on(folded: str, start: int, end: int, target_end: int, chain: str) -> bool:
    """Whether a scope of kind ``chain`` goes on over the gap start:end to the target end:target_end."""
    if chain in ("none", "one") or _HARD.search(folded, start, end):
        return False
    if _FRESH.match(folded, end) or _FRESH_ITEM.search(folded, start, end):
        return False
    if _ALTERNATIVE.search(folded, start, end):
        return True
    return chain == "list" and not _MEASURED.match(folded, target_end)


def _backward(
    folded: str,
    targets: Sequence[tuple[int, int]],
    members: list[int],
    cues: list[Cue],
    used: set[int],
    result: list[list[Finding]],
) -> None:
    ends = [targets[index][1] for index in members]
    stops = [cue.start for cue in cues if any(role.direction == END and not role.category for role in cue.roles)]
    for cue in cues:
        for role in cue.roles:
            if role.direction == BACKWARD and role.chain == "none" and cue.start in used:
                continue  # "possible" before a problem speaks of that one
            if role.direction == FINAL and not _CLAUSE_END.match(folded, cue.end):
                continue
            if role.direction in (BACKWARD, FINAL):
                _reach_back(folded, targets, members[: bisect_right(ends, cue.start)], cue.start, role, stops, result)


def _reach_back(
    folded: str,
    targets: Sequence[tuple[int, int]],
    members: Sequence[int],
    limit: int,
    role: Role,
    stops: Sequence[int],
    result: list[list[Finding]],
) -> None:
    """Fill in what a cue at ``limit`` says of the nearest of ``members`` before it, and of a list that ends there."""
    for position, index in enumerate(reversed(members)):
        start, end = targets[index]
        stop = bisect_left(stops, end)
        if (stop < len(stops) and stops[stop] < limit) or _HARD.search(folded, end, limit):
            return
        gap = words_between(folded, end, limit)
        if position == 0:
            if gap > role.reach or (role.chain == "none" and "," in folded[end:limit]):
                return
        elif not _lists_back(folded, end, limit, role.chain):
            return
        result[index].append(Finding(role.category, BACKWARD, gap))
        limit = start


def _lists_back(folded: str, start: int, end: int, chain: str) -> bool:
    """Whether a backward scope of kind ``chain`` goes on over this gap to the target before."""
    if chain in ("none", "one") or not _LIST.fullmatch(folded, start, end):
        return False
    return chain != "or" or bool(_ALTERNATIVE.search(folded, start, end))


_HARD = re.compile(r";")
_LONG = frozenset({"clause", "open"})
_AND = re.compile(r"\s*(?:and|but)\b")  # "seems less likely and Horner syndrome is excluded"
_MEASURED = re.compile(r"\s*(?:\d+/10|x ?\d|since)\b")  # "no LOC, headache 4/10"
_CLAUSE = re.compile(r"[;,]| {3,}")
_CLAUSE_END = re.compile(r"[ \t]*(?:[.;,|)\n]|--?[ \t]|$|(?<= {3}))")
# Words that open a finding of its own: "no clonus, 2+ edema".
_FRESH = re.compile(r"\d|(?:trace|mild|moderate|severe|old|fine|some|few|small|large|one)\b")
_FRESH_ITEM = re.compile(r",\s*(?:\d|(?:trace|mild|moderate|severe|one|two|three|some|few|small|large)\b)")
_LIST = re.compile(r"\s*(?:[,/&+]|\band\b|\bor\b|\s)*\s*")
