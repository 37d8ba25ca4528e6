"""Which weights a pipeline runs: the embedded ones, or a folder of the user's."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from nlp.errors import ConfigError
from nlp.taggers.base import Tagger

EMBEDDED = Path(__file__).parent / "weights"
TAGGERS: dict[str, tuple[str, ...]] = {
    "transformer": ("transformer",),
    "cnn-rnn": ("cnn-rnn",),
    "ensemble": ("transformer", "cnn-rnn"),
}
DEFAULT_TAGGER = "transformer"


def model_folders(tagger: str, model: Path | None) -> tuple[Path, ...]:
    """Return the folders of the models to run.

    Args:
        tagger: one of `TAGGERS`; which embedded models run. Ignored where ``model`` is given.
        model: a folder with a clinsift checkpoint or a Hugging Face token-classification model.

    Raises:
        ConfigError: unknown tagger, or a folder that is not there.
    """
    if tagger not in TAGGERS:
        raise ConfigError(f"unknown tagger {tagger!r}; choose one of: {', '.join(TAGGERS)}")
    folders = (model,) if model else tuple(EMBEDDED / name for name in TAGGERS[tagger])
    for folder in folders:
        if not (folder / "config.json").is_file():
            raise ConfigError(f"no model in {folder}: config.json is missing")
    return folders


def load_tagger(folder: Path, device: str) -> Tagger:
    """Load whichever kind of model a folder holds.

    Raises:
        ConfigError: the folder holds no model that can be loaded.
    """
    from nlp.taggers.hugging_face import LABEL_MAP, HuggingFaceTagger
    from nlp.taggers.neural import NeuralTagger, load_checkpoint

    if (folder / LABEL_MAP).is_file():
        return HuggingFaceTagger(folder, device=device)
    if '"model_type"' in (folder / "config.json").read_text(encoding="utf-8"):
        raise ConfigError(
            f"{folder} is a Hugging Face model and needs {LABEL_MAP}: its labels to clinsift's or to null"
        )
    return NeuralTagger(load_checkpoint(folder), device=device)


@lru_cache(maxsize=8)
def model_hash(folders: tuple[Path, ...]) -> str:
    """Return a hash over all files of the models: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]
