"""Stand-off spans in JSON: our own gold files, "spans JSONL", Presidio's, and two public corpora's own forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlp.corpora.jsonfiles import json_objects
from nlp.corpora.raw import ICD10CM, RawDocument, RawSpan, mismatch, require


def read_spans(path: Path) -> Iterator[RawDocument]:
    """Yield the documents of ``{"id", "text", "spans": [{"start", "end", "label", "text"}]}`` objects.

    Raises:
        CorpusError: no JSON, or a field is missing.
    """
    for where, entry in json_objects(path):
        require(entry, {"text": str, "spans": list}, where)
        doc_id = str(entry.get("id") or entry.get("note_id") or where.rsplit(" ", 1)[1])
        yield _document(path, doc_id, entry["text"], entry["spans"], ("start", "end", "label", "text"), where)


def read_presidio(path: Path) -> Iterator[RawDocument]:
    """Yield the documents of Presidio's evaluation format (``full_text`` and ``spans``).

    Raises:
        CorpusError: no JSON, or a field is missing.
    """
    names = ("start_position", "end_position", "entity_type", "entity_value")
    for where, entry in json_objects(path):
        require(entry, {"full_text": str, "spans": list}, where)
        yield _document(
            path, f"{path.stem}_{where.rsplit(' ', 1)[1]}", entry["full_text"], entry["spans"], names, where
        )


def read_neurotrialner(path: Path) -> Iterator[RawDocument]:
    """Yield the registry entries of NeuroTrialNER.

    Raises:
        CorpusError: no JSON, or a field is missing.
    """
    for where, entry in json_objects(path):
        require(entry, {"nctid": str, "text": str, "entities": list}, where)
        names = ("start", "end", "type", "text")
        yield _document(path, entry["nctid"], entry["text"], entry["entities"], names, where)


def read_clinsift(path: Path) -> Iterator[RawDocument]:
    """Yield the notes of our gold format: a line of ``clinsift annotate`` with ``text`` beside.

    Raises:
        CorpusError: no JSON, or a field is missing.
    """
    for where, entry in json_objects(path):
        require(entry, {"note_id": str, "text": str}, where)
        spans: list[RawSpan] = []
        links: list[tuple[str, str]] = []
        surfaces = []
        for i, item in enumerate([*(entry.get("phi") or ()), *(entry.get("entities") or ())]):
            require(item, {"start": int, "end": int, "label": str}, where)
            name = item.get("id") or f"#{i}"
            values = tuple(v for v in (item.get("assertion"), item.get("status")) if v)
            codes = ((ICD10CM, item["icd10"]),) if item.get("icd10") else ()
            spans.append(RawSpan(item["start"], item["end"], item["label"], name, values, codes=codes))
            surfaces.append((item["start"], item["end"], item.get("text")))
            if item.get("drug"):
                links.append((name, item["drug"]))
        fault = mismatch(entry["text"], surfaces)
        yield RawDocument(
            entry["note_id"], path, entry["text"], tuple(spans), tuple(links), entry.get("patient_id"),
            entry.get("note_type"), fault,
        )  # fmt: skip


def read_phee(path: Path) -> Iterator[RawDocument]:
    """Yield the sentences of PHEE; a label is "argument" or "argument.part", such as "Treatment.Drug".

    Raises:
        CorpusError: no JSON, or a field is missing.
    """
    for where, entry in json_objects(path):
        require(entry, {"id": str, "context": str, "annotations": list}, where)
        found: list[tuple[int, int, str, str]] = []
        for annotation in entry["annotations"]:
            for event in annotation.get("events", ()):
                for name, argument in event.items():
                    if isinstance(argument, dict):
                        found += _phee_argument(name, argument)
        spans = tuple(RawSpan(start, end, label) for start, end, label, _ in dict.fromkeys(found))
        fault = mismatch(entry["context"], [(start, end, surface) for start, end, _, surface in found])
        yield RawDocument(entry["id"], path, entry["context"], spans, fault=fault)


def _phee_argument(label: str, argument: dict[str, Any]) -> Iterator[tuple[int, int, str, str]]:
    for texts, starts in zip(argument.get("text", ()), argument.get("start", ()), strict=True):
        for surface, start in zip(texts, starts, strict=True):
            yield start, start + len(surface), label, surface
    for name, part in argument.items():
        if isinstance(part, dict) and "text" in part:
            yield from _phee_argument(f"{label}.{name}", part)


def _document(
    path: Path, doc_id: str, text: str, items: list[Any], names: tuple[str, str, str, str], where: str
) -> RawDocument:
    start, end, label, surface = names
    for item in items:
        require(item, {start: int, end: int, label: str}, where)
    spans = tuple(RawSpan(item[start], item[end], item[label]) for item in items)
    fault = mismatch(text, [(item[start], item[end], item.get(surface)) for item in items])
    return RawDocument(doc_id, path, text, spans, fault=fault)
