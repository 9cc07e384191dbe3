"""Blocks down the pages, one band after the other."""

from __future__ import annotations

from collections.abc import Callable

from starter.page.blocks import Block
from starter.page.grid import Grid
from starter.page.look import Pen


class Flow:
    """``turn`` draws what stands at the top of each further page and gives the y below it."""

    def __init__(
        self,
        pen: Pen,
        *,
        left: float,
        right: float,
        top: float,
        bottom: float,
        turn: Callable[[], float],
    ) -> None:
        self._pen = pen
        self._left, self._wide = left, right - left
        self._bottom, self._turn = bottom, turn
        self.y = top

    def place(self, block: Block, *, gap: float = 4.0) -> None:
        high = block.height(self._pen, self._wide)
        if not high:
            return
        if self.y + high > self._bottom:
            self._page()
        block.draw(self._pen, self._left, self.y, self._wide)
        self.y += high + gap

    def table(self, grid: Grid, *, gap: float = 4.0) -> None:
        pen, left, wide = self._pen, self._left, self._wide
        head = grid.head(pen, wide)
        if self.y + head + grid.high(pen, wide, 0) > self._bottom:
            self._page()
        grid.draw_head(pen, left, self.y, wide)
        self.y += head
        for row in range(grid.rows):
            high = grid.high(pen, wide, row)
            if self.y + high > self._bottom:
                self._page()
                if grid.headed_again:
                    grid.draw_head(pen, left, self.y, wide)
                    self.y += head
            grid.draw_row(pen, left, self.y, wide, row)
            self.y += high
        self.y += gap

    def _page(self) -> None:
        self._pen.sheet.page()
        self.y = self._turn()
