"""Pages drawn with a typewriter: a character is a hundredth of the page wide, where it stands in
its line is where its word stands on the page."""

from __future__ import annotations

import re

from appliance.domain.document import BBox, Document, Page, Word
from appliance.tables.table import Table, cell_text

WIDTH = 0.01
HEIGHT = 0.014
PITCH = 0.018


def drawn(*pages: str) -> Document:
    return Document("0" * 64, tuple(Page(600, 850, words(text), "text") for text in pages))


def words(text: str) -> tuple[Word, ...]:
    """An empty line is a line's height of white."""
    return tuple(
        Word(
            match[0],
            BBox(match.start() * WIDTH, at * PITCH, match.end() * WIDTH, at * PITCH + HEIGHT),
            at,
        )
        for at, line in enumerate(text.strip("\n").splitlines())
        for match in re.finditer(r"\S+", line)
    )


def heads(document: Document, table: Table) -> list[str]:
    return [cell_text(document, table.page, [column.header]) for column in table.columns]


def said(document: Document, table: Table) -> list[list[str]]:
    """By row and column the text of a cell, `` / `` between its lines."""
    return [
        [" / ".join(cell_text(document, row.page, [line]) for line in cell) for cell in row.cells]
        for row in table.rows
    ]
