"""Where sentences begin."""

import pytest

from extractors.lexicon import fold
from extractors.sections import find_sections
from extractors.sentences import sentence_starts


def sentences(text: str) -> list[str]:
    starts = sentence_starts(fold(text), find_sections(text))
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True) if text[a:b].strip()]


WRAPPED = "He came in on Monday with a cough that had been there since the spring of the\nyear before."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No cough. Fever.", ["No cough.", "Fever."]),
        ("Seen by Dr. Stone vs. Bell, e.g. today.", ["Seen by Dr. Stone vs. Bell, e.g. today."]),
        ("Cr 2.5 mg. Well.", ["Cr 2.5 mg.", "Well."]),
        ("1. Gout\n2. HTN", ["1. Gout", "2. HTN"]),
        ("no cough\nfever", ["no cough", "fever"]),
        ("no cough,\nfever", ["no cough,\nfever"]),
        ("denies cough or\nfever", ["denies cough or\nfever"]),
        (WRAPPED, [WRAPPED]),
        (WRAPPED.replace("\n", "\n- "), WRAPPED.replace("\n", "\n- ").split("\n")),
        ("aspirin                81 mg             daily                   NEW\nlisinopril", None),
        ("cyanosis? unclear. ?gout", ["cyanosis?", "unclear.", "?gout"]),
        ("Well. PMH: gout", ["Well.", "PMH: gout"]),
    ],
)
def test_sentences(text: str, expected: list[str] | None) -> None:
    assert sentences(text) == (expected or text.split("\n"))
