"""Look-alikes of phone numbers, e-mail and web addresses, user names; none belongs to anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from deid.folding import fold
from deid.surrogates.draws import Draws
from deid.surrogates.numbers import plain_code, scramble
from deid.wordlists import entries

_FREE_LINES = 100  # 555-0100 to 555-0199 belong to nobody (North American Numbering Plan)

NameOf = Callable[[str], str | None]


def phone(surface: str, draws: Draws, avoid: Collection[str] = ()) -> str:
    """Return a phone number of the same form: (area) 555-01xx where it is North American, else other digits."""
    digits = "".join(c for c in surface if c.isdigit())
    national = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if len(national) not in (7, 10) or ("+" in surface and len(digits) != 11) or any(c.isalpha() for c in surface):
        return scramble(surface, draws, "PHONE", avoid)
    first = draws.number(_FREE_LINES, "phone", national[-7:])
    for step in range(_FREE_LINES):
        new = f"55501{(first + step) % _FREE_LINES:02}"
        if len(national) == 10:
            new = draws.choice(entries("surrogates/data/area_codes"), "area", national[:3], avoid={national[:3]}) + new
        new = digits[: len(digits) - len(national)] + new
        if new != digits and new not in avoid:
            return _with_digits(surface, new)
    return scramble(surface, draws, "PHONE", avoid)


def _with_digits(surface: str, digits: str) -> str:
    rest = iter(digits)
    return "".join(next(rest) if c.isdigit() else c for c in surface)


def handle(surface: str, draws: Draws, name_of: NameOf, avoid: Collection[str] = ()) -> str:
    """Return a user name of the same form; names of the note's people in it become their surrogates.

    Args:
        surface: the user name.
        draws: of the patient.
        name_of: returns the surrogate of a folded word that belongs to a name of the note, else None.
        avoid: plain codes that must not come out.
    """
    rebuilt: list[str] = []
    for run in re.findall(r"[^\W\d_]+|[\W\d_]+", surface):
        new = name_of(fold(run)) if run[0].isalpha() else None
        if new is not None:
            rebuilt.append(new if run[0].isupper() else new.lower())
        else:
            rebuilt.append(scramble(run, draws, "USERNAME", avoid) if plain_code(run) else run)
    return "".join(rebuilt)


def email(surface: str, draws: Draws, name_of: NameOf, avoid: Collection[str] = ()) -> str:
    """Return an address in a domain that cannot exist (``.example``, RFC 2606)."""
    local, at, domain = surface.rpartition("@")
    if not at or not plain_code(local):
        return scramble(surface, draws, "EMAIL", avoid)
    gap = local[len(local.rstrip()) :]
    return f"{handle(local.rstrip(), draws, name_of, avoid)}{gap}@{_domain(domain, draws, avoid)}"


def _domain(domain: str, draws: Draws, avoid: Collection[str]) -> str:
    word = draws.choice(entries("surrogates/data/place_names"), "domain", plain_code(domain), avoid=avoid)
    name = re.sub(r"[\W_]", "", word).lower()
    return f"{name}.example".upper() if domain.isupper() else f"{name}.example"


def url(surface: str, draws: Draws, avoid: Collection[str] = ()) -> str:
    """Return a web address with the same scheme, in a domain that cannot exist, with another path."""
    match = re.fullmatch(r"(?P<scheme>[a-zA-Z]+://)?(?P<www>www\.)?(?P<host>[^/?#]*)(?P<path>.*)", surface, re.S)
    if match is None or not plain_code(match["host"]):
        return scramble(surface, draws, "URL", avoid)
    path = scramble(match["path"], draws, "URL", avoid) if plain_code(match["path"]) else match["path"]
    return f"{match['scheme'] or ''}{match['www'] or ''}{_domain(match['host'], draws, avoid)}{path}"


def ip_address(surface: str, draws: Draws, avoid: Collection[str] = ()) -> str:
    """Return an address of the ranges for documentation (RFC 5737, RFC 3849)."""
    for step in range(256):
        host = (draws.number(254, "ip", plain_code(surface)) + step) % 254 + 1
        new = f"2001:db8::{host:x}" if ":" in surface else f"198.51.100.{host}"
        if new != surface.lower() and plain_code(new) not in avoid:
            return new
    raise ValueError("no address is free")
