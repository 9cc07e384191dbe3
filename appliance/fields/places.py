"""Where a value stands on its page, and how far from where another stood. Pure."""

from __future__ import annotations

from appliance.domain.document import Document, Span

ValuePlace = tuple[int, float, float]
"""Page, and the left upper corner in shares of it."""


def place_of(span: Span, document: Document) -> ValuePlace:
    box = span.bbox(document)
    return span.page, box.left, box.top


def apart(one: ValuePlace, other: ValuePlace) -> float:
    """In shares of the page; 1 at most, and on another page."""
    if one[0] != other[0]:
        return 1.0
    return min(1.0, abs(one[1] - other[1]) + abs(one[2] - other[2]))
