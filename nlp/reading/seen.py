"""Which note ids came before: on disk, in bounded memory, without an id in the clear."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from pathlib import Path
from types import TracebackType

_CACHE_KB = 64 * 1024


class SeenIds:
    """A set of note ids in a temporary SQLite file, which is gone when it is closed.

    The file holds 16-byte BLAKE2b hashes under a random key. Two different ids collide with a
    probability of 2**-64 in a dump of four billion notes.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"ids-{secrets.token_hex(8)}.tmp"
        self._key = secrets.token_bytes(32)
        self._database = sqlite3.connect(self._path, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", f"cache_size=-{_CACHE_KB}"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute("CREATE TABLE seen (id BLOB PRIMARY KEY) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def add(self, note_id: str) -> bool:
        """Add an id; return whether it is new."""
        digest = hashlib.blake2b(note_id.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()
        return self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (digest,)).rowcount == 1

    def __enter__(self) -> SeenIds:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
        self._path.unlink(missing_ok=True)
