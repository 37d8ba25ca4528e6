"""Train the judge of doubtful finds (`deid.doubt`) on marked-up notes that the taggers have not learned from.

usage: python scripts/train_doubt.py [--model FOLDER] [--notes FOLDER]... [--public ../shared/corpora/notes]
                                     [--stricter LOG_ODDS] [--check]

Without options the notes are those of corpora_templates that are held out for validation. The judge is told how often
words are PHI in the training notes (deid/data/word_uses.txt): give no notes that were counted there. Every tagger
finds its share; a find is PHI where it holds a word of a mark. --check prints what the judge is worth, by eight-fold
cross-validation over notes, and writes nothing. Weights that ship have learned more than those that have not seen the
notes, and need less leniency than F2.2 chooses for these: measure on the held-out notes, then say by how much.
Words that often stand beside finds become names of features in a file that ships: give no notes of real patients.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from deid.doubt import CLASSES, features, is_doubtful
from deid.merge import merge
from deid.policy import Policy, load_policy
from deid.recognizers import PatternTagger
from deid.sources import PATTERNS
from extractors.mentions import revise
from nlp.entities import merge_entities
from nlp.labels import PHI_LABELS
from nlp.loglinear import LogLinear, to_text
from nlp.markup import MarkedNote
from nlp.models import DEFAULT_TAGGER, EMBEDDED, TAGGERS, load_tagger
from nlp.taggers.base import Tagger
from nlp.training.corpus import unseen_notes
from nlp.training.loglinear import fit
from nlp.types import Span

ROOT = Path(__file__).resolve().parent.parent
PHI = frozenset(PHI_LABELS)
RARE = 4  # features of fewer finds are left out
PENALTY = 6.0
BETA = 2.2  # how many times as much recall weighs as precision
FOLDS = 8
BATCH = 32
GRID = np.arange(-4.0, 1.01, 0.1)  # log-odds from which a find may stay


@dataclass(frozen=True, slots=True)
class Finds:
    """What one tagger and the patterns found in one note, doubtful or not, in arrays of shape (finds,).

    Attributes:
        features: of each find; empty where it is sure.
        words: how many each find has.
        right: how many of them are in marks.
        gold: words in marks of the note.
    """

    features: list[list[str]]
    words: NDArray[np.int64]
    right: NDArray[np.int64]
    gold: int


def runs_of(model: Path | None, marked: Sequence[MarkedNote]) -> dict[str, list[Finds]]:
    """Return what every choice of taggers finds, with the patterns, before anything is taken back."""
    policy = load_policy("mask")
    folders = {name: EMBEDDED / name for names in TAGGERS.values() for name in names}
    folders |= {DEFAULT_TAGGER: model} if model else {}
    taggers = {name: load_tagger(folder, "cpu") for name, folder in folders.items()}
    texts = [note.note.text for note in marked]
    found = {name: tagged(tagger, texts) for name, tagger in (taggers | {PATTERNS: PatternTagger()}).items()}
    return {
        name: [
            finds(note, [span for own in (*choice, PATTERNS) for span in found[own][i]], policy)
            for i, note in enumerate(marked)
        ]
        for name, choice in TAGGERS.items()
    }


def tagged(tagger: Tagger, texts: Sequence[str]) -> list[list[Span]]:
    """Return the spans of every text."""
    return [own for low in range(0, len(texts), BATCH) for own in tagger.tag(texts[low : low + BATCH])]


def finds(marked: MarkedNote, spans: Sequence[Span], policy: Policy) -> Finds:
    """Return the finds of a note beside its marks."""
    text = marked.note.text
    phi = [span for span in spans if span.label in PHI]
    entities = revise(text, merge_entities(span for span in spans if span.label not in PHI), phi)
    return count(text, merge(text, phi, entities, policy.thresholds), marked.annotations.phi)


def count(text: str, found: Sequence[Span], gold: Sequence[Span]) -> Finds:
    """Return how the words of what was found and of the marks meet."""
    inside = {place for span in gold for place in range(span.start, span.end)}
    words = [word.span() for word in re.finditer(r"\w+", text)]
    right = [not inside.isdisjoint(range(*word)) for word in words]
    own = [[i for i, (low, high) in enumerate(words) if low < span.end and span.start < high] for span in found]
    return Finds(
        [list(features(text, span)) if is_doubtful(text, span, PHI) else [] for span in found],
        np.array([len(places) for places in own]),
        np.array([sum(right[i] for i in places) for places in own]),
        sum(right),
    )


def learn(notes: Sequence[Finds]) -> LogLinear:
    """Return the judge of the doubtful finds of notes."""
    doubtful = [(own, hit) for note in notes for own, hit in zip(note.features, note.right, strict=True) if own]
    gold = np.array([int(hit > 0) for _, hit in doubtful])
    return fit([own for own, _ in doubtful], gold, CLASSES, rare=RARE, penalty=PENALTY)


def odds(judge: LogLinear, note: Finds) -> NDArray[np.float64]:
    """Return the log-odds that each find is PHI, infinite where it is sure."""
    if not note.features:
        return np.zeros(0)
    scores = judge.scores(note.features)
    return np.where([bool(own) for own in note.features], scores[:, 1] - scores[:, 0], np.inf)


def rates(notes: Sequence[Finds], judged: Sequence[NDArray[np.float64]], least: float) -> tuple[float, float]:
    """Return recall and precision, in words, of the finds whose log-odds reach ``least``."""
    stays = np.concatenate(judged) >= least
    words, right = (
        np.concatenate(column)[stays].sum() for column in zip(*((n.words, n.right) for n in notes), strict=True)
    )
    return right / max(1, sum(note.gold for note in notes)), right / max(1, words)


def f_beta(recall: float, precision: float) -> float:
    """Return the F-score (van Rijsbergen 1979)."""
    return (1 + BETA**2) * precision * recall / max(1e-9, BETA**2 * precision + recall)


def cross_validated(runs: Sequence[Sequence[Finds]]) -> list[list[NDArray[np.float64]]]:
    """Return the log-odds of all finds by judges that have not learned from their notes; a run has the same notes."""
    folds = [learn([note for run in runs for i, note in enumerate(run) if i % FOLDS != fold]) for fold in range(FOLDS)]
    return [[odds(folds[i % FOLDS], note) for i, note in enumerate(run)] for run in runs]


def main(
    model: Annotated[Path | None, typer.Option(help="Weights instead of the embedded transformer.")] = None,
    notes: Annotated[list[Path] | None, typer.Option(help="Further folders that the model has not seen.")] = None,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes: those held out too.")] = None,
    stricter: Annotated[float, typer.Option(help="Log-odds that a find needs beyond those chosen here.")] = 0.0,
    check: bool = False,
) -> None:
    """Write ``deid/data/doubt.json``."""
    marked = unseen_notes(ROOT / "corpora_templates", notes or (), public)
    runs = runs_of(model, marked)
    judged = dict(zip(runs, cross_validated(list(runs.values())), strict=True))
    default, own = runs[DEFAULT_TAGGER], judged[DEFAULT_TAGGER]
    least = max(GRID.tolist(), key=lambda value: f_beta(*rates(default, own, value)))
    for name, run in runs.items():
        for how, value in (("all", -np.inf), ("held", least)):
            recall, precision = rates(run, judged[name], value)
            print(f"{name}, {how}: recall {recall:.4f} precision {precision:.4f}")
    if not check:
        judge = learn([note for run in runs.values() for note in run])
        shifted = replace(judge, prior=judge.prior - np.array([0.0, least + stricter]))
        (ROOT / "deid" / "data" / "doubt.json").write_text(to_text(shifted.to_content()), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
