"""Label maps: what becomes of every kind of entry, overlaps, links, and the maps of the package."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlp.corpora import FORMATS, CorpusError, RawDocument, RawSpan, known_maps, load_map, read_corpus
from nlp.corpora.labelmap import LABELS, expand, own_labels
from nlp.errors import ConfigError
from nlp.labels import NAME_LABELS
from nlp.markup import Choice, MarkedNote

TEXT = "Dr. Ann Lee saw mild asthma and my brother at Rome on aspirin 81 mg"


def mapped(tmp_path: Path, yaml: str, *spans: tuple[str, str], links: tuple[tuple[str, str], ...] = ()) -> MarkedNote:
    """Apply a map to spans of `TEXT` given as (label, surface); a span's id is its surface."""
    path = tmp_path / "own.yaml"
    path.write_text(yaml)
    raws = tuple(RawSpan(TEXT.index(s), TEXT.index(s) + len(s), label, s) for label, s in spans)
    return load_map(path).apply(RawDocument("d", Path("f"), TEXT, raws, links))


def surfaces(marked: MarkedNote) -> list[tuple[str, str]]:
    spans = (*marked.annotations.phi, *marked.annotations.entities)
    return [(s.label, TEXT[s.start : s.end]) for s in spans]


def chosen(marked: MarkedNote) -> list[tuple[tuple[str, ...], str]]:
    return [(c.labels, TEXT[c.start : c.end]) for c in marked.choices]


def test_one_label_several_labels_nothing_and_ignored(tmp_path: Path) -> None:
    marked = mapped(
        tmp_path,
        "complete: [NAME, CITY]\nlabels: {P: NAME, C: CITY, N: null, I: ignore, D: [DX, O]}",
        ("P", "Ann Lee"), ("C", " Rome "), ("N", "saw"), ("I", "my brother"), ("D", "asthma"),
    )  # fmt: skip
    assert surfaces(marked) == [("CITY", "Rome")]
    assert chosen(marked) == [(tuple(sorted(NAME_LABELS)), "Ann Lee"), (("DX", "O"), "asthma"), ((), "my brother")]
    assert marked.labels == NAME_LABELS | {"CITY"}


def test_trim_unless_and_loose(tmp_path: Path) -> None:
    yaml = "labels: {P: {to: DOCTOR, trim: 'Dr[.]', unless: '[a-z]|(?<=on )'}, D: {to: DX, loose: true}}"
    marked = mapped(tmp_path, yaml, ("P", "Dr. Ann Lee"), ("P", "my brother"), ("P", "aspirin"), ("D", "mild asthma"))
    assert surfaces(marked) == [("DOCTOR", "Ann Lee")]
    assert [(c.labels, c.loose) for c in marked.choices] == [(("DX",), True), ((), False), ((), False)]
    assert marked.labels == frozenset()


def test_of_spans_that_overlap_the_longest_stays_and_choices_give_way(tmp_path: Path) -> None:
    yaml = "labels: {P: DOCTOR, D: DX, S: [DX, SX], I: ignore}"
    marked = mapped(tmp_path, yaml, ("P", "Lee"), ("P", "Ann Lee"), ("S", "mild asthma"), ("D", "asthma"), ("I", "Ann"))
    assert surfaces(marked) == [("DOCTOR", "Ann Lee"), ("DX", "asthma")]
    assert chosen(marked) == [((), "Ann")]


def test_a_span_with_a_gap_is_ignored() -> None:
    raw = RawSpan(0, 11, "DOCTOR", broken=True)
    marked = own_labels().apply(RawDocument("d", Path("f"), TEXT, (raw,)))
    assert marked.choices == (Choice(0, 11),)
    assert not marked.annotations.phi


def test_drugs_are_numbered_and_attributes_linked_either_way(tmp_path: Path) -> None:
    yaml = "labels: {M: DRUG, S: STRENGTH, R: DX}"
    links = (("aspirin", "81 mg"), ("asthma", "aspirin"))
    marked = mapped(tmp_path, yaml, ("S", "81 mg"), ("M", "aspirin"), ("R", "asthma"), links=links)
    drug = [(s.label, s.id, s.drug) for s in marked.annotations.entities]
    assert drug == [("DX", None, "m1"), ("DRUG", "m1", None), ("STRENGTH", None, "m1")]


def test_values_become_assertions_and_statuses() -> None:
    path = FORMATS["brat"]
    assert path.label_map is None
    spans = (RawSpan(16, 27, "DX", "a", ("negated",)), RawSpan(53, 60, "DRUG", "b", ("negated",)))
    marked = own_labels().apply(RawDocument("d", Path("f"), TEXT, spans))
    assert [(s.assertion, s.status) for s in marked.annotations.entities] == [("negated", None), (None, "negated")]
    assert marked.labels is None


def test_codes_of_problems_are_kept_and_those_of_other_systems_are_not() -> None:
    spans = (
        RawSpan(16, 27, "DX", "a", codes=(("UMLS", "C0000000"), ("ICD10CM", "E11.9"))),
        RawSpan(53, 60, "DRUG", "b", codes=(("ICD10CM", "E11.9"),)),
    )
    marked = own_labels().apply(RawDocument("d", Path("f"), TEXT, spans))
    assert [span.icd10 for span in marked.annotations.entities] == ["E11.9", None]


def test_a_code_that_is_none_is_an_error_that_says_where() -> None:
    raw = RawSpan(16, 27, "DX", "a", codes=(("ICD10CM", "E119"),))
    with pytest.raises(CorpusError, match=r"document d, characters 16 to 27: no ICD-10-CM code"):
        own_labels().apply(RawDocument("d", Path("f"), TEXT, (raw,)))


def test_a_label_that_the_map_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"document d.*lacks label 'Q'.*knows: P"):
        mapped(tmp_path, "labels: {P: DOCTOR}", ("Q", "Ann"))


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("labels: {P: PERSON}", "label P: unknown label PERSON; choose of: PHI, "),
        ("complete: [x]\nlabels: {}", "complete: unknown label x"),
        ("labels: {P: {from: DX}}", "expected 'to'"),
        ("labels: {P: {to: DX, trim: '('}}", "label P, trim"),
        ("labels: {}\nassertions: {NEG: no}", "unknown"),
        ("labels: []", "has the field 'labels'"),
        ("label: {}", "has the field 'labels'"),
        ("{", "no YAML"),
    ],
)
def test_errors_in_a_map(tmp_path: Path, yaml: str, said: str) -> None:
    yaml = yaml.replace("no}", "'no'}")
    with pytest.raises(ConfigError) as caught:
        mapped(tmp_path, yaml)
    assert said in str(caught.value)


def test_an_unknown_map_and_format_list_the_known(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="bc5cdr"):
        load_map("nowhere")
    with pytest.raises(ConfigError, match="pubtator"):
        read_corpus(tmp_path, "xml")
    with pytest.raises(CorpusError, match="no such file"):
        read_corpus(tmp_path / "gone", "brat")


@pytest.mark.parametrize("name", known_maps())
def test_the_maps_of_the_package_name_our_labels(name: str) -> None:
    label_map = load_map(name)
    assert label_map.targets
    assert label_map.complete is not None
    assert label_map.complete <= set(LABELS)
    assert label_map.format in FORMATS
    for target in label_map.targets.values():
        assert target is None or set(target.labels) <= {*LABELS, "O"}


def test_formats_name_maps_that_exist() -> None:
    assert {f.label_map for f in FORMATS.values()} - {None} <= set(known_maps())


def test_groups_expand_to_labels() -> None:
    assert expand(["NAME", "DX"], "x") == ("DOCTOR", "DX", "PATIENT", "RELATIVE")
    assert "HOSPITAL" not in expand("PLACE", "x")
    assert set(expand(["PHI", "CLINICAL"], "x")) == set(LABELS)


def test_documents_with_wrong_offsets_are_skipped_only_where_a_map_allows_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = {"id": "a", "text": "Ann", "spans": [{"start": 0, "end": 3, "label": "P"}]}
    bad = {"id": "b", "text": "Ann", "spans": [{"start": 0, "end": 3, "label": "P", "text": "Bob"}]}
    path.write_text(f"{json.dumps(good)}\n{json.dumps(bad)}\n")
    strict, tolerant = tmp_path / "strict.yaml", tmp_path / "tolerant.yaml"
    strict.write_text("labels: {P: PATIENT}")
    tolerant.write_text("labels: {P: PATIENT}\nfaulty: true")
    with pytest.raises(CorpusError, match="document b"):
        read_corpus(path, "spans", strict)
    corpus = read_corpus(path, "spans", tolerant)
    assert ([m.note.note_id for m in corpus.notes], corpus.skipped) == (["a"], ("b",))
    assert "Ann" not in repr(corpus)
    assert [m.note.note_id for m in read_corpus(tmp_path, "spans", strict, only="a").notes] == ["a"]
