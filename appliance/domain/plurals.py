"""Numbers of things, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """``1 document``, ``2 documents``, ``0 documents``; an s makes many of the ``noun``."""
    return f"{number} {noun}{'s' * (number != 1)}"


def enumerated(texts: Sequence[str]) -> str:
    """Return the texts as a sentence names them: ``1``, ``1 and 3``, ``1, 3 and 4``."""
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last
