"""Train the choice of borders (`nlp.taggers.borders`) on marked-up notes that the taggers have not learned from.

usage: python scripts/train_borders.py [--model FOLDER] [--notes FOLDER]... [--public ../shared/corpora/notes] [--check]

Without options the notes are those of corpora_templates that are held out for validation. Both embedded taggers
decode them; a span whose marked borders are among its options is an example, whatever its label. --check writes
nothing. Printed is, for each head, what share of all decoded spans has the marked borders before and after, and what
share of their words is in marks and how many of these are kept, by four-fold cross-validation over notes.
Words at borders become names of features in files that ship, but for those that stand in PHI marks only.
Give no notes of real patients all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from nlp.loglinear import LogLinear, to_text
from nlp.markup import MarkedNote
from nlp.models import DEFAULT_TAGGER, EMBEDDED
from nlp.taggers.borders import CLASSES, SETTLED, Option, best, evidence, features, options
from nlp.taggers.features import Document
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.corpus import unseen_notes
from nlp.training.dataset import words_of
from nlp.training.loglinear import fit_choice
from nlp.words import split_words

ROOT = Path(__file__).resolve().parent.parent
RARE = 6  # features of fewer options are left out
PENALTY = 4.0
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Group:
    """The options of one decoded span.

    Attributes:
        features: of each.
        options: themselves, as many.
        words: of each, how many are in marks and how many there are, shape (options, 2).
        marked: index of the one with the marked borders; None if none has them.
    """

    features: list[list[str]]
    options: list[Option]
    words: NDArray[np.int64]
    marked: int | None


def only_in_phi(notes: Sequence[MarkedNote]) -> frozenset[str]:
    """Return the lower-cased words of the notes that stand in PHI marks and nowhere else."""
    uses: dict[bool, set[str]] = {True: set(), False: set()}
    for note in notes:
        words = split_words(note.note.text)
        marked = [range(*words_of(words, span)) for span in note.annotations.phi]
        inside = {place for places in marked for place in places}
        for place, surface in enumerate(words.surfaces):
            uses[place in inside].add(surface.lower())
    return frozenset(uses[True] - uses[False])


def groups(
    tagger: NeuralTagger,
    head: str,
    note: MarkedNote,
    document: Document,
    found: NDArray[np.float32],
    private: Collection[str],
) -> list[Group]:
    """Return the groups of a note, from its tag probabilities; words that are ``private`` become no features."""
    alike, words = SETTLED[head].groups, document.words
    shown = evidence(words, found, tagger.heads[head], head)
    spans = tagger.decoders[head].decode(words, found, tagger.name)
    gold = [span for span in (*note.annotations.phi, *note.annotations.entities) if span.label in alike]
    marks = {(span.start, span.end) for span in gold}
    inside = np.zeros(len(words) + 1, dtype=np.int64)
    for span in gold:
        inside[slice(*words_of(words, span))] = 1
    own: list[Group] = []
    for index, span in enumerate(spans):
        if span.label in alike:
            choices = list(options(words, spans, index))
            marked = [i for i, (a, b, *_) in enumerate(choices) if (words.starts[a], words.ends[b]) in marks]
            told = [
                [name for name in features(shown, alike[span.label], choice) if private.isdisjoint(name.split(" "))]
                for choice in choices
            ]
            counts = np.array([(inside[a : b + 1].sum(), b + 1 - a) for a, b, *_ in choices])
            own.append(Group(told, choices, counts, marked[0] if marked else None))
    return own


def runs_of(folder: Path, notes: Sequence[MarkedNote], private: Collection[str]) -> dict[str, list[list[Group]]]:
    """Return, by head, the groups of every note as the tagger of a folder decodes it."""
    tagger = NeuralTagger(load_checkpoint(folder))
    documents = [tagger.pieces.document(split_words(note.note.text)) for note in notes]
    found = tagger.probabilities(documents)
    return {
        head: [
            groups(tagger, head, note, document, own[head], private)
            for note, document, own in zip(notes, documents, found, strict=True)
        ]
        for head in SETTLED
    }


def learn(notes: Sequence[Sequence[Group]]) -> LogLinear:
    """Return the model of all groups with a marked option."""
    told = [(own.features, own.marked) for note in notes for own in note if own.marked is not None]
    return fit_choice([f for f, _ in told], [m for _, m in told], CLASSES[0], rare=RARE, penalty=PENALTY)


def outcome(head: str, model: LogLinear | None, notes: Sequence[Sequence[Group]]) -> NDArray[np.int64]:
    """Return how many spans get the marked borders, how many words they hold in marks and altogether, and the spans.

    Without a model they stay as they were decoded.
    """
    told = np.zeros(4, dtype=np.int64)
    for own in (own for note in notes for own in note):
        chosen = best(head, model.scores(own.features)[:, 0], own.options) if model else 0
        told += (own.marked == chosen, *own.words[chosen], 1)
    return told


def main(
    model: Annotated[Path | None, typer.Option(help="Weights instead of the embedded transformer.")] = None,
    notes: Annotated[list[Path] | None, typer.Option(help="Further folders that the model has not seen.")] = None,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes: those held out too.")] = None,
    check: bool = False,
) -> None:
    """Write the models that `nlp.taggers.borders.SETTLED` names."""
    marked = unseen_notes(ROOT / "corpora_templates", notes or (), public)
    folders = {DEFAULT_TAGGER: model or EMBEDDED / DEFAULT_TAGGER, "cnn-rnn": EMBEDDED / "cnn-rnn"}
    private = only_in_phi(marked)
    runs = {name: runs_of(folder, marked, private) for name, folder in folders.items()}
    fold = np.arange(len(marked)) % FOLDS
    for head, settled in SETTLED.items():
        both = [run[head] for run in runs.values()]
        models = [learn([run[i] for run in both for i in np.flatnonzero(fold != k)]) for k in range(FOLDS)]
        for name, run in runs.items():
            parts = [[run[head][i] for i in np.flatnonzero(fold == k)] for k in range(FOLDS)]
            before = outcome(head, None, run[head])
            after = np.sum([outcome(head, *pair) for pair in zip(models, parts, strict=True)], axis=0)
            print(
                f"{name}, {head}: {before[3]} spans, marked borders {before[0] / before[3]:.4f}, "
                f"chosen {after[0] / before[3]:.4f}; words in marks {before[1] / before[2]:.4f}, "
                f"chosen {after[1] / after[2]:.4f}, {after[1] / before[1]:.4f} of them kept"
            )
        if not check:
            learned = learn([note for run in both for note in run])
            path = ROOT / "nlp" / "taggers" / settled.path
            path.write_text(to_text(learned.to_content()), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
