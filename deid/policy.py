"""Policies: what happens to each kind of PHI. Small YAML files, validated."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from nlp.errors import ConfigError
from nlp.labels import PHI_LABELS


class Action(StrEnum):
    """What happens to a span."""

    KEEP = "keep"
    MASK = "mask"
    REDACT = "redact"
    SURROGATE = "surrogate"
    SHIFT = "shift"
    GENERALIZE = "generalize"


_PLAIN = (Action.KEEP, Action.MASK, Action.REDACT)
_SPECIAL: Mapping[str, tuple[Action, ...]] = {
    "DATE": (*_PLAIN, Action.SHIFT),
    "AGE": (*_PLAIN, Action.GENERALIZE),
}
ACTIONS: Mapping[str, tuple[Action, ...]] = {
    label: _SPECIAL.get(label, (*_PLAIN, Action.SURROGATE)) for label in PHI_LABELS
}
"""The actions that each label allows."""

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
        keep_ages_up_to: ages (years) up to this stay whatever the action for AGE says, None: no age does.
        date_shift: range of the shift in days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    description: str = ""
    default: Action
    labels: dict[str, Action] = Field(default_factory=dict)
    thresholds: dict[str, Probability] = Field(default_factory=dict)
    keep_ages_up_to: int | None = Field(default=None, ge=0)
    date_shift: DateShift = DateShift()

    @field_validator("default")
    @classmethod
    def _check_default(cls, action: Action) -> Action:
        if action not in (*_PLAIN, Action.SURROGATE):
            raise ValueError(f"unknown choice; valid: {_choices((*_PLAIN, Action.SURROGATE))}")
        return action

    @model_validator(mode="after")
    def _check_tables(self) -> Self:
        if mistakes := _check_labels({"labels": self.labels, "thresholds": self.thresholds}):
            raise ValueError("; ".join(what for _, what in mistakes))
        for label, allowed in ACTIONS.items():
            if label not in self.labels and self.default not in allowed:
                raise ValueError(f"{label} cannot be '{self.default}' by default: name it; valid: {_choices(allowed)}")
        return self

    def action(self, label: str) -> Action:
        """Return what happens to a span of ``label``."""
        return self.labels.get(label, self.default)


def _choices(choices: tuple[Action, ...] | tuple[str, ...]) -> str:
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
    path = Path(name_or_path)
    if not path.is_file():
        raise ConfigError(
            f"no policy {name_or_path!r}: neither a built-in one ({_choices(builtin_policies())}) nor a file"
        )
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"policy {path}: cannot be read ({type(error).__name__})") from None
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
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        data = yaml.safe_load(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "somewhere"
        raise ConfigError(f"policy {origin}, {where}: no valid YAML") from None
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


def _check_labels(data: Mapping[str, Any]) -> list[Mistake]:
    """Return what is wrong in `labels` and `thresholds`; pydantic does not know our labels."""
    mistakes: list[Mistake] = []
    for section, extra in (("labels", ()), ("thresholds", ("default",))):
        table = data.get(section)
        for label, value in table.items() if isinstance(table, dict) else ():
            where = (section, str(label))
            if label not in (*PHI_LABELS, *extra):
                mistakes.append((where, f"unknown label {label!r}; valid: {_choices((*extra, *PHI_LABELS))}"))
            elif section == "labels" and value not in ACTIONS[label]:
                mistakes.append((where, f"{label} cannot be {value!r}; valid: {_choices(ACTIONS[label])}"))
    return mistakes


def _explain(entry: Any) -> Mistake:
    where = tuple(str(part) for part in entry["loc"])
    if entry["type"] == "extra_forbidden":
        known = DateShift.model_fields if where[0] == "date_shift" else Policy.model_fields
        return where, f"unknown key {where[-1]!r}; valid: {_choices((*known,))}"
    message = str(entry["msg"]).removeprefix("Value error, ")
    return where, f"{'.'.join(where)}: {message}" if where else message


def _line(lines: Mapping[tuple[str, ...], int], where: tuple[str, ...]) -> int:
    while where not in lines:
        where = where[:-1]
    return lines[where]
