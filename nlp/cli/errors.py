"""How a command ends: exit codes, and errors on stderr without a trace of any note."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import typer

from nlp.errors import ClinsiftError

INTERNAL_ERROR = 1
USAGE_ERROR = 2
QUARANTINED = 3

OURS = tuple(Path(__file__).parents[2] / package for package in ("nlp", "deid", "extractors"))

P = ParamSpec("P")
R = TypeVar("R")


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command so that what it raises becomes one plain message and an exit code.

    `ClinsiftError` messages are ours and hold no text of a note; operating system errors are shown
    as number and path. Of anything else only the type and the places in the code are shown: the
    message could quote a note ("invalid literal for int(): 'Smith'").
    """

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                return command(*args, **kwargs)
        except ClinsiftError as error:
            fail(str(error), USAGE_ERROR)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if type(error).__module__ == "builtins" and isinstance(error, OSError) and error.strerror:
                fail(f"{error.filename or 'input/output'}: {error.strerror}", USAGE_ERROR)
            fail(_without_messages(error), INTERNAL_ERROR)

    return wrapped


def fail(message: str, code: int) -> NoReturn:
    """Print a message to stderr as it is and leave with an exit code."""
    sys.stderr.write(f"clinsift: error: {message}\n")
    raise typer.Exit(code) from None


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,
    line: object = None,
) -> None:
    """Print warnings of ours plainly and drop those of libraries, which could quote a note."""
    if issubclass(category, UserWarning) and any(Path(filename).is_relative_to(folder) for folder in OURS):
        sys.stderr.write(f"clinsift: warning: {message}\n")


def _without_messages(error: BaseException) -> str:
    """Return the types of an exception and its causes, and where each was raised."""
    lines = ["internal error; the messages are withheld because they could quote a note"]
    seen: BaseException | None = error
    while seen is not None:
        missing = f" {seen.name}" if isinstance(seen, ModuleNotFoundError) else ""
        lines.append(f"  {type(seen).__name__}{missing}")
        lines += [f"    {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)
