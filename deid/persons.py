"""Tell which mentions in a note mean the same person or place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deid.folding import fold
from deid.names import FULL_KINDS, NAME_TOKEN, Kind, NamePart, fold_name, parse_name
from deid.nicknames import full_forms
from nlp.labels import NAME_LABELS


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or a place as it stands in the note.

    Attributes:
        words: the full words, folded, in reading order, given names before surnames.
        initials: letters that stand for words, folded.
        parts: of a person's name; empty for places.
    """

    words: tuple[str, ...] = field(repr=False)
    initials: str = field(repr=False)
    parts: tuple[NamePart, ...] = field(default=(), repr=False)


def read_mention(surface: str, label: str) -> Mention:
    """Return what a surface says about whom or what it means."""
    if label not in NAME_LABELS:
        words = tuple(fold(token) for token in NAME_TOKEN.findall(surface))
        if len(words) == 1 and surface.isupper() and len(surface) <= 5:
            return Mention((), words[0])
        return Mention(words, "")
    parts = parse_name(surface)
    full = sorted((p for p in parts if p.kind in FULL_KINDS), key=lambda p: p.kind is Kind.SURNAME)
    initials = "".join(fold(p.text) for p in parts if p.kind is Kind.INITIAL)
    return Mention(tuple(fold_name(p.text) for p in full), initials, parts)


def link(mentions: Sequence[Mention]) -> list[int]:
    """Return for every mention the index of the mention that says most about the same person or place.

    Mentions share a person when all full words of one are words of the other and its initials fit
    the rest. Where several persons fit, the first in the text is taken.
    """
    order = sorted(range(len(mentions)), key=lambda i: (-len(mentions[i].words), -len(mentions[i].initials), i))
    # By what a mention must share with them: of the thousands of persons in a long note few are looked at.
    by_word: dict[str, list[int]] = {}
    by_initials: dict[str, list[int]] = {}
    home = [0] * len(mentions)
    for i in order:
        mention = mentions[i]
        near = by_word.get(mention.words[0], ()) if mention.words else by_initials.get(mention.initials, ())
        fitting = [leader for leader in near if _fits(mention, mentions[leader])]
        home[i] = min(fitting) if fitting else i
        if not fitting:
            for word in set(mention.words):
                by_word.setdefault(word, []).append(i)
            for initials in _all_initials(mention):
                by_initials.setdefault(initials, []).append(i)
    return home


def _all_initials(leader: Mention) -> frozenset[str]:
    """Return the initials that may stand for a name; none stand for one of which nothing can be read."""
    own = "".join(word[0] for word in leader.words)
    ends = own[:1] + own[-1:] if len(own) > 1 else own
    return frozenset((own, ends, leader.initials, leader.initials + own, own[:1] + leader.initials + own[1:]))


def _fits(mention: Mention, leader: Mention) -> bool:
    if not mention.words:
        return bool(mention.initials) or not (leader.words or leader.initials)
    if not set(mention.words) <= set(leader.words):
        return False
    rest = [word for word in leader.words if word not in mention.words]
    letters = [word[0] for word in rest] + list(leader.initials)
    if not letters or not rest:  # nothing there that an initial could contradict, or only other initials
        return (
            not (mention.initials and leader.initials)
            or set(mention.initials) <= set(leader.initials)
            or (set(leader.initials) <= set(mention.initials))
        )
    return all(initial in letters for initial in mention.initials[:1])


def _by_full_names(mentions: Sequence[Mention]) -> list[Mention]:
    """Return mentions in which the full name stands for a nickname ("Bill") where another mention holds it."""
    known = {word for mention in mentions for word in mention.words}
    full = {word: next((name for name in full_forms().get(word, ()) if name in known), word) for word in known}
    return [replace(mention, words=tuple(full[word] for word in mention.words)) for mention in mentions]


def number(labels: Sequence[str], surfaces: Sequence[str]) -> list[int]:
    """Return for every mention the number of its person or place among those of its label, from 1 in reading order."""
    numbers = [0] * len(labels)
    for label in dict.fromkeys(labels):
        places = [i for i, other in enumerate(labels) if other == label]
        home = link(_by_full_names([read_mention(surfaces[i], label) for i in places]))
        seen: dict[int, int] = {}
        for place, leader in zip(places, home, strict=True):
            numbers[place] = seen.setdefault(leader, len(seen) + 1)
    return numbers
