"""The rows of a document: as a table, or each in boxes of its own."""

from __future__ import annotations

from starter.page.blocks import Block, Cells
from starter.page.columns import column_title, columns
from starter.page.grid import Grid
from starter.page.look import Pair, Pen
from starter.story import Story


def table(pen: Pen, story: Story) -> Grid:
    return Grid(columns(pen, story), pen.look.table)


def forms(pen: Pen, story: Story) -> list[Block]:
    """The rows of the table, each in boxes with labels of its own."""
    rng = pen.rng
    titles = [column_title(pen, one) for one in story.columns]
    across, boxed, numbered = rng.randint(2, 4), rng.random() < 0.8, rng.random() < 0.4
    return [
        Cells(
            [Pair(title, pen.pair(fact).text) for title, fact in zip(titles, row, strict=True)],
            across=across,
            boxed=boxed,
            numbered=numbered,
        )
        for row in story.rows
    ]
