"""Train the vote of rules and tagger on status and assertion (`extractors.voting`) on hand-written notes.

usage: python scripts/train_voting.py [--model FOLDER] [--public ../shared/corpora/notes]

The rules' part learns from the notes that taggers learn from, the weight of the head and the prior of
"present" from the notes held out of that: a head is too sure on notes that it has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from extractors.structure import examine
from extractors.voting import FIELDS, Vote
from nlp.labels import PROBLEM_LABELS
from nlp.loglinear import LogLinear, to_text
from nlp.markup import MarkedNote, read_folder
from nlp.models import DEFAULT_TAGGER, model_folders
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.corpus import read_public
from nlp.training.loglinear import fit
from nlp.training.split import held_out, learned_from
from nlp.types import Span

ROOT = Path(__file__).resolve().parent.parent
LABELS = {"assertion": PROBLEM_LABELS, "status": ("DRUG",)}
RARE = 4  # features seen less often are left out
PENALTY = 3.0
HEAD_WEIGHTS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0, 3.0)
PRESENT_PRIORS = (0.0, -0.2, -0.4, -0.6, -0.8, -1.0, -1.3, -1.6)


def bare(spans: Sequence[Span]) -> list[Span]:
    """Return gold spans in text order without what `structure` fills in."""
    ordered = sorted(spans, key=lambda span: span.start)
    return [replace(span, assertion=None, status=None, drug=None, id=None, icd10=None) for span in ordered]


def examples(notes: Sequence[MarkedNote], field: str) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Return the features and the gold class of every span that ``field`` asks about."""
    features: list[list[str]] = []
    gold: list[int] = []
    for marked in notes:
        examined = examine(marked.note.text, bare(marked.annotations.entities))
        own = examined.status_features if field == "status" else examined.assertion_features
        spans = asked(marked, field)
        if len(own) == len(spans):  # else mending took a marked word for one that names nothing
            features += own
            gold += [FIELDS[field].index(getattr(span, field)) for span in spans]
    return features, np.array(gold)


def asked(marked: MarkedNote, field: str) -> list[Span]:
    """Return the gold spans that ``field`` asks about, in text order."""
    ordered = sorted(marked.annotations.entities, key=lambda span: span.start)
    return [span for span in ordered if span.label in LABELS[field]]


def tune(
    rules: LogLinear, field: str, features: list[list[str]], votes: NDArray[np.float64], gold: NDArray[np.int64]
) -> Vote:
    """Return the vote with the head's weight and the prior of "present" that are best on held-out notes.

    Best is the accuracy; for assertions its mean with the accuracy over problems that are not present.
    """
    best, chosen = -1.0, Vote(rules, 0.0)
    present = FIELDS[field].index("present") if "present" in FIELDS[field] else None
    for head in HEAD_WEIGHTS:
        for shift in PRESENT_PRIORS if present is not None else (0.0,):
            prior = rules.prior.copy()
            if present is not None:
                prior[present] += shift
            tried = Vote(replace(rules, prior=prior), head)
            right = tried.pooled(features, votes).argmax(1) == gold
            figures = [right.mean()] if present is None else [right.mean(), right[gold != present].mean()]
            if np.mean(figures) > best:
                best, chosen = float(np.mean(figures)), tried
                print(field, f"head {head} present {shift:+.1f}", *(f"{figure:.4f}" for figure in figures))
    return chosen


def train(field: str, learned: Sequence[MarkedNote], unseen: Sequence[MarkedNote], votes: NDArray[np.float64]) -> None:
    """Train on ``learned``, tune on ``unseen`` with the head's ``votes`` on it, and write the weights."""
    features, gold = examples(unseen, field)
    rules = fit(*examples(learned, field), FIELDS[field], rare=RARE, penalty=PENALTY)
    vote = tune(rules, field, features, votes, gold)
    content = {"head": vote.head} | vote.rules.to_content()
    (ROOT / "extractors" / "data" / f"{field}_votes.json").write_text(to_text(content), encoding="utf-8")


def main(
    model: Path | None = None,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes: rules learn from those too.")] = None,
) -> None:
    """Write ``extractors/data/{status,assertion}_votes.json``."""
    templates = ROOT / "corpora_templates"
    notes = list(read_folder(templates))
    dictated = read_public(templates, public) if public else []
    unseen = held_out(notes)
    learned = learned_from((*notes, *dictated))
    tagger = NeuralTagger(load_checkpoint(model_folders(DEFAULT_TAGGER, model)[0]))
    spans = [sorted(marked.annotations.entities, key=lambda span: span.start) for marked in unseen]
    judged = tagger.judge([marked.note.text for marked in unseen], spans)
    for field in FIELDS:
        votes = [span.votes for own in judged for span in own if span.label in LABELS[field]]
        train(field, learned, unseen, np.array(votes, dtype=np.float64))


if __name__ == "__main__":
    typer.run(main)
