"""Finds the tables of a document: all that its words could be, the likeliest first. Pure.

Candidates overlap. Which of them is asked for is decided by who knows what the columns mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from appliance.domain.document import Document
from appliance.tables.blocks import block_table
from appliance.tables.columns import Band
from appliance.tables.going_on import going_on
from appliance.tables.grids import LINES_AT_FOOT, Grid, grid_behind, grid_below
from appliance.tables.headers import could_head, header_block
from appliance.tables.headless import headless
from appliance.tables.joining import joined, turned, upright
from appliance.tables.page_lines import TextLine, lines_of, width_of
from appliance.tables.parts import with_labels
from appliance.tables.ranking import ranked
from appliance.tables.table import Table

MOST_HEADERS = 60
"""Of a page that are looked below, from the top."""


@lru_cache(maxsize=8)
def find_tables(document: Document) -> tuple[Table, ...]:
    """Upright and turned candidates, the likeliest first. Some 30 ms a page: those of the last
    documents are kept, for a clerk's every key asks again, and so does her sender's next page."""
    pages = [lines_of(page) for page in document.pages]
    grids = _grids(pages, ())
    if len(pages) > 1:
        grids = _grids(pages, [grid.bands for grid in grids])
    widths = [width_of(page) for page in document.pages]
    grids += _behind(pages, widths)
    for number, lines in enumerate(pages):
        grids += list(headless(lines, number, [grid for grid in grids if grid.page == number]))
    tables = [upright(document, grid, going_on(grid, pages, widths)) for grid in grids]
    tables += filter(None, (turned(document, grid) for grid in grids))
    every = [with_labels(document, table) for table in joined(document, tables)]
    if (table := block_table(document, pages, widths)) is not None:
        every.append(table)
    return tuple(ranked(document, dict.fromkeys(every)))


def _behind(pages: Sequence[Sequence[TextLine]], widths: Sequence[float]) -> Iterator[Grid]:
    """Yield the tables whose header stands at the foot of one page, and every row on the next."""
    for number, (lines, behind) in enumerate(pairwise(pages)):
        low = range(max(0, len(lines) - LINES_AT_FOOT), len(lines))
        heads = [at for at in low if could_head(lines[at])]
        if not widths[number] or not widths[number + 1]:
            continue
        by = widths[number + 1] / widths[number]
        for block in dict.fromkeys(header_block(lines, at) for at in heads):
            if (grid := grid_behind(lines, block, number, behind, by)) is not None:
                yield grid


def _grids(pages: Sequence[Sequence[TextLine]], known: Sequence[Sequence[Band]]) -> list[Grid]:
    found = []
    for number, lines in enumerate(pages):
        heads = [at for at, line in enumerate(lines) if could_head(line)]
        blocks = dict.fromkeys(header_block(lines, at) for at in heads[:MOST_HEADERS])
        grids = (grid_below(lines, block, number, known) for block in blocks)
        found += [grid for grid in grids if grid is not None]
    return found
