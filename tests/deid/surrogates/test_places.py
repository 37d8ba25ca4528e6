import pytest

from deid.keys import SecretKey
from deid.surrogates import Draws, NoteSurrogates, original_words
from deid.wordlists import entries, folded
from nlp.markup import parse

KEY = SecretKey(b"k" * 32)


def written(marked: str, patient: str = "p1") -> list[str]:
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    avoid = original_words(text, annotations.phi)
    note = NoteSurrogates(text, annotations.phi, Draws(KEY, patient), avoid)
    return [note.surrogate(span) for span in annotations.phi]


def test_acronyms_and_short_forms_follow_the_full_name():
    full, acronym, short = written("[[HOSPITAL:Ottery Falls General Hospital]] [[HOSPITAL:OFGH]] [[HOSPITAL:Ottery]]")
    assert acronym == "".join(word[0] for word in full.split())
    assert full.startswith(short)
    assert full.endswith("General Hospital")


@pytest.mark.parametrize("patient", map(str, range(40)))
def test_acronyms_alone_are_no_clinical_abbreviations(patient):
    (acronym,) = written("[[HOSPITAL:QXC]]", patient)
    assert len(acronym) == 3
    assert acronym.lower() not in folded("data/abbreviations")


def test_a_saint_becomes_another_saint():
    (new,) = written("[[HOSPITAL:St. Brannoc's Hospital]]")
    assert new.removeprefix("St. ").removesuffix("'s Hospital") in entries("surrogates/data/saints")


def test_insurers_become_a_health_plan():
    assert written("[[ORGANIZATION:Medicaid]]")[0].endswith(" Health Plan")


@pytest.mark.parametrize("patient", map(str, range(10)))
def test_occupations_take_the_same_article(patient):
    vowel, consonant, several = written("[[PROFESSION:artist]] [[PROFESSION:barista]] [[PROFESSION:farmers]]", patient)
    assert vowel[0] in "aeiou"
    assert consonant[0] not in "aeiou"
    assert several.endswith("s")


def test_highways_stay_highways():
    (new,) = written("[[LOCATION-OTHER:I-90]]")
    assert new.startswith("I-")
    assert new != "I-90"


@pytest.mark.parametrize(
    "handle", ["rhallam", "front_desk.quillby", "kq/zz", "QUILLBYT", "x.quillby-4", "b.quillby@quillby.org"]
)
def test_handles_of_strangers_look_like_handles_and_keep_nothing(handle):
    label = "EMAIL" if "@" in handle else "USERNAME"
    (new,) = written(f"[[{label}:{handle}]]")
    assert new != handle
    assert "quillby" not in new.lower()
    assert ("front_desk" in new) == ("front_desk" in handle)


@pytest.mark.parametrize("patient", map(str, range(20)))
def test_occupations_hold_no_word_of_another_that_is_replaced(patient):
    kept = {"drivers", "driver", "worker", "teacher"}
    for new in written("[[PROFESSION:bus drivers]] [[PROFESSION:driver/mover]] [[PROFESSION:teacher-worker]]", patient):
        assert not kept & set(new.split())
