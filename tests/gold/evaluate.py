"""Annotate the open benchmark with the command line and score the result.

usage: python tests/gold/evaluate.py [--keep FOLDER] [--misses] [options of `clinsift annotate`]

What is annotated is the bare text: the marks stay on this side.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from nlp.markup import gold_json, read_folder

HERE = Path(__file__).parent


def evaluate(folder: Path, options: list[str], *, misses: bool) -> int:
    """Write notes, annotations and gold into ``folder`` and print the scores; returns an exit code."""
    marked = list(read_folder(HERE / "dev"))
    gold, notes, predicted = (folder / f"{name}.jsonl" for name in ("gold", "notes", "predicted"))
    with gold.open("w", encoding="utf-8") as gold_file, notes.open("w", encoding="utf-8") as notes_file:
        for entry in marked:
            gold_file.write(json.dumps(gold_json(entry)) + "\n")
            bare = {field: getattr(entry.note, field) for field in ("note_id", "patient_id", "note_type", "text")}
            notes_file.write(json.dumps(bare) + "\n")
    annotate = [sys.executable, "-m", "nlp.cli", "annotate", str(notes), "-o", str(predicted), *options]
    done = subprocess.run(annotate, check=False, stdout=sys.stderr)
    if done.returncode not in (0, 3):  # 3: some notes are in quarantine; the scorer counts them as missed
        return done.returncode
    score = [sys.executable, str(HERE / "score.py"), str(gold), str(predicted), *["--misses"] * misses]
    return subprocess.run(score, check=False).returncode


def main() -> int:
    """Parse the command line; options that are not ours go to ``clinsift annotate``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="folder to leave notes, gold and annotations in")
    parser.add_argument("--misses", action="store_true", help="also print every gold span that was missed")
    args, options = parser.parse_known_args()
    if args.keep:
        args.keep.mkdir(parents=True, exist_ok=True)
        return evaluate(args.keep, options, misses=args.misses)
    with tempfile.TemporaryDirectory() as folder:
        return evaluate(Path(folder), options, misses=args.misses)


if __name__ == "__main__":
    sys.exit(main())
