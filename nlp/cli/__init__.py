"""The command line ``clinsift``: one module a command, `main` puts them together."""

from nlp.cli.main import app

__all__ = ["app"]
