"""Score a pipeline on gold notes with the project's scorer, per component if asked.

usage: python scripts/evaluate.py FOLDER                    any folder of marked-up notes
       python scripts/evaluate.py --validation              the notes held out of training: tune here
       python scripts/evaluate.py --validation --sweep      and a table over thresholds
       python scripts/evaluate.py --validation --components and what each source of PHI finds alone
       python scripts/evaluate.py --public ../shared/corpora/notes   public notes that we annotated, those held out
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deid.policy import Source
from nlp.markup import MarkedNote, gold_json, read_folder
from nlp.models import DEFAULT_TAGGER
from nlp.pipeline import Pipeline
from nlp.taggers.base import Tagger
from nlp.taggers.decoding import BioDecoder
from nlp.taggers.neural import CONTINUES, NeuralTagger
from nlp.training.corpus import read_public
from nlp.training.split import held_out
from nlp.types import Annotations, Span

ROOT = Path(__file__).resolve().parent.parent
BATCH = 64
COMPONENTS = {
    "patterns": [Source.PATTERNS],
    "taggers": [Source.TAGGERS],
    "patterns, propagation": [Source.PATTERNS, Source.PROPAGATION],
    "taggers, propagation": [Source.TAGGERS, Source.PROPAGATION],
    "patterns, taggers": [Source.PATTERNS, Source.TAGGERS],
}
SWEEP = (0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05)


@cache
def scorer() -> Any:
    """Return the module tests/gold/score.py."""
    spec = importlib.util.spec_from_file_location("score", ROOT / "tests" / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def annotated(marked: Sequence[MarkedNote], pipeline: Pipeline) -> list[Annotations]:
    """Return what a pipeline finds in gold notes; ends the program where one fails."""
    found = []
    for low in range(0, len(marked), BATCH):
        for outcome in pipeline.annotate([m.note for m in marked[low : low + BATCH]]):
            if not isinstance(outcome, Annotations):
                raise SystemExit(f"note {outcome.note_id} failed in {outcome.stage}: {outcome.reason}")
            found.append(outcome)
    return found


def found_json(marked: Sequence[MarkedNote], pipeline: Pipeline) -> list[dict[str, Any]]:
    """Return what a pipeline finds in gold notes, in the scorer's form."""
    return [a.to_json(m.note.note_id) for m, a in zip(marked, annotated(marked, pipeline), strict=True)]


def score(marked: Sequence[MarkedNote], pipeline: Pipeline, misses: list[Any]) -> dict[str, Any]:
    """Return the scorer's result for a pipeline on gold notes."""
    return score_found([gold_json(m) for m in marked], found_json(marked, pipeline), misses)


def score_found(gold: list[dict[str, Any]], found: list[dict[str, Any]], misses: list[Any]) -> dict[str, Any]:
    """Return the scorer's result for what was found in gold notes."""
    module, by_id = scorer(), {note["note_id"]: note for note in found}
    return {"phi": module.score_phi(gold, by_id, misses), "clinical": module.score_clinical(gold, by_id, misses)}


def summary(result: dict[str, Any]) -> dict[str, float]:
    """Return the headline figures of a result."""
    phi, clinical = result["phi"], result["clinical"]
    return {
        "token recall": phi["token_recall"],
        "token precision": phi["token_precision"],
        "HIPAA span recall": phi["hipaa_span_recall"],
        "HIPAA clean notes": phi["hipaa_clean_notes"],
        "clinical kept": phi["clinical_kept"],
        "typed F1": phi["typed_f1"]["f1"],
        "DRUG relaxed": clinical["relaxed"]["DRUG"]["f1"],
        "DRUG strict": clinical["strict"]["DRUG"]["f1"],
        "problem relaxed": clinical["relaxed"]["PROBLEM"]["f1"],
        "problem strict": clinical["strict"]["PROBLEM"]["f1"],
        "attribute F1": clinical["attribute_f1"]["f1"],
        "assertion": clinical["assertion"][0],
        "assertion not present": clinical["assertion_not_present"][0],
        "status": clinical["status"][0],
    }


class Remembering:
    """A tagger that tags every text once, for pipelines that differ in what counts afterwards."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger, self.name, self.labels = tagger, tagger.name, tagger.labels
        self.found: dict[str, list[Span]] = {}

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        if new := list(dict.fromkeys(text for text in texts if text not in self.found)):
            self.found |= dict(zip(new, self.tagger.tag(new), strict=True))
        return [self.found[text] for text in texts]


def with_threshold(pipeline: Pipeline, head: str, threshold: float) -> None:
    """Set one threshold for all labels of a head."""
    for tagger in pipeline.taggers:
        if isinstance(tagger, NeuralTagger):
            tagger.decoders[head] = BioDecoder(tagger.heads[head], {"default": threshold}, CONTINUES.get(head, 1.0))


def only(pipeline: Pipeline, sources: list[Source]) -> Pipeline:
    """Return a pipeline in which only ``sources`` count for PHI."""
    policy = pipeline.policy.model_copy(update={"sources": {"default": sources}})
    return replace(pipeline, policy=policy)


def main(
    gold: Annotated[Path | None, typer.Argument(help="Folder of marked-up gold notes.")] = None,
    validation: Annotated[bool, typer.Option(help="The held-out training notes.")] = False,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes: the held-out ones with labels.")] = None,
    model: Path | None = None,
    tagger: str = DEFAULT_TAGGER,
    sweep: bool = False,
    components: bool = False,
    misses: bool = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print a table, or the scorer's whole result as JSON."""
    templates = ROOT / "corpora_templates"
    if validation:
        marked = held_out(read_folder(templates))
    elif public:
        marked = held_out(read_public(templates, public))
    elif gold:
        marked = list(read_folder(gold))
    else:
        raise typer.BadParameter("give a folder of gold notes, or --validation, or --public")
    pipeline = Pipeline.load(model, tagger=tagger)
    missed: list[Any] = []
    runs = {"as shipped": score(marked, pipeline, missed)}
    if sweep:
        for head in ("phi", "clinical"):
            for threshold in SWEEP:
                with_threshold(pipeline, head, threshold)
                runs[f"{head} {threshold}"] = score(marked, pipeline, [])
            with_threshold(pipeline, head, 0.5)
    if components:
        once = replace(pipeline, taggers=tuple(map(Remembering, pipeline.taggers)))
        runs |= {name: score(marked, only(once, sources), []) for name, sources in COMPONENTS.items()}
    if as_json:
        print(json.dumps(runs["as shipped"], indent=1))
        return
    table = Table("figure", *runs, title=f"{len(marked)} notes")
    for figure in summary(runs["as shipped"]):
        table.add_row(figure, *(f"{summary(result)[figure]:.4f}" for result in runs.values()))
    Console(width=240).print(table)
    if misses:
        for note_id, label, context in missed:
            print(note_id, label, repr(context), sep="\t")


if __name__ == "__main__":
    typer.run(main)
