from __future__ import annotations

import importlib.util
import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nlp.pipeline as module
from deid import leak
from deid.keys import SecretKey
from deid.leak import Leak
from deid.policy import load_policy
from deid.recognizers import PatternTagger
from nlp.errors import ConfigError, Quarantined, StageError
from nlp.markup import MarkedNote, gold_json, parse
from nlp.pipeline import Pipeline, Result
from nlp.types import Annotations, Note, Span

CANARY = "Zebulon"
SECOND = "Mr. [[PATIENT:Quill]] has [[DX:asthma|present]], no [[SX:rash|negated]]; [[DRUG:albuterol|m1|current]]."
MARKED = (
    "Mr. [[PATIENT:Zebulon Quist]] seen [[DATE:3/4/2021]] for [[DX:gout|present||m1]]. "
    "Takes [[DRUG:colchicine|m1|current]] [[STRENGTH:0.6 mg|m1]] [[FREQUENCY:daily|m1]].\n"
)


class GoldTagger:
    """Finds what the marks of its notes say, like a perfect model."""

    name = "gold"
    labels = ("PATIENT", "DATE", "DX", "SX", "DRUG", "STRENGTH", "FREQUENCY")

    def __init__(self, *marked: str) -> None:
        self.known: dict[str, Annotations] = {}
        self.calls: list[int] = []
        for text, found, mistakes in map(parse, marked):
            assert not mistakes
            self.known[text] = found

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        self.calls.append(len(texts))
        return [self._spans(text) for text in texts]

    def _spans(self, text: str) -> list[Span]:
        found = self.known.get(text, Annotations())
        return [replace(s, score=0.9, sources=("gold",)) for s in (*found.phi, *found.entities)]


class NoPatterns:
    name = "patterns"
    labels: tuple[str, ...] = ()

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[] for _ in texts]


class Failing(NoPatterns):
    """Raises on every batch that holds the canary, and quotes it."""

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        for text in texts:
            if CANARY in text:
                raise RuntimeError(f"cannot read {text!r}")
        return super().tag(texts)


class Fixed(NoPatterns):
    def __init__(self, *spans: Span) -> None:
        self.spans = spans

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        return [list(self.spans) if CANARY in text else [] for text in texts]


TEXTS = tuple(parse(marked)[0] for marked in (MARKED, SECOND))


def make(*taggers: object, policy: str = "mask", secret: bytes = b"k" * 32, model: str = "m") -> Pipeline:
    chosen = taggers or (GoldTagger(MARKED, SECOND),)
    return Pipeline(chosen, NoPatterns(), load_policy(policy), SecretKey(secret), model)  # type: ignore[arg-type]


def bad_and_good() -> list[Note]:
    return [Note("good-1", TEXTS[1]), Note("bad", TEXTS[0], patient_id="p9"), Note("good-2", TEXTS[1])]


def test_a_note_goes_through_the_whole_path() -> None:
    note = Note("n1", TEXTS[0], patient_id="p1", note_type="clinic")
    result = make()(note)
    assert CANARY not in result.text
    assert "Quist" not in result.text
    assert "3/4/2021" not in result.text
    assert "gout" in result.text
    assert [(s.label, note.text[s.start : s.end]) for s in result.phi] == [
        ("PATIENT", "Zebulon Quist"), ("DATE", "3/4/2021"),
    ]  # fmt: skip
    assert [s.label for s in result.entities] == ["DX", "DRUG", "STRENGTH", "FREQUENCY"]
    (diagnosis,), (medication,) = result.diagnoses, result.medications
    assert result.text[diagnosis.start : diagnosis.end] == "gout"
    assert result.text[medication.start : medication.end] == "colchicine"
    assert (diagnosis.note_id, diagnosis.model, medication.strength) == ("n1", "m", "0.6 mg")
    assert diagnosis.patient_key == medication.patient_key == result.patient_key != "p1"
    assert (result.note_id, result.note_type) == ("n1", "clinic")


def test_known_identifiers_of_the_patient_are_removed_even_if_no_tagger_sees_them() -> None:
    note = Note("n1", f"Spoke with {CANARY} today.", identifiers={"last_name": CANARY})
    assert CANARY not in make(GoldTagger())(note).text


def test_patterns_run_beside_the_taggers() -> None:
    pipeline = replace(make(GoldTagger()), patterns=PatternTagger())
    result = pipeline("Call (617) 555-0123 by 3/4/2021.")
    assert "555" not in result.text
    assert {"patterns"} <= {source for s in result.phi for source in s.sources}


def test_a_result_shows_no_text() -> None:
    result = make()(Note("n1", TEXTS[0], patient_id="p1"))
    for shown in (repr(result), str(result), repr(make()), repr(Note("n1", TEXTS[0]))):
        assert not {"Quist", CANARY, "gout", "p1", "colchicine"} & set(shown.replace("'", " ").split())


STAGES = ["resolve", "structure", "transform", "leak", "extract"]
FUNCTIONS = dict(zip(STAGES, ["resolve", "structure", "transform", "close_leaks", "build_records"], strict=True))


def break_stage(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    """Make the function of a stage raise, quoting the note, on notes that hold the canary."""
    original: Callable[..., object] = getattr(module, FUNCTIONS[stage])

    def broken(*args: object, **kwargs: object) -> object:
        text = next(a.text if isinstance(a, Note) else str(a) for a in args if isinstance(a, Note | str))
        if CANARY in text:
            raise KeyError(text)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, FUNCTIONS[stage], broken)


@pytest.mark.parametrize("stage", STAGES)
def test_a_note_that_fails_in_a_stage_is_kept_out_alone(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    expected = make().process(bad_and_good())
    break_stage(monkeypatch, stage)
    first, bad, last = make().process(bad_and_good())
    assert bad == Quarantined("bad", stage, "KeyError")
    assert (first, last) == (expected[0], expected[2])
    assert CANARY not in repr(bad)


@pytest.mark.parametrize("stage", ["tag", *STAGES])
def test_an_error_names_stage_and_type_and_nothing_else(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    pipeline = make(GoldTagger(MARKED), Failing()) if stage == "tag" else make()
    if stage != "tag":
        break_stage(monkeypatch, stage)
    with pytest.raises(StageError) as caught:
        pipeline(bad_and_good()[1])
    error = caught.value
    assert (error.note_id, error.stage) == ("bad", stage)
    shown = "".join(traceback.format_exception(error))
    for part in (CANARY, "Quist", "gout", "p9"):
        assert part not in shown
        assert part not in repr(error) + str(error) + repr(error.__cause__) + repr(error.__context__)


def test_a_tagger_that_fails_on_a_batch_condemns_only_the_note_it_fails_on() -> None:
    pipeline = make(GoldTagger(MARKED, SECOND), Failing())
    first, bad, last = pipeline.process(bad_and_good())
    assert bad == Quarantined("bad", "tag", "RuntimeError")
    assert isinstance(first, Result)
    assert isinstance(last, Result)
    assert (first, last) == tuple(make().process(bad_and_good())[i] for i in (0, 2))


def test_patterns_that_fail_condemn_the_note() -> None:
    pipeline = replace(make(), patterns=Failing())
    assert [type(o) for o in pipeline.process(bad_and_good())] == [Result, Quarantined, Result]
    assert pipeline.annotate(bad_and_good())[1] == Quarantined("bad", "tag", "RuntimeError")


class Short(NoPatterns):
    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        return [[] for text in texts if CANARY not in text]


def test_a_tagger_that_skips_a_note_condemns_it() -> None:
    outcomes = make(GoldTagger(MARKED, SECOND), Short()).process(bad_and_good())
    assert outcomes[1] == Quarantined("bad", "tag", "ValueError")
    assert [type(o) for o in outcomes] == [Result, Quarantined, Result]


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        (Span(0, 4, "PERSON", 0.9), "LookupError"),
        (Span(0, 99_999, "PATIENT", 0.9), "IndexError"),
        (Span(-3, 4, "PATIENT", 0.9), "IndexError"),
        (Span(4, 4, "PATIENT", 0.9), "IndexError"),
    ],
)
def test_a_span_that_fits_nowhere_condemns_its_note(span: Span, reason: str) -> None:
    outcomes = make(Fixed(span)).process(bad_and_good())
    assert outcomes[1] == Quarantined("bad", "resolve", reason)
    assert [type(o) for o in outcomes] == [Result, Quarantined, Result]


def test_a_leak_is_quarantined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leak, "find_leaks", lambda note, *rest: [Leak("CITY", 0, 3)] if note.note_id == "bad" else [])
    outcomes = make().process(bad_and_good())
    assert outcomes[1] == Quarantined("bad", "leak", "LeakError")
    assert [type(o) for o in outcomes] == [Result, Quarantined, Result]


MASK_LEAKS = load_policy("mask").model_copy(update={"on_leak": "mask"})


def test_an_id_that_holds_phi_is_written_nowhere() -> None:
    note = Note("Quist_Zebulon-7", TEXTS[0], note_type="letter of Quist")
    (refused,) = make().process([note])
    assert isinstance(refused, Quarantined)
    assert (refused.stage, refused.reason, refused.given_id) == ("leak", "NoteIdLeak", note.note_id)
    assert refused.note_id.startswith("id-")
    assert "Quist" not in repr(refused)
    with pytest.raises(StageError) as caught:
        make()(note)
    assert "Quist" not in "".join(traceback.format_exception(caught.value))

    (result,) = replace(make(), policy=MASK_LEAKS).process([note])
    assert isinstance(result, Result)
    assert (result.note_id, result.given_id, result.note_type) == (refused.note_id, note.note_id, None)
    assert {record.note_id for record in (*result.diagnoses, *result.medications)} == {refused.note_id}
    assert [(row.label, row.action, row.spans) for row in result.audit if row.sources == "leak"] == [
        ("PATIENT", "hash", 1), ("PATIENT", "mask", 1),
    ]  # fmt: skip
    assert "Quist" not in repr(result)


def test_an_id_that_holds_the_id_of_the_patient_is_hashed() -> None:
    note = Note("10000032-DS-21", TEXTS[0], patient_id="10000032")
    (result,) = make().process([note])
    assert isinstance(result, Result)
    assert result.note_id.startswith("id-")
    assert result.given_id == note.note_id
    assert [(row.label, row.action, row.spans) for row in result.audit if row.sources == "leak"] == [
        ("IDNUM", "hash", 1)
    ]
    assert "10000032" not in repr(result)


def test_ids_and_types_without_phi_stay() -> None:
    (result,) = make().process([Note("visit_3-2021.txt", TEXTS[0], note_type="gout clinic")])
    assert isinstance(result, Result)
    assert (result.note_id, result.note_type, result.given_id) == ("visit_3-2021.txt", "gout clinic", None)


def test_records_that_quote_another_text_are_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    original = module.build_records

    def wrong(note: Note, *args: Any, **kwargs: Any) -> Any:
        records = original(note, *args, **kwargs)
        if note.note_id != "bad":
            return records
        return replace(records, diagnoses=tuple(r.model_copy(update={"surface": CANARY}) for r in records.diagnoses))

    monkeypatch.setattr(module, "build_records", wrong)
    outcomes = make().process(bad_and_good())
    assert outcomes[1] == Quarantined("bad", "leak", "LeakError")
    assert [type(o) for o in outcomes] == [Result, Quarantined, Result]


def test_pipe_keeps_the_order_and_batches() -> None:
    tagger = GoldTagger(MARKED, SECOND)
    notes = [Note(f"n{i}", TEXTS[i % 2]) for i in range(10)]
    assert [r.note_id for r in make(tagger).pipe(iter(notes), batch_size=4)] == [f"n{i}" for i in range(10)]
    assert tagger.calls == [4, 4, 2]


def test_pipe_takes_plain_texts_and_numbers_them() -> None:
    results = list(make().pipe([*TEXTS, Note("own", TEXTS[0])]))
    assert [r.note_id for r in results] == ["note-0", "note-1", "own"]
    assert all(CANARY not in r.text for r in results)


def test_pipe_streams() -> None:
    def endless() -> object:
        while True:
            yield TEXTS[0]

    stream = make().pipe(endless(), batch_size=3)  # type: ignore[arg-type]
    assert [next(stream).note_id for _ in range(4)] == ["note-0", "note-1", "note-2", "note-3"]


def test_pipe_raises_for_a_note_that_fails_after_those_before_it() -> None:
    stream = make(GoldTagger(SECOND), Failing()).pipe(bad_and_good())
    assert next(stream).note_id == "good-1"
    with pytest.raises(StageError, match=r"'bad': RuntimeError in stage 'tag'"):
        next(stream)


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_size_that_would_lose_all_notes_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="batch_size"):
        list(make().pipe(TEXTS, batch_size=size))


def test_nothing_in_nothing_out() -> None:
    assert make().process([]) == make().annotate([]) == list(make().pipe([])) == []


@pytest.mark.parametrize("text", ["", " \r\n\t", "\x00", "\ud800 \U0001f600 e\u0301"])
def test_odd_texts_come_back_as_they_are(text: str) -> None:
    assert make()(text).text == text


@given(before=st.text(st.characters(exclude_categories=()), max_size=30))
@settings(max_examples=50)
def test_offsets_are_those_of_the_original_text(before: str) -> None:
    start = len(before) + 1
    name = Span(start, start + len(CANARY), "PATIENT", 0.9, ("x",))
    drug = Span(name.end + 1, name.end + 8, "DRUG", 0.9, ("x",))
    note = Note("n", f"{before} {CANARY} aspirin {CANARY}")
    (found,) = make(Fixed(name, drug)).annotate([note])
    assert isinstance(found, Annotations)
    assert {(s.start, s.end) for s in found.phi} >= {(start, name.end)}
    assert note.text[found.phi[-1].start : found.phi[-1].end] == CANARY  # propagated
    assert [note.text[s.start : s.end] for s in found.entities] == ["aspirin"]


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", Path(__file__).parents[1] / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_annotations_are_what_the_scorer_reads(scorer: ModuleType) -> None:
    notes = [Note(f"n{i}", text) for i, text in enumerate(TEXTS)]
    lines = {}
    for note, found in zip(notes, make().annotate(notes), strict=True):
        assert isinstance(found, Annotations)
        lines[note.note_id] = json.loads(json.dumps(found.to_json(note.note_id)))
    gold = [gold_json(MarkedNote(n, parse(m)[1])) for n, m in zip(notes, (MARKED, SECOND), strict=True)]
    phi = scorer.score_phi(gold, lines, [])
    assert phi["token_recall"] == phi["token_precision"] == phi["clinical_kept"] == phi["typed_f1"]["f1"] == 1
    clinical = scorer.score_clinical(gold, lines, [])
    assert {k: v["f1"] for k, v in clinical["strict"].items() if v["n"]} == {
        "DRUG": 1, "DX": 1, "SX": 1, "PROBLEM": 1, "STRENGTH": 1, "FREQUENCY": 1,
    }  # fmt: skip
    assert clinical["attribute_f1"]["f1"] == 1
    assert clinical["assertion"][0] == clinical["status"][0] == 1


def test_the_same_settings_have_the_same_fingerprint_and_show_no_key() -> None:
    fingerprint = make().fingerprint
    assert fingerprint == make().fingerprint
    assert set(fingerprint) >= {"clinsift", "model", "policy", "key_id"}
    assert all(isinstance(value, str) for value in fingerprint.values())
    assert "k" * 32 not in str(fingerprint)
    assert (b"k" * 32).hex() not in str(fingerprint)


@pytest.mark.parametrize(
    ("part", "other"),
    [("policy", {"policy": "surrogate"}), ("key_id", {"secret": b"q" * 32}), ("model", {"model": "other"})],
)
def test_the_fingerprint_changes_with_policy_key_and_model(part: str, other: dict[str, object]) -> None:
    one, two = make().fingerprint, make(**other).fingerprint  # type: ignore[arg-type]
    assert {name for name in one if one[name] != two[name]} == {part}


def test_the_fingerprint_changes_with_a_threshold_of_a_policy_of_the_same_name(tmp_path: Path) -> None:
    source = Path(module.__file__).parents[1] / "deid" / "policies" / "mask.yaml"
    path = tmp_path / "mask.yaml"
    fingerprints = []
    for threshold in (0.5, 0.4):
        path.write_text(source.read_text().split("thresholds:")[0] + f"thresholds: {{default: {threshold}}}\n")
        fingerprints.append(make(policy=str(path)).fingerprint["policy"])
    assert fingerprints[0] != fingerprints[1]


def test_output_does_not_depend_on_the_batch() -> None:
    notes = [Note(f"n{i}", TEXTS[i % 2], patient_id=f"p{i}") for i in range(5)]
    for policy in ("mask", "surrogate"):
        together = make(policy=policy).process(notes)
        assert together == [make(policy=policy).process([note])[0] for note in notes]


def test_loading_tells_what_to_choose(tmp_path: Path) -> None:
    key = SecretKey(b"k" * 32)
    with pytest.raises(ConfigError, match=r"choose one of: transformer, cnn-rnn, ensemble"):
        Pipeline.load(tagger="bert", key=key)
    with pytest.raises(ConfigError, match=r"config\.json is missing"):
        Pipeline.load(tmp_path, key=key)


def test_a_pipeline_loads_a_model_of_ones_own(tiny_checkpoint: Callable[..., object], tmp_path: Path) -> None:
    tiny_checkpoint("cnn-rnn").save(tmp_path)  # type: ignore[attr-defined]
    pipeline = Pipeline.load(tmp_path, key=SecretKey(b"k" * 32))
    assert pipeline.model == Pipeline.load(str(tmp_path), key=SecretKey(b"q" * 32)).model
    assert "555" not in pipeline("Call (617) 555-0123.").text


@pytest.mark.parametrize("stage", ["tag", "resolve", "transform"])
def test_id_that_stands_in_a_note_that_failed_before_the_leak_check_is_hashed(stage, monkeypatch) -> None:
    def broken(*args: object, **named: object) -> None:
        raise RuntimeError

    taggers = (Failing(),) if stage == "tag" else ()
    if stage != "tag":
        monkeypatch.setattr(f"nlp.pipeline.{stage}", broken)
    notes = [Note("Quist_Zebulon.txt", TEXTS[0]), Note("n7", TEXTS[0])]
    told, plain = make(*taggers).process(notes)
    assert isinstance(told, Quarantined)
    assert isinstance(plain, Quarantined)
    assert told.note_id.startswith("id-")
    assert (told.given_id, told.stage, plain.note_id, plain.given_id) == ("Quist_Zebulon.txt", stage, "n7", None)
    assert "Quist" not in repr(told)
