"""From a mention to ICD-10-CM codes: exact names, then names without qualifiers, then the nearest names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from extractors.coding.index import Key, TermIndex
from extractors.coding.loader import bundled, installed
from extractors.coding.refine import refine
from extractors.coding.system import CodeSystem
from extractors.coding.tables import rows
from extractors.coding.words import LATERALITY, Words, cues, of_mention, tokens, without_qualifiers
from extractors.terminology import system_folder

LEAST = 0.6  # score of a nearest name below which there is no code
_NEAREST = _MISSPELT = 0.9  # what a score is worth that was found by the nearest name, or after a correction


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that a mention may stand for.

    Attributes:
        code: ICD-10-CM, with its dot and its 7th character where it takes one.
        title: as in the tabular list, with the meaning of the 7th character.
        billable: whether the code is valid for billing.
        category: its first three characters.
        score: 0..1, 1 for a name that was found as it stands.
    """

    code: str
    title: str
    billable: bool
    category: str
    score: float


class Coder:
    """Finds codes of one code system. Two equal mentions cost one search."""

    def __init__(self, system: CodeSystem, index: TermIndex | None = None) -> None:
        self.index = index or TermIndex(system)
        self.system = system
        self._find = lru_cache(maxsize=50_000)(self._search)
        self._history = tuple((start, past) for start, past in rows("history.tsv", 2) if system.has(past))

    def __call__(
        self, surface: str, context: str = "", limit: int = 5, assertion: str = "present"
    ) -> tuple[Candidate, ...]:
        """Return the candidates of a mention; see `extractors.coding.code_problem`."""
        own = cues(surface)
        around: Key = frozenset(w for w in tokens(context) if w in self.index.cues or w in own)
        found = self._find(" ".join(surface.lower().split()), around)
        if assertion == "historical":
            found = tuple((score, self._past(code)) for score, code in found)
        return tuple(self.describe(code, score) for score, code in found[:limit])

    def describe(self, code: str, score: float = 1.0) -> Candidate:
        """Return a code with its title and billability.

        Raises:
            KeyError: the release has no such code.
        """
        title, billable = self.system.describe(code)
        return Candidate(code, title, billable, code[:3], round(min(1.0, score), 4))

    def _past(self, code: str) -> str:
        return next((past for start, past in self._history if code.startswith(start)), code)

    def _search(self, surface: str, context: Key) -> tuple[tuple[float, str], ...]:
        words = of_mention(surface, context)
        found = self._named(words, context)
        if not found:
            spelt = self.index.spelt(surface)
            if spelt != surface:
                words = of_mention(spelt, context)
                found = [(score * _MISSPELT, code) for score, code in self._named(words, context)]
        bases = found + [(s * _NEAREST, c) for s, c in self.index.search(words.kept, 6, LEAST)]
        best: dict[str, float] = {}
        for number, (score, base) in enumerate(bases):
            # An entry of ours may be a full code already, 7th character and all.
            codes = [base] if base not in self.system else refine(self.system, base, words.kept, 1 if number else 3)
            for rank, code in enumerate(codes):
                best.setdefault(code, score * (1 - 0.1 * rank))
        return tuple(sorted(((score, code) for code, score in best.items()), key=lambda p: (-p[0], p[1])))

    def _named(self, words: Words, context: Key) -> list[tuple[float, str]]:
        """Return the code whose name is the mention, as it stands or without its qualifiers."""
        plain = frozenset(word for word in words.kept if not word.startswith("no:"))
        keys = (
            (1.0, words.kept),
            (0.97, plain - LATERALITY),
            (0.93, without_qualifiers(plain, all_of_them=False)),
            (0.9, without_qualifiers(plain, all_of_them=True)),
        )
        for score, key in keys:
            code = self.index.exact(key, context) if key else None
            if code:
                return [(score, self._open(code) if words.kept - LATERALITY - key else code)]
        return []

    def _open(self, code: str) -> str:
        """Return the code above the unspecified one of a group: left-out qualifiers choose within the group."""
        node = self.system.get(code)
        return node.parent if node and node.parent and "unspecified" in node.title.lower() else code


@cache
def default_coder() -> Coder:
    """Return this process's coder, built at the first call: over an added release, else the bundled list.

    Raises:
        ConfigError: the tabular list cannot be read.
    """
    folder = system_folder("icd10cm")
    if folder is None:
        return Coder(bundled())
    system, entries = installed(folder)
    return Coder(system, TermIndex(system, ((entry.term, entry.code) for entry in entries)))
