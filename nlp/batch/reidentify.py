"""Undo a run: the de-identified notes and the vault give the original notes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from deid.keys import SecretKey
from deid.vault import restore, unseal
from nlp.batch.folder import write_atomic
from nlp.batch.shardwork import vault_part
from nlp.errors import ConfigError, InputError
from nlp.types import Note


def reidentify(out: Path, vault: Path, key: SecretKey, restored: Path) -> int:
    """Write the original notes as JSON lines, a file for each part of the output; return how many.

    Nothing that was not checked is written: the notes must be those that the run wrote, and the vault theirs.

    Args:
        out: output folder of ``clinsift run``.
        vault: its vault.
        key: the secret key of the run.
        restored: folder to write to, readable by the owner only; must not hold anything.

    Raises:
        InputError: there are no notes, or they cannot be read.
        ConfigError: a part of the vault is missing, damaged, of another key or run; or the folder is not empty.
    """
    parts = sorted((out / "notes").glob("part-*"))
    if not parts:
        raise InputError(f"{out}: no notes there; name the output folder of `clinsift run`")
    if restored.exists() and (not restored.is_dir() or any(restored.iterdir())):
        raise ConfigError(f"{restored} is a file or holds something; name a new folder")
    restored.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = 0
    for part in parts:
        notes = list(_restored(part, vault, key))
        content = "".join(json.dumps(_row(note)) + "\n" for note in notes)  # ASCII: also holds lone surrogates
        write_atomic(restored / f"{part.stem}.jsonl", content.encode("ascii"), mode=0o600)
        count += len(notes)
    return count


def _restored(part: Path, vault: Path, key: SecretKey) -> Iterator[Note]:
    shard = int(part.stem.removeprefix("part-"))
    path = vault_part(vault, shard)
    try:
        sealed = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); is {vault} the vault of this output?") from None
    entries = {entry.written_id: entry for entry in unseal(sealed, key, shard, str(path))}
    for note_id, text in _notes(part):
        if note_id not in entries:
            raise ConfigError(f"{part}: note {note_id!r} is not in the vault; was it made by this run?")
        yield restore(entries.pop(note_id), text)
    if entries:
        raise ConfigError(f"{part}: {len(entries)} notes of the vault are missing, such as {next(iter(entries))!r}")


def _notes(part: Path) -> Iterator[tuple[str, str]]:
    try:
        if part.suffix == ".parquet":
            rows = pq.read_table(part, columns=["note_id", "text"]).to_pylist()
        else:
            rows = [json.loads(line) for line in part.read_text(encoding="utf-8").split("\n") if line]
        yield from ((row["note_id"], row["text"]) for row in rows)
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise InputError(f"{part}: cannot be read ({type(error).__name__}); the file is damaged") from None


def _row(note: Note) -> dict[str, str]:
    names = ("note_id", "text", "patient_id", "note_type", "note_date")
    return {name: value for name in names if (value := getattr(note, name)) is not None}
