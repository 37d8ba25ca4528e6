# ruff: noqa: E501 - one marked-up example a line
"""Assertion of problems: cues, scopes, section defaults, precedence, rulings of the guidelines."""

import pytest

CASES = {
    "a list after denies": "Denies [[SX:fever|negated]], [[SX:chills|negated]], or new [[SX:back pain|negated]].",
    "a negation over a wrapped line": (
        "She came in last night with the worst of it but no [[SX:vomiting|negated]],\n[[SX:syncope|negated]], "
        "or [[SX:palpitations|negated]]."
    ),
    "the next sentence is free": "No [[SX:cough|negated]]. [[SX:Fever|present]] since Monday.",
    "the next line of a list is free": "no [[SX:cough|negated]]\n[[SX:fever|present]] to 39",
    "but ends a negation": "No [[SX:fever|negated]] but [[SX:cough|present]].",
    "a semicolon ends a negation": "no [[SX:rash|negated]]; [[SX:edema|present]] to the shins",
    "a graded finding opens anew": "no [[SX:clonus|negated]], [[SX:2+ edema|present]].",
    "no with a drug in between": "no [[DRUG:Plavix|m1|negated]] because of [[SX:bruising|present]].",
    "pseudo-negation": "No change in [[SX:dyspnea|present]]. Not only [[SX:cough|present]].",
    "double negation": "She is not without [[SX:pain|present]].",
    "negation after the problem": "[[DX:DVT|negated]] was ruled out. [[SX:Clubbing|negated]] no. [[DX:TB|negated]] neg.",
    "negation inside the problem counts for nothing": "He [[SX:could not stand|present]].",
    "ROS with colons": "ROS: negative for [[SX:bleeding|negated]], [[SX:syncope|negated]]. Eyes: no [[SX:redness|negated]].",
    "unlikely and doubt are possible": "[[DX:Pulmonary embolism|possible]] is unlikely. Doubt [[DX:pneumonia|possible]].",
    "both sides of versus": "[[DX:Cellulitis|possible]] vs [[DX:gout|possible]].",
    "question marks": "?[[DX:sepsis|possible]] on arrival. [[SX:Cyanosis|possible]]? Dad is not sure.",
    "rule out": "Admit, r/o [[DX:MI|possible]]. Likely [[DX:viral URI|possible]].",
    "a cause that is likely leaves the finding present": "[[SX:Tremor|present]] likely from lithium.",
    "likely speaks of what follows": "[[DX:AKI|present]], likely [[DX:ATN|possible]].",
    "return precautions": "Return if [[SX:fever|hypothetical]], [[SX:vomiting|hypothetical]] or no [[SX:wet diapers|hypothetical]].",
    "call for": "Call the office for [[SX:black stools|hypothetical]], [[SX:bleeding|hypothetical]], or [[SX:fainting|hypothetical]].",
    "PRN indications": "[[DRUG:Tylenol|m1|current]] [[FREQUENCY:q6h prn|m1]] [[SX:headache|hypothetical||m1]].",
    "prophylaxis targets": "[[DX:VTE|hypothetical]] prophylaxis discussed.",
    "family by cue": "Her mother had a [[DX:stroke|family]] and her brother [[DX:gout|family]].",
    "negated family history is family": "FH: no [[DX:colon cancer|family]].",
    "a relative who reports": "Mother reports [[SX:fever|present]]. Per wife, [[SX:snoring|present]].",
    "chronic disease in a past history is present": "PMH: [[DX:HTN|present]], [[DX:DM2|present]], [[DX:MI|historical]] 2009.",
    "events in a past history are historical": "PMH: [[DX:gout|present]], [[DX:TIA|historical]], [[DX:appendicitis|historical]]",
    "status post and resolved": "s/p [[DX:appendicitis|historical]]. [[DX:Pneumonia|historical]], resolved. [[SX:Pain|historical]] gone now.",
    "history of an event, of a chronic disease": "History of [[DX:stroke|historical]]. History of [[DX:hypertension|present]].",
    "a dated event anywhere": "He had a [[DX:hip fracture|historical]] in 2014.",
    "its own words put it in the past": "Known [[DX:childhood asthma|historical]].",
    "allergy reactions": "Allergies: [[DRUG:penicillin|m1|allergy]] ([[SX:hives|historical]])",
    "an allergy outside its section": "Allergic to [[DRUG:codeine|m1|allergy]] - [[SX:itching|historical]].",
    "why a drug was stopped": "[[DRUG:Nadolol|m1|stop]] was stopped for [[SX:hypotension|historical]].",
    "a line that ends in a full stop wraps no sentence": (
        "The films of her left hand and wrist were read tonight: no [[DX:fx|negated]].\n[[DX:Laceration|present]] of the palm."
    ),
    "a measured finding is no item of a negated list": "no [[SX:LOC|negated]], [[SX:headache|present]] 4/10.",
    "one of something is a finding": "No further [[SX:melena|negated]], one [[SX:loose stool|present]].",
    "what is less likely stands before": "[[DX:Lambert-Eaton|possible]] seems less likely and [[DX:Horner|negated]] is excluded.",
    "a relative's disease ends at a semicolon": "mother [[DX:T2DM|family]]; no [[DX:DKA|negated]].",
    "may be present": "[[DX:Pulmonary hypertension|possible]] may be present.",
    "a chance of": "The chance of [[DX:heart block|hypothetical]] is small. [[SX:Dyspnea|present]].",
    "family goes before negation and possibility": "FH: possible [[DX:lupus|family]] in an aunt.",
    "hypothetical goes before negation": "Return if no [[SX:urine output|hypothetical]].",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES.keys())
def test_assertion(marked, restructure) -> None:
    text, expected, got = restructure(marked)
    problems = [
        (text[e.start : e.end], e.assertion, g.assertion)
        for e, g in zip(expected, got, strict=True)
        if e.label in ("DX", "SX")
    ]
    assert [(surface, made) for surface, _, made in problems] == [(surface, gold) for surface, gold, _ in problems]
