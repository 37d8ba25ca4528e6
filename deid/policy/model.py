"""What a policy is: labels and what happens to each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from deid import sources
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
    PATTERNS = sources.PATTERNS
    PROPAGATION = sources.PROPAGATION


_PLAIN = (Action.KEEP, Action.MASK, Action.REDACT)
ANY_LABEL = (*_PLAIN, Action.SURROGATE, Action.HASH)
_SPECIAL: Mapping[str, tuple[Action, ...]] = {
    "DATE": (*_PLAIN, Action.SHIFT, Action.GENERALIZE),
    "AGE": (*_PLAIN, Action.GENERALIZE),
    "ZIP": (*ANY_LABEL, Action.GENERALIZE),
    **dict.fromkeys(("HOSPITAL", "STATE", "COUNTRY"), (*ANY_LABEL, Action.GENERALIZE)),
}
ACTIONS: Mapping[str, tuple[Action, ...]] = {label: _SPECIAL.get(label, ANY_LABEL) for label in PHI_LABELS}
"""The actions that each label allows."""

SAFE_HARBOR: Mapping[str, str] = {
    "A": "names", "B": "places smaller than a state", "C": "dates and ages over 89", "D": "telephone numbers",
    "E": "fax numbers", "F": "e-mail addresses", "G": "social security numbers", "H": "medical record numbers",
    "I": "health plan beneficiary numbers", "J": "account numbers", "K": "certificate and license numbers",
    "L": "vehicle identifiers", "M": "device identifiers", "N": "URLs", "O": "IP addresses",
    "P": "biometric identifiers", "Q": "full-face photographs", "R": "any other unique number, characteristic or code",
}  # fmt: skip
"""The 18 identifiers of 45 CFR 164.514(b)(2)(i) by their letters, in short."""

_NOT_TAGGERS = frozenset({Source.PATTERNS, Source.PROPAGATION})

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
        if action not in ANY_LABEL:
            raise ValueError(f"{action.value!r} does not fit every label; valid: {listed(ANY_LABEL)}")
        return action

    @model_validator(mode="after")
    def _check_tables(self) -> Self:
        if mistakes := check_labels({name: getattr(self, name) for name in TABLES}):
            raise ValueError("; ".join(what for _, what in mistakes))
        for label, allowed in ACTIONS.items():
            if label not in self.labels and self.default not in allowed:
                raise ValueError(f"{label} cannot be '{self.default}' by default: name it; valid: {listed(allowed)}")
        return self

    def action(self, label: str) -> Action:
        """Return what happens to a span of ``label``."""
        return self.labels.get(label, self.default)

    def counts(self, span: Span) -> bool:
        """Whether a source of ``span`` is one that counts for its label; known identifiers always do."""
        if not span.sources or sources.KNOWN in span.sources:
            return True
        names = (Source(name) if name in _NOT_TAGGERS else Source.TAGGERS for name in span.sources)
        return any(self.lets_count(span.label, source) for source in names)

    def lets_count(self, label: str, source: Source) -> bool:
        """Whether what ``source`` finds of ``label`` counts."""
        allowed = self.sources.get(label) or self.sources.get("default")
        return allowed is None or source in allowed

    def threshold(self, label: str) -> float:
        """Return the least score from which a span of ``label`` counts."""
        return self.thresholds.get(label, self.thresholds.get("default", DEFAULT_THRESHOLD))

    @property
    def fingerprint(self) -> str:
        """Return name and hash: equal where the policies do the same."""
        return f"{self.name}:{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]}"


def listed(choices: tuple[str, ...]) -> str:
    """Return choices as they stand in messages."""
    return ", ".join(map(str, choices))


Mistake = tuple[tuple[str, ...], str]
"""Where, as keys from the outermost in, and what is wrong."""

TABLES: Mapping[str, tuple[str, ...]] = {"labels": (), "thresholds": ("default",), "sources": ("default",)}
"""The tables by label, and what else may stand there for a label."""


def check_labels(data: Mapping[str, Any]) -> list[Mistake]:
    """Return what is wrong in the tables by label; pydantic does not know our labels."""
    mistakes: list[Mistake] = []
    for section, extra in TABLES.items():
        table = data.get(section)
        for label, value in table.items() if isinstance(table, dict) else ():
            where = (section, str(label))
            if label not in (*PHI_LABELS, *extra):
                mistakes.append((where, f"unknown label {label!r}; valid: {listed((*extra, *PHI_LABELS))}"))
            elif section == "labels" and value not in ACTIONS[label]:
                mistakes.append((where, f"{label} cannot be {shown(value)}; valid: {listed(ACTIONS[label])}"))
    return mistakes


def shown(value: Any) -> str:
    """Return a value for a message; what is no string is named by its type."""
    if isinstance(value, bool):
        return "yes or no (YAML reads on, off, yes and no as such: quote the word)"
    return repr(str(value)) if isinstance(value, str) else f"a {type(value).__name__}"
