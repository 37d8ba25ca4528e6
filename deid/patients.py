"""The patient table: what is known of each patient, looked up by patient id while notes are worked on.

The rows lie encrypted in one SQLite file that workers open for reading, so that a table of millions of rows
costs a worker no memory and is not sent around: patient ids as keyed hashes (HMAC-SHA256, 16 bytes), identifiers
under AES-256-GCM with the patient's hash as associated data; both keys derive from the secret key of the run.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from deid.columns import IGNORE, column_names, named_label, plain_column
from deid.keys import SecretKey
from nlp.errors import ConfigError, InputError
from nlp.labels import PHI_LABELS
from nlp.reading import find_files, read_table

PATIENT_ID = "patient_id"
_NONCE = 12

Rows = Iterable[tuple[str, Mapping[str, str]]]


def read_patients(
    inputs: Sequence[str], columns: Mapping[str, str] | None = None, id_column: str = PATIENT_ID
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield patient id and identifiers of every row of CSV, JSON lines or Parquet files.

    Args:
        inputs: files, folders, globs or URIs.
        columns: column -> column name or PHI label that tells what it holds, or "ignore".
        id_column: the column with the patient id.

    Raises:
        InputError: a row that cannot be read, without an id, or a column of which nobody knows what it holds: an
            identifier must not be passed over in silence. Names file and row, never a value.
        ConfigError: `columns` names what is no column name and no label.
    """
    given = columns or {}
    for target in given.values():
        if target != IGNORE and not named_label(target):
            raise ConfigError(
                f"patient columns: {target!r} is unknown; choose ignore, a PHI label ({', '.join(PHI_LABELS)}) "
                f"or a column name such as {', '.join(sorted(column_names())[:12])}"
            )
    known: dict[str, str] = {}
    for path, row in read_table(find_files(inputs)[0]):
        if row.reason:
            raise InputError(f"{path}, row {row.number}: cannot be read ({row.reason.value}); repair the patient table")
        if not row.values.get(id_column):  # before any column is named: without a header line that would be a value
            raise InputError(f"{path}, row {row.number}: no {id_column}; every row of the patient table needs one")
        unknown = [name for name in row.values if name not in known and name != id_column]
        for name in unknown:
            target = given.get(name, name)
            if named_label(target) is None:
                raise InputError(
                    f"{path}: nobody knows what column {name!r} holds; name it with --patient-columns {name}=LABEL "
                    f"(or {name}={IGNORE}), where LABEL is one of {', '.join(PHI_LABELS)}"
                )
            known[name] = target
        identifiers: dict[str, str] = {}
        try:
            patient_id = _text(row.values.get(id_column))
            for name, value in row.values.items():
                if name != id_column and named_label(known[name]) != IGNORE and (text := _text(value)):
                    column = plain_column(known[name])
                    identifiers[column] = f"{identifiers[column]};{text}" if column in identifiers else text
        except TypeError:
            raise InputError(
                f"{path}, row {row.number}: a value is neither text, a number nor a list of them"
            ) from None
        yield patient_id, identifiers


def _text(value: object) -> str:
    """Return a value as text; several are parted by semicolons.

    Raises:
        TypeError: without a message, when it is neither text, a number nor a list of them.
    """
    match value:
        case None | float() if value is None or value != value:
            return ""
        case str():
            return value.strip()
        case float() if value.is_integer():
            return str(int(value))
        case int() | float() if not isinstance(value, bool):
            return str(value)
        case list():
            return ";".join(map(_text, value))
    raise TypeError


class PatientTable:
    """Identifiers by patient id.

    Attributes:
        sha256: over all rows in order; part of the fingerprint of a run.
    """

    def __init__(self, database: sqlite3.Connection, key: SecretKey, sha256: str) -> None:
        self._database, self._key, self.sha256 = database, key, sha256
        # Ray loads the table in one thread of a worker and asks it from another; SQLite itself takes turns.
        self._cipher = AESGCM(key.derive("patient table"))

    def __repr__(self) -> str:
        return f"PatientTable(sha256={self.sha256!r})"

    @classmethod
    def build(cls, rows: Rows, key: SecretKey, path: Path | None = None) -> PatientTable:
        """Return the table of some rows; a patient may have several.

        Args:
            rows: patient id and identifiers, as `read_patients` yields them.
            key: the secret key.
            path: file to keep it in, readable by the owner only; None keeps it in memory.
        """
        if path is not None:
            path.unlink(missing_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA journal_mode=OFF",
            "PRAGMA synchronous=OFF",
            "CREATE TABLE patients (id BLOB, row BLOB)",
            "CREATE TABLE facts (sha256 TEXT)",
            "BEGIN",
        ):
            database.execute(statement)
        table, digest = cls(database, key, ""), hashlib.sha256()
        for patient_id, identifiers in rows:
            content = json.dumps([patient_id, dict(identifiers)], sort_keys=True).encode()
            digest.update(len(content).to_bytes(8, "big") + content)
            database.execute("INSERT INTO patients VALUES (?, ?)", table._sealed(patient_id, identifiers))
        table.sha256 = digest.hexdigest()
        database.execute("INSERT INTO facts VALUES (?)", (table.sha256,))
        database.execute("CREATE INDEX by_id ON patients (id)")
        database.execute("COMMIT")
        return table

    @classmethod
    def open(cls, path: Path, key: SecretKey) -> PatientTable:
        """Open a table that `build` has written, for reading only.

        Raises:
            ConfigError: there is no such table.
        """
        try:
            database = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            ((sha256,),) = database.execute("SELECT sha256 FROM facts").fetchall()
        except (sqlite3.Error, ValueError) as error:
            raise ConfigError(f"{path}: no patient table ({type(error).__name__}); start the run again") from None
        return cls(database, key, sha256)

    def get(self, patient_id: str) -> dict[str, str]:
        """Return column -> values (parted by semicolons) of a patient; empty where the table has none.

        Raises:
            ConfigError: the row was written with another key, or changed.
        """
        found: dict[str, str] = {}
        name = self._name(patient_id)
        for (row,) in self._database.execute("SELECT row FROM patients WHERE id = ? ORDER BY rowid", (name,)):
            try:
                identifiers = json.loads(self._cipher.decrypt(row[:_NONCE], row[_NONCE:], name))
            except InvalidTag:
                raise ConfigError("the patient table was written with another key, or changed") from None
            for column, value in identifiers.items():
                found[column] = f"{found[column]};{value}" if column in found else value
        return found

    def _name(self, patient_id: str) -> bytes:
        return self._key.derive("patient table row", patient_id)[:16]

    def _sealed(self, patient_id: str, identifiers: Mapping[str, str]) -> tuple[bytes, bytes]:
        name, nonce = self._name(patient_id), os.urandom(_NONCE)
        return name, nonce + self._cipher.encrypt(nonce, json.dumps(dict(identifiers)).encode(), name)
