"""``python -m nlp.cli``: the command line without the console script."""

from nlp.cli import app

app(prog_name="clinsift")
