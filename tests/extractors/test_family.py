"""Whose disease it is."""

import pytest

from extractors.family import relatives
from nlp.markup import parse


@pytest.mark.parametrize(
    ("marked", "name", "negated"),
    [
        ("Mother died of [[DX:breast cancer|family]].", "mother", False),
        ("FH: father MI, mat aunt [[DX:lupus|family]]", "aunt", False),
        ("MGM with [[DX:stroke|family]]", "maternal grandmother", False),
        ("Family history: [[DX:colon cancer|family]] in his brother at 50", "brother", False),
        ("Family history of [[DX:gout|family]]", None, False),
        ("No family history of [[DX:colon cancer|family]]", None, True),
        ("Father denies diabetes but has [[DX:gout|family]]", "father", False),
        ("Sister has asthma. [[DX:CAD|family]] runs in the family", None, False),
        ("no one in the family has \u0130[[DX:gout|family]]", None, True),
    ],
)
def test_the_nearest_relative_in_the_sentence_has_the_disease(marked: str, name: str | None, negated: bool) -> None:
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    (found,) = relatives(text, annotations.entities).values()
    assert (found.name, found.negated) == (name, negated)


def test_without_family_problems_nothing_is_looked_for() -> None:
    assert relatives("mother", []) == {}
