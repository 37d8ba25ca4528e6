"""Policies: what happens to each kind of PHI. Small YAML files, validated."""

from deid.policy.model import ACTIONS, DEFAULT_THRESHOLD, SAFE_HARBOR, Action, DateShift, Policy, Source
from deid.policy.reading import MAX_CHARACTERS, builtin_policies, load_policy, parse_policy, read_policy

__all__ = [
    "ACTIONS", "DEFAULT_THRESHOLD", "MAX_CHARACTERS", "SAFE_HARBOR", "Action", "DateShift", "Policy", "Source",
    "builtin_policies", "load_policy", "parse_policy", "read_policy",
]  # fmt: skip
