"""Look-alikes of towns, states, countries, ZIP and area codes that fit one another.

A patient's states are mapped to other states, one to one; a town, ZIP code or area code becomes one of
the state that its own state is mapped to. What stands together as an address therefore goes together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from deid.folding import fold
from deid.surrogates.draws import Draws
from deid.surrogates.numbers import plain_code, scramble
from deid.surrogates.writing import in_case
from deid.wordlists import entries
from nlp.types import Span

REGION_LABELS = frozenset({"CITY", "STATE", "COUNTRY", "ZIP"})
_TOGETHER = re.compile(r"[\s,.;()-]{0,4}")
_US_ZIP = re.compile(r"\d{5}(?:\d{4})?")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Town:
    """A town of our tables: its name, its state or country, the first three digits of its ZIP codes ("" abroad)."""

    name: str
    region: str
    prefix: str = ""


@cache
def _table(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return a list of lines "key=value, value" by key."""
    pairs = (entry.split("=") for entry in entries(f"surrogates/data/{name}"))
    return {key: tuple(value.strip() for value in values.split(",")) for key, values in pairs}


@cache
def towns() -> Mapping[str, tuple[Town, ...]]:
    """Return the towns of every state and country."""
    home = {
        state: tuple(Town(town[:-4], state, town[-3:]) for town in names) for state, names in _table("cities").items()
    }
    return home | {c: tuple(Town(name, c) for name in names) for c, names in _table("countries").items()}


@cache
def _region_of_name() -> Mapping[str, str]:
    """Return postal code or country by every way to write a state or country, folded."""
    names = {plain_code(name): code for code, names in _table("states").items() for name in (code, *names)}
    return names | {plain_code(country): country for country in _table("countries")}


@cache
def _region_of_town() -> Mapping[str, str]:
    """Return the state or country of the towns whose names stand in one region of our tables only."""
    counts = Counter(fold(town.name) for group in towns().values() for town in group)
    return {fold(t.name): t.region for group in towns().values() for t in group if counts[fold(t.name)] == 1}


@cache
def _state_of_prefix() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for entry in entries("surrogates/data/zip_prefixes"):
        state, ranges = entry.split("=")
        for part in ranges.split():
            first, _, last = part.partition("-")
            found |= {f"{n:03}": state for n in range(int(first), int(last or first) + 1)}
    return found


@cache
def _state_of_area() -> Mapping[str, str]:
    pairs = (entry.split("=") for entry in entries("surrogates/data/area_codes"))
    return {area: state for state, areas in pairs for area in areas.split()}


@cache
def _areas() -> Mapping[str, tuple[str, ...]]:
    areas: dict[str, tuple[str, ...]] = {}
    for area, state in _state_of_area().items():
        areas[state] = (*areas.get(state, ()), area)
    return areas


@lru_cache(256)
def _mapped_states(draws: Draws) -> Mapping[str, str]:
    """Return for every state another one: a cycle through all states in an order that the key decides."""
    order = list(_table("states"))
    stream = draws.stream("states")
    for i in range(len(order) - 1, 0, -1):  # Fisher-Yates shuffle
        j = stream.below(i + 1)
        order[i], order[j] = order[j], order[i]
    return dict(zip(order, [*order[1:], order[0]], strict=True))


class RegionSurrogates:
    """Surrogates of the towns, states, countries, ZIP and area codes of a note.

    Args:
        text: the note's text.
        spans: what will be replaced, in reading order; labels other than `REGION_LABELS` only part addresses.
        draws: of the patient.
        avoid: folded words that must not come out.
        home: where the patient is known to live, see `region`; of the same patient the same in every note.
    """

    def __init__(
        self, text: str, spans: Sequence[Span], draws: Draws, avoid: Collection[str], home: str | None = None
    ) -> None:
        self._draws, self._avoid = draws, avoid
        self._region: dict[str, str] = {}  # of a town, by its folded name: where it really lies
        self._town_of_zip: dict[str, str] = {}
        self._towns: dict[str, Town] = {}
        votes: Counter[str] = Counter()
        places = [(s, text[s.start : s.end]) for s in spans if s.label in REGION_LABELS]
        for nth, (span, surface) in enumerate(places):
            region = self.region(surface, span.label)
            votes.update([region] if region and span.label != "CITY" else ())
            if span.label != "CITY":
                continue
            end = span.end
            for other, name in places[nth + 1 : nth + 4]:
                if other.label == "CITY" or not _TOGETHER.fullmatch(text, end, other.start):
                    break
                end = other.end
                if other.label == "ZIP":
                    self._town_of_zip.setdefault(plain_code(name)[:5], fold(surface))
                if near := self.region(name, other.label):
                    self._region.setdefault(fold(surface), near)
        self._usual = home or (votes.most_common(1)[0][0] if votes else None)

    @staticmethod
    def region(surface: str, label: str) -> str | None:
        """Return the state (postal code) or country that a surface means or lies in, None if we do not know."""
        plain = plain_code(surface)
        if label == "ZIP":
            return _state_of_prefix().get(plain[:3]) if _US_ZIP.fullmatch(plain) else None
        return _region_of_town().get(fold(surface)) if label == "CITY" else _region_of_name().get(plain)

    def surrogate(self, surface: str, label: str) -> str:
        """Return what stands for a town, state, country or ZIP code.

        Raises:
            ValueError: there is no look-alike for it.
        """
        match label:
            case "CITY":
                return in_case(self._town(fold(surface)).name, surface)
            case "ZIP":
                return self._zip(surface)
            case "STATE":
                return self._state(surface)
            case _:
                plain = plain_code(surface)
                known = _region_of_name().get(plain, plain)
                return in_case(self._country(known), surface)

    def area(self, code: str) -> str:
        """Return another area code: of the state that the code's state is mapped to, toll-free for toll-free."""
        toll_free = entries("surrogates/data/toll_free")
        if code in toll_free:
            return self._draws.choice(toll_free, "area", code, avoid={code})
        state = _state_of_area().get(code)
        options = _areas()[self._new_state(state)] if state else tuple(_state_of_area())
        return self._draws.choice(options, "area", code, avoid={code})

    def _new_state(self, state: str) -> str:
        """Return the state that ``state`` is mapped to, the next one where the note holds it."""
        mapped = _mapped_states(self._draws)
        new = mapped[state]
        while new != state and not self._is_free(new):
            new = mapped[new]
        return mapped[state] if new == state else new

    def _is_free(self, state: str) -> bool:
        name = _table("states")[state][0]
        return fold(state) not in self._avoid and not any(word in self._avoid for word in fold(name).split())

    def _country(self, country: str) -> str:
        return self._draws.choice(
            [name for name in _table("countries") if name != country], "COUNTRY", country, avoid=self._avoid
        )

    def _town(self, name: str) -> Town:
        """Return the town that stands for the town of a folded name, of the region that its own is mapped to."""
        if name not in self._towns:
            region = self._region.get(name) or _region_of_town().get(name) or self._usual or self._home()
            new = self._country(region) if region in _table("countries") else self._new_state(region)
            options = towns()[new]
            taken = {town.name for town in self._towns.values()}
            try:
                chosen = self._draws.choice(
                    [t.name for t in options], "CITY", name, avoid={*self._avoid, *name.split()}, taken=taken
                )
            except ValueError:  # all of its towns stand in the note: any other town
                options = tuple(town for group in towns().values() for town in group)
                chosen = self._draws.choice([t.name for t in options], "CITY", name, avoid=self._avoid, taken=taken)
            self._towns[name] = next(town for town in options if town.name == chosen)
        return self._towns[name]

    def _home(self) -> str:
        """Return the state that towns belong to whose state we cannot tell."""
        states = tuple(_table("states"))
        return states[self._draws.number(len(states), "home state")]

    def _zip(self, surface: str) -> str:
        plain = plain_code(surface)
        state = self.region(surface, "ZIP")
        town = self._town_of_zip.get(plain[:5])
        if not _US_ZIP.fullmatch(plain) or (town is None and state is None):
            return scramble(surface, self._draws, "ZIP", self._avoid)
        if town is not None:
            prefix = self._town(town).prefix
        else:
            near = towns()[self._new_state(state or self._home())]
            prefix = near[self._draws.number(len(near), "ZIP", plain[:3])].prefix
        rest = scramble(surface, self._draws, "ZIP", self._avoid)
        if not prefix:
            return rest
        digits = iter(prefix)
        new = "".join(next(digits, c) if c.isalnum() else c for c in rest)
        if plain_code(new) == plain or plain_code(new) in self._avoid:
            raise ValueError("the look-alike is a ZIP code of the note")
        return new

    def _state(self, surface: str) -> str:
        """Return another state: a postal code for two or three letters, else a name."""
        plain = plain_code(surface)
        state = _region_of_name().get(plain)
        if state is not None and state in _table("states"):
            new = self._new_state(state)
        else:  # a state or province of another country
            names = tuple(s for s in _table("states") if self._is_free(s))
            new = self._draws.choice(names, "STATE", plain)
        name = new if len(plain) <= _SHORT else _table("states")[new][0]
        if plain_code(name) == plain:
            raise ValueError("no other state is free")
        return in_case(name, surface) if len(plain) > _SHORT else (name.lower() if surface.islower() else name)
