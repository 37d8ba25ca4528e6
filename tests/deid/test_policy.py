from contextlib import suppress

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from deid.policy import Action, Policy, builtin_policies, load_policy, parse_policy
from deid.resolve import resolve
from nlp.errors import ConfigError
from nlp.labels import PHI_LABELS
from nlp.types import Note, Span


def mistakes_of(content: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse_policy(content, "my.yaml")
    return str(caught.value)


KEPT = {
    "mask": {"PROFESSION"},
    "surrogate": set(),
    "i2b2": set(),
    "safe-harbor": {"STATE", "COUNTRY"},
    "limited-dataset": {"DATE", "AGE", "CITY", "STATE", "COUNTRY", "ZIP", "PROFESSION"},
}


def test_builtin_policies_keep_what_they_promise_and_no_more():
    assert set(builtin_policies()) == set(KEPT)
    for name, kept in KEPT.items():
        policy = load_policy(name)
        assert policy.name == name
        assert {label for label in PHI_LABELS if policy.action(label) is Action.KEEP} == kept


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
    assert "keep, mask, redact, shift, generalize" in message


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


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        ("name: x\n", 1, "keep, mask, redact, surrogate, hash"),
        ("name: x\ndefault: shift\n", 2, "keep, mask, redact, surrogate, hash"),
        ("name: x\ndefault: mask\nsources: [taggers]\n", 3, "table"),
        ("name: x\ndefault: mask\nsources:\n  default: [transformer]\n", 4, "taggers, patterns, propagation"),
        ("name: x\ndefault: mask\nsources:\n  default: []\n", 4, "taggers, patterns, propagation"),
        ("name: x\ndefault: mask\nsources:\n  SSNN: [taggers]\n", 4, "SSN"),
        ("name: x\ndefault: mask\nlabels: {STATE: off}\n", 3, "quote"),
        ("name: x\ndefault: mask\nlabels:\n\tAGE: mask\n", 4, "no valid YAML"),
        ("name: x\ndefault: mask\nhash_scope: world\n", 3, "'patient' or 'dump'"),
        ("name: &a x\ndescription: *a\n", 2, "aliases"),
        ("[" * 20, 1, "nesting"),
        ("name: x\ndefault: !!python/name:os.system\n", 2, "no valid YAML"),
    ],
)
def test_mistakes_name_their_line_and_what_is_valid(content, line, told):
    message = mistakes_of(content)
    assert f"line {line}" in message
    assert told in message


@given(st.text(st.sampled_from("abm:[]{}-&*!#|>'\"\\ \n\t\x00\ud800é1.")) | st.text())
def test_whatever_stands_in_a_file_is_a_policy_or_a_configuration_error(content):
    told = ""
    with suppress(ConfigError):
        told = parse_policy(content, "f").name
    event("a policy" if told else "an error")


def test_files_that_cannot_be_policies_are_named(tmp_path):
    for name, content in (("large", b"a" * 200_000), ("binary", b"\xff\xfe\x00")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigError, match=name):
            load_policy(str(tmp_path / name))
    for name in ("\0", str(tmp_path), ""):
        with pytest.raises(ConfigError, match="built-in"):
            load_policy(name)


def test_sources_that_do_not_count_are_not_heard_but_known_identifiers_always_are():
    policy = parse_policy("name: x\ndefault: mask\nsources:\n  default: [patterns]\n  CITY: [taggers]\n", "p")

    def counts(label, *sources):
        return policy.counts(Span(0, 1, label, 1.0, sources))

    assert counts("PHONE", "patterns")
    assert counts("PHONE", "patterns", "transformer")
    assert not counts("PHONE", "transformer")
    assert not counts("PHONE", "propagation")
    assert counts("CITY", "a tagger of your own")
    assert not counts("CITY", "patterns")
    assert counts("CITY", "known")
    assert load_policy("mask").counts(Span(0, 1, "CITY", 1.0, ("cnn-rnn",)))


def test_sources_hold_through_the_merge_and_the_propagation():
    policy = parse_policy("name: x\ndefault: mask\nsources:\n  default: [taggers]\n", "p")
    note = Note("n", "Ana Kowalczyk 617-555-0123 Kowalczyk")
    spans = [Span(0, 13, "PATIENT", 0.9, ("transformer",)), Span(14, 26, "PHONE", 0.9, ("patterns",))]
    assert [(s.start, s.end) for s in resolve(note, spans, (), policy)] == [(0, 13)]
    assert len(resolve(note, spans, (), load_policy("mask"))) == 3


def test_fingerprint_tells_policies_apart_by_what_they_do():
    one, same, other = (
        parse_policy(f"name: x\ndefault: {a}{c}\n", "p")
        for a, c in (("mask", ""), ("mask", " # c"), ("hash\nlabels: {DATE: mask, AGE: mask}", ""))
    )
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert one.fingerprint.startswith("x:")
