"""README and docs/policies.md say what the built-in policies do."""

from __future__ import annotations

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from deid.policy import SAFE_HARBOR, Action, builtin_policies, load_policy, parse_policy
from nlp.labels import PHI_SCHEME

ROOT = Path(__file__).parents[2]


def load_script():
    spec = spec_from_file_location("policy_tables", ROOT / "scripts" / "policy_tables.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = load_script()


@pytest.mark.parametrize("page", SCRIPT.TABLES, ids=lambda page: page.name)
def test_tables_of_the_pages_are_up_to_date(page):
    """Run `python scripts/policy_tables.py` where not; the surrogates alone may be of an earlier version."""

    def fixed(table):
        return [line for line in table.splitlines() if not line.startswith("| `surrogate`")]

    (found,) = SCRIPT.PLACE.findall(page.read_text(encoding="utf-8"))
    assert fixed(found) == fixed(SCRIPT.TABLES[page]())


def test_example_shows_every_policy_and_none_but_the_limited_one_leaves_a_name_or_a_day():
    rows = dict(re.findall(r"^\| `?([\w-]+)`? \| (.*) \|$", SCRIPT.side_by_side(), re.M))
    assert set(rows) - {"policy", "original"} == set(builtin_policies())
    for name in builtin_policies():
        gone = ["Okafor", "Brandt", "40-7719", "724-3311", "Harbor View"]
        gone += [] if name == "limited-dataset" else ["3/14", "March 9", "Duluth", "93", "55806"]
        assert [word for word in gone if word in rows[name]] == []


def test_every_safe_harbor_identifier_has_a_label_that_safe_harbor_does_not_keep():
    policy = load_policy("safe-harbor")
    removed = {label.hipaa for label in PHI_SCHEME if policy.action(label.name) is not Action.KEEP}
    assert removed - {None} == set(SAFE_HARBOR) - {"Q"}
    assert {label.hipaa for label in PHI_SCHEME if policy.action(label.name) is Action.KEEP} == {None}


def test_policy_of_the_docs_is_valid():
    (yaml,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "policies.md").read_text(encoding="utf-8"), re.S)
    assert parse_policy(yaml, "docs").name == "registry"
