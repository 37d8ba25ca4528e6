"""Every format: what is read, that offsets hold, and what an error says."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpora import CorpusError, RawDocument
from nlp.corpora.bio import read_bio
from nlp.corpora.brat import read_brat
from nlp.corpora.i2b2 import read_i2b2
from nlp.corpora.jsonfiles import json_objects
from nlp.corpora.pubtator import read_pubtator
from nlp.corpora.spans import read_clinsift, read_neurotrialner, read_phee, read_presidio, read_spans

CANARY = "Quintrell"


def found(document: RawDocument) -> list[tuple[str, str]]:
    assert document.fault is None
    return [(s.label, document.text[s.start : s.end]) for s in document.spans]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def make(name: str, content: str) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode())
        return path

    return make


def test_brat_spans_relations_events_and_attributes(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    write("a.txt", "No fever.\r\nTakes aspirin 81\nmg daily \U0001f600 gout")
    write(
        "a.ann",
        "T1\tSymptom 3 8\tfever\nE1\tSymptom:T1 \nA1\tPOLARITY E1 NEG\n#1\tNote T1\tunsure\n"
        "T2\tDrug 17 24\taspirin\nT3\tStrength 25 27;28 30\t81 mg\nR1\tStrength-Drug Arg1:T3 Arg2:T2\n"
        "T4\tDisease 39 43\tgout\n*\tOVERLAP T1 T2\nN1\tReference T4 ICD10CM:M10.9\tGout, unspecified\n"
        "N2\tReference E1 UMLS:C0015967\tfever\n",
    )
    (document,) = read_brat(tmp_path)
    assert found(document) == [
        ("Symptom", "fever"), ("Drug", "aspirin"), ("Strength", "81\nmg"), ("Disease", "gout"),
    ]  # fmt: skip
    assert [s.values for s in document.spans] == [("NEG",), (), (), ()]
    assert not any(s.broken for s in document.spans)
    assert document.links == (("T3", "T2"),)
    assert [s.codes for s in document.spans] == [(("UMLS", "C0015967"),), (), (), (("ICD10CM", "M10.9"),)]


def test_a_brat_mention_with_a_gap_is_one_broken_span(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    write("a.txt", "fracture of the left arm")
    write("a.ann", "T1\tDisease 0 8;16 20\tfracture left\n")
    (document,) = read_brat(tmp_path)
    assert found(document) == [("Disease", "fracture of the left")]
    assert document.spans[0].broken


def test_pubtator_text_is_title_blank_abstract(write: Callable[[str, str], Path]) -> None:
    path = write(
        "c.txt",
        "\n12|t|Gout and ale.\n12|a|Ale | gout.\n12\t0\t4\tGout\tDisease\tD1\n12\t20\t24\tgout\tDisease\tD1\n"
        "12\tCID\tD2\tD1\n\n13|t|None.\n13|a|\n",
    )
    one, two = read_pubtator(path)
    assert (one.doc_id, one.text) == ("12", "Gout and ale. Ale | gout.")
    assert found(one) == [("Disease", "Gout"), ("Disease", "gout")]
    assert (two.doc_id, two.spans) == ("13", ())


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("B-P I-P O B-P", ["Ann Lee", "Rome"]),
        ("I-P I-P O I-P", ["Ann Lee", "Rome"]),  # IOB1
        ("B-P B-P O O", ["Ann", "Lee"]),
        ("B-P E-P O S-P", ["Ann Lee", "Rome"]),  # BIOES
        ("B-P I-Q O O", ["Ann", "Lee"]),
        ("S-P I-P O O", ["Ann", "Lee"]),
        ("O O O O", []),
    ],
)
def test_bio_tags(write: Callable[[str, str], Path], tags: str, expected: list[str]) -> None:
    lines = [f"{token} x {tag}" for token, tag in zip(["Ann", "Lee", "saw", "Rome"], tags.split(), strict=True)]
    (document,) = read_bio(write("d.conll", "\r\n".join(lines) + "\r\n\r\n"))
    assert [surface for _, surface in found(document)] == expected
    assert document.text == "Ann Lee saw Rome\n"


def test_bio_sentences_are_documents_unless_docstart_parts_them(write: Callable[[str, str], Path]) -> None:
    sentences = "Ann B-P\n\n\nsaw O\n"
    assert [d.text for d in read_bio(write("d.conll", sentences))] == ["Ann\n", "saw\n"]
    parted = "-DOCSTART- O\n\nAnn B-P\n\nsaw O\nLee B-P\n\n-DOCSTART- O\n\nend O"
    one, two = read_bio(write("e.conll", parted))
    assert (one.text, found(one)) == ("Ann\nsaw Lee\n", [("P", "Ann"), ("P", "Lee")])
    assert two.text == "end\n"


def test_i2b2_xml(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    write(
        "220-03.xml",
        '<?xml version="1.0" encoding="UTF-8" ?><deIdi2b2><TEXT><![CDATA[Seen 3/4 by Reed & Co]]></TEXT><TAGS>'
        '<DATE id="P0" start="5" end="8" text="3/4" TYPE="DATE" comment="" />'
        '<NAME id="P1" start="12" end="16" text="Reed" TYPE="DOCTOR" comment="" /></TAGS></deIdi2b2>',
    )
    (document,) = read_i2b2(tmp_path)
    assert found(document) == [("DATE", "3/4"), ("DOCTOR", "Reed")]
    assert (document.doc_id, document.patient_id) == ("220-03", "220")


def test_json_forms(write: Callable[[str, str], Path]) -> None:
    spans = {"id": "s1", "text": "Ann here", "spans": [{"start": 0, "end": 3, "label": "P", "text": "Ann"}]}
    (one,) = read_spans(write("s.jsonl", json.dumps(spans) + "\n\n"))
    assert (one.doc_id, found(one)) == ("s1", [("P", "Ann")])
    entry = {"entity_type": "PERSON", "entity_value": "Ann", "start_position": 0, "end_position": 3}
    (two,) = read_presidio(write("p.json", json.dumps([{"full_text": "Ann here", "spans": [entry]}])))
    assert found(two) == [("PERSON", "Ann")]
    trial = {"nctid": "N1", "text": "for gout", "entities": [{"start": 4, "end": 8, "type": "C", "text": "gout"}]}
    (three,) = read_neurotrialner(write("n.json", json.dumps([trial])))
    assert (three.doc_id, found(three)) == ("N1", [("C", "gout")])


def test_phee_arguments_and_their_parts(write: Callable[[str, str], Path]) -> None:
    event = {
        "event_id": "E1",
        "Effect": {"text": [["rash"]], "start": [[0]], "entity_id": ["T1"]},
        "Treatment": {
            "text": [["oral aspirin"]],
            "start": [[10]],
            "Drug": {"text": [["aspirin"]], "start": [[15]]},
        },
        "Negated": {"text": [], "start": [], "value": True},
    }
    line = {"id": "x", "context": "rash from oral aspirin", "annotations": [{"events": [event, event]}]}
    (document,) = read_phee(write("p.jsonl", json.dumps(line)))
    assert found(document) == [("Effect", "rash"), ("Treatment", "oral aspirin"), ("Treatment.Drug", "aspirin")]


def test_clinsift_gold_keeps_assertion_status_and_links(write: Callable[[str, str], Path]) -> None:
    line = {
        "note_id": "n1", "patient_id": "p", "text": "Ann takes aspirin for gout",
        "phi": [{"start": 0, "end": 3, "label": "PATIENT", "score": 0.9, "sources": ["x"]}],
        "entities": [
            {"start": 10, "end": 17, "label": "DRUG", "id": "m1", "status": "current", "text": "aspirin"},
            {"start": 22, "end": 26, "label": "DX", "assertion": "present", "icd10": "M10.9", "drug": "m1"},
        ],
    }  # fmt: skip
    (document,) = read_clinsift(write("g.jsonl", json.dumps(line)))
    assert found(document) == [("PATIENT", "Ann"), ("DRUG", "aspirin"), ("DX", "gout")]
    assert [s.values for s in document.spans] == [(), ("current",), ("present",)]
    assert [s.codes for s in document.spans] == [(), (), (("ICD10CM", "M10.9"),)]
    assert document.links == ((document.spans[2].id, "m1"),)


def test_json_lines_may_be_gzipped_and_hold_any_line_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'\xef\xbb\xbf{"a": 1}\n' + '{"a": "x\u2028\x85y"}\n'.encode()))
    assert [entry for _, entry in json_objects(path)] == [{"a": 1}, {"a": "x\u2028\x85y"}]


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30), st.text("ab é\U0001f600", min_size=1))
def test_offsets_are_characters_whatever_stands_before(before: str, surface: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        span = {"start": len(before), "end": len(before) + len(surface), "label": "P", "text": surface}
        path.write_text(json.dumps({"text": before + surface, "spans": [span]}), encoding="utf-8")
        (document,) = read_spans(path)
    assert found(document) == [("P", surface)]


WRONG: list[tuple[Callable[..., object], str, str, str]] = [
    (read_bio, "d.conll", f"{CANARY} X-P\n", "line 1"),
    (read_bio, "d.conll", f"{CANARY}\n", "line 1"),
    (read_bio, "d.conll", "\n\n", "no tokens"),
    (read_pubtator, "c.txt", f"1|a|{CANARY}\n", "begin with"),
    (read_pubtator, "c.txt", f"1|t|{CANARY}\n1\t0\n", "document 1"),
    (read_pubtator, "c.txt", " \n", "no PubTator"),
    (read_i2b2, "x.xml", f"<a>{CANARY}", "no XML"),
    (read_i2b2, "x.xml", f"<a>{CANARY}</a>", "TEXT and TAGS"),
    (read_i2b2, "x.xml", f"<a><TEXT>{CANARY}</TEXT><TAGS><N id='P1' start='0'/></TAGS></a>", "P1"),
    (read_spans, "s.jsonl", f'{{"text": "{CANARY}"}}', "'spans'"),
    (read_spans, "s.jsonl", f'{{"text": "{CANARY}", "spans": [{{"start": 1}}]}}', "line 1"),
    (read_spans, "s.jsonl", f'\n{{"text": {CANARY}', "line 2"),
    (read_spans, "s.jsonl", f'["{CANARY}"]', "entry 1"),
    (read_brat, "x.txt", CANARY, "pairs of"),
]


@pytest.mark.parametrize(("reader", "name", "content", "said"), WRONG)
def test_errors_say_where_and_quote_no_text(
    write: Callable[[str, str], Path], reader: Callable[..., object], name: str, content: str, said: str
) -> None:
    path = write(name, content)
    with pytest.raises(CorpusError) as caught:
        list(reader(path))  # type: ignore[call-overload]
    assert said in str(caught.value)
    assert path.name in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_line_of_no_brat_annotation_is_an_error(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    write("a.txt", "x")
    write("a.ann", f"T1 Disease 0 1 {CANARY}\n")
    with pytest.raises(CorpusError, match=r"a\.ann, line 1") as caught:
        list(read_brat(tmp_path))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(("start", "end"), [(1, 4), (0, 99), (3, 3), (-1, 2)])
def test_offsets_that_do_not_fit_are_a_fault_without_text(
    write: Callable[[str, str], Path], start: int, end: int
) -> None:
    line = {"text": f"Ann {CANARY}", "spans": [{"start": start, "end": end, "label": "P", "text": "Ann"}]}
    (document,) = read_spans(write("s.jsonl", json.dumps(line)))
    assert document.fault
    assert CANARY not in document.fault
    assert CANARY not in repr(document)
