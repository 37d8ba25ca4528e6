"""Policies: what happens to each kind of PHI. Small YAML files, validated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from nlp.errors import ConfigError
from nlp.labels import PHI_LABELS
from nlp.types import Span


class Action(StrEnum):
    """What happens to a span."""

    KEEP = "keep"
    MASK = "mask"
    REDACT = "redact"
    SURROGATE = "surrogate"
    SHIFT = "shift"
    GENERALIZE = "generalize"
    HASH = "hash"


class Source(StrEnum):
    """What a policy can let count or not. Known identifiers always count, and are no choice."""

    TAGGERS = "taggers"
    PATTERNS = "patterns"
    PROPAGATION = "propagation"


_PLAIN = (Action.KEEP, Action.MASK, Action.REDACT)
_ANY_LABEL = (*_PLAIN, Action.SURROGATE, Action.HASH)
_SPECIAL: Mapping[str, tuple[Action, ...]] = {
    "DATE": (*_PLAIN, Action.SHIFT, Action.GENERALIZE),
    "AGE": (*_PLAIN, Action.GENERALIZE),
    "ZIP": (*_ANY_LABEL, Action.GENERALIZE),
    **dict.fromkeys(("HOSPITAL", "STATE", "COUNTRY"), (*_ANY_LABEL, Action.GENERALIZE)),
}
ACTIONS: Mapping[str, tuple[Action, ...]] = {label: _SPECIAL.get(label, _ANY_LABEL) for label in PHI_LABELS}
"""The actions that each label allows."""

SAFE_HARBOR: Mapping[str, str] = {
    "A": "names", "B": "places smaller than a state", "C": "dates and ages over 89", "D": "telephone numbers",
    "E": "fax numbers", "F": "e-mail addresses", "G": "social security numbers", "H": "medical record numbers",
    "I": "health plan beneficiary numbers", "J": "account numbers", "K": "certificate and license numbers",
    "L": "vehicle identifiers", "M": "device identifiers", "N": "URLs", "O": "IP addresses",
    "P": "biometric identifiers", "Q": "full-face photographs", "R": "any other unique number, characteristic or code",
}  # fmt: skip
"""The 18 identifiers of 45 CFR 164.514(b)(2)(i) by their letters, in short."""

MAX_CHARACTERS = 100_000
"""Of a policy file."""

_MAX_DEPTH = 10
_OPENING = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
)  # fmt: skip
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)

_NOT_TAGGERS = frozenset({"patterns", "propagation", "known"})

DEFAULT_THRESHOLD = 0.5
Probability = Annotated[float, Field(ge=0, le=1)]


class DateShift(BaseModel):
    """Range of the date shift, in days; a patient's shift lies in it, backwards or forwards.

    Attributes:
        min_days, max_days: least and greatest distance, both included.
        whole_weeks: shift by multiples of seven days only, so that weekdays stay what they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_days: int = Field(default=1, ge=1, le=36500)
    max_days: int = Field(default=365, ge=1, le=36500)
    whole_weeks: bool = False

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.min_days > self.max_days:
            raise ValueError("min_days is above max_days")
        if self.whole_weeks and self.max_days // 7 < -(-self.min_days // 7):
            raise ValueError("no whole number of weeks lies between min_days and max_days")
        return self


class Policy(BaseModel):
    """What happens to each kind of PHI.

    Attributes:
        name: of the policy.
        description: one sentence for people.
        default: the action for labels that `labels` does not name.
        labels: label to action; see `ACTIONS` for what each label allows.
        thresholds: label to the least score that counts; "default" is for all others.
        sources: label to the sources that count; "default" is for all others, and without it all count.
            "taggers" means every neural tagger, so that another ``--tagger`` never stays unheard.
        hash_scope: what a hash is stable over: the notes of one "patient", or the whole "dump" (all that
            is done with one key).
        on_leak: what happens to a note when the leak check finds something: the note goes to "quarantine", or what was
            found is removed too ("mask") and counted in the audit as found by "leak".
        keep_ages_up_to: ages (years) up to this stay whatever the action for AGE says, None: no age does.
        date_shift: range of the shift in days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    description: str = ""
    default: Action
    labels: dict[str, Action] = Field(default_factory=dict)
    thresholds: dict[str, Probability] = Field(default_factory=dict)
    sources: dict[str, Annotated[tuple[Source, ...], Field(min_length=1)]] = Field(default_factory=dict)
    hash_scope: Literal["patient", "dump"] = "patient"
    on_leak: Literal["quarantine", "mask"] = "quarantine"
    keep_ages_up_to: int | None = Field(default=None, ge=0)
    date_shift: DateShift = DateShift()

    @field_validator("default")
    @classmethod
    def _check_default(cls, action: Action) -> Action:
        if action not in _ANY_LABEL:
            raise ValueError(f"{action.value!r} does not fit every label; valid: {_choices(_ANY_LABEL)}")
        return action

    @model_validator(mode="after")
    def _check_tables(self) -> Self:
        if mistakes := _check_labels({name: getattr(self, name) for name in _TABLES}):
            raise ValueError("; ".join(what for _, what in mistakes))
        for label, allowed in ACTIONS.items():
            if label not in self.labels and self.default not in allowed:
                raise ValueError(f"{label} cannot be '{self.default}' by default: name it; valid: {_choices(allowed)}")
        return self

    def action(self, label: str) -> Action:
        """Return what happens to a span of ``label``."""
        return self.labels.get(label, self.default)

    def counts(self, span: Span) -> bool:
        """Whether a source of ``span`` is one that counts for its label; known identifiers always do."""
        if not self.sources or "known" in span.sources:
            return True
        allowed = self.sources.get(span.label) or self.sources.get("default")
        if allowed is None or not span.sources:
            return True
        return any((Source(name) if name in _NOT_TAGGERS else Source.TAGGERS) in allowed for name in span.sources)

    def threshold(self, label: str) -> float:
        """Return the least score from which a span of ``label`` counts."""
        return self.thresholds.get(label, self.thresholds.get("default", DEFAULT_THRESHOLD))

    @property
    def fingerprint(self) -> str:
        """Return name and hash: equal where the policies do the same."""
        return f"{self.name}:{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]}"


def _choices(choices: tuple[str, ...]) -> str:
    return ", ".join(map(str, choices))


def builtin_policies() -> tuple[str, ...]:
    """Return the names of the policies that come with the package."""
    folder = files("deid").joinpath("policies")
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def load_policy(name_or_path: str) -> Policy:
    """Return a built-in policy by name, or the policy in a YAML file.

    Raises:
        ConfigError: no such policy or file, or what is wrong in it, with the line and the valid choices.
    """
    if name_or_path in builtin_policies():
        resource = files("deid").joinpath("policies", f"{name_or_path}.yaml")
        return parse_policy(resource.read_text(encoding="utf-8"), name_or_path)
    if "\0" in name_or_path or not Path(name_or_path).is_file():
        raise ConfigError(
            f"no policy {name_or_path!r}: neither a built-in one ({_choices(builtin_policies())}) nor a file"
        )
    return read_policy(Path(name_or_path))


def read_policy(path: Path) -> Policy:
    """Return the policy in a YAML file.

    Raises:
        ConfigError: the file cannot be read, or what is wrong in it, with the line and the valid choices.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            content = file.read(MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"policy {path}: cannot be read ({type(error).__name__})") from None
    if len(content) > MAX_CHARACTERS:
        raise ConfigError(f"policy {path}: more than {MAX_CHARACTERS:,} characters; is this a policy?")
    return parse_policy(content, str(path))


def parse_policy(content: str, origin: str) -> Policy:
    """Return the policy written in YAML.

    Args:
        content: the YAML.
        origin: file or name for the errors.

    Raises:
        ConfigError: names every mistake with its line and the valid choices.
    """
    try:
        _check_shape(content, origin)
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        data = yaml.safe_load(content)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"policy {origin}{where}: no valid YAML{f' ({problem})' if problem else ''}") from None
    if root is None or not isinstance(data, dict):
        raise ConfigError(
            f"policy {origin}: must hold keys and values; valid keys: {_choices((*Policy.model_fields,))}"
        )
    lines: dict[tuple[str, ...], int] = {}
    mistakes = _walk(root, (), lines) + _check_labels(data)
    policy = None
    try:
        policy = Policy.model_validate(data)
    except ValidationError as error:
        told = {where[: i + 1] for where, _ in mistakes for i in range(len(where))}
        found = [_explain(entry) for entry in error.errors(include_input=False, include_url=False)]
        mistakes += [mistake for mistake in found if (mistake[0] and mistake[0] not in told) or not mistakes]
    if mistakes or policy is None:
        raise ConfigError("\n".join(f"policy {origin}, line {_line(lines, where)}: {what}" for where, what in mistakes))
    return policy


def _check_shape(content: str, origin: str) -> None:
    """Refuse what no policy needs and what costs the reader of YAML endless time: aliases and deep nesting."""
    depth = 0
    for token in yaml.scan(content):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if isinstance(token, yaml.AliasToken) or depth > _MAX_DEPTH:
            line = token.start_mark.line + 1
            raise ConfigError(f"policy {origin}, line {line}: aliases (*name) and deep nesting are not allowed")


Mistake = tuple[tuple[str, ...], str]


def _walk(node: yaml.Node, path: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> list[Mistake]:
    """Note the line of every key, and return the keys that stand twice."""
    lines.setdefault(path, node.start_mark.line + 1)
    mistakes: list[Mistake] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[tuple[str, ...]] = set()
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in seen:
                lines[here] = key.start_mark.line + 1
                mistakes.append((here, f"{'.'.join(here)} stands twice"))
            seen.add(here)
            lines.setdefault(here, key.start_mark.line + 1)
            mistakes += _walk(value, here, lines)
    return mistakes


_TABLES: Mapping[str, tuple[str, ...]] = {"labels": (), "thresholds": ("default",), "sources": ("default",)}
"""The tables by label, and what else may stand there for a label."""


def _check_labels(data: Mapping[str, Any]) -> list[Mistake]:
    """Return what is wrong in the tables by label; pydantic does not know our labels."""
    mistakes: list[Mistake] = []
    for section, extra in _TABLES.items():
        table = data.get(section)
        for label, value in table.items() if isinstance(table, dict) else ():
            where = (section, str(label))
            if label not in (*PHI_LABELS, *extra):
                mistakes.append((where, f"unknown label {label!r}; valid: {_choices((*extra, *PHI_LABELS))}"))
            elif section == "labels" and value not in ACTIONS[label]:
                mistakes.append((where, f"{label} cannot be {_shown(value)}; valid: {_choices(ACTIONS[label])}"))
    return mistakes


def _shown(value: Any) -> str:
    """Return a value for a message; what is no string is named by its type."""
    if isinstance(value, bool):
        return "yes or no (YAML reads on, off, yes and no as such: quote the word)"
    return repr(str(value)) if isinstance(value, str) else f"a {type(value).__name__}"


def _explain(entry: Any) -> Mistake:
    where = tuple(str(part) for part in entry["loc"] if isinstance(part, str) and part != "[key]")
    match entry["type"]:
        case "extra_forbidden":
            known = DateShift.model_fields if where[0] == "date_shift" else Policy.model_fields
            return where, f"unknown key {where[-1]!r}; valid: {_choices((*known,))}"
        case "missing":
            choices = f"; valid: {_choices(_ANY_LABEL)}" if where == ("default",) else ""
            message = f"is missing{choices}"
        case "enum" if where[0] == "sources":
            message = f"unknown source; valid: {_choices((*Source,))} (known identifiers always count)"
        case "tuple_type" | "too_short" if where[0] == "sources":
            message = f"must be a list of one or more of {_choices((*Source,))}"
        case "dict_type" | "model_type":
            message = "must be a table: lines of 'key: value' below it"
        case _:
            message = str(entry["msg"]).removeprefix("Value error, ")
    return where, f"{'.'.join(where)}: {message}" if where else message


def _line(lines: Mapping[tuple[str, ...], int], where: tuple[str, ...]) -> int:
    while where not in lines:
        where = where[:-1]
    return lines[where]
