"""Checks of the Python environment that clinsift runs in."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution


def require_no_foreign_deid() -> None:
    """Refuse to run beside pydicom's distribution ``deid``.

    Both install a top-level package ``deid``, so one overwrites files of the other and neither can
    be trusted to remove anything.

    Raises:
        ImportError: the distribution ``deid`` is installed in this environment.
    """
    try:
        found = distribution("deid")
    except PackageNotFoundError:
        return
    raise ImportError(
        f"clinsift cannot share an environment with pydicom's distribution 'deid' ({found.version}): "
        "both provide a package named 'deid'. Run `pip uninstall deid` and reinstall clinsift, or "
        "install clinsift in a virtual environment of its own."
    )
