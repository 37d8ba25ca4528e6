"""Score a pipeline on public corpora of other kinds of text: tweets, forums, abstracts, trial registers, queries.

usage: python scripts/score_corpora.py --corpora ../shared/corpora [--model M] [--limit 500]

Two tables. Found: for every kind of thing that a corpus marks, the share of the marks that PHI spans of any label
cover whole (names and places: what is left uncovered leaks), or precision, recall and F1 of disease and drug spans,
strict (same borders) and relaxed (overlapping). Flagged: names, numbers and places in texts that hold none, a
thousand words: abstracts with their eponyms, and the topics of TREC's clinical tracks.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from evaluate import annotated
from rich.console import Console
from rich.table import Table

from nlp.labels import NAME_LABELS, PHI_LABELS, PROBLEM_LABELS
from nlp.markup import Choice, MarkedNote
from nlp.models import DEFAULT_TAGGER
from nlp.pipeline import Pipeline
from nlp.training.mixing import read_parts
from nlp.types import Annotations, Note, Span

HERE = Path(__file__).resolve().parent
KINDS = {
    "names": NAME_LABELS,
    "places": frozenset({"CITY", "STATE", "COUNTRY", "LOCATION-OTHER", "STREET"}),
    "organizations": frozenset({"ORGANIZATION"}),
    "diseases": frozenset({"DX"}),
    "diseases and symptoms": frozenset(PROBLEM_LABELS),
    "drugs": frozenset({"DRUG"}),
}
CLINICAL_KINDS = ("diseases", "diseases and symptoms", "drugs")
WITHOUT_PHI = ("ncbi-disease", "bc5cdr")
TOPICS = ("notes/trec-topics/sigir_queries.jsonl", "notes/trec-topics/trec_2022_queries.jsonl")
# Safe Harbor keeps years and ages below 90, and no date or place of an abstract is a patient's.
FLAGS = frozenset(PHI_LABELS) - {"DATE", "AGE", "CITY", "STATE", "COUNTRY", "ORGANIZATION", "PROFESSION"}

Done = tuple[MarkedNote, Annotations]


def with_findings(notes: Sequence[MarkedNote], pipeline: Pipeline) -> list[Done]:
    """Return the notes with what the pipeline finds in them."""
    return [*zip(notes, annotated(notes, pipeline), strict=True)]


def marks(marked: MarkedNote, labels: frozenset[str]) -> list[Span | Choice]:
    """Return the marks of a document that may have one of ``labels``."""
    spans = (*marked.annotations.phi, *marked.annotations.entities)
    return [s for s in spans if s.label in labels] + [c for c in marked.choices if labels.intersection(c.labels)]


def coverage(done: Iterable[Done], labels: frozenset[str]) -> tuple[int, int]:
    """Return how many marks PHI spans cover whole, and how many there are."""
    hit = total = 0
    for marked, found in done:
        covered = bytearray(len(marked.note.text))
        for span in found.phi:
            covered[span.start : span.end] = b"\1" * (span.end - span.start)
        for mark in marks(marked, labels):
            total += 1
            text = marked.note.text
            hit += all(covered[i] for i in range(mark.start, mark.end) if text[i].isalnum())
    return hit, total


def spans_found(done: Iterable[Done], labels: frozenset[str]) -> Counter[str]:
    """Return counts: gold, found, strict (equal borders), and overlaps of each side with the other."""
    counts: Counter[str] = Counter()
    for marked, found in done:
        gold = {(m.start, m.end) for m in marks(marked, labels)}
        ours = {(s.start, s.end) for s in found.entities if s.label in labels}
        touched = [any(a < d and c < b for c, d in ours) for a, b in gold]
        touching = [any(a < d and c < b for c, d in gold) for a, b in ours]
        counts.update(
            gold=len(gold), found=len(ours), strict=len(gold & ours), touched=sum(touched), touching=sum(touching)
        )
    return counts


def flagged(done: Iterable[Done]) -> tuple[Counter[str], int]:
    """Return the words that PHI labels of `FLAGS` take, by label, and the number of words."""
    counts: Counter[str] = Counter()
    words = 0
    for marked, found in done:
        words += len(marked.note.text.split())
        for span in found.phi:
            if span.label in FLAGS:
                counts[span.label] += len(marked.note.text[span.start : span.end].split())
    return counts, words


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def main(
    corpora: Annotated[Path, typer.Option(help="Folder of the public corpora.")],
    model: Path | None = None,
    tagger: str = DEFAULT_TAGGER,
    limit: Annotated[int, typer.Option(help="Documents of each corpus, evenly spaced.")] = 500,
) -> None:
    """Print both tables."""
    pipeline = Pipeline.load(model, tagger=tagger)
    console = Console(width=140)
    table = Table("corpus", "documents", "what", "marks", "covered", "strict P / R / F1", "relaxed F1", title="Found")
    clean: dict[str, list[Done]] = {}
    for part in read_parts(HERE / "score_corpora.yaml", corpora):
        notes = part.notes[:: max(1, len(part.notes) // limit)]
        done = with_findings(notes, pipeline)
        if part.name.startswith(WITHOUT_PHI):
            clean[part.name] = done
        for kind, labels in KINDS.items():
            if kind in CLINICAL_KINDS:
                n = spans_found(done, labels)
                if n["gold"]:
                    p, r = n["strict"] / max(1, n["found"]), n["strict"] / n["gold"]
                    relaxed = f1(n["touching"] / max(1, n["found"]), n["touched"] / n["gold"])
                    strict = f"{p:.3f} / {r:.3f} / {f1(p, r):.3f}"
                    table.add_row(part.name, f"{len(notes):,}", kind, f"{n['gold']:,}", "", strict, f"{relaxed:.3f}")
            else:
                hit, total = coverage(done, labels)
                if total:
                    table.add_row(part.name, f"{len(notes):,}", kind, f"{total:,}", f"{hit / total:.3f}", "", "")
    console.print(table)
    topics = [json.loads(line) for path in TOPICS for line in (corpora / path).read_text(encoding="utf-8").splitlines()]
    empty = Annotations((), ())
    clean["TREC topics"] = with_findings([MarkedNote(Note(t["_id"], t["text"]), empty) for t in topics], pipeline)
    table = Table(
        "texts", "documents", "words", "flagged in a thousand", "by label", title="Flagged where there is none"
    )
    for name, done in clean.items():
        counts, words = flagged(done)
        by_label = ", ".join(f"{label} {n}" for label, n in counts.most_common())
        table.add_row(name, f"{len(done):,}", f"{words:,}", f"{1000 * counts.total() / words:.2f}", by_label)
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
