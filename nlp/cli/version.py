"""``clinsift version``."""

from __future__ import annotations

import platform
from importlib.metadata import version as installed

DEPENDENCIES = ("torch", "transformers", "spacy", "presidio-analyzer", "ray", "pyarrow")


def version() -> None:
    """Print the versions of clinsift and of what it builds on."""
    print(f"clinsift {installed('clinsift')}")
    print(f"python {platform.python_version()}")
    for name in DEPENDENCIES:
        print(f"{name} {installed(name)}")
