"""The secret key that surrogates and date shifts derive from."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from nlp.errors import ConfigError

KEY_VARIABLE = "CLINSIFT_KEY"
MIN_KEY_BYTES = 16
_ADVICE = "make one with: clinsift key new FILE"
_MAX_FILE = 65536


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


def new_key_file(path: Path) -> SecretKey:
    """Write a new random key (256 bits, hexadecimal) to a file that only its owner can read, and return it.

    Raises:
        ConfigError: there is such a file already (it is left as it is), or it cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(
            f"{path} is there already and is left as it is: what was made with a key can never be made again without it"
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be written ({type(error).__name__})") from None
    key = SecretKey(secrets.token_bytes(32))
    with open(descriptor, "w", encoding="ascii") as file:
        os.fchmod(descriptor, 0o600)  # whatever the umask says
        file.write(key.secret.hex() + "\n")
        file.flush()
        os.fsync(descriptor)
    return key


def _read_private(path: Path) -> str:
    """Return the text of a file that only its owner may read or write.

    Raises:
        ConfigError: others may, it is too large for a key, or it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())  # of what is open: the name may lead elsewhere a moment later
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_FILE:
                raise ConfigError(f"key file {path}: no file of at most {_MAX_FILE:,} bytes; {_ADVICE}")
            if status.st_mode & 0o077:
                raise ConfigError(f"key file {path}: open to other users of this machine; run: chmod 600 {path}")
            return file.read().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ConfigError(f"key file {path}: cannot be read ({type(error).__name__}); {_ADVICE}") from None


def load_key(key_file: Path | None = None) -> SecretKey:
    """Return the key of ``key_file``, else of the variable CLINSIFT_KEY, else a throw-away one.

    Warns when the key is a throw-away: a later run then draws other surrogates and date shifts.

    Raises:
        ConfigError: the file cannot be read or is open to other users, or the key is empty or too short.
    """
    if key_file is not None:
        return parse_key(_read_private(key_file), f"key file {key_file}")
    if content := os.environ.get(KEY_VARIABLE, ""):
        return parse_key(content, f"variable {KEY_VARIABLE}")
    warnings.warn(
        f"no key given (key file or {KEY_VARIABLE}): using a throw-away key; "
        "surrogates and date shifts will differ in the next run",
        stacklevel=2,
    )
    return SecretKey(secrets.token_bytes(32))
