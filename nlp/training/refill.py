"""Refilling the slots of a hand-written note: every PHI mark gets a new surface of the same kind.

A person keeps one new name through a note; formats are mostly kept, sometimes changed to another that
the label can take. Clinical marks are exchanged for others of their kind with some probability.
"""

from __future__ import annotations

import random
import re
import string
from dataclasses import dataclass, field

from nlp.labels import ID_LABELS, NAME_LABELS
from nlp.training.dates import refill_date
from nlp.training.pools import Pools
from nlp.training.wordlists import entries, members

LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
URL_WORDS = frozenset({"https", "http", "www", "com", "org", "net", "gov", "edu", "mychart", "portal"})
PHONE_STYLES = (
    "({a}) {b}-{c}", "{a}-{b}-{c}", "{a}.{b}.{c}", "{a} {b} {c}", "{a}{b}{c}", "+1 {a} {b} {c}", "1-{a}-{b}-{c}",
    "{a}/{b}-{c}", "({a}){b}-{c}", "{b}-{c}",
)  # fmt: skip
CODE_FORMS = (
    "9999999", "99999999", "999999", "9999999999", "99-99-99", "99-9999999", "A9999999", "AA-999999", "999-99-9999",
    "AA9999", "9999-9999-99", "A99-99999", "AAA999999999", "00999999", "9999 9999", "AA99-9999-99", "99999-AA",
    "A-99999", "AAAA-99-9999", "9A99AA9999", "99AA999", "999.999.999",
)  # fmt: skip
# f given, l family, F and L in capitals, i initial, m another initial.
NAME_FORMS = (
    "{f} {l}", "{l}, {f}", "{l},{f}", "{L}, {F}", "{L},{F} {m}", "{f} {m}. {l}", "{f} {m} {l}", "{i}. {l}", "{i} {l}",
    "{L}", "{l}", "{f}", "{L} {F}", "{i}.{m}. {l}", "{l} {i}", "{l}, {i}.",
)  # fmt: skip


def like(old: str, new: str) -> str:
    """Return ``new`` in the case of ``old``."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    if old.islower():
        return new.lower()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def scramble(surface: str, rng: random.Random, keep_letters: float = 0.4) -> str:
    """Return a code of the same form: other digits, mostly other letters; separators stay."""
    keep = rng.random() < keep_letters
    out = []
    for c in surface:
        if c.isdigit():
            out.append(rng.choice(string.digits))
        elif c.isascii() and c.isalpha() and not keep:
            out.append(rng.choice(string.ascii_uppercase if c.isupper() else string.ascii_lowercase))
        else:
            out.append(c)
    return "".join(out)


def _some_code(rng: random.Random) -> str:
    """Return an identifier of a made-up form."""
    return scramble(rng.choice(CODE_FORMS), rng, keep_letters=0.0)


@dataclass
class Refiller:
    """Refills the slots of one note; remembers who has which new name."""

    pools: Pools
    rng: random.Random
    people: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    year_shift: int = 0

    def __post_init__(self) -> None:
        self.year_shift = self.rng.randint(-12, 3)

    def phi(self, label: str, surface: str) -> str:
        """Return a new surface for a PHI slot; never empty, never padded with blanks."""
        if label in NAME_LABELS:
            return self.name(surface)
        if label == "DATE":
            return refill_date(surface, self.rng, self.year_shift)
        if label == "AGE":
            return self.age(surface)
        if label in ("PHONE", "FAX"):
            return self.phone(surface)
        if label in ID_LABELS or label in ("ZIP", "IPADDR"):
            return self.code(label, surface)
        if label in ("EMAIL", "URL", "USERNAME"):
            return self.login(label, surface)
        return self.place(label, surface)

    def clinical(self, label: str, surface: str) -> str:
        """Return a clinical surface: most often the old one, else another of the label."""
        chance = {"DX": 0.25, "SX": 0.15, "DRUG": 0.5, "STRENGTH": 0.3, "FREQUENCY": 0.3}.get(label, 0.2)
        if self.rng.random() > chance:
            return surface
        if label == "STRENGTH" and self.rng.random() < 0.6:
            numbers = ("2.5", "5", "10", "12.5", "20", "25", "40", "50", "75", "80", "100", "125", "250", "500", "1000")
            return re.sub(r"\d[\d.,]*\d|\d", lambda _: self.rng.choice(numbers), surface)
        new = self.rng.choice(self.pools.of(label, surface))
        if label == "DRUG" and self.rng.random() < 0.06:
            new = self.typo(new)
        if surface.isupper() and len(surface) > 5:
            return new.upper()
        if surface[:1].isupper() and new[:1].islower():
            return new[:1].upper() + new[1:]
        if surface.islower() and new[:2].istitle() and new[1:].islower() and self.rng.random() < 0.7:
            return new.lower()
        return new

    def typo(self, word: str) -> str:
        """Return the word with two letters swapped, one doubled or one lost."""
        if len(word) < 5:
            return word
        i = self.rng.randrange(1, len(word) - 2)
        kind = self.rng.randrange(3)
        if kind == 0:
            return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        return word[:i] + (word[i] if kind == 1 else "") + word[i if kind == 1 else i + 1 :]

    def _new_name(self, role: str) -> str:
        pool = self.pools.family if role == "family" else self.pools.given
        name = self.rng.choice(pool)
        if self.rng.random() < 0.08:  # a name nobody has: the head of one and the tail of another
            other = self.rng.choice(pool)
            name = name[: max(2, len(name) // 2)] + other[len(other) // 2 :].lower()
        if role == "family" and self.rng.random() < 0.05:
            name = f"{name}-{self.rng.choice(pool)}"
        return name

    def name(self, surface: str) -> str:
        """Return a new name in the form of the old one; the same part always gets the same new part."""
        tokens = LETTERS.findall(surface)
        if len(tokens) > 1 and self.rng.random() < 0.12 and (other := self._other_form(surface, tokens)):
            return other
        comma = surface.find(",")
        position = 0

        def swap(match: re.Match[str]) -> str:
            nonlocal position
            position += 1
            old = match[0]
            low = old.lower()
            if low in members("credentials") and len(tokens) > 1:
                return old
            if low in members("particles") and len(tokens) > 1 and self.rng.random() < 0.7:
                return old
            if len(old) == 1 or (old.isupper() and len(surface) <= 4):
                return "".join(
                    self.rng.choice(string.ascii_uppercase if c.isupper() else string.ascii_lowercase) for c in old
                )
            last = match.end() <= comma if comma > 0 else position == len(tokens) and len(tokens) > 1
            return like(old, self._part(low, "family" if last else "given"))

        changed = LETTERS.sub(swap, surface)
        if self.rng.random() < 0.03 and changed.istitle():
            changed = changed.lower()
        if self.rng.random() < 0.02:
            changed = self.typo(changed)
        return changed.strip() or surface

    def _part(self, low: str, role: str) -> str:
        if low not in self.people:
            if role == "given" and self.rng.random() < 0.35:
                role = "family"  # a lone token is as often a surname
            self.people[low] = self._new_name(role)
        return self.people[low]

    def _other_form(self, surface: str, tokens: list[str]) -> str | None:
        """Return the new name in another form, or None where the old one has not both of its parts."""
        parts = [t for t in tokens if len(t) > 1 and t.lower() not in members("particles") | members("credentials")]
        if len(parts) < 2:
            return None
        comma = surface.find(",") > 0
        family, given = (parts[0], parts[1]) if comma else (parts[-1], parts[0])
        last, first = self._part(family.lower(), "family"), self._part(given.lower(), "given")
        middle = self.rng.choice(string.ascii_uppercase)
        text = self.rng.choice(NAME_FORMS).format(
            f=first, l=last, F=first.upper(), L=last.upper(), m=middle, i=first[0].upper()
        )
        return text.lower() if surface.islower() else text

    def age(self, surface: str) -> str:
        """Return another age: digits for digits, words stay unless they are tens."""
        if match := re.fullmatch(r"\d+", surface):
            old = int(match[0])
            if old < 13 and self.rng.random() < 0.8:
                return str(self.rng.randint(1, 12))
            return str(self.rng.choice((self.rng.randint(13, 89), self.rng.randint(40, 89), self.rng.randint(85, 104))))
        tens = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
        if surface.lower() in tens:
            return like(surface, self.rng.choice(tens))
        return re.sub(r"\d+", lambda m: scramble(m[0], self.rng).lstrip("0") or "5", surface)

    def phone(self, surface: str) -> str:
        """Return another number, half of the time in another style."""
        digits = [c for c in surface if c.isdigit()]
        if len(digits) in (10, 11) and self.rng.random() < 0.5:
            a, b, c = self.rng.randint(201, 989), self.rng.randint(200, 999), f"{self.rng.randint(0, 9999):04}"
            return self.rng.choice(PHONE_STYLES).format(a=a, b=b, c=c)
        return scramble(surface, self.rng, keep_letters=1.0)

    def code(self, label: str, surface: str) -> str:
        """Return another identifier, now and then of another form; the same one twice in a note stays the same."""
        if surface not in self.codes:
            free = label in ("MEDICALRECORD", "ACCOUNT", "IDNUM", "HEALTHPLAN", "DEVICE") and self.rng.random() < 0.2
            self.codes[surface] = _some_code(self.rng) if free else scramble(surface, self.rng)
        return self.codes[surface]

    def login(self, label: str, surface: str) -> str:
        """Return another e-mail address, URL or user name."""
        given, family = (
            re.sub(r"[^a-z]", "", self.rng.choice(p).lower()) or "x" for p in (self.pools.given, self.pools.family)
        )
        if label == "EMAIL":
            local = self.rng.choice(
                (f"{given}.{family}", f"{given[0]}{family}", f"{given}{self.rng.randint(1, 99)}", f"{family}_{given}")
            )
            trade = self.rng.choice(("health", "med", "clinic", "law"))
            own = f"{family}{trade}.{self.rng.choice(('org', 'com', 'net'))}"
            address = f"{local}@{self.rng.choice((*entries('mail_hosts'), own))}"
            return address.upper() if surface.isupper() else address
        if label == "USERNAME":
            if len(surface) < 8:
                return scramble(surface, self.rng, keep_letters=0.0)
            return like(surface, f"{given[0]}{family}{self.rng.choice(('', '1', '2', '07'))}")

        def swap(match: re.Match[str]) -> str:
            word = match[0]
            if word.lower() in URL_WORDS or self.rng.random() < 0.3:
                return word
            return like(word, self.rng.choice(entries("place_words")).split()[0].lower())

        return re.sub(r"\d", lambda _: self.rng.choice(string.digits), re.sub(r"[A-Za-z]{3,}", swap, surface))

    def place(self, label: str, surface: str) -> str:
        """Return another place, institution or occupation."""
        rng, pools = self.rng, self.pools
        if label == "CITY" and rng.random() < 0.75:
            return like(surface, rng.choice(pools.cities))
        if label == "STATE":
            name, code = rng.choice(pools.states)
            return (code if surface.isupper() else code.lower()) if len(surface) == 2 else like(surface, name)
        if label == "COUNTRY" and rng.random() < 0.6:
            return like(surface, rng.choice(pools.countries))
        if label == "PROFESSION":
            return like(surface, rng.choice((*rng.choices(pools.of(label, surface), k=3), rng.choice(pools.jobs))))
        if label == "LOCATION-OTHER" and rng.random() < 0.2:
            return like(surface, rng.choice(pools.counties))
        if label == "STREET" and rng.random() < 0.4:
            word = rng.choice(
                (rng.choice(entries("place_words")), rng.choice(pools.family), str(rng.randint(2, 99)) + "th")
            )
            side = rng.choice(("", "", "", "N ", "S. ", "West "))
            return like(surface, f"{rng.randint(1, 9999)} {side}{word} {rng.choice(entries('street_kinds'))}")
        if rng.random() < 0.3:
            other = rng.choice(pools.of(label, surface))
            return like(surface, other) if surface.isupper() else other

        def swap(match: re.Match[str]) -> str:
            word = match[0]
            if word.lower() in members("generic_words"):
                return word
            if word.isupper() and 2 <= len(word) <= 5:
                return "".join(rng.choice(string.ascii_uppercase) for _ in word)
            if word.islower() and not surface.islower():
                return word
            new = rng.choice((rng.choice(entries("place_words")), rng.choice(pools.family), rng.choice(pools.cities)))
            return like(word, new)

        changed = re.sub(r"[^\W\d_][\w'’-]*", swap, surface)
        return re.sub(r"\d", lambda _: rng.choice(string.digits), changed)
