"""CPU time of every stage of the pipeline, on marked notes whose patients' names and numbers are known.

The marks give the known identifiers only; the default tagger finds the PHI. One thread; CPU time, so that other work on
the machine does not count.

    python scripts/deid_cost.py corpora_templates --policy surrogate --notes 60
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import nlp.pipeline
from deid.keys import SecretKey
from nlp.labels import ID_LABELS
from nlp.markup import MarkedNote, read_folder
from nlp.types import Note

KEY = SecretKey(b"the cost does not depend on it")
DEID = ("known_identifiers", "tally", "resolve", "transform", "released_date", "leaks_beside", "close_leaks", "audit")
OTHERS = ("structure", "build_records")
BATCH = 32


def with_identifiers(marked: MarkedNote) -> Note:
    """Return the note with its patient's names, relatives, phones and numbers as a dump may bring them."""
    given: dict[str, str] = {}
    text = marked.note.text
    for span in marked.annotations.phi:
        if span.label in ID_LABELS or span.label in ("PATIENT", "RELATIVE", "PHONE", "STREET"):
            column, value = span.label.lower(), text[span.start : span.end]
            given[column] = f"{given[column]};{value}" if column in given else value
    return replace(marked.note, identifiers=given)


def timed(function: Callable[..., Any], name: str, spent: Counter[str]) -> Callable[..., Any]:
    """Return a function that does the same and adds up its CPU time."""

    def run(*args: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*args, **named)
        finally:
            spent[name] += time.process_time() - begun  # type: ignore[assignment]

    return run


def main() -> None:
    """Print the shares of the stages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder of marked-up notes (*.txt)")
    parser.add_argument("--policy", default="surrogate")
    parser.add_argument("--notes", type=int, default=60, help="how many, spread over the folder")
    args = parser.parse_args()
    torch.set_num_threads(1)
    every = list(read_folder(args.folder))
    notes = [with_identifiers(marked) for marked in every[:: max(1, len(every) // args.notes)]][: args.notes]
    pipeline = nlp.pipeline.Pipeline.load(policy=args.policy, key=KEY)
    pipeline.process(notes[:4])  # word lists are read and kernels chosen
    spent: Counter[str] = Counter()
    for name in (*DEID, *OTHERS):
        setattr(nlp.pipeline, name, timed(getattr(nlp.pipeline, name), name, spent))
    begun = time.process_time()
    for start in range(0, len(notes), BATCH):
        pipeline.process(notes[start : start + BATCH])
    total = time.process_time() - begun
    characters = sum(len(note.text) for note in notes)
    print(f"{len(notes)} notes, {characters:,} characters, policy {args.policy}, {total:.1f} s of CPU")
    for name in (*DEID, *OTHERS):
        print(f"  {name:18} {spent[name] / total:6.2%}")
    print(f"de-identification after the taggers: {sum(spent[name] for name in DEID) / total:.2%}")


if __name__ == "__main__":
    main()
