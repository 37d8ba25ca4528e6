# ruff: noqa: E501 - one marked-up example a line
"""Medication status: cues, sections, layout."""

import pytest

CASES = {
    "a home list": "MEDS: [[DRUG:lisinopril|m1|current]] [[STRENGTH:20 mg|m1]] [[FREQUENCY:daily|m1]], [[DRUG:metformin|m2|current]]",
    "started": "Start [[DRUG:lisinopril|m1|start]] [[STRENGTH:10 mg|m1]] [[FREQUENCY:daily|m1]].",
    "begun, after the dose": "[[DRUG:Apixaban|m1|start]] [[STRENGTH:5 mg|m1]] [[FREQUENCY:BID|m1]] was started on Monday.",
    "increase to": "Increase [[DRUG:metformin|m1|change]] to [[STRENGTH:1000 mg|m1]] [[FREQUENCY:BID|m1]].",
    "an arrow between doses": "[[DRUG:furosemide|m1|change]] [[STRENGTH:20|m1]] -> [[STRENGTH:40 mg|m1]] [[FREQUENCY:daily|m1]]",
    "the old dose in brackets": "[[DRUG:atorvastatin|m1|change]] [[STRENGTH:80 mg|m1]] [[FREQUENCY:nightly|m1]] (was [[STRENGTH:20|m1]])",
    "d/c'd and stopped": "D/c'd [[DRUG:HCTZ|m1|stop]]. [[DRUG:Aspirin|m2|stop]] [[STRENGTH:81 mg|m2]] [[FREQUENCY:daily|m2]], stopped.",
    "a list after stop": "Stop [[DRUG:nadolol|m1|stop]], [[DRUG:lisinopril|m2|stop]] and [[DRUG:glipizide|m3|stop]].",
    "held": "[[DRUG:Lisinopril|m1|hold]] and [[DRUG:metformin|m2|hold]] held after contrast. Hold [[DRUG:warfarin|m3|hold]].",
    "given once": "He was given [[DRUG:ondansetron|m1|once]] [[STRENGTH:4 mg|m1]] [[ROUTE:IV|m1]].",
    "an emergency course": "ED COURSE\n- [[DRUG:Ketorolac|m1|once]] [[STRENGTH:15 mg|m1]] [[ROUTE:IV|m1]]",
    "a timed line": "0541   [[DRUG:atropine|m1|once]] [[STRENGTH:1 mg|m1]] [[ROUTE:IVP|m1]]",
    "allergies": "ALLERGIES: [[DRUG:sulfa|m1|allergy]], [[DRUG:codeine|m2|allergy]]. Allergic to [[DRUG:latex gloves|m3|allergy]].",
    "tolerated in the allergy section": "Allergy: [[DRUG:penicillin|m1|allergy]]. Tolerated [[DRUG:cefazolin|m2|past]].",
    "declined and not given": "[[DRUG:Charcoal|m1|negated]] not given. Declined [[DRUG:flu shot|m2|negated]]. No [[DRUG:NSAIDs|m3|negated]].",
    "avoid": "Avoid [[DRUG:ibuprofen|m1|negated]] and [[DRUG:naproxen|m2|negated]].",
    "consider": "Consider [[DRUG:Prolia|m1|possible]] at follow-up.",
    "conditional": "Start [[DRUG:metformin|m1|possible]] if A1c > 6.5.",
    "past use": "Failed [[DRUG:cephalexin|m1|past]]. Previously on [[DRUG:paroxetine|m2|past]]. Completed [[DRUG:doxycycline|m3|past]].",
    "continue": "Continue [[DRUG:aspirin|m1|current]]. He takes [[DRUG:allopurinol|m2|current]] [[STRENGTH:300|m2]] a day.",
    "status columns": (
        "DISCHARGE MEDICATIONS\n"
        " NEW     [[DRUG:apixaban|m1|start]] [[STRENGTH:5 mg|m1]] [[FREQUENCY:BID|m1]]\n"
        " CHANGED [[DRUG:atorvastatin|m2|change]] [[STRENGTH:80 mg|m2]] [[FREQUENCY:nightly|m2]]\n"
        " SAME    [[DRUG:lisinopril|m3|current]] [[STRENGTH:10 mg|m3]] [[FREQUENCY:daily|m3]]\n"
        " STOP    [[DRUG:aspirin|m4|stop]] [[STRENGTH:81 mg|m4]]; [[DRUG:St. John's wort|m5|stop]]\n"
    ),
    "a discharge list repeats what the course decided": (
        "HOSPITAL COURSE\nHe was well. [[DRUG:Apixaban|m1|start]] was begun.\n\n"
        "DISCHARGE MEDICATIONS\n[[DRUG:apixaban|m2|start]] [[STRENGTH:5 mg|m2]] [[FREQUENCY:BID|m2]]"
    ),
    "begun in hospital and not on the discharge list": (
        "HOSPITAL COURSE\nShe was started on [[DRUG:heparin|m1|past]].\n\n"
        "DISCHARGE MEDICATIONS\n[[DRUG:aspirin|m2|current]] [[FREQUENCY:daily|m2]], unchanged"
    ),
    "once by its frequency": "PLAN: [[DRUG:fluconazole|m1|once]] [[STRENGTH:150 mg|m1]] [[FREQUENCY:x1|m1]]",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES.keys())
def test_status(marked, restructure) -> None:
    text, expected, got = restructure(marked)
    drugs = [
        (text[e.start : e.end], e.status, g.status) for e, g in zip(expected, got, strict=True) if e.label == "DRUG"
    ]
    assert [(name, made) for name, _, made in drugs] == [(name, gold) for name, gold, _ in drugs]
