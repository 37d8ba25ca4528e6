import pytest
from typer.testing import CliRunner

from deid.keys import load_key
from deid.policy import builtin_policies, load_policy
from nlp.cli import app
from nlp.labels import PHI_LABELS


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_policies_are_listed():
    shown = call("policy", "show")
    assert shown.exit_code == 0
    assert [line.split()[0] for line in shown.stdout.splitlines()] == list(builtin_policies())


@pytest.mark.parametrize("name", builtin_policies())
def test_a_policy_is_shown_with_its_hash_and_every_label(name):
    shown = call("policy", "show", name)
    assert shown.exit_code == 0
    lines = shown.stdout.splitlines()
    assert lines[0] == f"policy {load_policy(name).fingerprint}"
    actions = {line.split()[0]: line.split()[2] for line in lines[3 : 3 + len(PHI_LABELS)]}
    assert actions == {label: load_policy(name).action(label) for label in PHI_LABELS}


def test_check_names_the_line_and_the_choices(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("name: p\ndefault: mask\nlabels:\n  CITY: shred\n")
    checked = call("policy", "check", file)
    assert checked.exit_code == 2
    assert "line 4" in checked.stderr
    assert "keep, mask, redact, surrogate, hash" in checked.stderr
    file.write_text("name: p\ndefault: mask\n")
    assert call("policy", "check", file).exit_code == 0


def test_check_of_no_file_is_told(tmp_path):
    checked = call("policy", "check", tmp_path / "none.yaml")
    assert checked.exit_code == 2
    assert "none.yaml" in checked.stderr


def test_a_new_key_is_named_by_its_id_and_never_shown(tmp_path):
    file = tmp_path / "key"
    made = call("key", "new", file)
    assert made.exit_code == 0
    key = load_key(file)
    assert key.key_id in made.stdout
    assert key.secret.hex() not in made.output
    assert call("key", "id", file).stdout.strip() == key.key_id
    again = call("key", "new", file)
    assert again.exit_code == 2
    assert "left as it is" in again.stderr
    assert load_key(file) == key
