"""The pipeline behind the components: weights are loaded once a process, whatever policy and key go with them."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from deid.keys import KEY_VARIABLE, SecretKey, load_key
from deid.policy import load_policy
from nlp.models import DEFAULT_TAGGER

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Settings:
    """What a component needs to find its pipeline again; names and paths, never the key itself.

    Attributes:
        model: folder of a checkpoint, None for the embedded weights.
        tagger: which embedded weights (`nlp.models.TAGGERS`).
        policy: name of a built-in policy or path of a YAML file.
        key_file: file with the secret key; None takes CLINSIFT_KEY, else a throw-away key.
        device: "cpu" or "cuda".
    """

    model: str | None = None
    tagger: str = DEFAULT_TAGGER
    policy: str = "mask"
    key_file: str | None = None
    device: str = "cpu"


def load_shared(settings: Settings) -> Pipeline:
    """Return the pipeline of ``settings``; equal settings get equal pipelines with the same weights.

    Policy and key are read anew each time, so that an edited file never goes unnoticed.

    Raises:
        ConfigError: a model, policy or key cannot be used.
    """
    policy = load_policy(settings.policy)
    key = _find_key(settings.key_file)
    return replace(_load_weights(settings.model, settings.tagger, settings.device), policy=policy, key=key)


def _find_key(key_file: str | None) -> SecretKey:
    if key_file is None and not os.environ.get(KEY_VARIABLE):
        return _throw_away_key()
    return load_key(Path(key_file) if key_file else None)


@cache
def _throw_away_key() -> SecretKey:
    """Return one key for all components of this process: with one each, surrogates would differ."""
    return load_key(None)


@lru_cache(maxsize=4)
def _load_weights(model: str | None, tagger: str, device: str) -> Pipeline:
    from nlp.pipeline import Pipeline

    # The key is replaced before use; giving one here keeps the warning about throw-away keys for those who use one.
    return Pipeline.load(model, tagger=tagger, key=SecretKey(secrets.token_bytes(32)), device=device)
