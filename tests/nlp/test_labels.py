from __future__ import annotations

import re
from pathlib import Path

from nlp.labels import (
    ASSERTIONS,
    ATTRIBUTE_LABELS,
    CLINICAL_LABELS,
    ID_LABELS,
    NAME_LABELS,
    PHI_LABELS,
    PHI_SCHEME,
    STATUSES,
    bio_tags,
)

GUIDELINES = (Path(__file__).parents[1] / "gold" / "GUIDELINES.md").read_text(encoding="utf-8")


def test_the_phi_labels_are_those_of_the_guidelines() -> None:
    table = GUIDELINES.split("## PHI layer")[1].split("## Clinical layer")[0]
    rows = re.findall(r"^\| ([A-Z, -]+) \|", table, re.M)
    assert {name.strip() for row in rows for name in row.split(",")} == set(PHI_LABELS)


def test_the_assertions_and_statuses_are_those_of_the_guidelines() -> None:
    for kind, names in (("assertion", ASSERTIONS), ("status", STATUSES)):
        line = re.search(rf"^\* {kind}: one of (.*)$", GUIDELINES, re.M)
        assert line is not None
        listed = line[1].split(". ")[0]
        assert re.findall(r"`(\w+)`", listed) == list(names)


def test_every_phi_label_maps_to_i2b2_and_the_safe_harbor_letters_exist() -> None:
    assert {label.i2b2[0] for label in PHI_SCHEME} == {
        "NAME", "PROFESSION", "LOCATION", "AGE", "DATE", "CONTACT", "ID",
    }  # fmt: skip
    assert {label.hipaa for label in PHI_SCHEME} <= {*"ABCDEFGHIJKLMNOPQR", None}
    assert {
        "SSN", "MEDICALRECORD", "HEALTHPLAN", "ACCOUNT", "LICENSE", "VEHICLE", "DEVICE", "BIOID", "IDNUM",
    } == ID_LABELS  # fmt: skip
    assert set(PHI_LABELS) > NAME_LABELS


def test_labels_of_the_two_layers_are_distinct() -> None:
    assert not set(PHI_LABELS) & set(CLINICAL_LABELS)
    assert set(ATTRIBUTE_LABELS) < set(CLINICAL_LABELS)
    assert len(set(PHI_LABELS)) == len(PHI_LABELS)


def test_bio_tags() -> None:
    assert bio_tags(("DX", "DRUG")) == ("O", "B-DX", "I-DX", "B-DRUG", "I-DRUG")
    assert bio_tags(()) == ("O",)


def test_the_order_of_tags_is_that_of_the_trained_weights() -> None:
    """A checkpoint stores its tags, but `nlp.training.start` continues weights by position."""
    assert bio_tags(PHI_LABELS)[:5] == ("O", "B-PATIENT", "I-PATIENT", "B-RELATIVE", "I-RELATIVE")
    assert len(bio_tags(PHI_LABELS)) == 59
    assert len(bio_tags(CLINICAL_LABELS)) == 19
