"""Grids of single pages become tables: below each other with the same header, upright or turned.
Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.domain.document import BBox, Document, Page
from appliance.tables.grids import Grid, GridRow
from appliance.tables.page_lines import PlacedWord, Words
from appliance.tables.table import Cell, Column, Line, Row, Table, cell_text, words_of

_LEAST_TO_JOIN = 3
"""Columns by which two headers are known to be the same."""


def upright(document: Document, grid: Grid, more: Iterable[tuple[int, GridRow]]) -> Table:
    """``more`` rows stand on the pages behind it, each with its page."""
    heads, page = document.pages[grid.header_page], document.pages[grid.page]
    columns = []
    for at, band in enumerate(grid.bands):
        words = [word for row in grid.rows for line in row[at] for word in line]
        boxes = [heads.words[word.index].bbox for word in band.header]
        boxes += [page.words[word.index].bbox for word in words]
        columns.append(_column(band.header, boxes))
    every = [*((grid.page, row) for row in grid.rows), *more]
    rows = [Row(number, tuple(_cell(lines) for lines in row)) for number, row in every]
    return Table(grid.header_page, tuple(columns), tuple(rows), _line(grid.title))


def turned(document: Document, grid: Grid) -> Table | None:
    """Its lines are columns, each headed by what stands first in it; None when it has no two."""
    page = document.pages[grid.page]
    labelled = [row for row in grid.labelled if row[0]]
    if len(labelled) < 2 or len(grid.bands) < 3:
        return None
    columns = [_headed(page, row[0]) for row in labelled]
    rows = [
        Row(grid.page, tuple(_cell(row[at]) for row in labelled))
        for at in range(1, len(grid.bands))
    ]
    return Table(grid.page, tuple(columns), tuple(rows), _line(grid.title), turned=True)


def joined(document: Document, tables: Iterable[Table]) -> list[Table]:
    """Each with those of the same header below it; words that stand in one are in no other of
    the same header."""
    done: list[Table] = []
    heads: list[list[str]] = []
    for table in tables:
        mine = _heads(document, table)
        for at, other in enumerate(done):
            same = _same_columns(heads[at], mine, turned=table.turned)
            if not same or other.turned != table.turned:
                continue
            if not words_of(other) & words_of(table):
                done[at] = _continued(_first(other, same), _first(table, same))
                heads[at] = mine[:same]
            elif same < len(mine):
                continue
            break
        else:
            done.append(table)
            heads.append(mine)
    return done


def _same_columns(heads: Sequence[str], others: Sequence[str], *, turned: bool) -> int:
    """How many two tables have in common, 0 where they are not known to be the same: all of them,
    or in turned ones all of the shorter, since the lines below one may belong to something else."""
    same = min(len(heads), len(others))
    if not any(heads):
        return 0
    if heads[:same] != others[:same] or same < _LEAST_TO_JOIN:
        return 0
    return same if turned or len(heads) == len(others) else 0


def _first(table: Table, many: int) -> Table:
    """With so many columns."""
    rows = tuple(Row(row.page, row.cells[:many]) for row in table.rows)
    return replace(table, columns=table.columns[:many], rows=rows)


def _continued(table: Table, below: Table) -> Table:
    columns = tuple(
        replace(one, left=min(one.left, other.left), right=max(one.right, other.right))
        for one, other in zip(table.columns, below.columns, strict=True)
    )
    return replace(table, columns=columns, rows=table.rows + below.rows)


def _heads(document: Document, table: Table) -> list[str]:
    texts = (cell_text(document, table.page, [column.header]) for column in table.columns)
    return ["".join(filter(str.isalnum, text.casefold())) for text in texts]


def _headed(page: Page, lines: Sequence[Words]) -> Column:
    words = [word for line in lines for word in line]
    return _column(words, [page.words[word.index].bbox for word in words])


def _column(header: Sequence[PlacedWord], boxes: Sequence[BBox]) -> Column:
    return Column(_line(header), min(b.left for b in boxes), max(b.right for b in boxes))


def _cell(lines: Iterable[Sequence[PlacedWord]]) -> Cell:
    return tuple(_line(line) for line in lines)


def _line(words: Iterable[PlacedWord]) -> Line:
    return tuple(word.index for word in words)
