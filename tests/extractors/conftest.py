"""Marked-up notes as expectations: what the marks say must come back when it is stripped off first."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from extractors.structure import structure
from nlp.markup import parse
from nlp.types import Span

Restructure = Callable[[str], tuple[str, list[Span], list[Span]]]


@pytest.fixture
def restructure() -> Restructure:
    """Return a function: marked note -> (text, expected spans, spans that the rules made of the bare ones)."""

    def run(marked: str) -> tuple[str, list[Span], list[Span]]:
        text, annotations, mistakes = parse(marked)
        assert not mistakes
        expected = sorted(annotations.entities, key=lambda span: span.start)
        bare = [replace(span, assertion=None, status=None, drug=None, id=None) for span in expected]
        return text, expected, list(structure(text, bare))

    return run
