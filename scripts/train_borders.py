"""Train the choice of borders (`nlp.taggers.borders`) on marked-up notes that the taggers have not learned from.

usage: python scripts/train_borders.py [--model FOLDER] [--notes FOLDER]... [--public ../shared/corpora/notes] [--check]

Without options the notes are those of corpora_templates that are held out for validation. Both embedded taggers
decode them; a span whose marked borders are among its options is an example. --check prints what share of all decoded
diseases and findings has the marked borders before and after, by eight-fold cross-validation over notes, and writes
nothing. Words at borders become names of features in a file that ships, but for those that stand in PHI marks only.
Give no notes of real patients all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from nlp.labels import PROBLEM_LABELS
from nlp.loglinear import LogLinear, to_text
from nlp.markup import MarkedNote
from nlp.models import DEFAULT_TAGGER, EMBEDDED
from nlp.taggers.borders import CLASSES, evidence, features, options
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.corpus import unseen_notes
from nlp.training.dataset import words_of
from nlp.training.loglinear import fit_choice
from nlp.words import split_words

ROOT = Path(__file__).resolve().parent.parent
RARE = 6  # features of fewer options are left out
PENALTY = 4.0
FOLDS = 8
Group = tuple[list[list[str]], int | None]
"""Features of the options of one decoded span, and which of them is marked."""


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


def groups(tagger: NeuralTagger, notes: Sequence[MarkedNote], private: Collection[str] = ()) -> Iterator[list[Group]]:
    """Yield the groups of every note; words that are ``private`` become no features."""
    documents = [tagger.pieces.document(split_words(note.note.text)) for note in notes]
    for note, document, found in zip(notes, documents, tagger.probabilities(documents), strict=True):
        words = document.words
        shown = evidence(words, found["clinical"], tagger.heads["clinical"])
        spans = tagger.decoders["clinical"].decode(words, found["clinical"], tagger.name)
        marks = {(span.start, span.end, span.label) for span in note.annotations.entities}
        own: list[Group] = []
        for index, span in enumerate(spans):
            if span.label in PROBLEM_LABELS:
                choices = list(options(words, spans, index))
                places = [(int(words.starts[a]), int(words.ends[b]), span.label) for a, b, *_ in choices]
                marked = [number for number, place in enumerate(places) if place in marks]
                told = [
                    [name for name in features(shown, span.label, choice) if name.rpartition(" ")[2] not in private]
                    for choice in choices
                ]
                own.append((told, marked[0] if marked else None))
        yield own


def learn(notes: Sequence[Sequence[Group]]) -> LogLinear:
    """Return the model of all groups with a marked option."""
    told = [(members, best) for note in notes for members, best in note if best is not None]
    return fit_choice([m for m, _ in told], [b for _, b in told], CLASSES[0], rare=RARE, penalty=PENALTY)


def right(model: LogLinear | None, notes: Sequence[Sequence[Group]]) -> int:
    """Return how many spans get the marked borders; without a model, how many have them."""
    return sum(
        best == (int(model.scores(members)[:, 0].argmax()) if model else 0) for note in notes for members, best in note
    )


def main(
    model: Annotated[Path | None, typer.Option(help="Weights instead of the embedded transformer.")] = None,
    notes: Annotated[list[Path] | None, typer.Option(help="Further folders that the model has not seen.")] = None,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes: those held out too.")] = None,
    check: bool = False,
) -> None:
    """Write ``nlp/taggers/data/borders.json``."""
    marked = unseen_notes(ROOT / "corpora_templates", notes or (), public)
    folders = {DEFAULT_TAGGER: model or EMBEDDED / DEFAULT_TAGGER, "cnn-rnn": EMBEDDED / "cnn-rnn"}
    private = only_in_phi(marked)
    runs = {
        name: list(groups(NeuralTagger(load_checkpoint(folder)), marked, private)) for name, folder in folders.items()
    }
    fold = np.arange(len(marked)) % FOLDS
    models = [learn([run[i] for run in runs.values() for i in np.flatnonzero(fold != k)]) for k in range(FOLDS)]
    for name, run in runs.items():
        spans = sum(map(len, run))
        after = sum(right(models[k], [run[i] for i in np.flatnonzero(fold == k)]) for k in range(FOLDS))
        print(f"{name}: {spans} spans, marked borders {right(None, run) / spans:.4f}, chosen {after / spans:.4f}")
    if not check:
        learned = learn([note for run in runs.values() for note in run])
        path = ROOT / "nlp" / "taggers" / "data" / "borders.json"
        path.write_text(to_text(learned.to_content()), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
