"""Notes that are no notes: no letters, other scripts, broken characters, blobs of a million characters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deid.keys import SecretKey
from deid.known import known_identifiers
from deid.policy import builtin_policies, load_policy
from deid.recognizers import PatternTagger
from nlp.pipeline import Pipeline, Result
from nlp.types import Note, Span

PIPELINE = Pipeline((), PatternTagger(), load_policy("surrogate"), SecretKey(b"k" * 32), "m")
IDENTIFIERS = {
    "last_name": "Quist",
    "mrn": "7731204",
    "dob": "1950-02-03",
    "phone": "617-555-0123",
    "email": "q@x.test",
}
SIZE = 8_000
SHAPES = {
    "one word": "a", "capitals": "A", "digits": "0", "digits apart": "1 ", "slashes": "1/", "dashes": "1-",
    "blanks": " ",
    "line ends": "\r\n", "tabs": "\t", "underscores": "_", "quotes": "'", "dots": "a.", "signs": "@", "addresses": "a@",
    "names": "Aa ", "titles": "Mr. Aab ", "combining marks": "e\u0301", "no letters": "12/3 4.5 -- 77 /// 10^3\n",
    "Chinese": "患者王小明，2021年3月4日，电话 010-12345678。", "Cyrillic": "Пациент Иван Петров, 12.03.2021. ",
    "Arabic": "المريض أحمد 3/4/2021 ", "astral and broken": "😀👩\u200d⚕️ 3/4/21 \ud800 \0 \r\n\t",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_large_notes_of_any_shape_come_through_and_keep_what_is_no_phi(shape):
    text = (shape * (SIZE // len(shape) + 1))[:SIZE]
    note = Note("n", f"Quist {text} 7731-204", "p", identifiers=IDENTIFIERS)
    (result,) = PIPELINE.process([note])
    assert isinstance(result, Result)
    assert not {"Quist", "7731-204"} & {result.text[:5], result.text[-8:]}
    for start in range(6, len(note.text) - 9, 997):
        place = result.offsets.to_new(start, start + 1)
        assert place is None or result.text[slice(*place)] == note.text[start]


@pytest.mark.parametrize("policy", builtin_policies())
@pytest.mark.parametrize("text", ["", " ", "\n", "\0", "\ud800", "\u0301", "a", "7"])
def test_tiny_notes_come_through_as_they_are(text, policy):
    (result,) = replace(PIPELINE, policy=load_policy(policy)).process([Note("n", text, "p", identifiers=IDENTIFIERS)])
    assert isinstance(result, Result)
    assert result.text == text


def test_search_for_known_identifiers_does_not_stall_on_a_blob():
    """With a search that looks back from every character this takes hours."""
    blob = "a" * 1_000_000
    note = Note("n", f"{blob} 7731204 {blob[:3]}", "p", identifiers=IDENTIFIERS)
    assert known_identifiers(note) == [Span(1_000_001, 1_000_008, "MEDICALRECORD", 1.0, ("known",))]
