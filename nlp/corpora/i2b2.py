"""The XML of the i2b2/UTHealth 2014 de-identification track: TEXT and TAGS, one file a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from nlp.corpora.raw import CorpusError, RawDocument, RawSpan, mismatch


def read_i2b2(path: Path) -> Iterator[RawDocument]:
    """Yield the records of a folder of ``*.xml`` (or one file); ``220-03.xml`` is of patient 220.

    Raises:
        CorpusError: no records, or XML of another form.
    """
    files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
    if not files:
        raise CorpusError(f"{path}: no *.xml files")
    for file in files:
        yield _record(file)


def _record(path: Path) -> RawDocument:
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise CorpusError(f"{path}: no XML (line {error.position[0]})") from None
    text, tags = root.findtext("TEXT"), root.find("TAGS")
    if text is None or tags is None:
        raise CorpusError(f"{path}: expected the elements TEXT and TAGS of i2b2 2014")
    spans, surfaces = [], []
    for tag in tags:
        try:
            start, end, label = int(tag.attrib["start"]), int(tag.attrib["end"]), tag.attrib["TYPE"]
        except (KeyError, ValueError):
            raise CorpusError(f"{path}: tag {tag.get('id', '?')} lacks start, end or TYPE") from None
        spans.append(RawSpan(start, end, label, tag.get("id")))
        surfaces.append((start, end, tag.get("text")))
    fault = mismatch(text, surfaces)
    return RawDocument(path.stem, path, text, tuple(spans), patient_id=path.stem.split("-")[0], fault=fault)
