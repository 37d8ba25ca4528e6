"""Write a surrogate in the letter case of what it stands for."""

from __future__ import annotations


def in_case(new: str, like: str) -> str:
    """Return ``new`` in upper or lower case where ``like`` is, else as it stands; "UK" is no upper case."""
    if like.isupper() and len(like) > 1:
        return new if len(like) <= 3 < len(new) else new.upper()
    return new.lower() if like.islower() else new


def article_fits(new: str, like: str) -> bool:
    """Whether the same article, "a" or "an", stands before both."""
    return (new[:1].lower() in "aeiou") == (like[:1].lower() in "aeiou")
