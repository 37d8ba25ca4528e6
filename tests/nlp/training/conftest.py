from __future__ import annotations

from collections.abc import Callable

import pytest

from nlp.labels import CLINICAL_LABELS, PHI_LABELS
from nlp.markup import MarkedNote, parse
from nlp.training.pools import Pools
from nlp.types import Note

NOTES = (
    "Pt [[PATIENT:John Smith]], [[AGE:71]] yo [[PROFESSION:welder]], MRN [[MEDICALRECORD:1234567]], seen "
    "[[DATE:3/4/2021]] by Dr. [[DOCTOR:Garcia]] at [[HOSPITAL:Mercy General Hospital]].\nMr. [[PATIENT:Smith]] has "
    "[[DX:HTN|present|I10]], no [[SX:chest pain|negated]].  Takes [[DRUG:lisinopril|m1|current]] "
    "[[STRENGTH:10 mg|m1]] [[FREQUENCY:daily|m1]].\n",
    "[[PATIENT:SMITH, JOHN]] called [[PHONE:(617) 555-0123]]; son [[RELATIVE:Mark Smith]] of [[CITY:Boston]], "
    "[[STATE:MA]] [[ZIP:02115]]. Again MRN [[MEDICALRECORD:1234567]] and [[MEDICALRECORD:1234567]].\r\n",
)


@pytest.fixture(scope="session")
def pools() -> Pools:
    """Replacements that share no word with `NOTES`."""
    return Pools(
        given=("Xenia", "Quillon", "Ngozi"),
        family=("Zabriskie", "van der Meer", "O'Dowd", "Yildiz"),
        cities=("Ypsilanti", "Zug"),
        counties=("Zavala County",),
        states=(("Utah", "UT"), ("Iowa", "IA")),
        countries=("Chad",),
        jobs=("zookeeper",),
        surfaces={label: (f"Zz {label.lower()}", "Qq") for label in (*PHI_LABELS, *CLINICAL_LABELS)},
    )


@pytest.fixture(scope="session")
def marked() -> Callable[..., MarkedNote]:
    def make(text: str, note_id: str = "n1") -> MarkedNote:
        plain, annotations, mistakes = parse(text)
        assert not mistakes
        return MarkedNote(Note(note_id, plain, "p1", "note"), annotations)

    return make


@pytest.fixture(scope="session")
def notes(marked: Callable[..., MarkedNote]) -> list[MarkedNote]:
    return [marked(text, f"n{i}") for i, text in enumerate(NOTES)]
