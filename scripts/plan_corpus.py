"""Plan a training pass: many variants of some files, and the notes of the others on which a model loses most.

usage: python scripts/plan_corpus.py PLAN --model nlp/weights/transformer --often snippets_mixed=5 --often mixed_e=2
       [--share 0.3] [--public ../shared/corpora/notes --public-share 0.15]
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from nlp.markup import MarkedNote, read_marked
from nlp.taggers.neural import NeuralTagger, load_checkpoint
from nlp.training.corpus import read_public
from nlp.training.plan import hardest, note_losses
from nlp.training.split import learned_from

TEMPLATES = Path(__file__).resolve().parent.parent / "corpora_templates"


def parse_often(entries: Sequence[str], files: Sequence[str]) -> dict[str, int]:
    """Return the variants of each file of ``FILE=VARIANTS`` entries."""
    often: dict[str, int] = {}
    for entry in entries:
        name, _, count = entry.partition("=")
        if name not in files or not count.isdigit():
            raise typer.BadParameter(f"{entry!r} is no FILE=VARIANTS; files: {', '.join(files)}")
        often[name] = int(count)
    return often


def once(tagger: NeuralTagger, notes: Sequence[MarkedNote], share: float, what: str) -> dict[str, int]:
    """Return one variant of each note of the part on which the tagger loses most."""
    losses = dict(track(note_losses(tagger, notes), what, total=len(notes)))
    return dict.fromkeys(hardest(losses, share), 1)


def main(
    out: Path,
    model: Annotated[Path, typer.Option(help="Whose losses count: the checkpoint to train.")],
    often: Annotated[list[str] | None, typer.Option(help="FILE=VARIANTS, file of corpora_templates/.")] = None,
    share: Annotated[float, typer.Option(help="Part of the notes of other files.")] = 0.3,
    public: Annotated[Path | None, typer.Option(help="Folder of public notes, to add those we annotated.")] = None,
    public_share: Annotated[float, typer.Option(help="Part of the public notes.")] = 0.15,
) -> None:
    """Write OUT, variants by note id, as scripts/generate_corpus.py --plan takes it."""
    files = {path.stem: learned_from(read_marked(path)) for path in sorted(TEMPLATES.glob("*.txt"))}
    counts = parse_often(often or [], list(files))
    tagger = NeuralTagger(load_checkpoint(model))
    chosen = {marked.note.note_id: counts[name] for name in counts for marked in files[name]}
    others = [marked for name, notes in files.items() if name not in counts for marked in notes]
    chosen |= once(tagger, others, share, "losses of our notes")
    if public:
        chosen |= once(tagger, learned_from(read_public(TEMPLATES, public)), public_share, "losses of public notes")
    out.write_text(json.dumps(chosen) + "\n", encoding="utf-8")
    print(f"{sum(chosen.values()):,} variants of {len(chosen):,} notes in {out}")


if __name__ == "__main__":
    typer.run(main)
