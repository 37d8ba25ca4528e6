"""Choices that look random and derive from the key: the same on every worker and in every run."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from deid.folding import fold
from deid.keys import SecretKey
from nlp.types import Note

_RUN = re.compile(r"[^\W\d_]{4,}")


def words_of(text: str) -> frozenset[str]:
    """Return the folded words of a text, and the words of four letters or more in them: "driver/mover"."""
    plain = fold(text)
    return frozenset((*plain.split(), *_RUN.findall(plain)))


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws for one patient.

    Attributes:
        key: the secret key.
        patient: whose surrogates these are: patient id, or note id where there is none.
    """

    key: SecretKey = field(repr=False)
    patient: str = field(repr=False)

    @classmethod
    def of(cls, key: SecretKey, note: Note) -> Draws:
        """Return the draws of the note's patient; a note without a patient id is a patient of its own."""
        return cls(key, f"patient {note.patient_id}" if note.patient_id is not None else f"note {note.note_id}")

    def number(self, below: int, *what: str) -> int:
        """Return a number from 0 to ``below`` - 1 for ``what``; the bias is below 2**-190."""
        return int.from_bytes(self.key.derive(self.patient, *what), "big") % below

    def choice(
        self, options: Sequence[str], *what: str, avoid: Collection[str] = (), taken: Collection[str] = ()
    ) -> str:
        """Return one of ``options`` for ``what``, or the next one that is free.

        Args:
            options: to choose from.
            what: decides the choice.
            avoid: folded words that must not occur in the choice.
            taken: choices to leave alone as long as others are free.

        Raises:
            ValueError: all options are to be avoided.
        """
        first = self.number(len(options), *what)
        second_best = None
        for step in range(len(options)):
            option = options[(first + step) % len(options)]
            if avoid and any(word in avoid for word in words_of(option)):
                continue
            if option not in taken:
                return option
            second_best = second_best or option
        if second_best is None:
            raise ValueError("no surrogate is left that the note does not hold")
        return second_best

    def stream(self, *what: str) -> Bytes:
        """Return an endless stream of bytes for ``what``."""
        return Bytes(self, what)


class Bytes:
    """An endless stream of bytes that derive from the key."""

    def __init__(self, draws: Draws, what: tuple[str, ...]) -> None:
        self._draws, self._what = draws, what
        self._block, self._count = b"", 0

    def below(self, limit: int) -> int:
        """Return the next number below ``limit`` (at most 256), without bias."""
        while True:
            if not self._block:
                self._block = self._draws.key.derive(self._draws.patient, *self._what, str(self._count))
                self._count += 1
            value, self._block = self._block[0], self._block[1:]
            if value < 256 - 256 % limit:
                return value % limit
