"""Fine-tuning: weights that exist go on learning from a user's own notes."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from zlib import crc32

from nlp.corpora.labelmap import LABELS
from nlp.errors import ConfigError
from nlp.markup import MarkedNote
from nlp.taggers.neural import Checkpoint, NeuralTagger
from nlp.training.dataset import to_row
from nlp.training.generator import refillable, variants
from nlp.training.pools import build_pools
from nlp.training.scoring import Tally, score_spans
from nlp.training.thresholds import choose_thresholds
from nlp.training.trainer import Step, config_for, train

RATES = {"transformer": 5e-5, "cnn-rnn": 5e-4}
"""Peak learning rates: a quarter of those that the weights were made with."""
BETAS = {"phi": 2.0, "clinical": 1.0}
"""Weight of recall against precision where thresholds are chosen."""


@dataclass(frozen=True, slots=True)
class FineTuning:
    """Settings of a run.

    Attributes:
        epochs: passes over the notes and their variants.
        rate: peak learning rate; None takes that of `RATES`. Heads learn ten times as fast.
        variants: copies of every note; the first is the note itself, the others have other names, dates, drugs.
        validation: share of the patients held out for thresholds and scores, 0 for none.
        seed: of split, variants and training.
        fewest: notes held out below which the thresholds stay as they were; on a handful they would be chosen by
            chance, and precision pays for it.
    """

    epochs: float = 3.0
    rate: float | None = None
    variants: int = 4
    validation: float = 0.15
    seed: int = 1
    fewest: int = 20

    def __post_init__(self) -> None:
        if not 0 <= self.validation < 1:
            raise ConfigError(f"validation must be a share of at least 0 and below 1, not {self.validation}")
        if self.epochs <= 0 or self.variants < 1:
            raise ConfigError("epochs must be above 0 and variants at least 1")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out.

    Attributes:
        checkpoint: the trained model with its thresholds.
        trained, held_out: numbers of notes.
        before, after: scores on the notes held out (empty where there are none); the thresholds behind
            ``after`` were chosen on the same notes.
    """

    checkpoint: Checkpoint
    trained: int
    held_out: int
    before: dict[str, Tally]
    after: dict[str, Tally]

    def report(self) -> dict[str, Any]:
        """Return numbers of notes and scores as JSON; no text."""
        scores = {name: {k: asdict(v) for k, v in getattr(self, name).items()} for name in ("before", "after")}
        return {"trained": self.trained, "held_out": self.held_out, **scores}


def label_counts(notes: Sequence[MarkedNote]) -> Counter[str]:
    """Return how often each label occurs; a choice counts for each of its labels."""
    counts: Counter[str] = Counter()
    for marked in notes:
        counts.update(s.label for s in (*marked.annotations.phi, *marked.annotations.entities))
        counts.update(label for c in marked.choices for label in c.labels if label in LABELS)
    return counts


def with_annotated(notes: Sequence[MarkedNote], labels: frozenset[str] | None) -> list[MarkedNote]:
    """Return the notes with the labels they annotate wherever they occur.

    Args:
        labels: None takes, for notes that do not say, the labels that occur at all: of a label that never occurs
            one cannot tell whether it was looked for, and wrong negatives would make the model forget it.

    Raises:
        ConfigError: nothing is annotated.
    """
    occurring = frozenset(label_counts(notes))
    if not occurring:
        raise ConfigError("the notes hold no annotation to learn from")
    if labels is not None:
        return [replace(m, labels=labels) for m in notes]
    return [replace(m, labels=occurring if m.labels is None else m.labels) for m in notes]


def hold_out(notes: Sequence[MarkedNote], share: float, seed: int) -> tuple[list[MarkedNote], list[MarkedNote]]:
    """Split notes into those to train on and those held out; all notes of a patient go to one side.

    Raises:
        ConfigError: too few patients for the share.
    """
    owners = {id(m): m.note.patient_id or m.note.note_id for m in notes}
    ordered = sorted(set(owners.values()), key=lambda owner: (crc32(f"{seed}:{owner}".encode()), owner))
    out = set(ordered[: max(1, round(share * len(ordered)))] if share else ())
    if len(out) == len(ordered):
        raise ConfigError(f"{len(ordered)} patients are too few to hold any out; give more notes or --validation 0")
    return [m for m in notes if owners[id(m)] not in out], [m for m in notes if owners[id(m)] in out]


def fine_tune(
    start: Checkpoint,
    notes: Sequence[MarkedNote],
    settings: FineTuning,
    tell: Callable[[Step], None],
    share: float = 1.0,
) -> Outcome:
    """Train a copy of ``start`` on notes and choose its thresholds on those held out, if they are enough.

    Args:
        notes: from `with_annotated`.
        share: of the training notes to use, for a learning curve; the notes held out are the same.

    Raises:
        ConfigError: too few notes.
    """
    training, held_out = hold_out(notes, settings.validation, settings.seed)
    training = sorted(training, key=lambda m: crc32(m.note.note_id.encode()))[: max(1, round(share * len(training)))]
    checkpoint = replace(start, model=copy.deepcopy(start.model))
    rate = settings.rate or RATES[start.architecture]
    config = config_for(start.architecture, rate, epochs=settings.epochs, seed=settings.seed)
    trained = train(checkpoint, rows(training, settings), config, tell)
    if not held_out:
        return Outcome(trained, len(training), 0, {}, {})
    before = score(start, held_out)
    if len(held_out) < settings.fewest:
        return Outcome(trained, len(training), len(held_out), before, score(trained, held_out))
    known = frozenset().union(*(m.labels if m.labels is not None else LABELS for m in notes))
    chosen = choose_thresholds(NeuralTagger(trained), held_out, BETAS)
    thresholds = dict(start.thresholds) | {label: value for label, value in chosen.items() if label in known}
    trained = replace(trained, thresholds=thresholds)
    return Outcome(trained, len(training), len(held_out), before, score(trained, held_out))


def rows(notes: Sequence[MarkedNote], settings: FineTuning) -> list[dict[str, Any]]:
    """Return the rows to train on: every note, and refilled variants of those whose marks do not overlap."""
    if settings.variants == 1:
        return [to_row(m) for m in notes]
    fixed = [m for m in notes if not refillable(m)]
    templates = [m for m in notes if refillable(m)]
    made = variants(templates, build_pools(templates, settings.seed), settings.variants, settings.seed)
    return [to_row(m) for m in (*fixed, *made)]


def score(checkpoint: Checkpoint, notes: Sequence[MarkedNote]) -> dict[str, Tally]:
    """Return the scores of a checkpoint alone, without patterns, on notes."""
    return score_spans(notes, NeuralTagger(checkpoint).tag([m.note.text for m in notes]))
