"""From what the user names (paths, folders, globs, URIs) to the files of a dump, in a fixed order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.fs as pafs

from nlp.errors import InputError

KINDS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson.gz": "jsonl",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".parquet": "parquet",
    ".txt": "txt",
}
"""File name ending (in any case) -> how it is read."""

_KNOWN = f"known endings: {', '.join(KINDS)}"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_WILD = re.compile(r"[*?]|\[[^/]*\]")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file of the dump: absolute path or URI, how it is read, and what tells that it changed."""

    path: str
    kind: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Source:
    """Files that are read as one: a single table, or a run of text files."""

    kind: str
    paths: tuple[str, ...]


def kind_of(path: str) -> str | None:
    """Return how a file is read, judged by its name, or None."""
    name = path.rsplit("/", 1)[-1].lower()
    return next((kind for ending, kind in KINDS.items() if name.endswith(ending)), None)


def locate(path: str) -> tuple[pafs.FileSystem, str]:
    """Return the file system of a path or URI, and the path within it."""
    if not _URI.match(path):
        return pafs.LocalFileSystem(), path
    filesystem, inner = pafs.FileSystem.from_uri(path)
    return filesystem, inner


def open_stream(path: str, start: int = 0) -> Any:
    """Return a binary stream over the (uncompressed) bytes of a file, from byte ``start`` on."""
    filesystem, inner = locate(path)
    if path.lower().endswith(".gz"):
        stream = filesystem.open_input_stream(inner, compression="gzip")
        while start > 0:
            start -= len(stream.read(min(start, 2**20))) or start
        return stream
    if start:
        stream = filesystem.open_input_file(inner)
        stream.seek(start)
        return stream
    return filesystem.open_input_stream(inner, compression=None, buffer_size=2**20)


def _glob_pattern(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a glob: ``*`` and ``?`` stay within a folder, ``**`` does not."""
    out = []
    for token in re.split(r"(\*\*/|\*\*|\*|\?|\[[^/\]]+\])", pattern):
        out.append(
            {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token)
            or (token.replace("[!", "[^") if _WILD.fullmatch(token) else re.escape(token))
        )
    return re.compile("".join(out), re.S)


def _hidden(path: str) -> bool:
    """Whether a file is bookkeeping (``_SUCCESS``, ``.crc``) rather than data."""
    return path.rsplit("/", 1)[-1].startswith((".", "_"))


def _listing(filesystem: pafs.FileSystem, folder: str, *, recursive: bool) -> list[pafs.FileInfo]:
    infos = filesystem.get_file_info(pafs.FileSelector(folder, recursive=recursive, allow_not_found=True))
    files = [info for info in infos if info.is_file and not _hidden(info.path)]
    return sorted(files, key=lambda info: info.path)


def _expand(given: str, skipped: list[str]) -> list[tuple[str, pafs.FileInfo]]:
    """Return path or URI and facts of every file that one input of the user names."""
    remote = bool(_URI.match(given))
    try:
        filesystem, inner = locate(given if remote else str(Path(given).absolute()))
        info = filesystem.get_file_info(inner)
        if info.is_file:
            found = [info]
        elif info.type == pafs.FileType.Directory:
            found = _listing(filesystem, inner, recursive=True)
        elif wild := _WILD.search(inner):
            base = inner[: wild.start()].rpartition("/")[0]
            rest = inner[len(base) :].strip("/")
            pattern = _glob_pattern(inner)
            listed = _listing(filesystem, base or "/", recursive="/" in rest or "**" in rest)
            found = [entry for entry in listed if pattern.fullmatch(entry.path)]
            if not found:
                raise InputError(f"{given}: no file matches; {_KNOWN}")
        else:
            raise InputError(f"{given}: no such file or folder; give a file, a folder, a glob or a URI")
    except (OSError, ValueError) as error:
        raise InputError(f"{given}: cannot be opened ({error}); check the address and the access rights") from None
    prefix = given[: len(given) - len(inner)] if remote and given.endswith(inner) else ""
    if not info.is_file:
        skipped += [f"{prefix}{entry.path}" for entry in found if kind_of(entry.path) is None]
        readable = [entry for entry in found if kind_of(entry.path)]
        if not readable:
            raise InputError(f"{given}: none of its {len(found)} files can be read; {_KNOWN}")
        found = readable
    return [(f"{prefix}{entry.path}", entry) for entry in found]


def find_files(inputs: Sequence[str | Path]) -> tuple[list[InputFile], list[str]]:
    """Return the files of a dump and those that were skipped because of their ending.

    Inputs keep the order in which they are given; the files of a folder (with its subfolders) or of
    a glob are sorted by path. Files whose name begins with ``.`` or ``_`` are not data and are left out.

    Raises:
        InputError: when an input names nothing, or a file of an unknown format.
    """
    files: dict[str, InputFile] = {}
    skipped: list[str] = []
    for given in inputs:
        for path, info in _expand(str(given), skipped):
            kind = kind_of(path)
            if kind is None:
                raise InputError(f"{path}: unknown format; {_KNOWN}")
            files.setdefault(path, InputFile(path, kind, info.size or 0, info.mtime_ns or 0))
    if not files:
        raise InputError("no input; give a file, a folder, a glob or a URI")
    return list(files.values()), skipped


def sources(files: Sequence[InputFile]) -> Iterator[Source]:
    """Yield the files as sources: each table alone, neighbouring text files together."""
    for kind, group in groupby(files, key=lambda file: file.kind):
        paths = tuple(file.path for file in group)
        if kind == "txt":
            yield Source(kind, paths)
        else:
            yield from (Source(kind, (path,)) for path in paths)
