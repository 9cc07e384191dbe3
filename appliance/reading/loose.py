"""A piece of text with its box, before anybody put it into order."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.document import BBox


@dataclass(frozen=True, slots=True)
class Loose:
    """A run of characters on one line; may hold spaces when an OCR found it."""

    text: str
    bbox: BBox
    """Shares of the upright page."""
    confidence: float | None = None
    """0-1 from the OCR; None when the text was typed into the file."""
    turned: bool = False
    """Runs up, down or aslant, against the page's own direction: a stamp, a note in the margin."""


def turned(box: BBox, clockwise: int) -> BBox:
    """Where ``box`` lies when the page is turned by a multiple of 90 degrees."""
    match clockwise % 360:
        case 90:
            return BBox(1 - box.bottom, box.left, 1 - box.top, box.right)
        case 180:
            return BBox(1 - box.right, 1 - box.bottom, 1 - box.left, 1 - box.top)
        case 270:
            return BBox(box.top, 1 - box.right, box.bottom, 1 - box.left)
    return box
