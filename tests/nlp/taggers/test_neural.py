from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nlp.errors import ConfigError
from nlp.labels import ASSERTIONS, CLINICAL_LABELS, PHI_LABELS, STATUSES
from nlp.models import load_tagger, model_folders, model_hash
from nlp.taggers.base import Tagger
from nlp.taggers.neural import ARCHITECTURES, Checkpoint, NeuralTagger, load_checkpoint
from nlp.types import Span
from nlp.words import split_words

TEXTS = [
    "Mr. Smith, 71, has pain.\r\nSeen 3/4 by the son \U0001f600 at \ud800 noon \x00.",
    "",
    " \n\t ",
    "Rene\u0301 takes 5 mg",
]
Maker = Callable[..., Checkpoint]
architectures = pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))


@pytest.fixture
def tagger(request: pytest.FixtureRequest, architecture: str, tiny_checkpoint: Maker) -> NeuralTagger:
    # Random weights find nothing sure: a low threshold lets them find something everywhere.
    made = replace(tiny_checkpoint(architecture), thresholds={"default": 0.95})
    return NeuralTagger(made, dtype=torch.float32)


def same_but_for_scores(a: list[Span], b: list[Span]) -> bool:
    return [replace(s, score=0, votes=None) for s in a] == [replace(s, score=0, votes=None) for s in b] and all(
        abs(x.score - y.score) < 0.01 and x.votes == pytest.approx(y.votes, abs=0.01) for x, y in zip(a, b, strict=True)
    )


@architectures
def test_given_spans_are_judged_as_those_that_were_found(architecture: str, tagger: NeuralTagger) -> None:
    found = tagger.tag(TEXTS)
    bare = [[replace(s, assertion=None, status=None, votes=None) for s in spans] for spans in found]
    assert tagger.judge(TEXTS, bare) == found


@pytest.mark.parametrize("architecture", ["transformer"])  # the CNN-RNN has no such heads
def test_votes_are_a_distribution_whose_best_class_is_the_choice(architecture: str, tagger: NeuralTagger) -> None:
    spans = [Span(4, 9, "SX"), Span(4, 9, "DRUG"), Span(4, 9, "PATIENT")]
    problem, drug, patient = tagger.judge(TEXTS[:1], [spans])[0]
    for votes, classes, choice in (
        (problem.votes, ASSERTIONS, problem.assertion),
        (drug.votes, STATUSES, drug.status),
    ):
        assert votes is not None
        assert sum(votes) == pytest.approx(1, abs=0.001)
        assert classes[int(np.argmax(votes))] == choice
    assert patient == spans[2]


@architectures
def test_it_is_a_tagger_whose_spans_keep_the_contract(architecture: str, tagger: NeuralTagger) -> None:
    assert isinstance(tagger, Tagger)
    assert set(tagger.labels) == {*PHI_LABELS, *CLINICAL_LABELS}
    found = tagger.tag(TEXTS)
    assert len(found) == len(TEXTS)
    assert found[1] == found[2] == []
    assert found[0]
    for text, spans in zip(TEXTS, found, strict=True):
        assert [s.start for s in spans] == sorted(s.start for s in spans)
        for layer in (PHI_LABELS, CLINICAL_LABELS):
            inside = [s for s in spans if s.label in layer]
            assert all(a.end <= b.start for a, b in zip(inside, inside[1:], strict=False))  # noqa: RUF007
        for span in spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip() == text[span.start : span.end]
            assert span.sources == (architecture,)


@architectures
def test_a_saved_checkpoint_finds_the_same_spans(architecture: str, tiny_checkpoint: Maker, tmp_path: Path) -> None:
    made = replace(tiny_checkpoint(architecture), thresholds={"default": 0.9, "DATE": 0.5})
    made.save(tmp_path / "one")
    one = load_checkpoint(tmp_path / "one")
    assert one.heads == {name: tuple(tags) for name, tags in made.heads.items()}
    assert one.thresholds == made.thresholds
    one.save(tmp_path / "two")  # bfloat16 again: nothing more is lost
    two = load_checkpoint(tmp_path / "two")
    assert NeuralTagger(one, dtype=torch.float32).tag(TEXTS) == NeuralTagger(two, dtype=torch.float32).tag(TEXTS)
    for name, value in made.model.state_dict().items():
        torch.testing.assert_close(one.model.state_dict()[name], value, atol=1e-2, rtol=1e-2)


@architectures
def test_spans_do_not_depend_on_the_other_notes_of_the_batch(architecture: str, tagger: NeuralTagger) -> None:
    texts = [*TEXTS, "the pain " * 150, "x"]
    together = tagger.tag(texts)
    for text, spans in zip(texts, together, strict=True):
        assert same_but_for_scores(tagger.tag([text])[0], spans)


@architectures
def test_the_same_notes_give_the_same_bits(architecture: str, tagger: NeuralTagger) -> None:
    assert tagger.tag(TEXTS) == tagger.tag(TEXTS)


@architectures
def test_every_word_of_a_text_of_many_windows_is_decided(architecture: str, tagger: NeuralTagger) -> None:
    text = "Mr. Smith has pain since 3/4; " * 100
    words = split_words(text)
    document = tagger.pieces.document(words)
    for rows in tagger.probabilities([document])[0].values():
        assert len(rows) == len(words)
        np.testing.assert_allclose(rows.sum(-1), 1, atol=1e-4)
    assert max(s.end for s in tagger.tag([text])[0]) > len(text) - 40


def test_a_window_is_decided_as_if_it_stood_alone(tiny_checkpoint: Maker) -> None:
    """Words far from the border of a window have the same probabilities as in a text of that window only."""
    tagger = NeuralTagger(tiny_checkpoint("transformer"), dtype=torch.float32)
    size, overlap = tagger.kind.window, tagger.kind.overlap
    words = split_words("the pain " * size)
    document = tagger.pieces.document(words)
    long = tagger.probabilities([document])[0]["phi"]
    short = tagger.probabilities([tagger.pieces.document(split_words("the pain " * (size // 2)))])[0]["phi"]
    decided = size - overlap
    np.testing.assert_allclose(long[:decided], short[:decided], atol=1e-5)


@architectures
def test_time_grows_with_the_length_of_a_text_and_not_with_its_square(architecture: str, tagger: NeuralTagger) -> None:
    def seconds(length: int) -> float:
        started = time.process_time()
        tagger.tag([("Pt seen 3/4 by J. Smith for pain; BP 120/80.\r\n" * length)[: length * 40]])
        return time.process_time() - started

    seconds(50)  # warm
    assert seconds(400) < 30 * seconds(40) + 1


@pytest.mark.parametrize("text", ["a" * 1_000_000, "\n" * 1_000_000, "\ud800\x00" * 2_000, "7" * 1_000_000])
@architectures
def test_odd_and_huge_texts_are_tagged_quickly(architecture: str, tagger: NeuralTagger, text: str) -> None:
    started = time.process_time()
    tagger.tag([text])
    assert time.process_time() - started < 20


@architectures
def test_a_tagger_leaves_its_checkpoint_as_it_is(architecture: str, tiny_checkpoint: Maker) -> None:
    made = tiny_checkpoint(architecture)
    made.model.train()
    NeuralTagger(made, dtype=torch.bfloat16)
    assert made.model.training
    assert {p.dtype for p in made.model.parameters()} == {torch.float32}


def test_the_transformer_runs_in_bfloat16(tiny_checkpoint: Maker) -> None:
    made = tiny_checkpoint("transformer")
    document = made.pieces.document(split_words(TEXTS[0]))
    exact, rough = (
        NeuralTagger(made, dtype=dtype).probabilities([document])[0] for dtype in (torch.float32, torch.bfloat16)
    )
    for head, rows in exact.items():
        np.testing.assert_allclose(rows, rough[head], atol=0.03)


def test_assertion_and_status_are_filled_in_by_their_heads(tiny_checkpoint: Maker) -> None:
    made = replace(tiny_checkpoint("transformer"), thresholds={"default": 0.5})
    tagger = NeuralTagger(made, dtype=torch.float32)
    with torch.no_grad():
        heads = tagger.model.heads
        for head, tag in (("clinical", "B-DX"), ("assertion", "negated"), ("status", "hold")):
            heads[head].bias[made.heads[head].index(tag)] += 50.0
    found = tagger.tag(["pain the end"])[0]
    assert {(s.label, s.assertion, s.status) for s in found if s.label in CLINICAL_LABELS} == {("DX", "negated", None)}
    with torch.no_grad():
        heads["clinical"].bias[made.heads["clinical"].index("B-DRUG")] += 100.0
    found = tagger.tag(["pain the end"])[0]
    assert {(s.label, s.assertion, s.status) for s in found if s.label in CLINICAL_LABELS} == {("DRUG", None, "hold")}
    assert "negated" in ASSERTIONS
    assert "hold" in STATUSES


@architectures
def test_weights_that_are_no_numbers_raise(architecture: str, tiny_checkpoint: Maker) -> None:
    made = tiny_checkpoint(architecture)
    with torch.no_grad():
        made.model.heads["phi"].bias.fill_(float("nan"))
    with pytest.raises(ValueError, match="no numbers"):
        NeuralTagger(made, dtype=torch.float32).tag(["Mr. Smith"])


@architectures
def test_out_of_memory_on_the_device_splits_the_batch(
    architecture: str, tagger: NeuralTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["Mr. Smith has pain"] * 5
    expected = tagger.tag(texts)
    collate, sizes = tagger.kind.collate, []

    def limited(documents: object, group: list[object]) -> object:
        sizes.append(len(group))
        if len(group) > 1:
            raise torch.cuda.OutOfMemoryError
        return collate(documents, group)  # type: ignore[arg-type]

    monkeypatch.setattr(tagger, "kind", replace(tagger.kind, collate=limited))
    found = tagger.tag(texts)
    assert all(same_but_for_scores(a, b) for a, b in zip(found, expected, strict=True))
    assert sizes[0] == 5
    assert sizes.count(1) == 5


class TestCheckpointErrors:
    @pytest.fixture
    def folder(self, tiny_checkpoint: Maker, tmp_path: Path) -> Path:
        tiny_checkpoint("cnn-rnn").save(tmp_path)
        return tmp_path

    def change(self, folder: Path, **fields: object) -> None:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, **fields}))

    def test_missing_files_are_named(self, folder: Path) -> None:
        (folder / "tokenizer.json").unlink()
        with pytest.raises(ConfigError, match=r"lacks tokenizer\.json"):
            load_checkpoint(folder)

    def test_an_unknown_architecture_lists_the_known_ones(self, folder: Path) -> None:
        self.change(folder, architecture="lstm")
        with pytest.raises(ConfigError, match=r"'lstm'; known: transformer, cnn-rnn"):
            load_checkpoint(folder)

    def test_a_threshold_of_an_unknown_label_lists_the_labels(self, folder: Path) -> None:
        self.change(folder, thresholds={"NAME": 0.4})
        with pytest.raises(ConfigError, match=r"NAME; valid: default, ACCOUNT"):
            load_checkpoint(folder)

    def test_a_threshold_outside_of_0_to_1_is_refused(self, folder: Path) -> None:
        self.change(folder, thresholds={"DATE": 40})
        with pytest.raises(ConfigError, match=r"0\.\.1: DATE"):
            load_checkpoint(folder)

    def test_other_sizes_than_those_of_the_weights_are_refused(self, folder: Path) -> None:
        sizes = json.loads((folder / "config.json").read_text())["sizes"]
        self.change(folder, sizes={**sizes, "hidden": 24})
        with pytest.raises(ConfigError, match="cannot be loaded"):
            load_checkpoint(folder)

    @pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
    def test_damaged_files_are_refused(self, folder: Path, name: str) -> None:
        (folder / name).write_bytes((folder / name).read_bytes()[:40])
        with pytest.raises(ConfigError, match=r"no JSON|cannot be loaded"):
            load_checkpoint(folder)


class TestModels:
    def test_an_unknown_tagger_lists_the_choices(self) -> None:
        with pytest.raises(ConfigError, match=r"'crf'; choose one of: transformer, cnn-rnn, ensemble"):
            model_folders("crf", None)

    def test_a_folder_without_a_model_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"config\.json is missing"):
            model_folders("transformer", tmp_path)

    def test_a_folder_of_ones_own_is_loaded(self, tiny_checkpoint: Maker, tmp_path: Path) -> None:
        tiny_checkpoint("cnn-rnn").save(tmp_path)
        assert model_folders("transformer", tmp_path) == (tmp_path,)
        assert load_tagger(tmp_path, "cpu").name == "cnn-rnn"

    def test_a_hugging_face_model_without_a_label_map_is_told_to_have_one(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text('{"model_type": "bert"}')
        with pytest.raises(ConfigError, match=r"needs label_map\.json"):
            load_tagger(tmp_path, "cpu")

    def test_the_hash_changes_with_any_byte_and_any_name(self, tmp_path: Path) -> None:
        hashes = set()
        for number, (name, content) in enumerate([("a", b"1"), ("a", b"2"), ("b", b"1")]):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / name).write_bytes(content)
            hashes.add(model_hash((folder,)))
        assert len(hashes) == 3

    def test_equal_folders_have_equal_hashes(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "config.json").write_text("{}")
        assert model_hash((tmp_path / "one",)) == model_hash((tmp_path / "two",))
