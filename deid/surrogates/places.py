"""Look-alikes of hospitals, organizations, streets and other places, and of occupations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from deid.folding import fold
from deid.surrogates.date_writing import ordinal_ending
from deid.surrogates.draws import Draws
from deid.surrogates.numbers import plain_code, scramble
from deid.surrogates.writing import article_fits, in_case
from deid.wordlists import entries, folded
from nlp.types import Span

PLACE_LABELS = frozenset({"HOSPITAL", "ORGANIZATION", "STREET", "LOCATION-OTHER"})
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_][\u0300-\u036f]*(?:['’ʻ.]?[^\W\d_][\u0300-\u036f]*)*)|(?P<code>\w+)|(?P<gap>\W+)"
)
_INSIDE_NAME = re.compile(r"[ \t\n]+|\.? ?|-")
_ORDINAL = re.compile(r"\d+(?=(?:st|nd|rd|th)$)", re.I)
_SAINT = frozenset({"st", "saint", "sainte", "san", "santa", "sto", "sta"})
_MAX_ACRONYM = 5


class PlaceSurrogates:
    """Surrogates of the named places of a note.

    Words such as Hospital, River or Street stay, names and numbers change. A place's short form
    ("Mercy" for "Mercy Bay Hospital") and its acronym follow from the full form.

    Args:
        text: the note's text.
        spans: what will be replaced; labels other than `PLACE_LABELS` are passed over.
        draws: of the patient.
        avoid: folded words that must not come out.
    """

    def __init__(self, text: str, spans: Sequence[Span], draws: Draws, avoid: Collection[str]) -> None:
        self._draws, self._avoid = draws, avoid
        self._names: dict[str, str] = {}
        self._acronyms: dict[str, str] = {}
        surfaces = dict.fromkeys((text[s.start : s.end], s.label) for s in spans if s.label in PLACE_LABELS)
        runs = {(_plain_name(run), saint) for surface, label in surfaces for run, saint in _names_in(surface, label)}
        for run, saint in sorted(runs, key=lambda item: (-len(item[0].split()), item)):
            longer = next((known for known in self._names if known.startswith(f"{run} ")), None)
            self._names.setdefault(run, self._names[longer] if longer else self._draw(run, saint))
        if any(_is_acronym(surface) for surface, _ in surfaces):
            for surface, label in surfaces:
                self._note_acronyms(surface, label)

    def _note_acronyms(self, surface: str, label: str) -> None:
        try:
            new = self.surrogate(surface, label)
        except ValueError:  # it will be masked; so has no acronym to follow from it
            return
        self._acronyms = dict(zip(_initials(surface), _initials(new), strict=True)) | self._acronyms

    def surrogate(self, surface: str, label: str) -> str:
        """Return another place of the same form.

        Args:
            surface: the place.
            label: one of `PLACE_LABELS`.

        Raises:
            ValueError: there is no look-alike for it.
        """
        if _is_acronym(surface):
            return self._acronym(surface)
        if fold(surface) in folded("surrogates/data/insurers"):
            return in_case(f"{self._name(surface, False)} Health Plan", surface)
        new: list[str] = []
        changed = False
        saint = False
        for text, kind in _parts(surface, label):
            if kind == "name":
                new.append(in_case(self._name(text, saint), text) + ("'s" if fold(text).endswith("'s") else ""))
            elif kind == "code":
                new.append(self._code(text, label))
            else:
                new.append(text)
            changed = changed or kind != "kept"
            saint = fold(text).strip(". ") in _SAINT or (saint and not text.strip(". "))
        if changed:
            return "".join(new)
        words = [m[0] for m in _TOKEN.finditer(surface) if m["word"]]
        return " ".join([in_case(self._name(surface, False), surface), *words[-1:]])

    def _name(self, run: str, saint: bool) -> str:
        plain = _plain_name(run)
        if plain not in self._names:
            self._names[plain] = self._draw(plain, saint)
        return self._names[plain]

    def _draw(self, plain: str, saint: bool) -> str:
        options = entries(f"surrogates/data/{'saints' if saint else 'place_names'}")
        return self._draws.choice(options, "place", plain, avoid=self._avoid, taken=frozenset(self._names.values()))

    def _acronym(self, surface: str) -> str:
        known = self._acronyms.get(surface)
        if known is not None and known != surface and fold(known) not in self._avoid:
            return known
        clinical = folded("data/abbreviations")  # a hospital called DVT would be read as the disease
        return scramble(surface, self._draws, "ACRONYM", {*self._avoid, *clinical} if len(surface) > 1 else self._avoid)

    def _code(self, code: str, label: str) -> str:
        """Return another house number, "12th" or code."""
        ordinal = _ORDINAL.match(code)
        if ordinal is None:
            return scramble(code, self._draws, label, self._avoid)
        number = scramble(ordinal[0], self._draws, label, self._avoid)
        return number + in_case(ordinal_ending(int(number)), code[-2:])


def occupation(surface: str, draws: Draws, avoid: Collection[str]) -> str:
    """Return another occupation from our list, one that takes the same article and number."""
    plural = len(surface) > 4 and fold(surface).endswith("s") and not fold(surface).endswith("ss")
    jobs = [job + "s" * plural for job in entries("surrogates/data/professions") if article_fits(job, surface)]
    return in_case(draws.choice(jobs, "PROFESSION", fold(surface), avoid=avoid), surface)


def _plain_name(run: str) -> str:
    return re.sub(r"[\s-]+", " ", fold(run)).removesuffix("'s")


def _is_acronym(surface: str) -> bool:
    return surface.isupper() and surface.isalpha() and len(surface) <= _MAX_ACRONYM


def _initials(surface: str) -> tuple[str, str]:
    """Return the acronyms of a place: of all words, and without "of", "the" and the like."""
    words = [m[0] for m in _TOKEN.finditer(surface) if m["word"]]
    return (
        "".join(word[0].upper() for word in words),
        "".join(word[0].upper() for word in words if not word.islower()),
    )


@lru_cache(4096)
def _parts(surface: str, label: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a place and what becomes of each: "name", "code" or "kept"."""
    tokens = list(_TOKEN.finditer(surface))
    generic = folded(f"surrogates/data/generic_{'street' if label == 'STREET' else 'place'}_words")
    kept = [fold(t[0]).strip(".") in generic or not plain_code(t[0]) for t in tokens]
    proper = [t["word"] is not None and len(t[0]) > 1 and not k for t, k in zip(tokens, kept, strict=True)]
    parts: list[tuple[str, str]] = []
    i = 0
    while i < len(tokens):
        last = i
        if proper[i]:
            while last + 2 < len(tokens) and proper[last + 2] and _INSIDE_NAME.fullmatch(tokens[last + 1][0]):
                last += 2
        kind = "name" if proper[i] else "kept" if kept[i] else "code"
        parts.append((surface[tokens[i].start() : tokens[last].end()], kind))
        i = last + 1
    return tuple(parts)


def _names_in(surface: str, label: str) -> Iterator[tuple[str, bool]]:
    """Yield the names in a place that is no acronym, and whether each is a saint's."""
    if _is_acronym(surface):
        return
    saint = False
    for text, kind in _parts(surface, label):
        if kind == "name":
            yield text, saint
        saint = fold(text).strip(". ") in _SAINT or (saint and not text.strip(". "))
