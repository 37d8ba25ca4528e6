"""The vault: what was replaced in each note, encrypted, so that whoever has the key can restore the original.

One part for each shard of a run: a magic line, a header line in JSON (key id, shard), and AES-SIV ciphertext
(RFC 5297, 512-bit key by HKDF-SHA256, RFC 5869, from the secret key of the run) over zlib-compressed JSON. AES-SIV is
an authenticated encryption that needs no nonce: equal notes give equal bytes, so that a shard that is done twice
is the same twice, and nothing can be repeated by accident. Magic and header are authenticated with it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from deid.keys import SecretKey
from deid.offsets import OffsetMap
from nlp.errors import ConfigError
from nlp.types import Note

_MAGIC = b"clinsift-vault-2\n"
_KEY_BYTES = 64
_MAX_HEADER = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """What restores one note.

    Attributes:
        note_id: of the note.
        written_id: under which it was written; another one where the leak check found PHI in its id.
        pieces: (start, end, original): stretches of the de-identified text and what stood there, sorted.
        sha256: of the de-identified text as it was written.
        original_sha256: of the original text.
        patient_id, note_type, note_date: as they stood in the dump.
    """

    note_id: str = field(repr=False)
    written_id: str
    pieces: tuple[tuple[int, int, str], ...] = field(repr=False)
    sha256: str
    original_sha256: str
    patient_id: str | None = field(default=None, repr=False)
    note_type: str | None = field(default=None, repr=False)
    note_date: str | None = field(default=None, repr=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_entry(note: Note, text: str, offsets: OffsetMap, written_id: str | None = None) -> Entry:
    """Return what turns a de-identified text back into the original.

    Args:
        note: the original.
        text: the de-identified text as it is written; where it differs outside of the replacements (a lone
            surrogate that became U+FFFD), that is kept too.
        offsets: from `deid.transform.transform`.
        written_id: under which the note is written, None for its own.

    Raises:
        ValueError: text and offsets do not belong to the note.
    """
    pieces: list[tuple[int, int, str]] = []
    old = new = 0
    stretches = zip(offsets.starts, offsets.ends, offsets.new_starts, offsets.new_ends, strict=True)
    for start, end, new_start, new_end in (*stretches, (len(note.text), len(note.text), len(text), len(text))):
        if start - old != new_start - new:
            raise ValueError("text and offsets do not fit the note")
        if note.text[old:start] != text[new:new_start]:
            pieces += [
                (new + i, new + i + 1, a)
                for i, (a, b) in enumerate(zip(note.text[old:start], text[new:new_start], strict=True))
                if a != b
            ]
        if start < end:
            pieces.append((new_start, new_end, note.text[start:end]))
        old, new = end, new_end
    return Entry(
        note.note_id,
        note.note_id if written_id is None else written_id,
        tuple(pieces),
        _digest(text),
        _digest(note.text),
        note.patient_id,
        note.note_type,
        note.note_date,
    )


def restore(entry: Entry, text: str) -> Note:
    """Return the original note.

    Raises:
        ConfigError: the de-identified text is not the one that was written.
    """
    if _digest(text) != entry.sha256:
        raise ConfigError(f"note {entry.written_id!r}: its text was changed after the run; it cannot be restored")
    pieces, last = [], 0
    for start, end, original in entry.pieces:
        pieces += [text[last:start], original]
        last = end
    restored = "".join((*pieces, text[last:]))
    if _digest(restored) != entry.original_sha256:
        raise ConfigError(
            f"note {entry.written_id!r}: the vault does not restore the original; was it made by this run?"
        )
    return Note(entry.note_id, restored, entry.patient_id, entry.note_type, entry.note_date)


def seal(entries: Iterable[Entry], key: SecretKey, shard: int) -> bytes:
    """Return the vault part of a shard; equal entries give equal bytes."""
    head = _MAGIC + json.dumps({"key_id": key.key_id, "shard": shard}, sort_keys=True).encode() + b"\n"
    content = zlib.compress(json.dumps([asdict(entry) for entry in entries]).encode())
    return head + _cipher(key).encrypt(content, [head])


def unseal(part: bytes, key: SecretKey, shard: int, origin: str) -> list[Entry]:
    """Return the entries of a vault part.

    Args:
        part: its bytes.
        key: the secret key of the run.
        shard: the shard that it is of.
        origin: its path, for the errors.

    Raises:
        ConfigError: it is no vault part or of another shard, the key is another, or it was changed or cut off.
    """
    line_end = part.find(b"\n", len(_MAGIC), len(_MAGIC) + _MAX_HEADER)
    try:
        header: dict[str, Any] = json.loads(part[len(_MAGIC) : line_end]) if line_end > 0 else {}
    except ValueError:
        header = {}
    if not part.startswith(_MAGIC) or not isinstance(header, dict) or {*header} != {"key_id", "shard"}:
        raise ConfigError(f"{origin}: no part of a clinsift vault, or its beginning was changed or cut off")
    if header["key_id"] != key.key_id:
        raise ConfigError(
            f"{origin}: made with the key {header['key_id']!r}, not with {key.key_id!r}; name that key with --key-file"
        )
    if header["shard"] != shard:
        raise ConfigError(f"{origin}: holds shard {header['shard']}, not {shard}; was the file renamed?")
    try:
        content = _cipher(key).decrypt(part[line_end + 1 :], [part[: line_end + 1]])
    except (InvalidTag, ValueError):
        raise ConfigError(f"{origin}: was changed or cut off; take the part from a copy") from None
    rows: Sequence[dict[str, Any]] = json.loads(zlib.decompress(content))
    return [Entry(**row | {"pieces": tuple((start, end, old) for start, end, old in row["pieces"])}) for row in rows]


def _cipher(key: SecretKey) -> AESSIV:
    derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_MAGIC).derive(key.secret)
    return AESSIV(derived)
