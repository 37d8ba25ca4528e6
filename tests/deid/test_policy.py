import pytest

from deid.policy import Action, Policy, builtin_policies, load_policy, parse_policy
from nlp.errors import ConfigError
from nlp.labels import PHI_LABELS


def mistakes_of(content: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_policy(content, "my.yaml")
    return str(caught.value)


@pytest.mark.parametrize("name", ["mask", "surrogate"])
def test_builtin_policies_remove_every_hipaa_label(name):
    policy = load_policy(name)
    assert policy.name == name
    kept = {label for label in PHI_LABELS if policy.action(label) is Action.KEEP}
    assert kept <= {"PROFESSION"}


def test_policy_file_loads(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("name: mine\ndefault: redact\nlabels:\n  DATE: shift\n")
    policy = load_policy(str(file))
    assert policy.action("DATE") is Action.SHIFT
    assert policy.action("PHONE") is Action.REDACT


def test_unknown_policy_lists_the_builtin_ones():
    with pytest.raises(ConfigError, match=", ".join(builtin_policies())):
        load_policy("nonsense")


def test_unknown_label_names_line_and_choices():
    message = mistakes_of("name: x\ndefault: mask\nlabels:\n  PATEINT: mask\n")
    assert "my.yaml, line 4" in message
    assert "PATIENT" in message


def test_wrong_action_names_line_and_choices():
    message = mistakes_of("name: x\ndefault: mask\nlabels:\n  CITY: mask\n  DATE: surrogate\n")
    assert "line 5" in message
    assert "keep, mask, redact, shift" in message


def test_all_mistakes_are_told_at_once():
    message = mistakes_of("name: x\ndefault: mask\nzzz: 1\nthresholds:\n  default: 7\ndate_shift:\n  min_days: 0\n")
    assert [f"line {n}" in message for n in (3, 5, 7)] == [True, True, True]


def test_key_that_stands_twice_is_refused():
    assert "line 5" in mistakes_of("name: x\ndefault: mask\nlabels:\n  AGE: mask\n  AGE: keep\n")


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "name: [", "just text"])
def test_what_is_no_table_is_refused(content):
    assert "my.yaml" in mistakes_of(content)


def test_default_that_dates_do_not_allow_needs_them_named():
    assert "DATE cannot be 'surrogate'" in mistakes_of("name: x\ndefault: surrogate\nlabels:\n  AGE: mask\n")


def test_policies_made_in_code_are_checked_too():
    with pytest.raises(ValueError, match="unknown label"):
        Policy(name="x", default=Action.MASK, labels={"NOPE": Action.MASK})
