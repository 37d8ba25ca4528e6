import pytest

from deid.merge import unite
from deid.policy import load_policy
from deid.propagate import propagate
from deid.resolve import resolve
from nlp.markup import parse
from nlp.types import Note


def propagated(marked: str) -> list[tuple[str, str]]:
    """Propagate the marked PHI; return the (surface, label) of what was found beside it."""
    text, annotations, mistakes = parse(marked)
    assert not mistakes
    spans = propagate(text, annotations.phi, annotations.entities)
    assert all(s.sources == ("propagation",) for s in spans)
    return [(text[s.start : s.end], s.label) for s in unite(text, spans)]


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("Then Kowalczyk left.", "Kowalczyk"),
        ("KOWALCZYK, M in bed 4", "KOWALCZYK"),
        ("kowalczyk is well", "kowalczyk"),
        ("Kowalczyk's wound", "Kowalczyk"),
        ("Kowalczyks came", None),
        ("the Kowalcyzk chart", "Kowalcyzk"),
        ("the Kowalczk chart", "Kowalczk"),
        ("portal mkowalczyk", "mkowalczyk"),
        ("portal kowalczyk_88", "kowalczyk_88"),
        ("write m.kowalczyk@mail.example now", "m.kowalczyk@mail.example"),
        ("M.K. agrees", "M.K."),
        ("MK agrees", "MK"),
    ],
)
def test_forms_of_the_patient_are_found(rest, found):
    surfaces = {surface for surface, _ in propagated(f"Seen: [[PATIENT:Milena Kowalczyk]]. {rest}")}
    assert surfaces == ({found} if found else {"Kowalczyks"})


def test_initials_that_are_an_abbreviation_are_no_name():
    assert propagated("[[PATIENT:Rosa Almeida]] has RA and an MS lesion.") == []


@pytest.mark.parametrize(
    "rest", ["He will go home.", "Will he go?", "Will not do.", "- Will need a ride", "may and will", "the Will of God"]
)
def test_ordinary_words_are_no_names(rest):
    assert propagated(f"Patient [[PATIENT:Will Almeida]] seen. {rest}") == []


@pytest.mark.parametrize("rest", ["and then Will said no", "Mr. Will said no", "Dr Will agrees", "saw Will Almeida"])
def test_ordinary_words_that_stand_like_names_are_found(rest):
    assert "Will" in {surface.split()[0] for surface, _ in propagated(f"Patient [[PATIENT:Will Almeida]] seen, {rest}")}


def test_eponym_inside_a_disease_is_not_the_patient():
    marked = "[[PATIENT:Lucius Parkinson]] has [[DX:Parkinson disease|present]], as Mr. Parkinson said."
    text, annotations, _ = parse(marked)
    spans = propagate(text, annotations.phi, annotations.entities)
    assert [text[s.start - 4 : s.end] for s in spans] == ["Mr. Parkinson"]


def test_eponym_without_a_clinical_span_is_known_by_its_noun():
    assert propagated("[[DOCTOR:Ann Foley]] placed a Foley catheter and a Foley cath.") == []


def test_drug_with_the_name_of_the_patient_is_left():
    assert propagated("[[PATIENT:Allegra Reyes]] takes [[DRUG:Allegra|m1|current]] at night.") == []


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("MRN [[MEDICALRECORD:4410927]]; bracelet 441-09-27", "441-09-27"),
        ("tel [[PHONE:617-555-0123]] or (617) 555 0123", "617) 555 0123"),
        ("acct [[ACCOUNT:PDR-00618]], file pdr-00618", "pdr-00618"),
        ("at [[HOSPITAL:Lantern Bay Clinic]]. LANTERN BAY CLINIC called", "LANTERN BAY CLINIC"),
        ("at [[HOSPITAL:OGH]], back to OGH", "OGH"),
        ("lives at [[STREET:14 Kiln Ln]]; 14 Kiln Ln it is", "14 Kiln Ln"),
    ],
)
def test_identifiers_and_places_are_found_again(marked, found):
    assert [surface for surface, _ in propagated(marked)] == [found]


@pytest.mark.parametrize(
    "marked", ["MRN [[MEDICALRECORD:4410927]], dose 44109271", "SSN [[SSN:2000]], 2000 mg", "at [[HOSPITAL:OGH]], oogh"]
)
def test_other_numbers_and_words_are_left(marked):
    assert propagated(marked) == []


@pytest.mark.parametrize("found", ["St. John", "St John", "Saint John", "St-John", "St.John"])
def test_a_saint_s_name_is_found_in_every_writing(found):
    assert propagated(f"[[DOCTOR:R. St. John]]. The {found} of old, Oak St.") == [(found, "DOCTOR")]


def test_a_herb_is_no_saint():
    herbs = "[[DRUG:St. John's wort|m1|stop]], [[DRUG:Saint John's wort|m2|stop]]"
    assert propagated(f"[[DOCTOR:R. St. John]] stops {herbs}") == []


def test_resolve_unites_found_and_propagated_names():
    text, annotations, _ = parse("[[DOCTOR:Ngozi Ekpo]] came. Later Ekpo, then N. Ekpo.")
    spans = resolve(Note("n", text), annotations.phi, (), load_policy("mask"))
    assert [text[s.start : s.end] for s in spans] == ["Ngozi Ekpo", "Ekpo", "Ekpo"]
    assert spans[1].sources == ("propagation",)


@pytest.mark.parametrize("odd", ["İ", "ẞ", "ﬁ", "\x00", "\ud800", "𝒜", "e\u0301", "\r\n"])
def test_odd_characters_do_not_shift_what_is_found(odd):
    marked = f"{odd} [[PATIENT:Kowalczyk]] {odd} kowalczyk {odd}"
    assert propagated(marked) == [("kowalczyk", "PATIENT")]


def test_diacritics_do_not_hide_a_name():
    assert propagated("[[PATIENT:José Treviño]] ... Jose and trevino") == [("Jose", "PATIENT"), ("trevino", "PATIENT")]
