"""PubTator (BC5CDR, NCBI Disease): ``id|t|title``, ``id|a|abstract``, then mentions separated by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nlp.corpora.raw import CorpusError, RawDocument, RawSpan, mismatch, read_text

TEXT = re.compile(r"([^|\t]+)\|([ta])\|(.*)")


def read_pubtator(path: Path) -> Iterator[RawDocument]:
    """Yield the documents of a file; the text is title, blank, abstract. Relations are left out.

    Raises:
        CorpusError: no documents, or a line of another form.
    """
    blocks = re.split(r"\n\s*\n", read_text(path).replace("\r\n", "\n"))
    documents = [_document(path, block.strip("\n")) for block in blocks if block.strip()]
    if not documents:
        raise CorpusError(f"{path}: no PubTator documents; each begins with 'id|t|title'")
    yield from documents


def _document(path: Path, block: str) -> RawDocument:
    lines = block.split("\n")
    parts = [found for line in lines if (found := TEXT.fullmatch(line))]
    if not parts or parts[0][2] != "t":
        raise CorpusError(f"{path}: a document does not begin with 'id|t|title' (near {lines[0][:12].split('|')[0]!r})")
    doc_id = parts[0][1]
    text = " ".join(part[3] for part in parts)
    spans, surfaces = [], []
    for line in lines[len(parts) :]:
        fields = line.split("\t")
        if len(fields) >= 5 and fields[1].isdecimal() and fields[2].isdecimal():
            start, end = int(fields[1]), int(fields[2])
            spans.append(RawSpan(start, end, fields[4]))
            surfaces.append((start, end, fields[3]))
        elif len(fields) < 4:  # a relation has an id, a type and two arguments
            raise CorpusError(f"{path}, document {doc_id}: a line is neither a mention nor a relation")
    return RawDocument(doc_id, path, text, tuple(spans), fault=mismatch(text, surfaces))
