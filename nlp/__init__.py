"""Language layer of clinsift: notes, spans, taggers, the pipeline and the batch job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nlp.environment import require_no_foreign_deid

if TYPE_CHECKING:
    from nlp.pipeline import Pipeline, Result
    from nlp.types import Annotations, Note, Span

require_no_foreign_deid()

__all__ = ["Annotations", "Note", "Pipeline", "Result", "Span"]

_HOME = {
    "Annotations": "nlp.types",
    "Note": "nlp.types",
    "Span": "nlp.types",
    "Pipeline": "nlp.pipeline",
    "Result": "nlp.pipeline",
}


def __getattr__(name: str) -> Any:
    """Import the public names only when they are asked for: torch takes seconds to load."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'nlp' has no attribute {name!r}")
