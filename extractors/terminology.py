"""Code systems that a user adds to the ones in the package: where they lie, what they are, their fingerprint.

A system is a folder ``<data folder>/terminology/<name>`` with the files its installer wrote and ``manifest.json``.
A further system plugs in by a line of `SYSTEMS`: ``"module:function"`` of an `Installer`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Protocol

from nlp.errors import ConfigError

SYSTEMS: Mapping[str, str] = {
    "icd10cm": "extractors.coding.loader:install",
    "rxnorm": "extractors.drugs.rxnorm:install",
}
"""Name of each system that can be added, and its installer."""
VARIABLE = "CLINSIFT_DATA"


class Installer(Protocol):
    """Reads the official files of a release and writes what the package needs into a folder."""

    def __call__(self, release: Sequence[Path], folder: Path) -> tuple[str, int]:
        """Return the version, which begins with the year, and the number of entries.

        Raises:
            ConfigError: a file is missing, broken or not of this system.
        """
        ...


@dataclass(frozen=True, slots=True)
class Installed:
    """A code system that was added.

    Attributes:
        system: its name, a key of `SYSTEMS`.
        version: of the release ("2025-10-06").
        entries: number of names or codes.
        files: names of the files it came from.
        sha256: of those files' content.
    """

    system: str
    version: str
    entries: int
    files: tuple[str, ...]
    sha256: str


def data_folder(folder: Path | None = None) -> Path:
    """Return ``folder``, else what CLINSIFT_DATA names, else the user's data folder (XDG)."""
    if folder is not None:
        return folder
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "clinsift"


def add(system: str, release: Sequence[Path], *, folder: Path | None = None, year: int | None = None) -> Installed:
    """Install a release of a code system; one that is there already is replaced when all went well.

    Args:
        system: one of `SYSTEMS`.
        release: its official files.
        folder: data folder, see `data_folder`.
        year: year the release must be of; any where None.

    Raises:
        ConfigError: unknown system; a file that is missing, broken, another system's or another year's.
    """
    if system not in SYSTEMS:
        raise ConfigError(f"unknown terminology {system!r}; there are {', '.join(sorted(SYSTEMS))}")
    for path in release:
        if not path.is_file():
            raise ConfigError(f"{path}: no such file")
    module, _, function = SYSTEMS[system].partition(":")
    install: Installer = getattr(import_module(module), function)
    root = data_folder(folder) / "terminology"
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{system}-", dir=root) as scratch:
        new = Path(scratch) / system
        new.mkdir()
        version, entries = install(release, new)
        if year is not None and not version.startswith(str(year)):
            raise ConfigError(f"{release[0]}: release {version}, but one of {year} is wanted")
        installed = Installed(system, version, entries, tuple(path.name for path in release), _sha256(release))
        (new / "manifest.json").write_text(json.dumps(asdict(installed), indent=1) + "\n", encoding="utf-8")
        target = root / system
        if target.exists():
            shutil.move(target, Path(scratch) / "old")
        new.rename(target)
    return installed


def installed(folder: Path | None = None) -> list[Installed]:
    """Return the systems that were added, by name.

    Raises:
        ConfigError: a manifest cannot be read.
    """
    return [_manifest(path) for path in sorted((data_folder(folder) / "terminology").glob("[!.]*/manifest.json"))]


def system_folder(system: str, folder: Path | None = None) -> Path | None:
    """Return the folder of an added system, None where it was not added."""
    path = data_folder(folder) / "terminology" / system
    return path if (path / "manifest.json").is_file() else None


def _manifest(path: Path) -> Installed:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Installed(**{**content, "files": tuple(content["files"])})
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"{path}: broken ({type(error).__name__}); add the terminology again") from error


def _sha256(release: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in release:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def fingerprint() -> str:
    """Return what the extraction depends on besides models: a hash of the package's lists, and the added systems."""
    return "+".join([f"lists:{_lists_hash()}", *(f"{i.system}:{i.version}:{i.sha256[:8]}" for i in installed())])


@cache
def _lists_hash() -> str:
    digest = hashlib.sha256()
    for name, file in sorted(_data_files(files("extractors"), "")):
        digest.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _data_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    """Yield the files under folders named ``data``."""
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _data_files(entry, f"{name}/")
        elif "data/" in prefix:
            yield name, entry
