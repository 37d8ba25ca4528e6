"""Look-alikes that replace identifiers, derived from the secret key and the patient."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from deid.names import FULL_KINDS, parse_name
from deid.surrogates import contacts
from deid.surrogates.draws import Draws, words_of
from deid.surrogates.numbers import plain_code, scramble, social_security
from deid.surrogates.people import PeopleSurrogates
from deid.surrogates.places import PLACE_LABELS, PlaceSurrogates, occupation
from deid.surrogates.regions import REGION_LABELS, RegionSurrogates
from nlp.labels import NAME_LABELS
from nlp.types import Span

__all__ = ["Draws", "NoteSurrogates", "name_words", "original_words"]


def name_words(text: str, phi: Sequence[Span]) -> frozenset[str]:
    """Return the full words of all names of a note, folded."""
    return frozenset(
        part.folded
        for span in phi
        if span.label in NAME_LABELS
        for part in parse_name(text[span.start : span.end])
        if part.kind in FULL_KINDS
    )


def original_words(text: str, phi: Sequence[Span]) -> frozenset[str]:
    """Return what no surrogate of the note may be: words of its names and places, its plain codes."""
    words = set(name_words(text, phi))
    for span in phi:
        surface = text[span.start : span.end]
        words.add(plain_code(surface))
        if span.label in ("PHONE", "FAX"):
            words.add(plain_code(surface)[-4:])  # the line, which is what a repeated number shares
        if span.label not in ("DATE", "AGE") and span.label not in NAME_LABELS:
            words |= words_of(surface)
    return frozenset(words)


class NoteSurrogates:
    """The surrogates of one note.

    Args:
        text: the note's text.
        spans: what will be replaced by surrogates, in reading order.
        draws: of the patient.
        avoid: what no surrogate may be, see `original_words`.
        home: state or country where the patient is known to live, None where nobody knows.
    """

    def __init__(
        self, text: str, spans: Sequence[Span], draws: Draws, avoid: Collection[str], home: str | None = None
    ) -> None:
        self._text, self._draws, self._avoid = text, draws, avoid
        names = [span for span in spans if span.label in NAME_LABELS]
        self._nth = {span.start: i for i, span in enumerate(names)}
        self._people = PeopleSurrogates(
            [s.label for s in names], [text[s.start : s.end] for s in names], draws, avoid
        )  # fmt: skip
        self._places = PlaceSurrogates(text, spans, draws, avoid)
        self._regions = RegionSurrogates(text, spans, draws, avoid, home)

    def surrogate(self, span: Span) -> str:
        """Return what stands in for ``span``, one of the spans given.

        Raises:
            ValueError: there is no look-alike for it.
        """
        surface = self._text[span.start : span.end]
        draws, avoid, label = self._draws, self._avoid, span.label
        if label in NAME_LABELS:
            return self._people.name(self._nth[span.start])
        if label in PLACE_LABELS:
            return self._places.surrogate(surface, label)
        if label in REGION_LABELS:
            return self._regions.surrogate(surface, label)
        match label:
            case "PROFESSION":
                return occupation(surface, draws, avoid)
            case "PHONE" | "FAX":
                return contacts.phone(surface, draws, self._regions.area, avoid)
            case "EMAIL":
                return contacts.email(surface, draws, self._people.in_handle, avoid)
            case "URL":
                return contacts.url(surface, draws, avoid)
            case "USERNAME":
                return contacts.handle(surface, draws, self._people.in_handle, avoid)
            case "IPADDR":
                return contacts.ip_address(surface, draws, avoid)
            case "SSN":
                return social_security(surface, draws, avoid)
            case _:
                return scramble(surface, draws, label, avoid)
