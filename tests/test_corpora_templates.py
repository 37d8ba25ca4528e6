from __future__ import annotations

import importlib.util
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from nlp.labels import ASSERTIONS, CLINICAL_LABELS, PHI_LABELS, STATUSES
from nlp.markup import MarkedNote, read_marked, span_of
from nlp.training.corpus import LABELS, generate_corpus, read_public
from nlp.training.split import held_out, learned_from

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "corpora_templates"
FILES = sorted(path.name for path in FOLDER.glob("*.txt"))
PUBLIC = ROOT.parent / "shared" / "corpora" / "notes"


@pytest.fixture(scope="module")
def notes() -> list[MarkedNote]:
    return [marked for name in FILES for marked in read_marked(FOLDER / name)]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("count_templates", ROOT / "scripts" / "count_templates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", FILES)
def test_every_file_follows_the_guidelines(name: str) -> None:
    assert read_marked(FOLDER / name)  # raises with every mistake


def test_note_ids_are_unique_over_all_files(notes: list[MarkedNote]) -> None:
    assert [i for i, n in Counter(m.note.note_id for m in notes).items() if n > 1] == []


def test_spans_of_a_layer_do_not_overlap_and_none_is_empty(notes: list[MarkedNote]) -> None:
    for marked in notes:
        for layer in (marked.annotations.phi, marked.annotations.entities):
            assert all(a.end <= b.start for a, b in zip(layer, layer[1:], strict=False)), marked.note.note_id  # noqa: RUF007
            assert all(s.start < s.end for s in layer), marked.note.note_id


def test_every_label_assertion_and_status_has_examples_in_and_outside_of_the_held_out_notes(
    notes: list[MarkedNote],
) -> None:
    for choose in (learned_from, held_out):
        chosen = [m.annotations for m in choose(notes)]
        spans = [s for a in chosen for s in (*a.phi, *a.entities)]
        assert {s.label for s in spans} >= {*CLINICAL_LABELS, *PHI_LABELS} - (
            {"BIOID", "VEHICLE"} if choose is held_out else set()
        )
        assert {s.assertion for s in spans} >= set(ASSERTIONS)
        assert {s.status for s in spans} >= set(STATUSES)


def test_the_table_of_the_readme_is_up_to_date(script: ModuleType) -> None:
    script.main(check=True)


def test_the_script_finds_an_old_table(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(script, "FOLDER", tmp_path)
    (tmp_path / "a.txt").write_text("=== n1 | p | t\n[[DATE:3/4]] [[DX:HTN|present]] at night\n")
    (tmp_path / "README.md").write_text(f"Head\n{script.BEGIN}\nold\n{script.END}\nTail\n")
    with pytest.raises(SystemExit, match="out of date"):
        script.main(check=True)
    script.main(check=False)
    script.main(check=True)
    readme = (tmp_path / "README.md").read_text()
    assert readme.startswith("Head\n")
    assert readme.endswith("Tail\n")
    assert "| a.txt | 1 | 0 | 4 | 1 | 1 |" in readme
    assert "| DX | 1 | 1 |" in readme
    assert "old" not in readme
    (tmp_path / "README.md").write_text("no markers")
    with pytest.raises(ValueError, match="lacks the lines"):
        script.main(check=True)


def test_the_labels_of_public_notes_follow_the_guidelines() -> None:
    lines = [json.loads(line) for line in (FOLDER / LABELS).read_text(encoding="utf-8").splitlines()]
    assert len({entry["note_id"] for entry in lines}) == len(lines) > 1_000
    for entry in lines:
        made = [span_of(label, fields, start, end) for start, end, label, *fields in entry["marks"]]
        assert [mistake for _, mistake in made if mistake] == [], entry["note_id"]
        spans = [span for span, _ in made]
        assert all(s.start < s.end for s in spans), entry["note_id"]
        assert all(one.end <= other.start for one, other in pairwise(spans)), entry["note_id"]
        drugs = Counter(s.id for s in spans if s.label == "DRUG")
        assert max(drugs.values(), default=1) == 1, entry["note_id"]
        assert {s.drug for s in spans if s.drug} <= drugs.keys(), entry["note_id"]


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public notes themselves lie in ../shared")
def test_public_notes_meet_their_labels_and_become_training_notes(tmp_path: Path) -> None:
    notes = read_public(FOLDER, PUBLIC)
    assert 0.05 < len(held_out(notes)) / len(notes) < 0.12
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "one.txt").write_text("=== n1 | p | t\n[[DOCTOR:Ames]] saw her for [[DX:HTN|present]].\n")
    few = [line for line in (FOLDER / LABELS).read_text(encoding="utf-8").splitlines() if "primock-01" in line]
    (tmp_path / "own" / LABELS).write_text("\n".join(few))
    made = generate_corpus(tmp_path / "out", tmp_path / "own", 1, everything=True, public=PUBLIC, public_count=2)
    assert made == 1 + 2 * len(few)
