from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.taggers.features import MOST_CHARACTERS, MOST_PIECES, Document, WordPieces, piece_batch, word_batch
from nlp.taggers.windows import Window
from nlp.words import GAPS, split_words

TEXTS = ("Mr. Smithson\n has 12 pains", "x", "The \u20ac end")
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def documents(pieces: WordPieces, texts: Sequence[str]) -> list[Document]:
    return [pieces.document(split_words(text)) for text in texts]


def whole(made: Sequence[Document]) -> list[Window]:
    return [Window(i, 0, len(d.words), 0, len(d.words), int(d.costs.sum())) for i, d in enumerate(made)]


def test_pieces_are_the_tokenizers_and_unknown_words_become_unk(pieces: WordPieces) -> None:
    ids = {piece: pieces.tokenizer.token_to_id(piece) for piece in ("smith", "##son", "the", "[UNK]")}
    made = pieces.document(split_words("Smithson THE \u4e2d \x00"))
    assert made.pieces == [(ids["smith"], ids["##son"]), (ids["the"],), (ids["[UNK]"],), (ids["[UNK]"],)]
    assert made.costs.tolist() == [2, 1, 1, 1]


@given(text=ANY_TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_word_of_any_text_has_one_to_twelve_pieces(pieces: WordPieces, text: str) -> None:
    made = pieces.document(split_words(text))
    assert len(made.pieces) == len(made.words)
    assert all(1 <= len(p) <= MOST_PIECES and 0 not in p for p in made.pieces)


def test_the_cache_changes_nothing(pieces: WordPieces) -> None:
    first = documents(pieces, TEXTS)
    assert [d.pieces for d in documents(pieces, TEXTS)] == [d.pieces for d in first]
    assert [d.pieces for d in documents(WordPieces(pieces.tokenizer), TEXTS[::-1])] == [d.pieces for d in first[::-1]]


def test_a_piece_batch_points_at_the_first_piece_of_every_word(pieces: WordPieces) -> None:
    made = documents(pieces, TEXTS)
    batch = piece_batch(made, whole(made))
    flat = batch["pieces"].flatten()
    assert flat[batch["first"]].tolist() == [p[0] for d in made for p in d.pieces]
    assert (batch["pieces"] != 0).sum(1).tolist() == [int(d.costs.sum()) for d in made]
    assert batch["gaps"].flatten()[batch["first"]].tolist() == [g for d in made for g in d.words.gaps.tolist()]
    assert batch["shapes"].flatten()[batch["first"]].tolist() == [s for d in made for s in d.words.shapes.tolist()]
    others = np.setdiff1d(np.flatnonzero(flat.numpy()), batch["first"].numpy())
    assert set(batch["gaps"].flatten()[others].tolist()) == {GAPS.index("none")}
    assert ((batch["shapes"] == 0) == (batch["pieces"] == 0)).all()


def test_a_word_batch_has_words_characters_and_pieces(pieces: WordPieces) -> None:
    made = documents(pieces, [*TEXTS, "a" * 50 + " b"])
    batch = word_batch(made, whole(made))
    assert (batch["shapes"] != 0).sum(1).tolist() == [len(d.words) for d in made]
    assert batch["characters"][0, 0].tolist()[:3] == [ord("M"), ord("r"), 0]
    assert batch["characters"][2, 1].tolist()[:2] == [127, 0]  # beyond ASCII
    assert (batch["characters"][3, 0] == ord("a")).sum() == MOST_CHARACTERS
    assert (batch["pieces"][3, 0] != 0).sum() == MOST_PIECES
    assert batch["pieces"].dtype == torch.int64


def test_a_batch_of_a_part_of_a_document_is_that_part(pieces: WordPieces) -> None:
    made = documents(pieces, TEXTS[:1])
    part = Window(0, 2, 5, 2, 5, int(made[0].costs[2:5].sum()))
    batch = piece_batch(made, [part])
    assert batch["pieces"][0].tolist() == [p for word in made[0].pieces[2:5] for p in word]
    assert word_batch(made, [part])["shapes"][0].tolist() == made[0].words.shapes[2:5].tolist()
