"""Word lists of the recognizers as parts of regular expressions."""

from __future__ import annotations

import re

from deid.wordlists import entries


def alternation(*names: str, without: str | None = None) -> str:
    """Return a group that matches any entry of the lists ``names`` (files in ``data``), the longest first.

    A blank in an entry also matches a line end; an apostrophe may be curly or missing. Case is that
    of the entries unless the pattern around says otherwise.
    """
    left_out = set(entries(f"recognizers/data/{without}")) if without else set()
    words = {word for name in names for word in entries(f"recognizers/data/{name}")} - left_out
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(_flexible, ordered)) + ")"


def _flexible(word: str) -> str:
    return re.escape(word).replace(r"\ ", r"[ \n]").replace("'", "['\u2019]?")
