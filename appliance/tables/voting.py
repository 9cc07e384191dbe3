"""What rows of a table say of where a field stands: each names column and part, most win. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from appliance.domain.document import Document
from appliance.tables.numbers import kind_of
from appliance.tables.parts import parts_of
from appliance.tables.table import CellPart, ColumnPart, Line, Table, cell_text

PARTS = tuple(CellPart)
_NUMBER_FIRST = (CellPart.NUMBER, *(part for part in PARTS if part is not CellPart.NUMBER))


@dataclass(frozen=True, slots=True)
class Said:
    """One part of one cell."""

    row: int
    where: ColumnPart
    words: frozenset[int]
    text: str


@lru_cache(maxsize=8)
def said_in(document: Document, table: Table) -> tuple[Said, ...]:
    """Every part of every cell that holds words. The last are kept: a clerk's every key asks again
    of the same tables."""
    found = []
    for number, row in enumerate(table.rows):
        for column in range(len(table.columns)):
            texts: dict[Sequence[Line], str] = {}  # most parts of most cells are the same words
            for part, lines in parts_of(document, table, row, column).items():
                if lines not in texts:
                    texts[lines] = cell_text(document, row.page, lines)
                where = ColumnPart(column, part)
                found.append(Said(number, where, _words(lines), texts[lines]))
    return tuple(found)


def _words(lines: Sequence[Line]) -> frozenset[int]:
    return frozenset(index for line in lines for index in line)


def plainest(
    votes: Mapping[ColumnPart, float], texts: Sequence[str], usual: CellPart | None = None
) -> ColumnPart | None:
    """With most votes; among equals ``usual`` first, then the part that says least of itself:
    ``MAIN``, or ``NUMBER`` where the values are numbers. None without a vote."""
    if not votes:
        return None
    figures = sum(kind_of(text.split()) == "number" for text in texts)
    order: Sequence[CellPart] = _NUMBER_FIRST if 2 * figures > len(texts) else PARTS
    if usual is not None:
        order = (usual, *order)
    return min(votes, key=lambda at: (-votes[at], order.index(at.part), at.column))
