"""Look-alikes of names: one person is one surrogate in every form of the name."""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from deid.folding import fold
from deid.names import FULL_KINDS, Kind
from deid.nicknames import drawn_forms, full_forms
from deid.persons import Mention, link, read_mention
from deid.surrogates.draws import Draws
from deid.surrogates.name_pools import given_names_for, is_given, surname_origin, surnames_for

_MIN_FUZZY = 6
_MIN_IN_HANDLE = 3
_MIN_CUT = 4
_ORDER = {"PATIENT": 0, "RELATIVE": 1, "DOCTOR": 2}


def _in_case(new: str, like: str) -> str:
    """Return ``new`` in upper or lower case where ``like`` is, else as it stands."""
    if like.isupper():
        return new.upper() if len(like) > 1 else new[:1].upper() + new[1:]
    return new.lower() if like.islower() else new


class PeopleSurrogates:
    """Surrogates of all names of a note.

    Every word of a name has one surrogate, so that relatives go on sharing a surname and every form
    ("Smith, John", "J. Smith", "JS", "jsmith") follows from the full name. Words one letter apart are
    one word, unless both are given names that we know. A nickname becomes one of the full name's surrogate, also
    where the note does not hold that.

    Args:
        labels, surfaces: of the names, in reading order.
        draws: of the patient.
        avoid: folded words that must not come out.
    """

    def __init__(self, labels: Sequence[str], surfaces: Sequence[str], draws: Draws, avoid: Collection[str]) -> None:
        self._surfaces, self._draws, self._avoid = surfaces, draws, avoid
        self._mentions = [read_mention(s, label) for s, label in zip(surfaces, labels, strict=True)]
        self._leaders = self._link(labels)
        self._words: dict[str, str] = {}
        self._full = {part.folded for mention in self._mentions for part in mention.parts if part.kind in FULL_KINDS}
        order = sorted(range(len(labels)), key=lambda i: (_ORDER[labels[i]], -len(self._mentions[i].words), i))
        for i in order:
            self._draw_words(self._mentions[i], labels[i])

    def _link(self, labels: Sequence[str]) -> list[int]:
        leaders = [0] * len(labels)
        for label in dict.fromkeys(labels):
            places = [i for i, other in enumerate(labels) if other == label]
            for i, leader in zip(places, link([self._mentions[i] for i in places]), strict=True):
                leaders[i] = places[leader]
        return leaders

    def _draw_words(self, mention: Mention, label: str) -> None:
        surnames = (part.folded for part in mention.parts if part.kind is Kind.SURNAME)
        origin = next((found for word in surnames if (found := surname_origin(word))), None)
        for part in mention.parts:
            if part.kind in FULL_KINDS and part.folded not in self._words:
                self._words[part.folded] = self._near(part.folded) or self._draw(part.folded, part.kind, label, origin)

    def _near(self, word: str) -> str | None:
        if len(word) < _MIN_FUZZY:
            return None
        for known, surrogate in self._words.items():
            alike = len(known) >= _MIN_FUZZY and OSA.distance(word, known, score_cutoff=1) <= 1
            if alike and not (is_given(word) and is_given(known)):  # Daniel and Daniela are two
                return surrogate
        return None

    def _draw(self, word: str, kind: Kind, label: str, origin: str | None) -> str:
        if kind is Kind.NAME:  # alone: staff and patients go by surname, relatives by given name
            kind = Kind.GIVEN if label == "RELATIVE" or is_given(word) else Kind.SURNAME
        if kind is Kind.GIVEN and word in full_forms():
            return self._nickname(word, label, origin)
        options = surnames_for(word) if kind is Kind.SURNAME else given_names_for(word, origin)
        return self._draws.choice(options, "name", word, avoid=self._avoid, taken=frozenset(self._words.values()))

    def _nickname(self, word: str, label: str, origin: str | None) -> str:
        """Return a nickname of what stands for the full name of a nickname, or that itself where it has none."""
        full = next((name for name in full_forms()[word] if name in self._full), full_forms()[word][0])
        if full in self._full and full not in self._words:
            self._words[full] = self._draw(full, Kind.GIVEN, label, origin)
        new = self._words.get(full) or self._draw(full, Kind.GIVEN, label, origin)
        taken = {fold(surrogate) for surrogate in self._words.values()}
        shorts = [short for short in drawn_forms(fold(new)) if short not in self._avoid and short not in taken]
        return self._draws.choice(shorts, "nickname", word).capitalize() if shorts else new

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

    def in_handle(self, letters: str) -> str | None:
        """Return what stands for a run of letters in a user name or address, in lower case.

        Understood are names of the note ("smith"), two of them run together, a name with one or two
        initials on either side ("jsmith", "smithjo"), an initial and the first letters of a name
        ("jkowalc"), and initials alone ("jks"). None where no name of the note is in it.
        """
        plain = fold(letters)
        for word in sorted(self._words, key=len, reverse=True):
            if len(word) < _MIN_IN_HANDLE:
                break
            before, found, after = plain.partition(word)
            if found:
                rest = [self._beside(word, before), self._beside(word, after)]
                if None not in rest:
                    return f"{rest[0]}{self._words[word].lower()}{rest[1]}"
            elif len(plain) > _MIN_CUT and word.startswith(plain[1:]):
                return f"{self._initial_of(word, plain[0])}{self._words[word].lower()}"[: len(plain)]
        return self._initials(plain) if len(plain) <= _MIN_IN_HANDLE else None

    def _beside(self, word: str, letters: str) -> str | None:
        """Return what stands for letters right beside a name in a handle; None where they are no name."""
        if letters in self._words:
            return self._words[letters].lower()
        return "".join(self._initial_of(word, letter) for letter in letters) if len(letters) <= 2 else None

    def _initial_of(self, word: str, letter: str) -> str:
        """Return the initial that stands for ``letter`` beside ``word``: of the other names of that person."""
        for mention in self._mentions:
            if word in mention.words:
                for other in mention.words:
                    if other != word and other.startswith(letter):
                        return self._words[other][0].lower()
        return self._letter(letter).lower()

    def _initials(self, letters: str) -> str | None:
        """Return the initials that stand for those of a person of the note: first and last, or all words."""
        for leader in dict.fromkeys(self._leaders):
            words = self._mentions[leader].words
            if len(words) > 1 and letters in (words[0][0] + words[-1][0], "".join(word[0] for word in words)):
                used = words if len(letters) == len(words) else (words[0], words[-1])
                return "".join(self._words[word][0] for word in used).lower()
        return None
