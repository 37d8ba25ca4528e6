"""Check the RXCUIs of extractors/drugs/data/drugs.txt against RxNorm's prescribable content, or fill them in.

Usage: check_drug_table.py TERMS [--write]

TERMS is a folder that holds rxnorm-prescribable/drug_names_merged.tsv.gz (columns rxcui, tty, name) and
drugsatfda/Products.txt.gz. Exit code 1 where a number is wrong or missing; with --write, the table is corrected.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from extractors.drugs.table import Entry, Name, parse_table

TABLE = Path(__file__).parents[1] / "extractors" / "drugs" / "data" / "drugs.txt"
Concepts = Mapping[tuple[str, str], str]


def key(name: str) -> str:
    """Return ``name`` as it is compared: letters and digits only; parts of a combination sorted."""
    parts = (re.sub(r"[^a-z0-9]", "", part) for part in re.split(r" / | \+ ", name.lower()))
    return "/".join(sorted(parts))


def read_concepts(terms: Path) -> dict[tuple[str, str], str]:
    """Return (term type, key of the name) -> RXCUI."""
    with gzip.open(terms / "rxnorm-prescribable" / "drug_names_merged.tsv.gz", "rt", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), key=lambda row: row["release"])
    return {(row["tty"], key(row["name"])): row["rxcui"] for row in rows}  # the later release wins


def read_fda(terms: Path) -> set[str]:
    """Return the keys of the trade and ingredient names of Drugs@FDA, without salts."""
    with gzip.open(terms / "drugsatfda" / "Products.txt.gz", "rt", encoding="latin-1") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = {row["DrugName"] or "" for row in rows}
    names |= {part.strip() for row in rows for part in (row["ActiveIngredient"] or "").split(";")}
    return {key(name) for name in names} | {key(name.split()[0]) for name in names if name.split()}


def checked(name: Name, kinds: tuple[str, ...], concepts: Concepts) -> Name:
    """Return ``name`` with the RXCUI of the first of ``kinds`` (term types) that has it."""
    return replace(
        name, rxcui=next((concepts[k, key(name.text)] for k in kinds if (k, key(name.text)) in concepts), None)
    )


def corrected(entry: Entry, concepts: Concepts) -> Entry:
    """Return ``entry`` with the RXCUIs that the concepts give; RxNorm may know the drug by another of its names."""
    kinds = ("MIN",) if " + " in entry.name.text else ("IN", "PIN", "MIN")
    brands = tuple(checked(brand, ("BN",), concepts) for brand in entry.brands)
    known = (checked(Name(text), kinds, concepts).rxcui for text in (entry.name.text, *entry.aliases))
    return replace(entry, name=replace(entry.name, rxcui=next(filter(None, known), None)), brands=brands)


def complaints(old: list[Entry], new: list[Entry]) -> Iterator[str]:
    """Yield what is wrong in the table: numbers, names that stand for two things, parts without a line."""
    for before, after in zip(old, new, strict=True):
        for was, name in zip((before.name, *before.brands), (after.name, *after.brands), strict=True):
            if was != name:
                yield f"{was.text}: RXCUI {was.rxcui or 'missing'} should be {name.rxcui or 'none'}"
    single = {name for entry in old for name in (entry.name.text, *entry.aliases)}
    seen = Counter(n.lower() for e in old for n in (e.name.text, *(b.text for b in e.brands), *e.aliases))
    yield from (f"{name}: stands {count} times" for name, count in seen.items() if count > 1)
    parts = {part for entry in old for part in entry.ingredients}
    yield from (f"{part}: in a combination, but has no line of its own" for part in sorted(parts - single))


def main() -> int:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("terms", type=Path, help="folder of the terminology files")
    parser.add_argument("--write", action="store_true", help="correct the table in place")
    parser.add_argument("--unknown", action="store_true", help="list the names that RxNorm does not have")
    options = parser.parse_args()
    concepts = read_concepts(options.terms)
    lines = list(parse_table(TABLE.read_text(encoding="utf-8").splitlines()))
    fixed = [corrected(line, concepts) if isinstance(line, Entry) else line for line in lines]
    if options.write:
        TABLE.write_text("".join(f"{line}\n" for line in fixed), encoding="utf-8")
        lines = fixed
    old, new = ([line for line in some if isinstance(line, Entry)] for some in (lines, fixed))
    names = [name for entry in new for name in (entry.name, *entry.brands)]
    unknown = [name.text for name in names if name.rxcui is None]
    fda = read_fda(options.terms)
    neither = [name for name in unknown if " + " not in name and key(name) not in fda]
    wrong = list(complaints(old, new))
    print(f"{len(names)} ingredients, combinations and brands; {len(names) - len(unknown)} with an RXCUI")
    print(f"{len(unknown)} without, of them {len(neither)} single names that Drugs@FDA does not know either")
    if options.unknown:
        print("without RXCUI: " + "; ".join(unknown))
        print("in neither: " + "; ".join(neither))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
