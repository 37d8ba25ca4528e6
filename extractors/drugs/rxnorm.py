"""NLM's RxNorm Current Prescribable Content, as released (a zip of RRF files) -> names of drugs.

RXNCONSO holds the names, RXNREL which ingredients a brand, salt or combination has. Columns and relations are
those of the RxNorm technical documentation (https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.drugs.normalise import Drug, key
from extractors.drugs.table import entries
from extractors.terminology import system_folder
from nlp.errors import ConfigError

FEWEST_INGREDIENTS = 1000
"""A release has some 5,000 ingredients; far fewer means a cut or wrong file."""
SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("rxcui", pa.string()),
        ("tty", pa.string()),
        ("ingredients", pa.list_(pa.string())),
        ("ingredient_rxcuis", pa.list_(pa.string())),
    ]
)
_COLUMNS = {"RXNCONSO.RRF": 18, "RXNREL.RRF": 16}
_KINDS = ("IN", "PIN", "MIN", "BN")
_LINKS = {
    "tradename_of": "BN", "has_tradename": "BN", "form_of": "PIN", "has_form": "PIN", "part_of": "MIN",
    "has_part": "MIN",
}  # fmt: skip
_DATE = re.compile(r"(\d\d)(\d\d)(20\d\d)")


def install(release: Sequence[Path], folder: Path) -> tuple[str, int]:
    """Write ``names.parquet`` from the zip of a release; see `extractors.terminology.Installer`.

    Raises:
        ConfigError: not one zip file, broken, without RXNCONSO.RRF or RXNREL.RRF, cut off, or of no known date.
    """
    if len(release) != 1:
        raise ConfigError(f"rxnorm: give the one zip file of the release, not {len(release)} files")
    path = release[0]
    try:
        with zipfile.ZipFile(path) as archive:
            version = _version(path, archive)
            names, kinds = _names(path, archive)
            parts = _ingredients(path, archive, kinds)
    except (zipfile.BadZipFile, OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: no zip file of RxNorm, or broken ({type(error).__name__}); get it again") from error
    preferred = {rxcui: name for name, rxcui, tty in names if tty == "IN"}
    if len(preferred) < FEWEST_INGREDIENTS:
        raise ConfigError(f"{path}: {len(preferred)} ingredients, fewer than {FEWEST_INGREDIENTS}; get the file again")
    rows = []
    for name, rxcui, tty in names:
        of = sorted(parts.get(rxcui, {rxcui} if kinds[rxcui] == "IN" else ()), key=lambda i: preferred[i].lower())
        if of:
            rows.append({
                "name": name, "rxcui": rxcui, "tty": kinds[rxcui] if tty in _KINDS else "SY",
                "ingredients": [preferred[i] for i in of], "ingredient_rxcuis": of,
            })  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / "names.parquet")
    return version, len(rows)


def _version(path: Path, archive: zipfile.ZipFile) -> str:
    """Return the date of the release, which stands in the names of the zip and of the Readme in it."""
    for name in (*(n for n in archive.namelist() if "readme" in n.lower()), path.name):
        if match := _DATE.search(name):
            return f"{match[3]}-{match[1]}-{match[2]}"
    raise ConfigError(
        f"{path}: neither its name nor a Readme in it gives the release's date; keep NLM's name, such as "
        "RxNorm_full_prescribe_10062025.zip"
    )


def _rows(path: Path, archive: zipfile.ZipFile, member: str) -> Iterator[list[str]]:
    """Yield the fields of each line of an RRF file.

    Raises:
        ConfigError: there is no such file, or a line has another number of columns.
    """
    found = [name for name in archive.namelist() if name.rpartition("/")[2].upper() == member]
    if not found:
        raise ConfigError(f"{path}: holds no {member}; this is no release of RxNorm")
    with archive.open(found[0]) as raw:
        for number, line in enumerate(io.TextIOWrapper(raw, encoding="utf-8", newline="\n"), 1):
            fields = line.rstrip("\r\n").split("|")
            if len(fields) != _COLUMNS[member] + 1:  # a bar ends the line
                raise ConfigError(
                    f"{path}: {member} line {number} has {len(fields) - 1} columns, not "
                    f"{_COLUMNS[member]}; get it again"
                )
            yield fields


def _names(path: Path, archive: zipfile.ZipFile) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """Return (name, RXCUI, term type) of ingredients and brands with their synonyms, and each one's kind."""
    found: list[tuple[str, str, str]] = []
    kinds: dict[str, str] = {}
    for fields in _rows(path, archive, "RXNCONSO.RRF"):
        rxcui, source, tty, name, suppressed = fields[0], fields[11], fields[12], fields[14], fields[16]
        if source == "RXNORM" and suppressed in ("N", ""):
            if tty in _KINDS:
                kinds[rxcui] = tty
            if tty in (*_KINDS, "SY", "TMSY"):
                found.append((name, rxcui, tty))
    return [row for row in found if row[1] in kinds], kinds


def _ingredients(path: Path, archive: zipfile.ZipFile, kinds: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the ingredients of every brand, precise ingredient and combination.

    A relation stands in both directions in the file; the term types tell which end is the ingredient.
    """
    found: dict[str, set[str]] = {}
    for fields in _rows(path, archive, "RXNREL.RRF"):
        whole = _LINKS.get(fields[7])
        if whole is None or fields[14] not in ("N", ""):
            continue
        for a, b in ((fields[0], fields[4]), (fields[4], fields[0])):
            if kinds.get(a) == whole and kinds.get(b) == "IN":
                found.setdefault(a, set()).add(b)
    return found


def installed_names() -> dict[str, Drug]:
    """Return the names of the added release by their `key`; empty where none was added.

    Raises:
        ConfigError: the file of the added release cannot be read.
    """
    folder = system_folder("rxnorm")
    if folder is None:
        return {}
    try:
        rows = pq.read_table(folder / "names.parquet", schema=SCHEMA).to_pylist()
    except (OSError, pa.ArrowInvalid) as error:
        raise ConfigError(f"{folder}: broken ({type(error).__name__}); add rxnorm again") from error
    classes = {entry.name.rxcui: entry.drug_class for entry in entries() if entry.name.rxcui}
    found: dict[str, Drug] = {}
    for row in sorted(rows, key=lambda row: row["tty"] == "SY"):
        shared = {classes.get(number) for number in row["ingredient_rxcuis"]}
        drug = Drug(
            tuple(row["ingredients"]),
            brand=row["name"] if row["tty"] == "BN" else None,
            rxcui=row["rxcui"],
            ingredient_rxcuis=tuple(row["ingredient_rxcuis"]),
            drug_class=shared.pop() if len(shared) == 1 else None,
        )
        found.setdefault(key(row["name"]), drug)
    return found
