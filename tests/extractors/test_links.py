# ruff: noqa: E501 - one marked-up example a line
"""Attributes to their drugs, problems to the drugs whose reason they are."""

import pytest

from extractors.links import link_attributes
from nlp.types import Span

ATTRIBUTES = {
    "in a sentence": (
        "[[DRUG:lisinopril|m1|current]] [[STRENGTH:20 mg|m1]] [[ROUTE:PO|m1]] [[FREQUENCY:daily|m1]], "
        "[[DRUG:metformin|m2|current]] [[STRENGTH:500 mg|m2]] [[FREQUENCY:BID|m2]]"
    ),
    "over a wrapped line": "took [[DRUG:metoprolol tartrate|m1|past]] [[STRENGTH:25 mg|m1]],\n[[ROUTE:by mouth|m1]] at noon",
    "a table with dots": (
        "carvedilol\n[[DRUG:insulin 70/30|m1|current]] ....... [[DOSAGE:28 units|m1]] [[ROUTE:SC|m1]]\n"
        "[[DRUG:semaglutide|m2|current]] ....... [[STRENGTH:0.5 mg|m2]] [[FREQUENCY:weekly|m2]]\n"
    ),
    "a table with bars": (
        "| [[DRUG:apixaban|m1|current]] | [[STRENGTH:5 mg|m1]] | [[FREQUENCY:BID|m1]] |\n"
        "| [[DRUG:senna|m2|current]] | [[DOSAGE:2 tabs|m2]] | [[FREQUENCY:qhs|m2]] |"
    ),
    "a dose before its drug": "A total of [[STRENGTH:75 mcg|m1]] of [[DRUG:fentanyl|m1|once]].",
    "a route before its drug": "Given [[DRUG:heparin|m1|once]] [[STRENGTH:5000 u|m1]], [[ROUTE:oral|m2]] [[DRUG:vancomycin|m2|once]].",
    "a route after the last dose": "[[DRUG:aspirin|m1|once]] [[STRENGTH:324 mg|m1]] [[ROUTE:PO|m1]]\n[[DRUG:atropine|m2|once]]",
    "a count before its drug": "Took [[DRUG:Panadol|m1|past]] [[DOSAGE:2 tabs|m1]] this morning and [[DOSAGE:one|m2]] [[DRUG:aspirin|m2|past]].",
    "a brand in brackets": "[[DRUG:nitrofurantoin|m1|start]] ([[DRUG:Macrobid|m2|start]]) [[STRENGTH:100 mg|m1]] [[FREQUENCY:BID|m1]]",
    "a taper": (
        "[[DRUG:prednisone|m1|start]] [[STRENGTH:40 mg|m1]] [[FREQUENCY:daily|m1]] [[DURATION:x 3 d|m1]], "
        "[[STRENGTH:20|m1]] [[DURATION:x 3 d|m1]], off"
    ),
}


@pytest.mark.parametrize("marked", ATTRIBUTES.values(), ids=ATTRIBUTES.keys())
def test_attributes_hang_on_their_drug(marked, restructure) -> None:
    text, expected, got = restructure(marked)
    assert [(text[g.start : g.end], g.drug) for g in got if g.label not in ("DX", "SX", "DRUG")] == [
        (text[e.start : e.end], e.drug) for e in expected if e.label not in ("DX", "SX", "DRUG")
    ]


def test_nothing_is_linked_across_a_blank_line() -> None:
    text = "aspirin\n\n20 mg"
    assert link_attributes(text, [Span(0, 7, "DRUG")], [Span(9, 14, "STRENGTH")]) == [None]


REASONS = {
    "for": "[[DRUG:gabapentin|m1|current]] [[STRENGTH:300 mg|m1]] [[FREQUENCY:TID|m1]] for [[SX:neuropathic pain|present||m1]]",
    "prn": "[[DRUG:ondansetron|m1|current]] [[STRENGTH:4 mg|m1]] [[FREQUENCY:q8h PRN|m1]] [[SX:nausea|hypothetical||m1]]",
    "two reasons": "[[DRUG:Tylenol|m1|current]] [[FREQUENCY:prn|m1]] for [[SX:fever|hypothetical||m1]] or [[SX:pain|hypothetical||m1]]",
    "the first of two drugs": "[[DRUG:ceftriaxone|m1|once]] and [[DRUG:azithromycin|m2|once]] for [[DX:pneumonia|present||m1]]",
    "a heading": "# [[DX:Hypertension|present||m1]]: continue [[DRUG:losartan|m1|current]]",
    "treated with": "[[DX:Gout|present||m1]] was treated with [[DRUG:colchicine|m1|past]].",
    "a table column": "[[DRUG:metoprolol|m1|current]]   [[STRENGTH:50 mg|m1]] [[FREQUENCY:daily|m1]]       [[DX:CAD|present||m1]]",
    "a drug that is not taken has none": "no [[DRUG:aspirin|m1|negated]] for [[DX:CAD|present]]",
    "another sentence": "Takes [[DRUG:aspirin|m1|current]]. Complains of [[SX:cough|present]].",
}


@pytest.mark.parametrize("marked", REASONS.values(), ids=REASONS.keys())
def test_reasons_name_their_drug(marked, restructure) -> None:
    text, expected, got = restructure(marked)
    assert [(text[g.start : g.end], g.drug) for g in got if g.label in ("DX", "SX")] == [
        (text[e.start : e.end], e.drug) for e in expected if e.label in ("DX", "SX")
    ]
