"""Names of diseases and the codes they stand for: exact keys first, then an inverted index of words."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from extractors.coding.system import CodeSystem
from extractors.coding.tables import rows
from extractors.coding.words import canonical, expand, is_qualifier, listed, of_mention, of_title, tokens

Key = frozenset[str]
_RAREST = 3  # words of a mention whose postings are looked at
_LONGEST_POSTING = 4000  # a word of more names than that finds nothing alone
_UNKNOWN = 8.0  # weight of a word that no name has, about that of a word of twenty names
_LACKED, _BEYOND = 0.6, 0.3
_UNIT = 1_000_000  # weights are whole millionths: their sums do not depend on the order of a set
_SPELLING = 84  # rapidfuzz ratio, 0..100, from which another spelling is taken
_SHORTEST_MISSPELT = 5


_LOOKALIKES = str.maketrans("0135", "olis")  # what optical character recognition makes of o, l, i, s


def _spelled(words: Key) -> str:
    """Return a key as text, which takes a sixth of the memory."""
    return " ".join(sorted(words))


def _emphasis(word: str) -> float:
    """Return how much a word counts beside its rarity."""
    return 0.4 if is_qualifier(word) else 0.5 if word in listed("site") else 1.0


def _score(shared: int, name: int, asked: int) -> float:
    """Return Tversky's index of a name and a mention that have ``shared`` of their weights in common."""
    return shared / (shared + _LACKED * (name - shared) + _BEYOND * (asked - shared) or 1)


class TermIndex:
    """All names of one code system: our synonyms, titles, inclusion terms, entries of an index.

    Attributes:
        system: the codes.
    """

    def __init__(self, system: CodeSystem, extra: Iterable[tuple[str, str]] = ()) -> None:
        """Index ``system`` and ``extra`` names, pairs of name and code (`loader.load_index`)."""
        self.system = system
        self.curated: dict[str, list[tuple[str, Key]]] = {}
        for code, names, context in rows("synonyms.tsv", 3):
            for name in names.split("|"):
                if system.has(code):
                    self.curated.setdefault(_spelled(of_mention(name).kept), []).append(
                        (code, frozenset(context.split()))
                    )
        self.official: dict[str, str] = {}
        for code, name in self._names(extra):
            key = _spelled(canonical(tokens(name)).bare)
            other = self.official.get(key)
            if key and (other is None or other != code):
                self.official[key] = code if other is None else self._common(other, code)
        self._terms: list[tuple[str, str]] = [
            *((key, code) for key, ((code, context), *_) in self.curated.items() if not context),
            *self.official.items(),
        ]
        found: dict[str, array[int]] = {}
        for number, (key, _) in enumerate(self._terms):
            for word in key.split():
                if word in found:
                    found[word].append(number)
                else:
                    found[word] = array("i", [number])
        self._postings = found
        size = len(self._terms)
        self._weights = {w: round(_UNIT * _emphasis(w) * math.log(size / len(p))) for w, p in found.items()}
        self._weigh = array("q", bytes(8 * size))
        for word, numbers in found.items():
            weight = self._weights[word]
            for number in numbers:
                self._weigh[number] += weight
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(found):
            if len(word) >= _SHORTEST_MISSPELT - 1:
                self._by_first.setdefault(word[0], []).append(word)
        self.cues: Key = frozenset().union(*(context for senses in self.curated.values() for _, context in senses))

    def _names(self, extra: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Yield (code, name): titles from categories down, so that the code above keeps a shared name."""
        for node in sorted(self.system.values(), key=lambda node: (len(node.code), node.code)):
            yield node.code, node.title
        for node in self.system.values():
            for term in node.terms:
                yield node.code, term
        yield from ((code, name) for name, code in extra)

    def _common(self, first: str, second: str) -> str:
        """Return the lowest code above both, ``first`` where they share no category."""
        above = [node.code for node in self.system.lineage(first)]
        return next((node.code for node in self.system.lineage(second) if node.code in above), first)

    def exact(self, words: Key, context: Key) -> str | None:
        """Return the code whose name has exactly these words."""
        key = _spelled(words)
        senses = self.curated.get(key)
        if senses:
            fitting = [code for code, needed in senses if needed & context] or [c for c, needed in senses if not needed]
            if fitting:
                return fitting[0]
        return self.official.get(key)

    def search(self, words: Key, limit: int, least: float) -> list[tuple[float, str]]:
        """Return (score ``least``..1, code) of the names that share most with ``words``, best first.

        The score is Tversky's index over words weighted by inverse document frequency: what the mention
        lacks of a name counts more than what it says beyond it.
        """
        known = sorted((w for w in words if w in self._postings), key=lambda w: (len(self._postings[w]), w))
        asked = sum(self._weights.get(word) or round(_UNIT * _UNKNOWN * _emphasis(word)) for word in words)
        sharing: dict[int, int] = {}
        rest = dict.fromkeys(known, 0)
        for word in known[:_RAREST]:
            if len(self._postings[word]) <= _LONGEST_POSTING and not is_qualifier(word):
                del rest[word]
                weight = self._weights[word]
                for number in self._postings[word]:
                    sharing[number] = sharing.get(number, 0) + weight
        rest = {word: self._weights[word] for word in rest}
        most = sum(rest.values())
        best: dict[str, float] = {}
        for number, shared in sharing.items():
            weigh = self._weigh[number]
            # A name that falls short even if it had all other words needs no closer look.
            if _score(shared + most, weigh, asked) < least:
                continue
            key, code = self._terms[number]
            score = _score(shared + sum(rest.get(word, 0) for word in key.split()) if rest else shared, weigh, asked)
            if score >= least and score > best.get(code, 0):
                best[code] = score
        return sorted(((score, code) for code, score in best.items()), key=lambda pair: (-pair[0], pair[1]))[:limit]

    def spelt(self, surface: str) -> str:
        """Return ``surface`` with words that no name has replaced by near ones, words that were torn joined."""
        done: list[str] = []
        for word in tokens(surface):
            joined = self._spell(done[-1] + word) if done else ""
            torn = done and not (self._known(done[-1]) and self._known(word))
            if torn and joined and self._known(joined):
                done[-1] = joined
            else:
                done.append(self._spell(word))
        return " ".join(done)

    def _known(self, word: str) -> bool:
        """Whether some name has the word, or it is an abbreviation."""
        return expand([word]) != [word] or of_title(word).kept <= self._postings.keys()

    @lru_cache(maxsize=20_000)  # noqa: B019 - one index lives as long as its process
    def _spell(self, word: str) -> str:
        if len(word) < _SHORTEST_MISSPELT or self._known(word):
            return word
        digits = word.translate(_LOOKALIKES).replace("rn", "m")
        choices = [w for w in self._by_first.get(digits[0], ()) if abs(len(w) - len(word)) <= 2]
        match = process.extractOne(digits, choices, scorer=fuzz.ratio, score_cutoff=_SPELLING)
        return match[0] if match else word
