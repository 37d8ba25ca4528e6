"""BIO and CoNLL files: a token and its tag a line, a blank line between sentences; BIOES and IOB1 too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nlp.corpora.raw import CorpusError, RawDocument, RawSpan, read_text

TAG = re.compile(r"O|([BIESLU])-(\S+)")
BREAK = "-DOCSTART-"


def read_bio(path: Path) -> Iterator[RawDocument]:
    """Yield the documents of a file: sentences as lines, tokens joined by blanks.

    The first column is the token, the last its tag. Where no line ``-DOCSTART-`` parts documents, every
    sentence is one.

    Raises:
        CorpusError: no tokens, or a tag of another form.
    """
    rows = [line.split() for line in read_text(path).replace("\r\n", "\n").split("\n")]
    divided = any(row and row[0] == BREAK for row in rows)
    sentences: list[list[tuple[str, str]]] = [[]]
    number = 0
    for i, row in enumerate([*rows, [BREAK]], 1):
        if row and row[0] != BREAK:
            if len(row) < 2 or not TAG.fullmatch(row[-1]):
                raise CorpusError(f"{path}, line {i}: expected a token and a tag such as O, B-NAME or I-NAME")
            sentences[-1].append((row[0], row[-1]))
            continue
        if sentences[-1]:
            sentences.append([])
        if len(sentences) > 1 and (row or not divided):
            yield _document(path, number, sentences[:-1])
            number += 1
            sentences = [[]]
    if not number:
        raise CorpusError(f"{path}: no tokens")


def _document(path: Path, number: int, sentences: list[list[tuple[str, str]]]) -> RawDocument:
    parts: list[str] = []
    spans: list[RawSpan] = []
    length = 0
    for sentence in sentences:
        before = "O"
        for i, (token, tag) in enumerate(sentence):
            if tag != "O":
                label = tag[2:]
                if tag[0] in "BSU" or before == "O" or before[2:] != label or before[0] in "ESLU":
                    spans.append(RawSpan(length, length + len(token), label))
                else:
                    spans[-1] = RawSpan(spans[-1].start, length + len(token), label)
            before = tag
            parts += (token, "\n" if i == len(sentence) - 1 else " ")
            length += len(token) + 1
    return RawDocument(f"{path.stem}_{number}", path, "".join(parts), tuple(spans))
