"""Train the vote of rules and tagger on status and assertion (`extractors.voting`) on hand-written notes.

usage: python scripts/train_voting.py [--model FOLDER] [--public ../shared/corpora/notes]

The rules' part learns from the notes that taggers learn from, the weight of the head and the prior of
"present" from the notes held out of that: a head is too sure on notes that it has seen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray

from extractors.structure import examine
from extractors.voting import FIELDS, Weights
from nlp.labels import PROBLEM_LABELS
from nlp.markup import MarkedNote, read_folder
from nlp.models import DEFAULT_TAGGER, model_folders
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.corpus import read_public
from nlp.training.split import is_validation
from nlp.types import Span

ROOT = Path(__file__).resolve().parent.parent
LABELS = {"assertion": PROBLEM_LABELS, "status": ("DRUG",)}
RARE = 4  # features seen less often are left out
PENALTY = 3.0
HEAD_WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
PRESENT_PRIORS = (0.0, -0.2, -0.4, -0.6, -0.8, -1.0)


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


def fit(features: list[list[str]], gold: NDArray[np.int64], classes: int) -> Weights:
    """Return the logistic regression with an L2 penalty, by L-BFGS."""
    counts = Counter(name for names in features for name in names)
    rows = {name: row for row, name in enumerate(sorted(name for name, n in counts.items() if n >= RARE))}
    known = [[rows[name] for name in names if name in rows] for names in features]
    offsets = torch.tensor(np.cumsum([0, *map(len, known)])[:-1])
    indices, target = torch.tensor([row for own in known for row in own]), torch.tensor(gold)
    table = torch.zeros(len(rows) + 1, classes, requires_grad=True)
    prior = torch.zeros(classes, requires_grad=True)
    optimizer = torch.optim.LBFGS([table, prior], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scores = torch.nn.functional.embedding_bag(indices, table, offsets, mode="sum") + prior
        loss = torch.nn.functional.cross_entropy(scores, target) + PENALTY * table.square().sum() / len(gold)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]

    return Weights(rows, _hundredths(table), _hundredths(prior), 0.0)


def _hundredths(tensor: torch.Tensor) -> NDArray[np.float64]:
    """Return ``tensor`` as exactly as the file will hold it."""
    return tensor.detach().double().numpy().round(2)


def tune(
    weights: Weights, field: str, features: list[list[str]], votes: NDArray[np.float64], gold: NDArray[np.int64]
) -> Weights:
    """Return ``weights`` with the head's weight and the prior of "present" that are best on held-out notes.

    Best is the accuracy; for assertions its mean with the accuracy over problems that are not present.
    """
    best, chosen = -1.0, weights
    present = FIELDS[field].index("present") if "present" in FIELDS[field] else None
    for head in HEAD_WEIGHTS:
        for shift in PRESENT_PRIORS if present is not None else (0.0,):
            prior = weights.prior.copy()
            if present is not None:
                prior[present] += shift
            tried = replace(weights, head=head, prior=prior)
            right = tried.pooled(features, votes).argmax(1) == gold
            figures = [right.mean()] if present is None else [right.mean(), right[gold != present].mean()]
            if np.mean(figures) > best:
                best, chosen = float(np.mean(figures)), tried
                print(field, f"head {head} present {shift:+.1f}", *(f"{figure:.4f}" for figure in figures))
    return chosen


def train(
    field: str, learned: Sequence[MarkedNote], held_out: Sequence[MarkedNote], votes: NDArray[np.float64]
) -> None:
    """Train on ``learned``, tune on ``held_out`` with the head's ``votes`` on it, and write the weights."""
    features, gold = examples(held_out, field)
    weights = tune(fit(*examples(learned, field), len(FIELDS[field])), field, features, votes, gold)
    content = {
        "classes": FIELDS[field],
        "prior": [round(100 * float(value)) for value in weights.prior],
        "head": weights.head,
        "features": {name: [round(100 * float(w)) for w in weights.table[row]] for name, row in weights.rows.items()},
    }
    body = json.dumps(content).replace('], "', '],\n"')
    (ROOT / "extractors" / "data" / f"{field}_votes.json").write_text(body + "\n", encoding="utf-8")


def main(
    model: Path | None = None,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes: rules learn from those too.")] = None,
) -> None:
    """Write ``extractors/data/{status,assertion}_votes.json``."""
    templates = ROOT / "corpora_templates"
    notes = list(read_folder(templates))
    dictated = read_public(templates, public) if public else []
    learned = [marked for marked in (*notes, *dictated) if not is_validation(marked.note.note_id)]
    held_out = [marked for marked in notes if is_validation(marked.note.note_id)]
    tagger = NeuralTagger(load_checkpoint(model_folders(DEFAULT_TAGGER, model)[0]))
    spans = [sorted(marked.annotations.entities, key=lambda span: span.start) for marked in held_out]
    judged = tagger.judge([marked.note.text for marked in held_out], spans)
    for field in FIELDS:
        votes = [span.votes for own in judged for span in own if span.label in LABELS[field]]
        train(field, learned, held_out, np.array(votes, dtype=np.float64))


if __name__ == "__main__":
    typer.run(main)
