from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertForTokenClassification, BertModel, PreTrainedTokenizerFast

from nlp.errors import ConfigError
from nlp.models import load_tagger
from nlp.taggers.base import Tagger
from nlp.taggers.hugging_face import HuggingFaceTagger

TAGS = ("O", "B-PER", "I-PER", "B-DIS", "I-DIS", "B-MISC", "I-MISC")
MAP: dict[str, str | None] = {"PER": "PATIENT", "DIS": "DX", "MISC": None}
LENGTH = 40
Oracle = Callable[[list[str]], list[str]]


@pytest.fixture
def folder(tokenizer: Tokenizer, tmp_path: Path) -> Path:
    torch.manual_seed(0)
    copy = Tokenizer.from_str(tokenizer.to_str())
    ends = [(name, copy.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    copy.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    fast = PreTrainedTokenizerFast(tokenizer_object=copy, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
                                   unk_token="[UNK]", model_max_length=512)  # fmt: skip
    config = BertConfig(
        vocab_size=copy.get_vocab_size(), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=LENGTH, id2label=dict(enumerate(TAGS)),
        label2id={tag: i for i, tag in enumerate(TAGS)},
    )  # fmt: skip
    BertForTokenClassification(config).save_pretrained(tmp_path)
    fast.save_pretrained(tmp_path)
    (tmp_path / "label_map.json").write_text(json.dumps(MAP))
    return tmp_path


def with_oracle(tagger: HuggingFaceTagger, tags: Mapping[str, str | tuple[str, float]]) -> HuggingFaceTagger:
    """Replace the model by one that tags every piece as ``tags`` says, else as outside."""

    def model(input_ids: torch.Tensor, **_: torch.Tensor) -> SimpleNamespace:
        assert input_ids.shape[1] <= LENGTH
        logits = torch.full((*input_ids.shape, len(TAGS)), -6.0)
        for i, row in enumerate(input_ids.tolist()):
            for j, piece in enumerate(tagger.tokenizer.convert_ids_to_tokens(row)):
                tag = tags.get(piece, "O")
                tag, height = (tag, 6.0) if isinstance(tag, str) else tag
                logits[i, j, TAGS.index(tag)] = height
        return SimpleNamespace(logits=logits)

    tagger.model = model
    return tagger


def surfaces(tagger: HuggingFaceTagger, text: str) -> list[tuple[str, str]]:
    return [(s.label, text[s.start : s.end]) for s in tagger.tag([text])[0]]


def test_a_model_on_disk_with_a_label_map_is_a_tagger(folder: Path) -> None:
    tagger = load_tagger(folder, "cpu")
    assert isinstance(tagger, HuggingFaceTagger)
    assert isinstance(tagger, Tagger)
    assert tagger.labels == ("PATIENT", "DX")
    text = "Mr. Smith has pain \U0001f600 \ud800."
    for spans in tagger.tag([text, "", " \n"]):
        assert all(0 <= s.start < s.end <= len(text) and s.label in tagger.labels for s in spans)
    assert tagger.tag(["", " \n"]) == [[], []]
    assert tagger.tag([]) == []


def test_offsets_are_those_of_the_text_as_given(folder: Path) -> None:
    tagger = with_oracle(HuggingFaceTagger(folder), {"smith": "B-PER", "pain": "B-DIS"})
    text = "\U0001f600\r\n\ud800 Mr. SMITH\u0301,\x00 pain\t!"
    assert surfaces(tagger, text) == [("PATIENT", "SMITH\u0301"), ("DX", "pain")]


def test_a_word_is_tagged_whole_when_one_of_its_pieces_is(folder: Path) -> None:
    assert surfaces(with_oracle(HuggingFaceTagger(folder), {"smith": "B-PER"}), "mr smithson.") == [
        ("PATIENT", "smithson")
    ]
    assert surfaces(with_oracle(HuggingFaceTagger(folder), {"##son": "I-PER"}), "mr smithson.") == [
        ("PATIENT", "smithson")
    ]


def test_spans_are_joined_by_inside_tags_and_split_by_begin_tags(folder: Path) -> None:
    tagger = with_oracle(HuggingFaceTagger(folder), {"smith": "B-PER", "##son": "I-PER", "the": "I-PER"})
    assert surfaces(tagger, "smith the smithson smith") == [
        ("PATIENT", "smith the"), ("PATIENT", "smithson"), ("PATIENT", "smith"),
    ]  # fmt: skip


def test_labels_mapped_to_null_are_outside(folder: Path) -> None:
    tagger = with_oracle(HuggingFaceTagger(folder), {"smith": "B-MISC", "pain": "I-DIS"})
    assert surfaces(tagger, "smith pain") == [("DX", "pain")]


def test_scores_follow_the_model(folder: Path) -> None:
    tagger = with_oracle(HuggingFaceTagger(folder), {"smith": ("B-PER", 6.0), "pain": ("B-DIS", -3.5)})
    (sure, unsure) = tagger.tag(["smith pain"])[0]
    assert sure.score > 0.99
    assert 0.5 <= unsure.score < 0.9
    assert sure.sources == ("hugging-face",)


@pytest.mark.parametrize("batch_size", [1, 3, 16])
def test_every_word_of_a_long_text_is_tagged_once(folder: Path, batch_size: int) -> None:
    tagger = with_oracle(HuggingFaceTagger(folder, batch_size=batch_size), {"smith": "B-PER", "##son": "I-PER"})
    text = "mr. smithson, the end of it; " * 50
    assert surfaces(tagger, text) == [("PATIENT", "smithson")] * 50
    short, long = tagger.tag(["smith", text])
    assert len(short) == 1
    assert len(long) == 50


def test_real_weights_decide_a_long_text_the_same_in_any_batch(folder: Path) -> None:
    tagger = HuggingFaceTagger(folder)
    texts = ["the pain of mr. smith " * 20, "pain", "x " * 70]
    together = tagger.tag(texts)
    for text, spans in zip(texts, together, strict=True):
        alone = tagger.tag([text])[0]
        assert [(s.start, s.end, s.label) for s in alone] == [(s.start, s.end, s.label) for s in spans]


class TestLabelMaps:
    def load(self, folder: Path, content: object) -> HuggingFaceTagger:
        (folder / "label_map.json").write_text(content if isinstance(content, str) else json.dumps(content))
        return HuggingFaceTagger(folder)

    def test_an_unknown_label_lists_the_choices(self, folder: Path) -> None:
        with pytest.raises(ConfigError, match=r"unknown labels NAME; valid: ACCOUNT, AGE.*DRUG.*PATIENT"):
            self.load(folder, {**MAP, "PER": "NAME"})

    def test_a_label_that_is_no_string_is_unknown(self, folder: Path) -> None:
        with pytest.raises(ConfigError, match="unknown labels"):
            self.load(folder, {**MAP, "PER": ["PATIENT"]})

    def test_labels_of_the_model_that_are_left_out_are_named(self, folder: Path) -> None:
        with pytest.raises(ConfigError, match="lacks the model's labels DIS, MISC"):
            self.load(folder, {"PER": "PATIENT"})

    def test_a_map_to_nothing_is_refused(self, folder: Path) -> None:
        with pytest.raises(ConfigError, match="maps none of the model's labels DIS, MISC, PER"):
            self.load(folder, dict.fromkeys(MAP))

    @pytest.mark.parametrize("content", ["{", "[]"])
    def test_a_map_that_is_no_json_object_is_refused(self, folder: Path, content: str) -> None:
        with pytest.raises(ConfigError, match=r"label_map\.json"):
            self.load(folder, content)

    def test_labels_without_prefixes_work(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        names = ["O", "PER", "DIS", "X1", "X2", "X3", "X4"]
        config |= {"id2label": dict(enumerate(names)), "label2id": {n: i for i, n in enumerate(names)}}
        (folder / "config.json").write_text(json.dumps(config))
        made = self.load(folder, {"PER": "PATIENT", "DIS": "DX", **{f"X{i}": None for i in range(1, 5)}})
        assert made.labels == ("PATIENT", "DX")


class TestFolders:
    def test_a_checkpoint_without_a_trained_head_is_refused(self, folder: Path) -> None:
        """transformers would draw the head at random and find nothing useful."""
        BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False).save_pretrained(folder)
        with pytest.raises(ConfigError, match=r"its weights lack classifier\.bias, classifier\.weight"):
            HuggingFaceTagger(folder)

    def test_damaged_weights_are_refused(self, folder: Path) -> None:
        (folder / "model.safetensors").write_bytes(b"x" * 30)
        with pytest.raises(ConfigError, match="no token-classification model"):
            HuggingFaceTagger(folder)

    def test_pickled_weights_are_never_loaded(self, folder: Path) -> None:
        (folder / "model.safetensors").unlink()
        torch.save({}, folder / "pytorch_model.bin")
        with pytest.raises(ConfigError, match="no token-classification model"):
            HuggingFaceTagger(folder)
