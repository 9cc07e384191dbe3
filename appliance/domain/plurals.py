"""Numbers of things, in words. Pure."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """``1 document``, ``2 documents``, ``0 documents``; an s makes many of the ``noun``."""
    return f"{number} {noun}{'s' * (number != 1)}"
