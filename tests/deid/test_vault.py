from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.keys import SecretKey
from deid.offsets import OffsetMap
from deid.policy import load_policy
from deid.transform import transform
from deid.vault import make_entry, restore, seal, unseal
from nlp.errors import ConfigError
from nlp.types import Note, Span

KEY = SecretKey(b"k" * 32)
POLICIES = [load_policy("mask"), load_policy("surrogate")]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)
NOTE = Note("n1", "Ana Quist, 3/4/2020", "p1", "consult", "2020-03-04")


def sealed(note: Note = NOTE) -> tuple[str, bytes]:
    done = transform(note, (Span(0, 9, "PATIENT"),), POLICIES[0], KEY)
    return done.text, seal([make_entry(note, done.text, done.offsets)], KEY, 3)


@given(ANY_TEXT, st.lists(st.integers(0, 80), max_size=6), st.sampled_from(POLICIES))
def test_reidentify_undoes_deidentify(text, cuts, policy):
    places = sorted({min(cut, len(text)) for cut in cuts})
    labels = ("PATIENT", "DATE", "PHONE", "CITY", "MEDICALRECORD")
    phi = tuple(Span(*place, label) for place, label in zip(pairwise(places), labels, strict=False))
    note = Note("n", text, "p")
    done = transform(note, phi, policy, KEY)
    written = done.text.encode("utf-8", "replace").decode() if len(done.text) else ""
    part = seal([make_entry(note, written, done.offsets)], KEY, 0)
    (entry,) = unseal(part, KEY, 0, "part")
    assert restore(entry, written) == note


def test_all_columns_come_back_and_nothing_shows():
    text, part = sealed()
    (entry,) = unseal(part, KEY, 3, "part")
    assert restore(entry, text) == NOTE
    assert b"Quist" not in part
    assert "Quist" not in repr(entry)


def test_equal_notes_give_equal_parts():
    assert sealed()[1] == sealed()[1]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda part: b"", "no part of a clinsift vault"),
        (lambda part: part[:30], "no part of a clinsift vault"),
        (lambda part: b"\x1f\x8b" + part, "no part of a clinsift vault"),
        (lambda part: part[:-5], "changed or cut off"),
        (lambda part: part[: part.index(b"}") + 2], "changed or cut off"),
        (lambda part: part[:-1] + bytes([part[-1] ^ 1]), "changed or cut off"),
    ],
)
def test_damaged_parts_are_told(damage, message):
    with pytest.raises(ConfigError, match=message):
        unseal(damage(sealed()[1]), KEY, 3, "v/part-00003.vault")


def test_another_key_or_shard_is_told():
    other = SecretKey(b"x" * 32)
    with pytest.raises(ConfigError, match=f"made with the key '{KEY.key_id}'"):
        unseal(sealed()[1], other, 3, "part")
    with pytest.raises(ConfigError, match="holds shard 3, not 4"):
        unseal(sealed()[1], KEY, 4, "part")
    forged = sealed()[1].replace(b'"shard": 3', b'"shard": 4')
    with pytest.raises(ConfigError, match="changed or cut off"):
        unseal(forged, KEY, 4, "part")


def test_text_that_was_edited_is_not_restored():
    text, part = sealed()
    (entry,) = unseal(part, KEY, 3, "part")
    with pytest.raises(ConfigError, match="'n1': its text was changed"):
        restore(entry, text + " ")
    with pytest.raises(ConfigError, match="does not restore the original"):
        restore(replace(entry, pieces=()), text)


def test_offsets_of_another_note_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        make_entry(NOTE, "x", OffsetMap())
