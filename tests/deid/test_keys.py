import os
from pathlib import Path

import pytest

from deid.keys import SecretKey, load_key, new_key_file
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


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o601])
def test_key_file_open_to_others_is_refused_with_what_to_do(tmp_path, mode):
    file = tmp_path / "key"
    file.write_text(HEX)
    file.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_key(file)


def test_new_key_file_is_private_random_and_never_overwritten(tmp_path):
    old = os.umask(0)
    try:
        keys = [new_key_file(tmp_path / name) for name in ("a", "b")]
    finally:
        os.umask(old)
    assert keys[0] != keys[1]
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert load_key(tmp_path / "a") == keys[0]
    with pytest.raises(ConfigError, match="left as it is"):
        new_key_file(tmp_path / "a")
    assert load_key(tmp_path / "a") == keys[0]
    with pytest.raises(ConfigError, match="cannot be written"):
        new_key_file(tmp_path / "nowhere" / "key")


@pytest.mark.parametrize("content", [b"\xff\xfe" * 20, b"x" * 70_000])
def test_what_is_no_key_is_refused_without_showing_it(tmp_path, content):
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="key new") as caught:
        load_key(file)
    assert "xxxx" not in str(caught.value)


def test_devices_and_folders_are_no_keys(tmp_path):
    for path in (tmp_path, Path("/dev/zero")):
        with pytest.raises(ConfigError, match="key file"):
            load_key(path)


def test_byte_order_mark_does_not_change_the_key(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"\xef\xbb\xbf" + HEX.encode())
    file.chmod(0o600)
    assert load_key(file) == SecretKey(bytes.fromhex(HEX))


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
