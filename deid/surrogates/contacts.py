"""Look-alikes of phone numbers, e-mail and web addresses, user names; none belongs to anybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache

from deid.folding import fold
from deid.surrogates.draws import Draws
from deid.surrogates.numbers import plain_code, scramble, with_characters
from deid.wordlists import entries, folded, groups

_FREE_LINES = 100  # 555-0100 to 555-0199 belong to nobody (North American Numbering Plan)
_LINE = 4  # digits that tell a line within its exchange
_FREE_UK = ("01632960", "07700900", "02079460")  # and three more digits: Ofcom, numbers for drama
_READ_AS_DIGITS = str.maketrans("OoIl", "0011")  # scanned notes
_RUN = re.compile(r"[^\W\d_]+|[\W\d_]+")
_MIN_NAME = 5

NameOf = Callable[[str], str | None]
AreaOf = Callable[[str], str]


def phone(surface: str, draws: Draws, area_of: AreaOf, avoid: Collection[str] = ()) -> str:
    """Return a phone number of the same form that belongs to nobody where there are such numbers.

    North American ones become (area) 555-01xx, British ones numbers set aside for drama; of others the
    country code stays.

    Args:
        surface: the number.
        draws: of the patient.
        area_of: returns the area code that stands for another.
        avoid: plain codes that must not come out.

    Raises:
        ValueError: the number is written in words.
    """
    read = surface.translate(_READ_AS_DIGITS) if any(c.isdigit() for c in surface) else surface
    digits = "".join(c for c in read if c.isdigit())
    if not digits:
        raise ValueError("a phone number in words has no look-alike")
    national = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    if any(c.isalpha() for c in read):
        return scramble(surface, draws, "PHONE", avoid)
    if len(national) in (7, 10) and national[0] != "0" and ("+" not in surface or len(digits) == 11):
        return _north_american(read, digits, national, draws, area_of, avoid)
    if len(digits) == 11 and digits.startswith("0"):
        return _british(read, digits, "", draws)
    if digits.startswith("44") and len(digits) == 12:
        return _british(read, "0" + digits[2:], "44", draws)
    if "+" in surface and len(digits) > 8:
        return with_characters(read, digits[:2] + plain_code(scramble(digits[2:], draws, "PHONE", avoid)))
    return scramble(read, draws, "PHONE", avoid)


def _north_american(
    surface: str, digits: str, national: str, draws: Draws, area_of: AreaOf, avoid: Collection[str]
) -> str:
    first = draws.number(_FREE_LINES, "phone", national[-7:])
    lead = digits[: len(digits) - len(national)] + (area_of(national[:3]) if len(national) == 10 else "")
    for step in range(_FREE_LINES):
        new = f"{lead}55501{(first + step) % _FREE_LINES:02}"
        if new != digits and new not in avoid and new[-_LINE:] not in avoid:
            return with_characters(surface, new)
    raise ValueError("no phone number is free")


def _british(surface: str, digits: str, country: str, draws: Draws) -> str:
    kind = 1 if digits.startswith("07") else 2 if digits.startswith("020") else 0
    line = draws.number(1000, "phone", digits)
    new = f"{_FREE_UK[kind]}{line if _FREE_UK[kind] + f'{line:03}' != digits else (line + 1) % 1000:03}"
    return with_characters(surface, country + new[1:] if country else new)


@cache
def _surnames() -> tuple[str, ...]:
    return tuple(name for names in groups("surrogates/data/surnames").values() for name in names)


def handle(surface: str, draws: Draws, name_of: NameOf, avoid: Collection[str] = ()) -> str:
    """Return a user name of the same form; names and initials of the note's people become their surrogates.

    Args:
        surface: the user name.
        draws: of the patient.
        name_of: returns what stands for letters that hold a name of the note, else None.
        avoid: plain codes that must not come out.
    """
    return "".join(
        _letters(run, draws, name_of, avoid)
        if run[0].isalpha()
        else scramble(run, draws, "USERNAME", avoid)
        if plain_code(run)
        else run
        for run in _RUN.findall(surface)
    )


def _letters(run: str, draws: Draws, name_of: NameOf, avoid: Collection[str]) -> str:
    if fold(run) in folded("surrogates/data/generic_handle_words"):
        return run
    new = name_of(run)
    if new is None and len(run) >= _MIN_NAME:  # a name that the note does not hold: any surname
        new = draws.choice(_surnames(), "handle", fold(run), avoid=avoid).lower()
    if new is None or plain_code(new) in avoid:
        new = scramble(run, draws, "USERNAME", avoid)
    if run.isupper():
        return new.upper()
    return new.capitalize() if run[0].isupper() else new.lower()


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
    path = "".join(
        run
        if not plain_code(run) or fold(run) in folded("surrogates/data/generic_handle_words")
        else scramble(run, draws, "URL", avoid)
        for run in re.findall(r"[\w.-]+|[^\w.-]+", match["path"])
    )
    return f"{match['scheme'] or ''}{match['www'] or ''}{_domain(match['host'], draws, avoid)}{path}"


def ip_address(surface: str, draws: Draws, avoid: Collection[str] = ()) -> str:
    """Return an address of the ranges for documentation (RFC 5737, RFC 3849)."""
    first = draws.number(254, "ip", plain_code(surface))
    for step in range(254):
        host = (first + step) % 254 + 1
        new = f"2001:db8::{host:x}" if ":" in surface else f"198.51.100.{host}"
        if new != surface.lower() and plain_code(new) not in avoid:
            return new
    raise ValueError("no address is free")
