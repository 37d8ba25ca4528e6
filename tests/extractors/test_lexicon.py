"""Phrase lists and their matcher."""

import re

from hypothesis import given
from hypothesis import strategies as st

from extractors.lexicon import PhraseTable, alternation, expand_braces, fold, read_blocks

WORDS = st.text(alphabet="abc/-' ", min_size=1, max_size=8).map(lambda s: " ".join(s.split())).filter(bool)


@given(st.text())
def test_fold_keeps_every_offset(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert all(f in (c, c.lower(), "ς") for f, c in zip(folded, text, strict=True))


def test_fold_survives_letters_that_grow_and_lone_surrogates() -> None:
    assert fold("İ A\ud800\x00😀B") == "İ a\ud800\x00😀b"


@given(st.sets(WORDS, min_size=1, max_size=8), st.text(alphabet="abc/-' ", max_size=20))
def test_alternation_matches_what_a_plain_longest_first_alternation_matches(words: set[str], text: str) -> None:
    text = " ".join(text.split())
    plain = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))
    tree = re.compile(alternation(words))
    assert [m.span() for m in tree.finditer(text)] == [m.span() for m in plain.finditer(text)]


def test_table_finds_the_longest_phrase_at_word_borders_over_a_line_break() -> None:
    table = PhraseTable({"no": 1, "no evidence of": 2, "?": 3})
    text = "no evidence\n of pe, nodule? No: no"
    assert [(text[s:e], v) for s, e, v in table.find(text)] == [("no evidence\n of", 2), ("?", 3), ("no", 1)]


def test_a_phrase_does_not_run_over_a_blank_line() -> None:
    assert not list(PhraseTable({"no evidence": 1}).find("no\n\nevidence"))


def test_braces_expand_as_in_a_shell() -> None:
    assert expand_braces("{by,per} {,her }{mom,dad}") == [
        "by mom", "by dad", "by her mom", "by her dad", "per mom", "per dad", "per her mom", "per her dad",
    ]  # fmt: skip


def test_every_list_of_the_package_is_folded_and_reads() -> None:
    for name in ("section_titles.txt", "assertion_cues.txt", "status_cues.txt", "event_terms.txt"):
        for block, phrases in read_blocks(name).items():
            assert phrases, (name, block)
            assert all(phrase == fold(phrase) == " ".join(phrase.split()) for phrase in phrases), (name, block)
