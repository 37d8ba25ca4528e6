from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.errors import ConfigError
from nlp.markup import MarkedNote
from nlp.training.dataset import from_row, to_row
from nlp.training.mixing import Part, chosen, limit, read_parts, write_mix

RECIPE = Path(__file__).parents[3] / "scripts" / "mix_corpora.yaml"


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """A corpus of a hundred documents of three words, half of them in a test split."""
    lines = [
        {"id": f"{'test' if i % 2 else 'train'}_{i}", "text": "Ann was here", "spans": []} for i in range(100)
    ]  # fmt: skip
    lines[0]["spans"] = [{"start": 0, "end": 3, "label": "person", "text": "Ann"}]
    (tmp_path / "spans.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def recipe(folder: Path, content: str) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(content)
    return path


def test_a_recipe_names_corpora_and_which_of_their_documents(corpora: Path) -> None:
    entry = "path: spans.jsonl, format: spans, map: wnut17"
    whole, split, half = read_parts(
        recipe(corpora, f"- {{{entry}}}\n- {{{entry}, only: train_}}\n- {{{entry}, share: 0.5}}"), corpora
    )
    assert (len(whole.notes), whole.words) == (100, 300)
    assert {m.note.note_id.split("_")[0] for m in split.notes} == {"train"}
    assert 30 < len(half.notes) < 70
    assert "Ann" not in repr(whole)


@pytest.mark.parametrize("entry", ["{path: x}", "{path: x, format: brat, split: train}"])
def test_a_recipe_of_another_form_is_an_error(corpora: Path, entry: str) -> None:
    with pytest.raises(ConfigError, match="path and format"):
        read_parts(recipe(corpora, f"- {entry}"), corpora)


def test_a_smaller_share_is_part_of_a_larger_one() -> None:
    small, large = ({i for i in range(2000) if chosen(f"n{i}", share)} for share in (0.2, 0.6))
    assert small < large
    assert 300 < len(small) < 500
    assert all(chosen(f"n{i}", 1.0) for i in range(2000))


def test_parts_are_thinned_evenly_to_a_number_of_words(marked: Callable[..., MarkedNote]) -> None:
    parts = [Part(name, [marked("one two", f"{name}{i}") for i in range(1000)]) for name in "ab"]
    thinned = limit(parts, 1000)
    assert all(400 < part.words < 600 for part in thinned)
    assert [part.words for part in limit(parts, 10**6)] == [2000, 2000]


def test_a_mix_holds_generated_rows_and_corpora_in_part_annotated(
    corpora: Path, marked: Callable[..., MarkedNote]
) -> None:
    from datasets import load_from_disk

    (part,) = read_parts(recipe(corpora, "- {path: spans.jsonl, format: spans, map: wnut17, only: train_0}"), corpora)
    own = marked("[[PATIENT:Ann]] has [[DX:gout|present]]")
    older = {k: v for k, v in to_row(own).items() if k not in ("labels", "choices")}
    assert write_mix(corpora / "mix", [older], [part]) == 2
    first, second = (from_row(row) for row in load_from_disk(str(corpora / "mix")))
    assert (first.labels, first.annotations.phi) == (None, own.annotations.phi)
    assert second == part.notes[0]


def test_the_recipe_of_the_project_leaves_test_splits_out() -> None:
    text = "\n".join(line for line in RECIPE.read_text().splitlines() if not line.startswith("#"))
    assert "test" not in text
    assert "CDR_Development" not in text
