from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.labels import ATTRIBUTE_LABELS, PHI_LABELS
from nlp.markup import MarkupError, gold_json, parse, read_folder, read_marked

GOOD = """=== n1 | p1 | progress note
Mr. [[PATIENT:Ann \U0001f600 Lee]], [[AGE:71]], has [[DX:HTN|present|I10|m1]] and takes
[[DRUG:lisinopril|m1|current]] [[STRENGTH:10 mg|m1]]. No [[SX:cough|negated]].

=== n2 | p1 | letter
Nothing here.
"""


def write(folder: Path, text: str, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_marks_become_spans_of_the_text_without_marks(tmp_path: Path) -> None:
    first, second = read_marked(write(tmp_path, GOOD))
    assert (first.note.note_id, first.note.patient_id, first.note.note_type) == ("n1", "p1", "progress note")
    text = first.note.text
    spans = (*first.annotations.phi, *first.annotations.entities)
    assert [(s.label, text[s.start : s.end]) for s in spans] == [
        ("PATIENT", "Ann \U0001f600 Lee"), ("AGE", "71"), ("DX", "HTN"), ("DRUG", "lisinopril"), ("STRENGTH", "10 mg"),
        ("SX", "cough"),
    ]  # fmt: skip
    dx, drug, strength, sx = first.annotations.entities
    assert (dx.assertion, dx.icd10, dx.drug) == ("present", "I10", "m1")
    assert (drug.id, drug.status, strength.drug) == ("m1", "current", "m1")
    assert (sx.assertion, sx.icd10, sx.drug) == ("negated", None, None)
    assert second.note.text == "Nothing here.\n"


def test_gold_json_is_the_form_of_the_gold_files(tmp_path: Path) -> None:
    line = gold_json(read_marked(write(tmp_path, GOOD))[0])
    assert line["phi"][1] == {"start": line["text"].index("71"), "end": line["text"].index("71") + 2, "label": "AGE",
                              "text": "71"}  # type: ignore[index,union-attr]  # fmt: skip
    assert line["entities"][0]["text"] == "HTN"  # type: ignore[index]
    assert "score" not in line["entities"][0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("marked", "mistake"),
    [
        ("[[NAME:Ann]]", "unknown label"),
        ("[[PATIENT: Ann]]", "padded"),
        ("[[PATIENT:]]", "empty"),
        ("[[PATIENT:Ann|x]]", "no fields"),
        ("[[DX:HTN]]", "unknown assertion ''"),
        ("[[DX:HTN|maybe]]", "unknown assertion 'maybe'"),
        ("[[DX:HTN|present|hypertension]]", "no ICD-10-CM code"),
        ("[[DRUG:ASA|m1|taken]]", "bad id or status"),
        ("[[DRUG:ASA|1|current]]", "bad id or status"),
        ("[[ROUTE:PO]]", "names no drug"),
        ("[[ROUTE:PO|m7]]", "no drug 'm7'"),
        ("[[DX:HTN|present||m7]]", "no drug 'm7'"),
        ("[[DRUG:ASA|m1|current]] [[DRUG:ASA|m1|current]]", "used twice"),
        ("[[PATIENT:Ann", "broken mark"),
        ("Ann]]", "broken mark"),
        ("[[patient:Ann]]", "broken mark"),
        ("[[PATIENT:Ann [[AGE:5]]", "broken mark"),
    ],
)
def test_mistakes_are_found(marked: str, mistake: str) -> None:
    assert any(mistake in found for found in parse(marked)[2])


def test_an_error_lists_every_mistake_of_the_file_with_the_note(tmp_path: Path) -> None:
    path = write(tmp_path, "=== n1 | p | t\n[[DX:a|x]]\n=== n2 | p | t\n[[ROUTE:PO]] [[AGE:5|y]]\n")
    with pytest.raises(MarkupError) as error:
        read_marked(path)
    assert [m.split(":")[:2] for m in error.value.mistakes] == [["a.txt", " n1"], ["a.txt", " n2"], ["a.txt", " n2"]]


def test_a_file_without_a_note_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(MarkupError, match="no note"):
        read_marked(write(tmp_path, "just text\n"))


def test_a_folder_is_read_by_file_name(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write(tmp_path, f"=== {name} | p | t\nx\n", f"{name}.txt")
    write(tmp_path, "not a note", "README.md")
    assert [m.note.note_id for m in read_folder(tmp_path)] == ["a", "b"]


SURFACE = st.text(st.characters(exclude_categories=()), min_size=1).map(
    lambda s: s.replace("[", "(").replace("]", ")").replace("|", "/").strip()
).filter(bool)  # fmt: skip
PLAIN = st.text(st.characters(exclude_categories=())).map(lambda s: s.replace("[", "(").replace("]", ")"))


@given(st.lists(st.tuples(PLAIN, st.sampled_from(PHI_LABELS), SURFACE)), PLAIN)
def test_offsets_are_right_for_any_text(parts: list[tuple[str, str, str]], tail: str) -> None:
    text, annotations, mistakes = parse("".join(f"{a}[[{label}:{s}]]" for a, label, s in parts) + tail)
    assert not mistakes
    assert text == "".join(a + s for a, _, s in parts) + tail
    assert [(s.label, text[s.start : s.end]) for s in annotations.phi] == [(label, s) for _, label, s in parts]


@pytest.mark.parametrize("label", ATTRIBUTE_LABELS)
def test_attributes_hang_on_their_drug(label: str) -> None:
    _, annotations, mistakes = parse(f"[[{label}:x|m2]] [[DRUG:a|m1|stop]] [[DRUG:b|m2|hold]]")
    assert not mistakes
    assert annotations.entities[0].drug == "m2"


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("stray\n=== n1 | p | t\nx\n", "text before the first note"),
        ("=== n1 | p | t\nx\n=== n2 | p\ny\n", "broken head"),
        ("=== n1 | p | t\n[[DRUG:a|m1|current|x]]\n", "more than 2 fields"),
    ],
)
def test_nothing_of_a_file_is_passed_over(tmp_path: Path, content: str, mistake: str) -> None:
    with pytest.raises(MarkupError, match=mistake):
        read_marked(write(tmp_path, content))
