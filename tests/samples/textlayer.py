"""What pdfium finds on the pages of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pypdfium2 as pdfium


def text(data: bytes) -> str:
    """The text layers of all pages, white space as single spaces."""
    with pdfium.PdfDocument(data) as document:
        layers = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(layers).split())


def collisions(data: bytes) -> list[tuple[str, str]]:
    """Pairs of words whose ink overlaps, or words off the page (paired with an empty one)."""
    found = []
    with pdfium.PdfDocument(data) as document:
        for page in document:
            wide, high = page.get_size()
            inked = list(_words(page))
            found += [
                (word, "")
                for word, (left, bottom, right, top) in inked
                if left < 0 or bottom < 0 or right > wide or top > high
            ]
            found += [
                (one, other)
                for (one, box), (other, beside) in combinations(inked, 2)
                if _overlap(box, beside)
            ]
    return found


Box = tuple[float, float, float, float]


def _overlap(one: Box, other: Box, *, slack: float = 0.3) -> bool:
    """``slack`` in points."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > slack and down > slack


def _words(page: pdfium.PdfPage) -> Iterator[tuple[str, Box]]:
    layer = page.get_textpage()
    every = layer.get_text_range()
    start = 0
    for end in range(len(every) + 1):
        if end == len(every) or every[end].isspace():
            if end > start:
                boxes = [layer.get_charbox(at) for at in range(start, end)]
                left, bottom, right, top = zip(*boxes, strict=True)
                yield every[start:end], (min(left), min(bottom), max(right), max(top))
            start = end + 1
