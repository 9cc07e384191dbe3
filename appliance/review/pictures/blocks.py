"""A picture in half-blocks: every cell shows two dots, one above the other, by its two colours."""

from __future__ import annotations

from functools import lru_cache

from PIL import Image
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

_Dot = tuple[int, int, int]


def strips(image: Image.Image) -> list[Strip]:
    """The rows of an RGB picture of even height; runs of equal cells are one piece."""
    width, height = image.size
    dots: list[_Dot] = [
        (data[0], data[1], data[2]) for data in zip(*[iter(image.tobytes())] * 3, strict=True)
    ]
    return [
        _strip(dots[y * width : (y + 1) * width], dots[(y + 1) * width : (y + 2) * width])
        for y in range(0, height, 2)
    ]


def _strip(upper: list[_Dot], lower: list[_Dot]) -> Strip:
    segments: list[Segment] = []
    run, length = (upper[0], lower[0]), 0
    for cell in zip(upper, lower, strict=True):
        if cell != run:
            segments.append(Segment("▀" * length, _style(*run)))
            run, length = cell, 0
        length += 1
    segments.append(Segment("▀" * length, _style(*run)))
    return Strip(segments, len(upper))


@lru_cache(maxsize=1024)
def _style(upper: _Dot, lower: _Dot) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))


class Blocks(Widget):
    """Shows the rows it is given; they are made elsewhere, which takes milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Strip] = []

    def put(self, rows: list[Strip]) -> None:
        self._rows = rows
        self.refresh()

    def render_line(self, y: int) -> Strip:
        if y < len(self._rows):
            return self._rows[y].adjust_cell_length(self.size.width, self.rich_style)
        return Strip.blank(self.size.width, self.rich_style)
