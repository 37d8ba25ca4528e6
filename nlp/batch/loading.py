"""How a worker gets its pipeline."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from nlp.batch.config import JobConfig
from nlp.errors import ConfigError, Quarantined
from nlp.types import Note

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline, Result


class Processor(Protocol):
    """What a loader returns; `nlp.pipeline.Pipeline` is one."""

    @property
    def fingerprint(self) -> dict[str, str]:
        """What the output depends on besides the notes; equal fingerprints give equal output."""
        ...

    def process(self, notes: Sequence[Note]) -> list[Result | Quarantined]:
        """Return one outcome for each note, in order."""
        ...


def load_pipeline(config: JobConfig) -> Pipeline:
    """Return the pipeline of the configuration, its models on the worker's share of cores or GPU."""
    # Before torch is imported: the maths libraries read it once.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(config.threads)
    import torch

    from deid.keys import load_key
    from deid.patients import PatientTable
    from nlp.pipeline import Pipeline

    torch.set_num_threads(config.threads)
    chosen = {"tagger": config.tagger} if config.tagger else {}
    key = load_key(config.key_file)
    return Pipeline.load(
        config.model,
        policy=config.policy,
        key=key,
        patients=PatientTable.open(config.patient_table, key) if config.patient_table else None,
        device="cuda" if config.num_gpus else "cpu",
        **chosen,
    )


def load_processor(config: JobConfig) -> Processor:
    """Return what the configuration's loader makes of it.

    Raises:
        ConfigError: there is no such loader, or it failed; no note is read yet, so that its message
            cannot hold text.
    """
    module, _, name = config.loader.partition(":")
    try:
        processor: Processor = getattr(import_module(module), name)(config)
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"the pipeline cannot be loaded in a worker: {type(error).__name__}: {error}") from None
    return processor
