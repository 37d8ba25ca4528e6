"""Errors that users see and the record of a note that could not be processed.

No message holds text of a note: where (file, row, note id), what, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class ClinsiftError(Exception):
    """Base of all errors that clinsift raises on purpose; the command line prints them plainly."""


class InputError(ClinsiftError):
    """The dump cannot be read as it is: a missing column, an unknown format, no such file."""


class ConfigError(ClinsiftError):
    """A setting, policy, key or model cannot be used."""


class StageError(ClinsiftError):
    """A note failed in a stage of the pipeline.

    Holds the stage and the type of the cause, never its message: that could quote the note.
    """

    def __init__(self, note_id: str, stage: str, cause: str) -> None:
        super().__init__(f"note {note_id!r}: {cause} in stage {stage!r}")
        self.note_id, self.stage, self.cause = note_id, stage, cause

    def __reduce__(self) -> tuple[type[StageError], tuple[str, str, str]]:
        return type(self), (self.note_id, self.stage, self.cause)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A note that was kept out of the output.

    Attributes:
        note_id: the note's id, or a made-up one where it has none.
        stage: where it failed ("read", "tag", "resolve", "structure", "transform", "leak", "extract",
            "worker").
        reason: exception type or short code, never text of the note.
        file, row: where the note stood in the dump (row counted from 1), where known.
        given_id: the note's id where `note_id` stands for it because it holds PHI; never written.
    """

    note_id: str
    stage: str
    reason: str
    file: str | None = None
    row: int | None = None
    given_id: str | None = field(default=None, repr=False)
