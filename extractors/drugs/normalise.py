"""Drug mention -> ingredients, brand, RxNorm number and class.

From the surest to the least sure: the name as it stands (in the package's table, then in an installed RxNorm
release), without salt and release form, as a combination, as a scan would damage it, as an abbreviation, with
words around it, misspelled. Where two drugs are about equally near, the answer is None: a wrong drug is worse
than none.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from itertools import combinations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from extractors.drugs.table import classes, entries
from nlp.datafiles import data_words

LONGEST = 120
"""A mention of more characters is no drug's name."""
PREFIX = 5
"""An abbreviation by leaving off the end has at least so many letters."""
FUZZY = 6
"""So has a name that may be misspelled."""


@dataclass(frozen=True, slots=True)
class Drug:
    """What a mention names.

    Attributes:
        ingredients: in alphabetical order; empty for a class ("beta blocker").
        brand: the trade name, None where a generic name is used.
        rxcui: RxNorm number of the brand or, without one, of the ingredient or combination.
        ingredient_rxcuis: of the ingredients that have one.
        drug_class: None where it is not known.
        score: 0..1, how sure the match is; 1 is the name as it stands in the table.
    """

    ingredients: tuple[str, ...]
    brand: str | None = None
    rxcui: str | None = None
    ingredient_rxcuis: tuple[str, ...] = ()
    drug_class: str | None = None
    score: float = 1.0


@lru_cache(maxsize=65536)
def normalise(surface: str) -> Drug | None:
    """Return the drug or class that a mention names, None where it is not known or not certain.

    Args:
        surface: the mention as it stands in the note: "lisinopril-HCTZ", "Toprol XL", "metop succ", "abx".
    """
    if len(surface) > LONGEST:
        return None
    text = _plain(surface)
    bare = _bare(text)
    ways: tuple[tuple[float, Callable[[], Drug | None]], ...] = (
        (1.0, partial(_exact, key(text))),
        (0.98, partial(_exact, key(bare))),
        (0.95, partial(_combination, text)),
        (0.92, partial(_as_scanned, key(text))),
        (0.9, partial(_as_scanned, key(bare))),
        (0.85, partial(_by_prefix, key(bare))),
    )
    for score, way in ways:
        if found := way():
            return replace(found, score=score)
    if found := _misspelled(key(bare)) or _misspelled(key(text)):
        return found
    inside = _inside(bare)
    return replace(inside, score=0.8) if inside else None


def listed(name: str) -> Drug | None:
    """Return what a name, in the form of `key`, stands for in the package's table; no guesses."""
    return _names().get(name)


def key(name: str) -> str:
    """Return ``name`` as it is compared: letters and digits only, in lower case, without accents."""
    plain = _plain(name)
    return _NOT_ALNUM.sub("", plain) if plain.isascii() else "".join(c for c in plain if c.isalnum())


_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


_WORD = re.compile(r"[^\s,;()\[\]]+")
_NUMBER = re.compile(r"[#(]?[\d.,/]+(?:mg|mcg|g|ml|meq|units?|iu|u|%)?\)?")


@cache
def _modifiers() -> frozenset[str]:
    return data_words("extractors.drugs", "data/modifiers.txt")


def _bare(text: str) -> str:
    """Return ``text`` without salts, release forms, dose forms, routes and strengths."""
    words = _WORD.findall(text)
    kept = [w for w in words if w.strip(".") not in _modifiers() and not _NUMBER.fullmatch(w)]
    kept = [re.sub(r"-(?:er|xr|xl|sr|cr|ir|la|cd|ec|dr|ds|hcl)$", "", w) for w in kept]
    return " ".join(kept)


# --- names as they stand -----------------------------------------------------------------------


@cache
def _names() -> Mapping[str, Drug]:
    """Return what each key of the package's table stands for."""
    numbers = {
        name: entry.name.rxcui for entry in entries() if " + " not in entry.name.text and entry.name.rxcui
        for name in (entry.name.text, *entry.aliases)
    }  # fmt: skip
    found: dict[str, Drug] = {}
    for name, others in classes().items():
        as_class = Drug((), drug_class=name)
        found |= dict.fromkeys(map(key, (name, *others)), as_class)
    for entry in entries():
        drug = Drug(
            entry.ingredients,
            rxcui=entry.name.rxcui,
            ingredient_rxcuis=tuple(numbers[i] for i in entry.ingredients if i in numbers),
            drug_class=entry.drug_class,
        )
        found |= dict.fromkeys(map(key, (entry.name.text, *entry.aliases)), drug)
        for brand in entry.brands:
            found[key(brand.text)] = replace(drug, brand=brand.text, rxcui=brand.rxcui or drug.rxcui)
    return found


@cache
def _installed() -> Mapping[str, Drug]:
    """Return the names of the RxNorm release that the user added, if any."""
    from extractors.drugs.rxnorm import installed_names  # it makes `Drug`s, so it cannot be imported above

    return installed_names()


def _exact(name: str) -> Drug | None:
    for form in (name, name[:-1]) if name.endswith("s") and len(name) > 3 else (name,):
        if found := _names().get(form) or _installed().get(form):
            return found
    return None


def _unique(drugs: Iterable[Drug]) -> Drug | None:
    """Return the one drug that all of ``drugs`` are (by ingredients and class), None where they differ or are none."""
    listed = list(drugs)
    if len({(d.ingredients, d.drug_class if not d.ingredients else None) for d in listed}) != 1:
        return None
    return listed[0]


# --- combinations ------------------------------------------------------------------------------

_JOINTS = tuple(re.compile(p) for p in (r"\s*(?:/|\+|&|,|\band\b|\bplus\b|\bwith\b|\bw/)\s*", r"\s*[-/+]\s*"))


@cache
def _by_ingredients() -> Mapping[frozenset[str], Drug]:
    return {
        frozenset(drug.ingredients): drug for drug in _names().values() if len(drug.ingredients) > 1 and not drug.brand
    }


def _combination(text: str) -> Drug | None:
    """Return the combination whose parts are joined by a slash, hyphen or "and" in ``text``."""
    for joint in _JOINTS:
        parts = [part for part in joint.split(text) if part.strip()]
        if not 2 <= len(parts) <= 8:
            continue
        drugs = [_exact(key(p)) or _exact(key(_bare(p))) or _by_prefix(key(_bare(p)), least=4) for p in parts]
        known = [drug for drug in drugs if drug]
        if len(known) == len(parts) and all(drug.ingredients for drug in known):
            return _united(known)
        # "nifedipine-ER": a part that is all modifiers says nothing
        if len(known) == 1 and all(drug or not _bare(part) for drug, part in zip(drugs, parts, strict=True)):
            return known[0]
    return None


def _united(drugs: list[Drug]) -> Drug:
    ingredients = sorted({i for drug in drugs for i in drug.ingredients}, key=str.lower)
    if len(ingredients) == len(drugs[0].ingredients):
        return drugs[0]
    if listed := _by_ingredients().get(frozenset(ingredients)):
        return listed
    shared = {drug.drug_class for drug in drugs}
    return Drug(
        tuple(ingredients),
        ingredient_rxcuis=tuple(dict.fromkeys(n for drug in drugs for n in drug.ingredient_rxcuis)),
        drug_class=shared.pop() if len(shared) == 1 else None,
    )


# --- damaged, shortened, surrounded, misspelled ------------------------------------------------

_CONFUSED = str.maketrans({"1": "l", "i": "l", "0": "o", "5": "s", "8": "b"})


def _shape(name: str) -> str:
    """Return ``name`` as a scan shows it: characters that it confuses are one."""
    return name.replace("rn", "m").replace("vv", "w").translate(_CONFUSED)


@cache
def _shapes() -> Mapping[str, tuple[Drug, ...]]:
    found: dict[str, tuple[Drug, ...]] = {}
    for name, drug in _names().items():
        if len(name) >= PREFIX:
            found[_shape(name)] = (*found.get(_shape(name), ()), drug)
    return found


def _as_scanned(name: str) -> Drug | None:
    return _unique(_shapes().get(_shape(name), ()))


@cache
def _generics() -> tuple[list[str], list[Drug]]:
    """Return the keys of the single drugs' generic names, sorted, and the drugs."""
    names = sorted(key(entry.name.text) for entry in entries() if " + " not in entry.name.text)
    return names, [_names()[name] for name in names]


def _by_prefix(name: str, least: int = PREFIX) -> Drug | None:
    """Return the single drug whose generic name begins with ``name``."""
    if len(name) < least:
        return None
    names, drugs = _generics()
    return _unique(drugs[bisect_left(names, name) : bisect_right(names, name + "\uffff")])


def _inside(text: str) -> Drug | None:
    """Return the only drug named inside ``text``, the longest names first ("home metformin", "Kcentra dose")."""
    words = text.split()
    for length in range(len(words) - 1, 0, -1):
        parts = (" ".join(words[i : i + length]) for i in range(len(words) - length + 1))
        hits = [drug for part in parts if len(key(part)) >= 4 and (drug := _exact(key(part)))]
        if hits:
            named = [drug for drug in hits if drug.ingredients] or hits
            return _unique(named)
    return None


@cache
def _spellings() -> Mapping[str, list[str]]:
    """Return the names that a misspelled one may mean, by their first letter."""
    found: dict[str, list[str]] = {}
    for name in _names():
        if len(name) >= FUZZY and name.isalpha():
            found.setdefault(name[0], []).append(name)
    return found


def _misspelled(name: str) -> Drug | None:
    """Return the drug whose name is near, if every other drug's is clearly farther.

    One letter in up to 7, two in up to 11, three in more may differ (Damerau-Levenshtein); of two differences
    on, the next drug must be two more away: "hydrazine" is neither hydralazine nor hydroxyzine.
    """
    if len(name) < FUZZY or not name.isalpha():
        return None
    most = 1 if len(name) <= 7 else 2 if len(name) <= 11 else 3
    near = extract(
        name, _spellings().get(name[0], ()), scorer=OSA.distance, processor=None, score_cutoff=most + 2, limit=8
    )
    if not near or near[0][1] > most:
        return None
    best = near[0][1]
    found = _names()[near[0][0]]
    margin = 1 if best == 1 else 2
    rivals = (_names()[other] for other, distance, _ in near if distance < best + margin)
    if any(rival.ingredients != found.ingredients for rival in rivals):
        return None
    return replace(found, score=round(0.8 * (1 - best / len(name)), 3))


def closest_pairs(most: int) -> Iterator[tuple[str, str]]:
    """Yield the pairs of generic names that differ by at most ``most`` letters: look-alike drugs."""
    names = sorted({i for entry in entries() for i in entry.ingredients})
    yield from ((a, b) for a, b in combinations(names, 2) if OSA.distance(key(a), key(b), score_cutoff=most) <= most)
