"""Words that were painted over and then printed over with something else. Pure.

A value that was whited out and typed anew leaves both in the text layer, and where the old one
stands the page is anything but plain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from appliance.domain.document import BBox
from appliance.reading.painting import Area
from appliance.reading.typed import ASLANT, Typed

_MOST = 0.6
"""Share of a word's box that lies under the paint, and under the later words together: lines that
were typed half a line aside hide it as well."""

_Boxes = np.ndarray[tuple[int, int], np.dtype[np.float64]]
_Shares = np.ndarray[tuple[int], np.dtype[np.float64]]


def overprinted(words: Sequence[Typed], areas: Sequence[Area]) -> frozenset[int]:
    """Indices of ``words``. The same text once more hides nothing, it makes the letters bold."""
    if not words or not areas:
        return frozenset()
    paint, text = _boxes(areas), _boxes(words)
    ranks = np.array([area.order for area in areas])
    found: set[int] = set()
    for index, word in enumerate(words):
        above = ranks[_shares(word.bbox, paint) > _MOST]
        above = above[above > word.order]
        if above.size:
            shares = _shares(word.bbox, text)
            later = (
                float(shares[other])
                for other in map(int, np.flatnonzero(shares))
                if words[other].order > above.min() and _replaces(words[other], word)
            )
            if sum(later) > _MOST:
                found.add(index)
    return frozenset(found)


def _replaces(other: Typed, word: Typed) -> bool:
    # The box of a diagonal says nothing about where its ink is.
    return other.painted and _core(other) != _core(word) and other.angle != ASLANT


def _core(word: Typed) -> str:
    """Without brackets and the like, which a second printing can have joined to another word."""
    return re.sub(r"[^\w.,-]", "", word.text)


def _boxes(things: Sequence[Area] | Sequence[Typed]) -> _Boxes:
    boxes = [thing.bbox for thing in things]
    return np.array([(box.left, box.top, box.right, box.bottom) for box in boxes])


def _shares(box: BBox, others: _Boxes) -> _Shares:
    """Of ``box``, 0-1, that lie under each of ``others``; 0 of a box without an area."""
    wide = np.minimum(others[:, 2], box.right) - np.maximum(others[:, 0], box.left)
    high = np.minimum(others[:, 3], box.bottom) - np.maximum(others[:, 1], box.top)
    shared: _Shares = np.maximum(wide, 0) * np.maximum(high, 0)
    return shared / (box.width * box.height or np.inf)


def share_inside(inner: BBox, outer: BBox) -> float:
    """Share of the area of ``inner``, 0-1."""
    wide = min(inner.right, outer.right) - max(inner.left, outer.left)
    high = min(inner.bottom, outer.bottom) - max(inner.top, outer.top)
    area = inner.width * inner.height
    return max(wide, 0.0) * max(high, 0.0) / area if area else float(wide >= 0 and high >= 0)
