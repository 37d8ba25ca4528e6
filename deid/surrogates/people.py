"""Look-alikes of names: one person is one surrogate in every form of the name."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from deid.folding import fold
from deid.names import FULL_KINDS, Kind
from deid.persons import link, read_mention
from deid.surrogates.draws import Draws
from deid.wordlists import entries, folded, given_names

_MIN_FUZZY = 6
_ORDER = {"PATIENT": 0, "RELATIVE": 1, "DOCTOR": 2}


def _in_case(new: str, like: str) -> str:
    """Return ``new`` in upper or lower case where ``like`` is, else as it stands."""
    if like.isupper():
        return new.upper() if len(like) > 1 else new[:1].upper() + new[1:]
    return new.lower() if like.islower() else new


class PeopleSurrogates:
    """Surrogates of all names of a note.

    Every word of a name has one surrogate, so that relatives go on sharing a surname and every form
    ("Smith, John", "J. Smith", "JS") follows from the full name. Words one letter apart are one word.

    Args:
        labels, surfaces: of the names, in reading order.
        draws: of the patient.
        avoid: folded words that must not come out.
    """

    def __init__(self, labels: Sequence[str], surfaces: Sequence[str], draws: Draws, avoid: Collection[str]) -> None:
        self._surfaces, self._draws = surfaces, draws
        self._mentions = [read_mention(s, label) for s, label in zip(surfaces, labels, strict=True)]
        self._leaders = self._link(labels)
        self._words: dict[str, str] = {}
        order = sorted(range(len(labels)), key=lambda i: (_ORDER[labels[i]], -len(self._mentions[i].words), i))
        for i in order:
            for part in self._mentions[i].parts:
                if part.kind in FULL_KINDS and part.folded not in self._words:
                    self._words[part.folded] = self._near(part.folded) or self._draw(
                        part.folded, part.kind, labels[i], avoid
                    )

    def _link(self, labels: Sequence[str]) -> list[int]:
        leaders = [0] * len(labels)
        for label in dict.fromkeys(labels):
            places = [i for i, other in enumerate(labels) if other == label]
            for i, leader in zip(places, link([self._mentions[i] for i in places]), strict=True):
                leaders[i] = places[leader]
        return leaders

    def _near(self, word: str) -> str | None:
        if len(word) < _MIN_FUZZY:
            return None
        near = (known for known in self._words if len(known) >= _MIN_FUZZY and OSA.distance(word, known) <= 1)
        found = next(near, None)
        return self._words[found] if found else None

    def _draw(self, word: str, kind: Kind, label: str, avoid: Collection[str]) -> str:
        if kind is Kind.NAME:  # alone: staff and patients go by surname, relatives by given name
            kind = Kind.GIVEN if word in given_names() or label == "RELATIVE" else Kind.SURNAME
        if kind is Kind.SURNAME:
            options = entries("surrogates/data/surnames")
        elif word in folded("surrogates/data/given_female"):
            options = entries("surrogates/data/given_female")
        elif word in folded("surrogates/data/given_male"):
            options = entries("surrogates/data/given_male")
        else:
            ending = word.endswith(("a", "ine", "elle", "ette", "lyn", "beth"))
            options = entries("surrogates/data/given_female" if ending else "surrogates/data/given_male")
        return self._draws.choice(options, "name", word, avoid=avoid, taken=frozenset(self._words.values()))

    def word(self, folded_word: str) -> str | None:
        """Return the surrogate of a word of a name, None if no name of the note has it."""
        return self._words.get(folded_word)

    def name(self, i: int) -> str:
        """Return the surrogate of the ``i``-th name, in the form that it has there."""
        surface, mention = self._surfaces[i], self._mentions[i]
        waiting = [w for w in self._mentions[self._leaders[i]].words if w not in mention.words]
        new: list[str] = []
        last = 0
        for part in mention.parts:
            if part.kind is Kind.PARTICLE:  # "de la Cruz" becomes one surname; the particle would tell
                new.append(surface[last : part.start])
                last = part.end
                while last < len(surface) and not surface[last].isalnum():
                    last += 1
                continue
            new += [surface[last : part.start], self._part(part.text, part.folded, part.kind, waiting)]
            last = part.end
        result = "".join((*new, surface[last:]))
        if fold(result) == fold(surface) and mention.initials:
            result = "".join(self._letter(c) if c.isalpha() else c for c in surface)
        return result

    def _part(self, text: str, plain: str, kind: Kind, waiting: list[str]) -> str:
        if kind is Kind.FIXED:
            return text
        if kind is not Kind.INITIAL:
            return _in_case(self._words[plain], text)
        for word in waiting:
            if word.startswith(plain):
                waiting.remove(word)
                return _in_case(self._words[word][0], text)
        return self._letter(text)

    def _letter(self, letter: str) -> str:
        """Return another letter for an initial of which the note does not tell the name."""
        options = [c for c in string.ascii_uppercase if c != letter.upper()]
        new = self._draws.choice(options, "initial", letter.upper())
        return new.lower() if letter.islower() else new
