"""The text files that come with the packages: UTF-8, an entry a line, ``#`` opens a comment line."""

from __future__ import annotations

from importlib.resources import files


def data_lines(package: str, path: str) -> tuple[str, ...]:
    """Return the lines of a file of a package without blanks at their ends, comments and empty lines.

    Args:
        package: name of the import package ("extractors.drugs").
        path: inside the package ("data/sigs.txt").
    """
    content = files(package).joinpath(path).read_text(encoding="utf-8")
    return tuple(line for raw in content.splitlines() if (line := raw.strip()) and not line.startswith("#"))


def data_words(package: str, path: str) -> frozenset[str]:
    """Return the words of a file of a package; takes what `data_lines` takes."""
    return frozenset(word for line in data_lines(package, path) for word in line.split())
