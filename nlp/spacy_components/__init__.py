"""spaCy components: ``nlp.add_pipe("clinsift_deid")``, ``nlp.add_pipe("clinsift_extract")``.

spaCy finds both factories through entry points; neither needs an import.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from spacy.language import Language

from nlp.spacy_components.component import CLINICAL, PHI, ClinsiftComponent, Layer
from nlp.spacy_components.shared import Settings
from nlp.spacy_components.state import note_to_doc, register_extensions

__all__ = ["ClinsiftComponent", "make_deid", "make_extract", "note_to_doc", "register_extensions"]

DEFAULT_CONFIG: dict[str, Any] = {**asdict(Settings()), "set_ents": False, "pipeline": None}


def _make_factory(name: str, layer: Layer) -> Callable[..., ClinsiftComponent]:
    def make(
        nlp: Language,
        name: str,
        model: str | None,
        tagger: str,
        policy: str,
        key_file: str | None,
        device: str,
        set_ents: bool,
        pipeline: Any,
    ) -> ClinsiftComponent:
        settings = Settings(model, tagger, policy, key_file, device)
        return ClinsiftComponent(name, layer, settings, set_ents=set_ents, pipeline=pipeline)

    factory: Callable[..., ClinsiftComponent] = Language.factory(
        name, assigns=["doc.spans", "doc._.clinsift"], default_config=DEFAULT_CONFIG, func=make
    )
    return factory


make_deid = _make_factory("clinsift_deid", PHI)
"""Factory of the component that shows PHI in ``doc.spans["phi"]``.

The settings are those of `Settings`; ``set_ents`` puts the spans into ``doc.ents`` too, in place of
entities that they overlap; ``pipeline`` is a `nlp.pipeline.Pipeline` instead of what the settings name (in a
config: a registered function). Raises `ConfigError` where a model, policy or key cannot be used.
"""

make_extract = _make_factory("clinsift_extract", CLINICAL)
"""Factory of the component that shows clinical entities in ``doc.spans["clinical"]``; settings as `make_deid`."""
