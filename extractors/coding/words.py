"""From a mention or a title to the words that are compared: folded, expanded, one word for one thing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extractors.coding.tables import rows

LATERALITY = frozenset({"left", "right", "bilateral"})


@cache
def listed(kind: str) -> frozenset[str]:
    """Return the words of one kind in ``words.tsv``.

    "qualifier" is what no name of a disease needs and only chooses among the codes below it; "telling"
    are those of them that names of different diseases differ in; "site" is anatomy, which says less of
    what a mention names than the rest of it does; "stop" counts for nothing.
    """
    return frozenset(word for name, words in rows("words.tsv", 2) if name == kind for word in words.split())


_MEASURE = re.compile(r"\d+|p?[tnm]\d\w*")
_TOKEN = re.compile(r"[a-z0-9]+")
_NEGATION = frozenset({"without", "no"})
_SPLIT = re.compile(r"(?<=[a-z]{3})(?=\d)|(?<=\d)(?=(?:cm|mm|st|nd|rd|th)\b)")
_POSSESSIVE = re.compile(r"['’`]s\b|['’`]")
_SHORTEST_SINGULAR = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a mention, a title or a term.

    Attributes:
        kept: what counts; a word under a negation is prefixed by "no:".
    """

    kept: frozenset[str]

    @property
    def bare(self) -> frozenset[str]:
        """Without laterality: the key under which names of one disease meet."""
        return self.kept - LATERALITY


def is_qualifier(word: str) -> bool:
    """Whether a word only chooses among the codes below a name: a side, a stage, a measure."""
    return word in LATERALITY or word in listed("qualifier") or bool(_MEASURE.fullmatch(word))


def without_qualifiers(words: frozenset[str], *, all_of_them: bool) -> frozenset[str]:
    """Return ``words`` without qualifiers; "acute", "chronic" and the like stay unless ``all_of_them``."""
    return frozenset(w for w in words if not is_qualifier(w) or (w in listed("telling") and not all_of_them))


def tokens(text: str) -> list[str]:
    """Return the words of ``text`` in lower case, without accents, possessives and punctuation."""
    return [token for stretch in text.lower().split() for token in _tokens(stretch)]


@lru_cache(maxsize=40_000)  # the titles of a release have some 21,000 words
def _tokens(stretch: str) -> tuple[str, ...]:
    """Return the words of a stretch of lower case without blanks; no rule looks beyond one."""
    if not stretch.isascii():
        stretch = "".join(c for c in unicodedata.normalize("NFKD", stretch) if not unicodedata.combining(c))
    plain = _POSSESSIVE.sub("", stretch).replace("w/o", "without ").replace("w/", "with ")
    return tuple(_TOKEN.findall(_SPLIT.sub(" ", plain)))


@cache
def _equivalents() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {tuple(a.split()): tuple(b.split()) for a, b in rows("equivalents.tsv", 2)}


@cache
def _in_order() -> frozenset[str]:
    """Return the words whose place among others matters: negations, and what may begin a phrase or become one."""
    phrases = {a[0] for a, b in _equivalents().items() if len(a) > 1 or len(b) > 1 or not _NEGATION.isdisjoint(b)}
    return _NEGATION | phrases


@lru_cache(maxsize=40_000)
def _folded(word: str) -> str:
    """Return what stands for a word that is not `_in_order`; empty for a stop word."""
    word = _equivalents().get((word,), (word,))[0]
    return "" if word == "with" or word in listed("stop") else _singular(word)


@cache
def _abbreviations() -> dict[tuple[str, ...], tuple[tuple[tuple[str, ...], frozenset[str]], ...]]:
    """Return abbreviation -> its senses (expansion, context words that speak for it), default first."""
    found: dict[tuple[str, ...], list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for short, expansion, context in rows("abbreviations.tsv", 3):
        found.setdefault(tuple(short.split()), []).append((tuple(expansion.split()), frozenset(context.split())))
    return {short: tuple(sorted(senses, key=lambda sense: bool(sense[1]))) for short, senses in found.items()}


def cues(surface: str) -> frozenset[str]:
    """Return the context words that decide between senses of the abbreviations in ``surface``."""
    table = _abbreviations()
    return frozenset().union(*(words for word in tokens(surface) for _, words in table.get((word,), ())))


def expand(words: Sequence[str], context: Collection[str] = ()) -> list[str]:
    """Return ``words`` with abbreviations written out, in the sense that ``context`` speaks for."""
    table = _abbreviations()
    done: list[str] = []
    position = 0
    while position < len(words):
        for length in (2, 1):
            key = tuple(words[position : position + length])
            senses = table.get(key) or (table.get((key[0][:-1],)) if length == 1 and key[0].endswith("s") else None)
            if senses:
                best = max(senses, key=lambda sense: len(sense[1].intersection(context)))
                done += best[0]
                position += length
                break
        else:
            done.append(words[position])
            position += 1
    return done


def _singular(word: str) -> str:
    if len(word) <= _SHORTEST_SINGULAR or word.endswith(("ss", "us", "is", "ous")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") else word


def canonical(words: Sequence[str]) -> Words:
    """Return what counts of ``words``: equivalents replaced, plurals folded, little words left out."""
    if _in_order().isdisjoint(words):
        return Words(frozenset(map(_folded, words)) - {""})
    table = _equivalents()
    done: list[str] = []
    position = 0
    in_order = _in_order()
    while position < len(words):
        for length in (3, 2, 1) if words[position] in in_order else (1,):
            found = table.get(tuple(words[position : position + length]))
            if found:
                done += found
                position += length
                break
        else:
            done.append(words[position])
            position += 1
    kept: set[str] = set()
    negated = False
    for word in done:
        if word in _NEGATION:
            negated = True
        elif word == "with":
            negated = False
        elif word not in listed("stop"):
            kept.add("no:" + _singular(word) if negated else _singular(word))
    return Words(frozenset(kept))


@lru_cache(maxsize=20_000)
def of_title(text: str) -> Words:
    """Return the words of a title or inclusion term."""
    return canonical(tokens(text))


def of_mention(surface: str, context: Collection[str] = ()) -> Words:
    """Return the words of a mention. Diabetes of no named type counts as type 2, as ICD-10-CM has it."""
    return _typed(canonical(expand(tokens(surface), context)))


_OTHER_DIABETES = frozenset({"type", "1", "gestational", "insipidu", "insipidus", "steroid", "prediabetes", "drug"})


def _typed(words: Words) -> Words:
    if "diabetes" in words.kept and not words.kept & _OTHER_DIABETES:
        return Words(words.kept | {"type", "2"})
    return words
