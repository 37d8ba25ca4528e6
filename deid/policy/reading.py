"""Policies from YAML files, with every mistake told by line and the valid choices."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from deid.policy.model import ANY_LABEL, DateShift, Mistake, Policy, Source, check_labels, listed
from nlp.errors import ConfigError

MAX_CHARACTERS = 100_000
"""Of a policy file."""

_MAX_DEPTH = 10
_OPENING = (
    yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken,
)  # fmt: skip
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


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
            f"no policy {name_or_path!r}: neither a built-in one ({listed(builtin_policies())}) nor a file"
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
        raise ConfigError(f"policy {origin}: must hold keys and values; valid keys: {listed((*Policy.model_fields,))}")
    lines: dict[tuple[str, ...], int] = {}
    mistakes = _walk(root, (), lines) + check_labels(data)
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


def _explain(entry: Any) -> Mistake:
    where = tuple(str(part) for part in entry["loc"] if isinstance(part, str) and part != "[key]")
    match entry["type"]:
        case "extra_forbidden":
            known = DateShift.model_fields if where[0] == "date_shift" else Policy.model_fields
            return where, f"unknown key {where[-1]!r}; valid: {listed((*known,))}"
        case "missing":
            choices = f"; valid: {listed(ANY_LABEL)}" if where == ("default",) else ""
            message = f"is missing{choices}"
        case "enum" if where[0] == "sources":
            message = f"unknown source; valid: {listed((*Source,))} (known identifiers always count)"
        case "tuple_type" | "too_short" if where[0] == "sources":
            message = f"must be a list of one or more of {listed((*Source,))}"
        case "dict_type" | "model_type":
            message = "must be a table: lines of 'key: value' below it"
        case _:
            message = str(entry["msg"]).removeprefix("Value error, ")
    return where, f"{'.'.join(where)}: {message}" if where else message


def _line(lines: Mapping[tuple[str, ...], int], where: tuple[str, ...]) -> int:
    while where not in lines:
        where = where[:-1]
    return lines[where]
