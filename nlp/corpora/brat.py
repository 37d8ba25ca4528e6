"""BRAT stand-off (https://brat.nlplab.org/standoff.html): ``x.txt`` beside ``x.ann``; also n2c2 2018 track 2."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from nlp.corpora.raw import CorpusError, RawDocument, RawSpan, mismatch, read_text

MENTION = re.compile(r"(T\S+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)", re.S)
EVENT = re.compile(r"(E\S+)\t[^:\s]+:(\S+)")
ATTRIBUTE = re.compile(r"[AM]\S+\t\S+ (\S+)(?: (\S+))?")
NORMALISATION = re.compile(r"N\S+\t\S+ (\S+) ([^\s:]+):(\S+)")
RELATION = re.compile(r"R\S+\t\S+ \S+?:(\S+) \S+?:(\S+)")
BLANKS = re.compile(r"\s+")


def read_brat(path: Path) -> Iterator[RawDocument]:
    """Yield the documents of a folder, by name; attributes' values and normalisations go to their spans.

    Raises:
        CorpusError: no documents, or a line that is no annotation.
    """
    texts = sorted(path.glob("*.txt")) if path.is_dir() else [path]
    texts = [text for text in texts if text.with_suffix(".ann").is_file()]
    if not texts:
        raise CorpusError(f"{path}: no BRAT documents; expected pairs of x.txt and x.ann")
    for text in texts:
        yield _document(text)


def _document(path: Path) -> RawDocument:
    text = read_text(path)
    ann = path.with_suffix(".ann")
    mentions: list[tuple[str, str, list[tuple[int, int]], str]] = []
    events: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    codes: dict[str, list[tuple[str, str]]] = {}
    links: list[tuple[str, str]] = []
    for number, line in enumerate(read_text(ann).split("\n"), 1):
        line = line.rstrip("\r")
        if found := MENTION.fullmatch(line):
            parts = [(int(a), int(b)) for a, b in (p.split() for p in found[3].split(";"))]
            mentions.append((found[1], found[2], parts, found[4]))
        elif found := EVENT.match(line):
            events[found[1]] = found[2]
        elif found := ATTRIBUTE.match(line):
            values.setdefault(found[1], []).append(found[2] or "true")
        elif found := RELATION.match(line):
            links.append((found[1], found[2]))
        elif found := NORMALISATION.match(line):
            codes.setdefault(found[1], []).append((found[2], found[3]))
        elif line.strip() and line[0] not in "#*":  # notes, equivalences
            raise CorpusError(f"{ann}, line {number}: no BRAT annotation")
    of_event: dict[str, list[str]] = {}
    for event, mention in events.items():
        of_event.setdefault(mention, []).append(event)
    spans, fault = [], None
    for name, label, parts, surface in mentions:
        fault = fault or _fault(text, parts, surface)
        start, end = parts[0][0], parts[-1][1]
        gaps = [text[a:b] for (_, a), (b, _) in itertools.pairwise(parts)]
        names = (name, *of_event.get(name, ()))
        own = tuple(value for key in names for value in values.get(key, ()))
        meant = tuple(code for key in names for code in codes.get(key, ()))
        spans.append(RawSpan(start, end, label, name, own, any(gap.strip() for gap in gaps), meant))
    joined = tuple((events.get(a, a), events.get(b, b)) for a, b in links)
    return RawDocument(path.stem, ann, text, tuple(spans), joined, fault=fault)


def _fault(text: str, parts: list[tuple[int, int]], surface: str) -> str | None:
    """Return what is wrong with a mention; blanks may differ: BRAT writes line breaks as blanks."""
    if parts != sorted(parts):
        return f"fragments out of order at {parts[0][0]}"
    if wrong := mismatch(text, [(start, end, None) for start, end in parts]):
        return wrong
    covered = " ".join(text[start:end] for start, end in parts)
    if BLANKS.sub(" ", covered).strip() != BLANKS.sub(" ", surface).strip():
        return f"the text at {parts[0][0]}..{parts[-1][1]} is not what the annotation says"
    return None
