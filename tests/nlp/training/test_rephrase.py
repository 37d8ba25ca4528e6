from __future__ import annotations

import random

import pytest

from nlp.training import rephrase
from nlp.training.rephrase import rephraser


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rephrase, "SHARES", (1.0,))


def reworded(text: str, times: int = 40) -> set[str]:
    return {rephraser(random.Random(seed))(text) for seed in range(times)}


def test_cues_take_the_place_of_others_of_their_meaning() -> None:
    assert reworded(" was stopped.") == {" was discontinued.", " was d/c'd.", " was ceased."}


def test_case_stays() -> None:
    assert "DISCONTINUED" in reworded("STOPPED")
    assert "Resume " in reworded("Restart ")


def test_longer_phrases_go_first() -> None:
    assert not any("given" in text for text in reworded("was given on the ward"))


def test_titles_count_only_where_they_stand_as_titles() -> None:
    assert any(text.startswith("\nPMHX:") for text in reworded("\nPast medical history:"))
    assert reworded("in view of the impression made") == {"in view of the impression made"}


def test_phrases_inside_words_stay() -> None:
    assert reworded("unstoppable restarter") == {"unstoppable restarter"}


def test_what_only_replaces_is_not_replaced() -> None:
    assert reworded("notes from the lower leg") == {"notes from the lower leg"}


def test_some_variants_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rephrase, "SHARES", (0.0,))
    assert reworded("was stopped") == {"was stopped"}


def test_the_same_seed_gives_the_same_words() -> None:
    assert rephraser(random.Random(5))("pt denies, pt reports") == rephraser(random.Random(5))("pt denies, pt reports")


@pytest.mark.parametrize("name", ["rephrasings", "title_rephrasings"])
def test_every_phrase_of_the_lists_has_another(name: str) -> None:
    assert all(rephrase._groups(name).values())


def test_a_phrase_in_two_groups_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rephrase, "entries", lambda name: ("stop | cease", "halt | stop"))
    with pytest.raises(ValueError, match=r"list\.txt: 'stop' stands in two groups"):
        rephrase._groups("list")
