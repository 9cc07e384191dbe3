"""Tables out of plain text: cells stand two spaces apart, a line that is indented goes on above."""

from __future__ import annotations

import re
from itertools import pairwise

from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import BBox, Document, Page, Word
from appliance.tables.table import Cell, Column, Line, Row, Table

ORDER = DocType(
    "order",
    "Order",
    (FieldSpec("number", FieldType.CODE),),
    TableSpec(
        "lines",
        (
            FieldSpec("description", description="what was ordered"),
            FieldSpec("quantity", FieldType.QUANTITY),
            FieldSpec("unit_price", FieldType.AMOUNT),
            FieldSpec("net_amount", FieldType.AMOUNT, description="without tax"),
        ),
        "one per article",
    ),
)
"""A type whose rows are asked for."""

BOLTS = """
Article  Qty  Price  Amount
Bolt M8 / zinc plated  4  2.50  10.00
Nut M8  7  1.10  7.70
"""
"""Rows as a page prints them: the header, then a line a row; `` / `` begins a line of a cell."""


def typed(text: str, *, above: str = "", below: str = "") -> tuple[Document, Table]:
    """A page that holds ``above``, the table and ``below``, and the table on it."""
    words: list[Word] = []
    lines = 0

    def line(cells: list[tuple[int, str]]) -> dict[int, Line]:
        nonlocal lines
        found = {}
        for at, cell in cells:
            first = len(words)
            for place, said in enumerate(cell.split()):
                left = 0.02 + 0.16 * at + 0.03 * place
                box = BBox(left, 0.02 * lines, left + 0.025, 0.02 * lines + 0.01)
                words.append(Word(said, box, lines, gap=1 if place else 2))
            found[at] = tuple(range(first, len(words)))
        lines += 1
        return found

    title: Line = ()
    for plain in above.splitlines():
        title = line([(0, plain)])[0]
    header, *rows = [re.split(r"  +", row) for row in text.strip("\n").splitlines()]

    def block(row: list[str]) -> tuple[Cell, ...]:
        parts = [cell.split(" / ") for cell in row]
        cells: list[Cell] = [()] * len(header)
        for at in range(max(map(len, parts))):
            said = line([(c, one[at]) for c, one in enumerate(parts) if at < len(one) and one[at]])
            for column, place in said.items():
                cells[column] = (*cells[column], place)
        return tuple(cells)

    heads = block(header)
    found = [Row(0, block(row)) for row in rows]
    for plain in below.splitlines():
        line([(0, plain)])
    edges = [0.02 + 0.16 * at for at in range(len(header) + 1)]
    columns = tuple(
        Column(sum(heads[at], ()), left, right - 0.02)
        for at, (left, right) in enumerate(pairwise(edges))
    )
    document = Document("0" * 64, (Page(595, 842, tuple(words), "text"),))
    return document, Table(0, columns, tuple(found), title)
