"""The secret key that surrogates and date shifts derive from."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from nlp.errors import ConfigError

KEY_VARIABLE = "CLINSIFT_KEY"
MIN_KEY_BYTES = 16
_ADVICE = "write one with: python -c 'import secrets; print(secrets.token_hex(32))'"


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A secret; all that derives from it is the same on any machine and any day.

    Attributes:
        secret: the key itself; never shown, logged or written.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < MIN_KEY_BYTES:
            raise ConfigError(f"the key is shorter than {MIN_KEY_BYTES} bytes; {_ADVICE}")

    def __repr__(self) -> str:
        return f"SecretKey(key_id={self.key_id!r})"

    @property
    def key_id(self) -> str:
        """Name of the key for reports; it does not tell the key."""
        return self.derive("clinsift key id").hex()[:12]

    def derive(self, *parts: str) -> bytes:
        """Return 32 bytes that depend on the key and on every part (HMAC-SHA256, RFC 2104).

        Each part goes in behind its length, so that ("ab", "c") and ("a", "bc") differ.
        """
        message = bytearray()
        for part in parts:
            encoded = part.encode("utf-8", "surrogatepass")
            message += len(encoded).to_bytes(8, "big") + encoded
        return hmac.digest(self.secret, bytes(message), hashlib.sha256)


def parse_key(content: str, origin: str) -> SecretKey:
    """Return the key written in ``content``: hexadecimal digits, or any other text taken as it is.

    Args:
        content: what stands in the file or the variable; blanks around it do not count.
        origin: named in the error.

    Raises:
        ConfigError: the key is empty or too short.
    """
    content = content.strip()
    try:
        secret = bytes.fromhex(content)
    except ValueError:
        secret = content.encode("utf-8", "surrogatepass")
    if len(secret) < MIN_KEY_BYTES:
        raise ConfigError(f"{origin}: the key is empty or shorter than {MIN_KEY_BYTES} bytes; {_ADVICE}")
    return SecretKey(secret)


def load_key(key_file: Path | None = None) -> SecretKey:
    """Return the key of ``key_file``, else of the variable CLINSIFT_KEY, else a throw-away one.

    Warns when others can read the file, and when the key is a throw-away: a later run then draws
    other surrogates and date shifts.

    Raises:
        ConfigError: the file cannot be read, or the key is empty or too short.
    """
    if key_file is not None:
        try:
            content = key_file.read_text(encoding="utf-8")
            mode = key_file.stat().st_mode
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"key file {key_file}: cannot be read ({type(error).__name__}); {_ADVICE}") from None
        if mode & 0o077:
            warnings.warn(f"key file {key_file} is open to other users; run: chmod 600 {key_file}", stacklevel=2)
        return parse_key(content, f"key file {key_file}")
    if content := os.environ.get(KEY_VARIABLE, ""):
        return parse_key(content, f"variable {KEY_VARIABLE}")
    warnings.warn(
        f"no key given (key file or {KEY_VARIABLE}): using a throw-away key; "
        "surrogates and date shifts will differ in the next run",
        stacklevel=2,
    )
    return SecretKey(secrets.token_bytes(32))
