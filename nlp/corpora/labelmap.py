"""Label maps: what the labels of a corpus are in ours, and which of ours the corpus annotates completely.

A map is a YAML file::

    format: brat                  # for readers; the command line may leave --format off then
    complete: [NAME, DX]          # labels (or groups) that are marked wherever they occur
    faulty: true                  # leave out documents with wrong offsets instead of refusing the corpus
    labels:
      PERSON: NAME                # one of several labels: a group, or a list; O in it: or nothing
      Disease: DX
      Product: null               # nothing of ours
      Group: ignore               # anything: masked out of the loss
      Symptom: {to: [DX, SX], loose: true, trim: "severe ", unless: "[a-z]"}
    assertions: {NEG: negated}    # attribute values to assertions; statuses likewise

``loose``: our span may begin later or be cut otherwise. ``trim``: a pattern taken off the front.
``unless``: what matches this pattern at its start is ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import regex
import yaml

from nlp.corpora.raw import ICD10CM, CorpusError, RawDocument, RawSpan
from nlp.errors import ConfigError
from nlp.labels import (
    ASSERTIONS,
    ATTRIBUTE_LABELS,
    CLINICAL_LABELS,
    ID_LABELS,
    LOCATION_LABELS,
    NAME_LABELS,
    PHI_LABELS,
    PHI_SCHEME,
    PROBLEM_LABELS,
    STATUSES,
)
from nlp.markup import ICD10, Choice, MarkedNote
from nlp.types import Annotations, Note, Span

MAPS = Path(__file__).parent / "maps"
LABELS = (*PHI_LABELS, *CLINICAL_LABELS)
GROUPS: dict[str, frozenset[str]] = {
    "PHI": frozenset(PHI_LABELS),
    "CLINICAL": frozenset(CLINICAL_LABELS),
    "NAME": NAME_LABELS,
    "PLACE": LOCATION_LABELS - {"HOSPITAL", "ORGANIZATION"},
    "CONTACT": frozenset(s.name for s in PHI_SCHEME if s.i2b2[0] == "CONTACT"),
    "ID": ID_LABELS,
    "PROBLEM": frozenset(PROBLEM_LABELS),
    "ATTRIBUTE": frozenset(ATTRIBUTE_LABELS),
}
NOTHING = "O"
IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Target:
    """What spans of one label of a corpus are in ours; no labels: anything."""

    labels: tuple[str, ...] = ()
    loose: bool = False
    trim: regex.Pattern[str] | None = None
    unless: regex.Pattern[str] | None = None


@dataclass(frozen=True)
class LabelMap:
    """The map of one corpus.

    Attributes:
        name: of the map, for messages.
        targets: by label of the corpus; None: nothing of ours.
        complete: our labels that are marked wherever they occur, None: all.
        assertions, statuses: values of attributes, in ours.
        faulty: documents with wrong offsets are left out and counted; else they are an error.
        format: of the corpus, where there is only one.
    """

    name: str
    targets: Mapping[str, Target | None]
    complete: frozenset[str] | None = None
    assertions: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    faulty: bool = False
    format: str | None = None

    def apply(self, document: RawDocument) -> MarkedNote:
        """Return a document with our labels.

        Raises:
            CorpusError: a label that the map lacks, or a code that is none.
        """
        spans: list[tuple[RawSpan, str]] = []
        choices: list[Choice] = []
        for raw in document.spans:
            if raw.label not in self.targets:
                raise CorpusError(
                    f"{document.path}, document {document.doc_id}: the map {self.name!r} lacks label {raw.label!r}; "
                    f"it knows: {', '.join(sorted(self.targets))}"
                )
            target = self.targets[raw.label]
            if target is None or not (cut := _cut(document.text, raw, target)):
                continue
            start, end, labels = cut
            assertion = next((self.assertions[v] for v in raw.values if v in self.assertions), None)
            if len(labels) == 1 and not target.loose:
                spans.append((replace(raw, start=start, end=end, label=labels[0]), labels[0]))
            else:
                choices.append(Choice(start, end, labels, target.loose, assertion))
        kept = [span for layer in (PHI_LABELS, CLINICAL_LABELS) for span in _longest(s for s in spans if s[1] in layer)]
        finished = self._finish(kept, document)
        note = Note(document.doc_id, document.text, document.patient_id, document.note_type)
        annotations = Annotations(
            tuple(s for s in finished if s.label in PHI_LABELS),
            tuple(s for s in finished if s.label in CLINICAL_LABELS),
        )
        return MarkedNote(note, annotations, self.complete, _apart(choices, finished))

    def _finish(self, kept: Iterable[tuple[RawSpan, str]], document: RawDocument) -> list[Span]:
        """Return our spans in order, drugs numbered, attributes and reasons linked to them."""
        ordered = sorted(kept, key=lambda pair: pair[0].start)
        drugs = [raw.id for raw, label in ordered if label == "DRUG"]
        number = {name: f"m{i}" for i, name in enumerate(drugs, 1) if name is not None}
        linked: dict[str, str] = {}
        for one, other in document.links:
            if other in number:
                linked.setdefault(one, number[other])
            elif one in number:
                linked.setdefault(other, number[one])
        spans, count = [], 0
        for raw, label in ordered:
            if label == "DRUG":
                count += 1
                status = next((self.statuses[v] for v in raw.values if v in self.statuses), None)
                spans.append(Span(raw.start, raw.end, label, id=f"m{count}", status=status))
            elif label in CLINICAL_LABELS:
                span = Span(raw.start, raw.end, label, drug=linked.get(raw.id or ""))
                if label in PROBLEM_LABELS:
                    value = next((self.assertions[v] for v in raw.values if v in self.assertions), None)
                    span = replace(span, assertion=value, icd10=_icd10(raw, document))
                spans.append(span)
            else:
                spans.append(Span(raw.start, raw.end, label))
        return spans


def _icd10(raw: RawSpan, document: RawDocument) -> str | None:
    """Return the first ICD-10-CM code that the corpus gives a span.

    Raises:
        CorpusError: it is none.
    """
    code = next((code for system, code in raw.codes if system == ICD10CM), None)
    if code is not None and not ICD10.fullmatch(code):
        where = f"{document.path}, document {document.doc_id}, characters {raw.start} to {raw.end}"
        raise CorpusError(f"{where}: no ICD-10-CM code as in 'E11.9'; mend it or take it out")
    return code


def _cut(text: str, raw: RawSpan, target: Target) -> tuple[int, int, tuple[str, ...]] | None:
    """Return start, end and labels of a span without blanks around it; None if nothing is left."""
    start, end = raw.start, raw.end
    if target.trim and (front := target.trim.match(text, start, end)):
        start = front.end()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    if start >= end:
        return None
    # The bounds of `match` hide nothing before them from a lookbehind.
    ignored = raw.broken or bool(target.unless and target.unless.match(text, start, end))
    return start, end, () if ignored else target.labels


def _longest(spans: Iterable[tuple[RawSpan, str]]) -> list[tuple[RawSpan, str]]:
    """Keep of spans that overlap the longest, of equals the first."""
    kept: list[tuple[RawSpan, str]] = []
    taken: set[int] = set()
    for pair in sorted(spans, key=lambda pair: (pair[0].start - pair[0].end, pair[0].start)):
        if taken.isdisjoint(range(pair[0].start, pair[0].end)):
            taken.update(range(pair[0].start, pair[0].end))
            kept.append(pair)
    return kept


def _apart(choices: Iterable[Choice], spans: Iterable[Span]) -> tuple[Choice, ...]:
    """Drop choices that overlap spans or longer choices; what is ignored stays, the others cover it."""
    taken = {i for span in spans for i in range(span.start, span.end)}
    kept = []
    for choice in sorted(set(choices), key=lambda c: (not c.labels, c.start - c.end, c.start)):
        if not choice.labels or taken.isdisjoint(range(choice.start, choice.end)):
            kept.append(choice)
            taken.update(range(choice.start, choice.end) if choice.labels else ())
    return tuple(sorted(kept, key=lambda c: (c.start, c.end)))


def own_labels() -> LabelMap:
    """Return the map of a corpus that has our labels already."""
    return LabelMap(
        "clinsift",
        {label: Target((label,)) for label in LABELS},
        assertions={value: value for value in ASSERTIONS},
        statuses={value: value for value in STATUSES},
    )


def known_maps() -> tuple[str, ...]:
    """Return the names of the maps in the package."""
    return tuple(sorted(path.stem for path in MAPS.glob("*.yaml")))


def load_map(name: str | Path) -> LabelMap:
    """Load a map of the package by its name, or a YAML file.

    Raises:
        ConfigError: there is none, or it is not of the form that this module describes.
    """
    path = MAPS / f"{name}.yaml" if str(name) in known_maps() else Path(name)
    if not path.is_file():
        raise ConfigError(f"no label map {str(name)!r}; give a YAML file or one of: {', '.join(known_maps())}")
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: no YAML: {type(error).__name__}") from None
    known = {"format", "complete", "faulty", "labels", "assertions", "statuses"}
    if not isinstance(content, dict) or not isinstance(content.get("labels"), dict) or content.keys() - known:
        raise ConfigError(f"{path}: a label map has the field 'labels' and may have {', '.join(sorted(known))}")
    complete = content.get("complete", [])
    return LabelMap(
        name=path.stem,
        targets={str(label): _target(value, f"{path}, label {label}") for label, value in content["labels"].items()},
        complete=frozenset(expand(complete, f"{path}, complete")) - {NOTHING},
        assertions=_values(content.get("assertions", {}), ASSERTIONS, f"{path}, assertions"),
        statuses=_values(content.get("statuses", {}), STATUSES, f"{path}, statuses"),
        faulty=bool(content.get("faulty", False)),
        format=content.get("format"),
    )


def expand(names: str | Sequence[str], where: str) -> tuple[str, ...]:
    """Return labels with groups replaced by their members, sorted.

    Raises:
        ConfigError: a name that is neither.
    """
    wanted = [names] if isinstance(names, str) else list(names)
    unknown = [str(n) for n in wanted if n not in LABELS and n not in GROUPS and n != NOTHING]
    if unknown:
        valid = ", ".join((*GROUPS, NOTHING, IGNORE, *LABELS))
        raise ConfigError(f"{where}: unknown label {', '.join(unknown)}; choose of: {valid}")
    return tuple(sorted({label for name in wanted for label in GROUPS.get(name, {name})}))


def _target(value: Any, where: str) -> Target | None:
    if value is None:
        return None
    if value == IGNORE:
        return Target()
    if isinstance(value, dict):
        if "to" not in value or value.keys() - {"to", "loose", "trim", "unless"}:
            raise ConfigError(f"{where}: expected 'to' and perhaps loose, trim, unless")
        patterns = {}
        for name in ("trim", "unless"):
            try:
                patterns[name] = regex.compile(value[name]) if name in value else None
            except regex.error as error:
                raise ConfigError(f"{where}, {name}: {error}") from None
        return Target(expand(value["to"], where), bool(value.get("loose", False)), **patterns)
    return Target(expand(value, where))


def _values(table: Mapping[Any, str], valid: Sequence[str], where: str) -> dict[str, str]:
    if wrong := sorted(set(table.values()) - set(valid)):
        raise ConfigError(f"{where}: unknown {', '.join(wrong)}; choose of: {', '.join(valid)}")
    return {str(name): value for name, value in table.items()}
