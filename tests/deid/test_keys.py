import pytest

from deid.keys import SecretKey, load_key
from nlp.errors import ConfigError

HEX = "ab" * 32


def test_derivation_is_deterministic_and_separates_parts():
    key = SecretKey(b"k" * 32)
    assert key.derive("ab", "c") == SecretKey(b"k" * 32).derive("ab", "c")
    assert key.derive("ab", "c") != key.derive("a", "bc")
    assert key.derive("\ud800") != key.derive("\ud801")


def test_repr_shows_the_id_but_not_the_key():
    key = SecretKey(b"very secret key material 12345678")
    assert key.key_id in repr(key)
    assert "secret key material" not in repr(key)
    assert key.secret.hex()[:12] != key.key_id


def test_file_comes_before_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINSIFT_KEY", "cd" * 32)
    file = tmp_path / "key"
    file.write_text(HEX + "\n")
    file.chmod(0o600)
    assert load_key(file) == SecretKey(bytes.fromhex(HEX))
    assert load_key() == SecretKey(bytes.fromhex("cd" * 32))


def test_open_key_file_warns(tmp_path):
    file = tmp_path / "key"
    file.write_text(HEX)
    file.chmod(0o644)
    with pytest.warns(UserWarning, match="chmod 600"):
        load_key(file)


def test_throw_away_key_warns_and_differs(monkeypatch):
    monkeypatch.delenv("CLINSIFT_KEY", raising=False)
    with pytest.warns(UserWarning, match="throw-away"):
        first = load_key()
    with pytest.warns(UserWarning, match="throw-away"):
        assert load_key() != first


@pytest.mark.parametrize("content", ["", "  \n", "hunter2", "abcdef"])
def test_weak_keys_are_refused_without_showing_them(tmp_path, content):
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="shorter than 16 bytes") as caught:
        load_key(file)
    assert not content.strip() or content not in str(caught.value)


def test_missing_key_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match="nowhere"):
        load_key(tmp_path / "nowhere")
