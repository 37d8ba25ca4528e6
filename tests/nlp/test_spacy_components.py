"""The spaCy components, on a pipeline whose taggers are word lists."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import re
import runpy
import signal
import subprocess
import sys
import traceback
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import spacy
import torch
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin
from spacy.tokens import Span as DocSpan

from deid.keys import SecretKey, load_key
from deid.policy import load_policy
from nlp.errors import ConfigError, InputError, Quarantined, StageError
from nlp.models import EMBEDDED
from nlp.pipeline import Pipeline, Result
from nlp.spacy_components import ClinsiftComponent, note_to_doc, shared
from nlp.spacy_components.component import CLINICAL, PHI, SETTINGS_FILE, _to_doc_span
from nlp.spacy_components.shared import Settings, load_shared
from nlp.types import Note, Span

ROOT = Path(__file__).parents[2]
TEXT = "Mr. Smith, seen by Dr. Jones on 3/4/2024, has asthma (no fever) and takes metformin."
MASKED = "Mr. [PATIENT], seen by Dr. [DOCTOR-1] on [DATE], has asthma (no fever) and takes metformin."
CANARY = "Zyxwold"
WORDS = {
    "PATIENT": ("Smith",),
    "DOCTOR": ("Jones",),
    "DATE": ("3/4/2024",),
    "DX": ("asthma",),
    "SX": ("fever",),
    "DRUG": ("metformin",),
}


class WordTagger:
    """Finds words of a list; fails on texts with BOOM, quoting them."""

    name = "words"
    labels = tuple(WORDS)

    def tag(self, texts):
        return [self._tag_one(text) for text in texts]

    def _tag_one(self, text):
        if "BOOM" in text:
            raise ValueError(text)
        found = [
            Span(match.start(), match.end(), label, 0.75, (self.name,))
            for label, words in WORDS.items()
            for word in words
            for match in re.finditer(re.escape(word), text)
        ]
        return sorted(found, key=lambda span: span.start)


class TorchTagger(WordTagger):
    """As the real taggers, keeps OpenMP's threads busy."""

    def tag(self, texts):
        matrix = torch.ones(600, 600)
        assert float((matrix @ matrix).sum()) > 0
        return super().tag(texts)


@dataclass(frozen=True)
class CountingPipeline(Pipeline):
    """Remembers the batches that it was given."""

    batches: list[list[str]] = field(default_factory=list)

    def process(self, notes):
        self.batches.append([note.text for note in notes])
        return super().process(notes)


def make_pipeline(kind=CountingPipeline, tagger=None, policy="mask", **fields):
    tagger = tagger or WordTagger()
    return kind((tagger,), WordTagger(), load_policy(policy), SecretKey(b"k" * 16), "words", **fields)


def build(pipeline, *components, **config):
    """Return a spaCy pipeline whose components use ``pipeline``."""
    spacy.registry.misc("clinsift_test_pipeline", func=lambda: pipeline)
    nlp = spacy.blank("en")
    for component in components or ("clinsift_deid", "clinsift_extract"):
        nlp.add_pipe(component, config={"pipeline": {"@misc": "clinsift_test_pipeline"}, **config})
    return nlp


def surfaces(doc, key):
    return [(span.text, span.label_) for span in doc.spans[key]]


@pytest.fixture
def weights(monkeypatch):
    """Embedded weights that are a word list; the environment has no key."""
    monkeypatch.delenv("CLINSIFT_KEY", raising=False)
    pipeline = make_pipeline(Pipeline)
    monkeypatch.setattr(shared, "_load_weights", lambda model, tagger, device: pipeline)
    shared._throw_away_key.cache_clear()
    yield pipeline
    shared._throw_away_key.cache_clear()


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "key.txt"
    path.write_text("5ec2e7" * 8)
    path.chmod(0o600)
    return path


@pytest.fixture
def no_hang():
    """Kill workers that hang, so that the test fails instead of waiting for ever."""

    def kill(*_):
        for child in multiprocessing.active_children():
            child.kill()

    before = signal.signal(signal.SIGALRM, kill)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


# What a Doc holds


def test_both_components_show_their_layer_and_share_the_outcome():
    doc = build(make_pipeline())(TEXT)
    assert surfaces(doc, "phi") == [("Smith", "PATIENT"), ("Jones", "DOCTOR"), ("3/4/2024", "DATE")]
    assert surfaces(doc, "clinical") == [("asthma", "DX"), ("fever", "SX"), ("metformin", "DRUG")]
    assert doc._.clinsift.text == MASKED
    assert [record.surface for record in doc._.clinsift.diagnoses] == ["asthma", "fever"]
    assert [record.surface for record in doc._.clinsift.medications] == ["metformin"]
    assert doc.ents == ()


def test_the_outcome_is_that_of_the_pipeline():
    pipeline = make_pipeline()
    doc = build(pipeline)(TEXT)
    assert doc._.clinsift == pipeline(Note(doc._.clinsift.note_id, TEXT))


def test_tables_hold_score_sources_and_clinical_fields_by_index():
    doc = build(make_pipeline())(TEXT)
    table = doc.spans["phi"].attrs["table"]
    assert [row["label"] for row in table] == ["PATIENT", "DOCTOR", "DATE"]
    assert (table[0]["score"], table[0]["sources"]) == (0.75, ["words"])
    drug = doc.spans["clinical"].attrs["table"][2]
    assert (drug["id"], drug["status"]) == ("m1", "current")
    assert doc.spans["clinical"][2].id_ == "m1"
    assert [row["assertion"] for row in doc.spans["clinical"].attrs["table"][:2]] == ["present", "negated"]


def test_icd10_code_becomes_the_kb_id():
    nlp = spacy.blank("en")
    assert _to_doc_span(nlp.make_doc("has asthma"), Span(4, 10, "DX", icd10="J45.909")).kb_id_ == "J45.909"


@pytest.mark.parametrize(("component", "shown"), [("clinsift_deid", {"phi"}), ("clinsift_extract", {"clinical"})])
def test_either_component_works_alone(component, shown):
    doc = build(make_pipeline(), component)(TEXT)
    assert set(doc.spans) == shown
    assert doc._.clinsift.text == MASKED
    assert doc._.clinsift.phi
    assert doc._.clinsift.medications


def test_no_outcome_before_a_component_has_run():
    nlp = build(make_pipeline())
    assert nlp.make_doc(TEXT)._.clinsift is None


def test_empty_and_blank_texts():
    nlp = build(make_pipeline())
    for text in ("", " ", "\n\t\r\n"):
        doc = nlp(text)
        assert doc._.clinsift.text == text
        assert len(doc.spans["phi"]) == len(doc.spans["clinical"]) == 0


def test_reprs_show_no_text():
    nlp = build(make_pipeline())
    doc = nlp(TEXT)
    shown = repr(doc._.clinsift) + repr(nlp.get_pipe("clinsift_deid")) + repr(nlp.config)
    assert "Smith" not in shown
    assert "[PATIENT]" not in shown


# Tokens and characters


def test_span_inside_a_token_is_widened_and_keeps_exact_offsets():
    doc = build(make_pipeline())("metforminSmith asthma")
    assert [token.text for token in doc] == ["metforminSmith", "asthma"]
    assert surfaces(doc, "phi") == [("metforminSmith", "PATIENT")]
    row = doc.spans["phi"].attrs["table"][0]
    assert doc.text[row["start"] : row["end"]] == "Smith"


def test_spans_of_the_same_token_keep_their_own_rows():
    doc = build(make_pipeline())("asthmafever")
    first, second = doc.spans["clinical"]
    assert (first.start, first.end) == (second.start, second.end)
    assert [(row["start"], row["label"]) for row in doc.spans["clinical"].attrs["table"]] == [(0, "DX"), (6, "SX")]


@given(data=st.data())
def test_widened_spans_cover_every_stretch_of_any_text(data):
    alphabet = st.sampled_from(
        ["a", "B", "7", ".", "-", "/", " ", "  ", "\r\n", "\t", "\0", "é", "e\u0301", "😀", "\u200b", "½"]
    )
    text = "".join(data.draw(st.lists(alphabet, min_size=1, max_size=30)))
    solid = [i for i, character in enumerate(text) if not character.isspace()]
    doc = BLANK.make_doc(text)
    assert doc.text == text
    if solid:
        start, last = sorted((data.draw(st.sampled_from(solid)), data.draw(st.sampled_from(solid))))
        span = _to_doc_span(doc, Span(start, last + 1, "PATIENT"))
        assert span.start_char <= start
        assert last < span.end_char
        outside = text[span.start_char : start] + text[last + 1 : span.end_char]
        assert len(span) <= last - start + 1 or outside  # no token more than is touched


BLANK = spacy.blank("en")


def test_lone_surrogates_do_not_shift_offsets():
    nlp = build(make_pipeline())
    text = "\ud83d Smith \udc00\udfff asthma"
    doc = nlp(note_to_doc(nlp, Note("n\udc00", text, "p\udc00", identifiers={"last_name": "x\udc00"})))
    assert [(span.start, span.end) for span in doc._.clinsift.phi] == [(2, 7)]
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.clinsift == doc._.clinsift


def test_set_ents_replaces_what_it_overlaps_and_keeps_the_rest():
    nlp = build(make_pipeline(), "clinsift_deid", set_ents=True)
    doc = nlp.make_doc(TEXT)
    doc.ents = [DocSpan(doc, 0, 2, "TITLE"), doc.char_span(46, 52, "FINDING")]
    doc = nlp(doc)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [
        ("Smith", "PATIENT"),
        ("Jones", "DOCTOR"),
        ("3/4/2024", "DATE"),
        ("asthma", "FINDING"),
    ]


# One run a note


@pytest.mark.parametrize("order", [("clinsift_deid", "clinsift_extract"), ("clinsift_extract", "clinsift_deid")])
def test_with_both_a_note_is_processed_once(order):
    pipeline = make_pipeline()
    doc = build(pipeline, *order)(TEXT)
    assert set(doc.spans) == {"phi", "clinical"}
    assert pipeline.batches == [[TEXT]]


def test_other_settings_process_the_note_again():
    first, second = make_pipeline(), make_pipeline(policy="surrogate")
    doc = build(second, "clinsift_extract")(build(first, "clinsift_deid")(TEXT))
    assert len(first.batches) == len(second.batches) == 1
    assert "[PATIENT]" not in doc._.clinsift.text


def test_a_doc_whose_fields_changed_is_processed_again():
    pipeline = make_pipeline()
    nlp = build(pipeline)
    doc = nlp(TEXT)
    assert nlp(doc)._.clinsift.patient_key is None
    assert len(pipeline.batches) == 1
    doc._.clinsift_note = {"patient_id": "p-1"}
    assert nlp(doc)._.clinsift.patient_key
    assert len(pipeline.batches) == 2


def test_pipe_hands_batches_to_the_pipeline_and_keeps_order():
    pipeline = make_pipeline()
    texts = [f"{TEXT} {i}" for i in range(7)]
    docs = list(build(pipeline).pipe(texts, batch_size=3))
    assert [doc.text for doc in docs] == texts
    assert [doc._.clinsift.text for doc in docs] == [f"{MASKED} {i}" for i in range(7)]
    assert pipeline.batches == [texts[:3], texts[3:6], texts[6:]]


def test_pipe_keeps_contexts_with_their_texts():
    pairs = [(TEXT, 1), ("no fever", 2)]
    found = build(make_pipeline()).pipe(pairs, as_tuples=True)
    assert [(doc.text, context) for doc, context in found] == pairs


def test_workers_give_the_same_as_one_process(no_hang):
    """Each worker waits for ever if it uses torch's threads of before the fork."""
    nlp = build(make_pipeline(Pipeline, TorchTagger()))
    texts = [f"{TEXT} {i}" for i in range(5)]
    alone = list(nlp.pipe(texts))
    together = list(nlp.pipe(texts, n_process=2, batch_size=2))
    assert [doc._.clinsift for doc in together] == [doc._.clinsift for doc in alone]
    assert [surfaces(doc, "phi") for doc in together] == [surfaces(doc, "phi") for doc in alone]
    assert [doc.spans["clinical"].attrs for doc in together] == [doc.spans["clinical"].attrs for doc in alone]


# Fields of the note


def test_same_text_has_the_same_id_in_any_batch_and_another_text_another():
    nlp = build(make_pipeline())
    docs = list(nlp.pipe(["no fever", TEXT, "no fever"], batch_size=1))
    ids = [doc._.clinsift.note_id for doc in docs]
    assert ids[0] == ids[2] == nlp("no fever")._.clinsift.note_id
    assert ids[0] != ids[1]


def test_note_to_doc_carries_identifiers_and_patient():
    nlp = build(make_pipeline())
    note = Note("n-1", "Seen: Quillfeather, well.", "p-1", "progress", "2024-01-01", {"last_name": "Quillfeather"})
    outcome = nlp(note_to_doc(nlp, note))._.clinsift
    assert outcome == make_pipeline()(note)
    assert "Quillfeather" not in outcome.text
    assert (outcome.note_id, outcome.note_type) == ("n-1", "progress")


def test_fields_are_read_back():
    doc = build(make_pipeline()).make_doc(TEXT)
    assert doc._.clinsift_note is None
    doc._.clinsift_note = {"note_id": "n-1", "patient_id": None, "identifiers": {"mrn": "1"}}
    assert doc._.clinsift_note == {"note_id": "n-1", "patient_id": None, "identifiers": {"mrn": "1"}}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"patient": CANARY}, "unknown field 'patient'; valid: note_id, patient_id"),
        ({"note_id": None}, "note_id must be a string, not NoneType"),
        ({"patient_id": 7}, "patient_id must be a string, not int"),
        ({"identifiers": CANARY}, "identifiers must map"),
        ({"identifiers": {"mrn": 7}}, "identifiers must map"),
    ],
)
def test_wrong_fields_are_refused_without_naming_values(fields, message):
    doc = build(make_pipeline()).make_doc(TEXT)
    with pytest.raises(InputError, match=message) as caught:
        doc._.clinsift_note = fields
    assert CANARY not in str(caught.value)


# Errors


def assert_closed(doc):
    assert isinstance(doc._.clinsift, Quarantined)
    assert not hasattr(doc._.clinsift, "text")
    assert set(doc.spans) == set()


def test_a_failed_note_raises_by_default_and_quotes_nothing():
    nlp = build(make_pipeline())
    for run in (nlp, lambda text: list(nlp.pipe(["no fever", text]))):
        with pytest.raises(StageError) as caught:
            run(f"BOOM {CANARY}")
        assert (caught.value.stage, caught.value.cause) == ("tag", "ValueError")
        assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_error_handler_gets_each_failed_note_once_and_the_others_are_done():
    nlp = build(make_pipeline())
    calls = []
    nlp.set_error_handler(lambda name, component, docs, error: calls.append((name, docs, error)))
    bad, good = f"BOOM {CANARY}", TEXT
    docs = list(nlp.pipe([good, bad, good]))
    assert [doc.text for doc in docs] == [good, bad, good]
    assert docs[0]._.clinsift.text == docs[2]._.clinsift.text == MASKED
    assert_closed(docs[1])
    [(name, failed, error)] = calls
    assert name == "clinsift_deid"
    assert failed[0] is docs[1]
    assert isinstance(error, StageError)
    assert CANARY not in f"{error} {error!r} {docs[1]._.clinsift!r} {docs[1].user_data}"


def test_a_failed_doc_goes_on_closed_where_the_handler_does_not_raise():
    nlp = build(make_pipeline())
    calls = []
    nlp.set_error_handler(lambda *call: calls.append(call))
    assert_closed(nlp(f"BOOM {CANARY}"))
    assert len(calls) == 1


def test_failed_notes_are_closed_in_workers_too(no_hang):
    nlp = build(make_pipeline())
    nlp.set_error_handler(lambda *call: None)
    docs = list(nlp.pipe([TEXT, f"BOOM {CANARY}", TEXT], n_process=2, batch_size=2))
    assert [type(doc._.clinsift) for doc in docs] == [Result, Quarantined, Result]
    assert_closed(docs[1])


def test_raising_in_a_worker_quotes_nothing(no_hang):
    nlp = build(make_pipeline())
    with pytest.raises(ValueError, match="StageError") as caught:
        list(nlp.pipe([f"BOOM {CANARY}"], n_process=2))
    assert CANARY not in str(caught.value)


class Moody(WordTagger):
    """Fails when it is told to."""

    failing = False

    def tag(self, texts):
        if self.failing:
            raise RuntimeError(texts[0])
        return super().tag(texts)


def test_failure_takes_earlier_spans_and_text_out_and_is_tried_again():
    tagger = Moody()
    nlp = build(make_pipeline(tagger=tagger))
    calls = []
    nlp.set_error_handler(lambda *call: calls.append(call))
    doc = nlp(TEXT)
    doc._.clinsift_note = {"patient_id": "p-1"}
    tagger.failing = True
    assert_closed(nlp(doc))
    assert MASKED not in str(doc.user_data)
    assert_closed(nlp(doc))
    assert len(calls) == 2
    tagger.failing = False
    assert nlp(doc)._.clinsift.text == MASKED
    assert set(doc.spans) == {"phi", "clinical"}


@dataclass(frozen=True)
class BrokenPipeline(Pipeline):
    """Breaks the contract of `process`."""

    outcomes: object = None

    def process(self, notes):
        if self.outcomes is None:
            raise RuntimeError(notes[0].text)
        return [replace(outcome, note_id=note.note_id) for note, outcome in zip(notes, self.outcomes, strict=False)]


def result_with(**spans):
    return Result("n", MASKED, spans.get("phi", ()), spans.get("entities", ()), (), ())


@pytest.mark.parametrize(
    ("outcomes", "stage", "reason"),
    [
        (None, "process", "RuntimeError"),
        ((), "process", "CountMismatch"),
        ((result_with(phi=(Span(4000, 4005, "PATIENT"),)),), "align", "ValueError"),
        ((result_with(entities=(Span(3, 3, "DX"),)),), "align", "ValueError"),
    ],
)
def test_whatever_breaks_closes_the_doc(outcomes, stage, reason):
    nlp = build(make_pipeline(BrokenPipeline, outcomes=outcomes))
    calls = []
    nlp.set_error_handler(lambda *call: calls.append(call))
    doc = nlp(f"{CANARY} {TEXT}")
    assert_closed(doc)
    assert (doc._.clinsift.stage, doc._.clinsift.reason) == (stage, reason)
    assert len(calls) == 1
    assert CANARY not in "".join(traceback.format_exception(calls[0][3]))


# Settings and sharing


def test_components_share_weights_and_throw_away_key(weights):
    with pytest.warns(UserWarning, match="throw-away key"):
        first, second = load_shared(Settings()), load_shared(Settings(policy="surrogate"))
    assert first.taggers is second.taggers
    assert first.key == second.key
    assert (first.policy.name, second.policy.name) == ("mask", "surrogate")


def test_key_in_the_environment_counts_from_when_it_is_set(weights, monkeypatch):
    with pytest.warns(UserWarning, match="throw-away key"):
        throw_away = load_shared(Settings()).key
    monkeypatch.setenv("CLINSIFT_KEY", "ab" * 16)
    assert load_shared(Settings()).key == load_key(None) != throw_away


def test_edited_policy_is_noticed(weights, tmp_path, key_file):
    policy = tmp_path / "policy.yaml"
    outcomes = []
    for action in ("mask", "redact"):
        policy.write_text(f"name: own\ndefault: {action}\n")
        nlp = spacy.blank("en")
        nlp.add_pipe("clinsift_deid", config={"policy": str(policy), "key_file": str(key_file)})
        outcomes.append(nlp("Mr. Smith")._.clinsift.text)
    assert outcomes == ["Mr. [PATIENT]", "Mr. [REDACTED]"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"policy": "nope"}, "no policy 'nope'"),
        ({"key_file": "/nowhere/key"}, "/nowhere/key"),
        ({"tagger": "nope"}, "transformer, cnn-rnn, ensemble"),
    ],
)
def test_wrong_settings_are_refused_when_the_component_is_added(config, message, monkeypatch):
    monkeypatch.setenv("CLINSIFT_KEY", "ab" * 16)
    with pytest.raises(ConfigError, match=message):
        spacy.blank("en").add_pipe("clinsift_deid", config=config)


def test_labels_of_the_components():
    nlp = build(make_pipeline())
    assert nlp.pipe_labels == {"clinsift_deid": list(PHI.labels), "clinsift_extract": list(CLINICAL.labels)}


# Saving


def configured(key_file):
    nlp = spacy.blank("en")
    for name in ("clinsift_deid", "clinsift_extract"):
        nlp.add_pipe(
            name, config={"policy": "surrogate", "key_file": str(key_file), "set_ents": name == "clinsift_deid"}
        )
    return nlp


def test_disk_round_trip_gives_the_same_without_key_or_text(weights, key_file, tmp_path):
    nlp = configured(key_file)
    before = nlp(TEXT)
    with pytest.warns(UserWarning, match="vocabulary keeps their words"):
        nlp.to_disk(tmp_path / "saved", exclude=["vocab"])
    after = spacy.load(tmp_path / "saved")(TEXT)
    assert after._.clinsift == before._.clinsift
    assert [ent.label_ for ent in after.ents] == ["PATIENT", "DOCTOR", "DATE"]
    secret = key_file.read_text()
    contents = b"".join(path.read_bytes() for path in (tmp_path / "saved").rglob("*") if path.is_file())
    assert contents
    for form in (secret.encode(), bytes.fromhex(secret), b"Smith", b"metformin"):
        assert form not in contents


def test_saved_before_it_saw_notes_there_is_no_warning(weights, key_file, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        configured(key_file).to_disk(tmp_path / "saved")


def test_memory_zone_leaves_no_word_in_the_vocabulary():
    nlp = build(make_pipeline())
    with nlp.memory_zone():
        outcomes = [doc._.clinsift for doc in nlp.pipe([f"{CANARY} {TEXT}"] * 2)]
    assert [outcome.text for outcome in outcomes] == [f"{CANARY} {MASKED}"] * 2
    with pytest.warns(UserWarning, match="vocabulary"):
        assert CANARY.encode() not in nlp.to_bytes()


def test_bytes_round_trip_brings_the_settings_along(weights, key_file):
    nlp = configured(key_file)
    data = nlp.to_bytes()
    assert bytes.fromhex(key_file.read_text()) not in data
    other = spacy.blank("en")
    other.add_pipe("clinsift_deid", config={"key_file": str(key_file)})
    other.add_pipe("clinsift_extract", config={"key_file": str(key_file)})
    assert other(TEXT)._.clinsift.text == MASKED
    other.from_bytes(data)
    assert other(TEXT)._.clinsift == nlp(TEXT)._.clinsift
    assert other.get_pipe("clinsift_deid").settings == nlp.get_pipe("clinsift_deid").settings
    assert other(TEXT).ents


def test_loading_keeps_an_injected_pipeline():
    pipeline = make_pipeline()
    nlp, other = build(pipeline), build(pipeline)
    other.from_bytes(nlp.to_bytes())
    assert other.get_pipe("clinsift_deid").pipeline is pipeline


def test_loading_into_another_kind_of_component_is_refused(weights, key_file):
    own, plain = build(make_pipeline()), configured(key_file)
    with pytest.raises(ConfigError, match="was saved with a pipeline of its own"):
        plain.from_bytes(own.to_bytes())
    with pytest.raises(ConfigError, match="was saved without a pipeline of its own"):
        own.from_bytes(plain.to_bytes())


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b'{"injected": false, "set_ents": false, "colour": 1}'])
def test_other_settings_files_are_refused(data):
    component = ClinsiftComponent("deid", PHI, Settings(), pipeline=make_pipeline())
    with pytest.raises(ConfigError, match="not the settings of a clinsift component"):
        component.from_bytes(data)


def test_missing_settings_are_named(tmp_path):
    component = ClinsiftComponent("deid", PHI, Settings(), pipeline=make_pipeline())
    with pytest.raises(ConfigError, match=SETTINGS_FILE):
        component.from_disk(tmp_path)


def test_pickle_holds_settings_and_handler_but_no_key(weights, key_file):
    component = configured(key_file).get_pipe("clinsift_deid")
    component.set_error_handler(json.dumps)
    data = pickle.dumps(component)
    assert bytes.fromhex(key_file.read_text()) not in data
    again = pickle.loads(data)
    assert (again.name, again.layer, again.settings, again.set_ents) == ("clinsift_deid", PHI, component.settings, True)
    assert again.pipeline.key == component.pipeline.key
    assert again.get_error_handler() is json.dumps


def test_injected_pipeline_is_not_pickled():
    with pytest.raises(ConfigError, match="cannot be pickled"):
        pickle.dumps(build(make_pipeline()).get_pipe("clinsift_deid"))


@pytest.mark.parametrize("user_data", [False, True])
def test_doc_bin_keeps_spans_and_tables(user_data, tmp_path):
    nlp = build(make_pipeline())
    doc = nlp(TEXT)
    DocBin(docs=[doc], store_user_data=user_data).to_disk(tmp_path / "docs.spacy")
    [stored] = DocBin().from_disk(tmp_path / "docs.spacy").get_docs(spacy.blank("en").vocab)
    for key in ("phi", "clinical"):
        assert surfaces(stored, key) == surfaces(doc, key)
        assert stored.spans[key].attrs == doc.spans[key].attrs
    assert [span.id_ for span in stored.spans["clinical"]] == ["", "", "m1"]
    assert stored._.clinsift == (doc._.clinsift if user_data else None)


def test_doc_bin_keeps_what_failed_apart():
    nlp = build(make_pipeline())
    nlp.set_error_handler(lambda *call: None)
    doc = nlp("BOOM")
    stored = DocBin(store_user_data=True)
    stored.add(doc)
    [again] = DocBin().from_bytes(stored.to_bytes()).get_docs(nlp.vocab)
    assert_closed(again)
    assert again._.clinsift == doc._.clinsift


def test_merged_and_cut_docs_have_no_outcome_and_warnings_no_text():
    nlp = build(make_pipeline())
    doc = nlp(note_to_doc(nlp, Note("n", TEXT, CANARY)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        merged = Doc.from_docs([doc, nlp("no fever")])
        cut = doc[:2].as_doc(copy_user_data=True)
    assert merged._.clinsift is None
    assert cut._.clinsift is None
    messages = " ".join(str(warning.message) for warning in caught)
    assert "clinsift" in messages
    assert "Smith" not in messages
    assert CANARY not in messages
    assert nlp(merged)._.clinsift.text == f"{MASKED} no fever"


# Registration, documentation, weights

FRESH = """
import spacy
from spacy.tokens import Doc
from nlp.pipeline import Pipeline
import nlp.spacy_components
assert not Doc.has_extension("clinsift"), "registered at import"
Doc.set_extension("clinsift_note", default=None)
from deid.keys import SecretKey
from deid.policy import load_policy
class Nothing:
    name, labels = "nothing", ()
    def tag(self, texts): return [[] for _ in texts]
Pipeline.load = lambda *a, **k: Pipeline((), Nothing(), load_policy("mask"), SecretKey(b"k" * 16), "none")
for _ in range(2):
    nlp = spacy.blank("en")
    nlp.add_pipe("clinsift_deid")
    nlp.add_pipe("clinsift_extract")
print(nlp("well")._.clinsift.text)
"""


def test_factories_are_found_by_name_and_register_extensions_only_when_used(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "CLINSIFT_KEY": "ab" * 16},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "well"


def test_documentation_runs(weights, key_file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLINSIFT_KEY", "ab" * 16)
    blocks = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "docs" / "spacy.md").read_text(encoding="utf-8"), re.M | re.S
    )
    assert len(blocks) >= 8
    namespace = {}
    for block in blocks:
        exec(compile(block, "docs/spacy.md", "exec"), namespace)
    assert isinstance(namespace["doc"]._.clinsift, Result)


def test_example_runs(weights, monkeypatch, capsys):
    monkeypatch.setenv("CLINSIFT_KEY", "ab" * 16)
    runpy.run_path(str(ROOT / "examples" / "spacy_notes.py"), run_name="__main__")
    assert capsys.readouterr().out


@pytest.mark.skipif(not (EMBEDDED / "transformer" / "config.json").is_file(), reason="no embedded weights yet")
def test_embedded_weights_find_phi_and_drugs(monkeypatch):
    monkeypatch.setenv("CLINSIFT_KEY", "ab" * 16)
    nlp = spacy.blank("en")
    nlp.add_pipe("clinsift_deid")
    nlp.add_pipe("clinsift_extract")
    text = "Patient: Amos Tillery, MRN 7731204, seen 3/14/2024 for hypertension. Started lisinopril 10 mg daily.\n"
    doc = nlp(text)
    assert "Tillery" not in doc._.clinsift.text
    assert "7731204" not in doc._.clinsift.text
    assert "lisinopril" in [record.surface for record in doc._.clinsift.medications]
    assert doc._.clinsift == Pipeline.load()(Note(doc._.clinsift.note_id, text))
