"""The rows of a draft laid on a table of the page: which words each row stands on. Pure.

Nobody keeps which column says which field: it follows from where the cells of the rows stand. A row
that was joined stands on several rows of the table, and rows that were divided share one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import reduce

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field
from appliance.extraction.read_table import cell_field
from appliance.fields.grounding import row_line
from appliance.review.draft.actions import FilledCell
from appliance.tables.naming import naming_of
from appliance.tables.parts import part_of
from appliance.tables.table import (
    Cell,
    CellPart,
    ColumnPart,
    Line,
    Naming,
    Row,
    Table,
)

Places = Mapping[int, Mapping[str, tuple[Span, ...]]]
"""Of the rows of a draft, from the top: by ``line_item_id`` and field, the lines of its place."""


SAMPLES = 10
"""Rows that tell which column is which field: more take longer than a key may."""


@dataclass(frozen=True, slots=True)
class LaidRows:
    table: Table
    naming: Naming
    """Of fields that stand in none of its columns nothing."""
    rows: Mapping[int, Row]
    """By ``line_item_id``, the words of the table that the row stands on."""
    stands: Mapping[int, int]
    """By ``line_item_id``, which of the table's rows it stands on first."""
    missing: tuple[int, ...]
    """Which of the table's rows no row stands on."""

    def above(self, missing: int) -> int | None:
        """The row of the draft below which that row of the table belongs; None above the first."""
        before = [row for row, stands in self.stands.items() if stands < missing]
        return max(before, key=self.stands.__getitem__, default=None)


def laid(
    document: Document, tables: Sequence[Table], places: Places, usual: Mapping[str, CellPart]
) -> LaidRows | None:
    """On the table in which they stand; None when they stand in none, also where most of them would
    stand in one column. ``usual`` is the part of a field where several parts say the same."""
    some = [*places.values()][:: 1 + len(places) // SAMPLES]
    near = [_near(table, some) for table in tables]
    named = naming_of(document, near, some, usual)
    if named is None:
        return None
    table = next(table for table, few in zip(tables, near, strict=True) if few is named[0])
    naming = _told_apart(document, *named, some)
    columns = {where.column for where in naming.values()}
    if 2 * len(columns) <= len(naming) or len(columns) < min(2, len(usual)):
        return None
    return replace(laid_on(document, table, places), naming=naming)


def _told_apart(
    document: Document, table: Table, naming: Naming, rows: Sequence[Mapping[str, Sequence[Span]]]
) -> Naming:
    """Without the fields whose value is no part of the cells, where what their cells say is another
    field's value: no part of a cell is its third line."""
    fields = Counter(naming.values())
    return {
        name: where
        for name, where in naming.items()
        if fields[where] == 1 or _is_said(document, table, where, [row.get(name) for row in rows])
    }


def _is_said(
    document: Document, table: Table, where: ColumnPart, values: Sequence[Sequence[Span] | None]
) -> bool:
    said = {
        frozenset((row.page, at) for line in part_of(document, table, row, where) for at in line)
        for row in table.rows
    }
    return any(_words(spans) in said for spans in values if spans)


def _words(spans: Sequence[Span]) -> frozenset[tuple[int, int]]:
    return frozenset((span.page, at) for span in spans for at in range(span.start, span.end))


def _near(table: Table, some: Sequence[Mapping[str, tuple[Span, ...]]]) -> Table:
    """With those of its rows that hold a word of ``some``."""
    words = {word for cells in some for spans in cells.values() for word in _words(spans)}
    return replace(
        table,
        rows=tuple(
            row
            for row in table.rows
            if any((row.page, at) in words for cell in row.cells for line in cell for at in line)
        ),
    )


def places_of(document: Document, rows: Mapping[int, Sequence[Field]]) -> Places:
    """What stands in many places is meant beside the other cells of its row, and each word once."""
    found: dict[int, dict[str, tuple[Span, ...]]] = {}
    taken: set[Span] = set()
    line: tuple[int, int] | None = None
    for row, fields in rows.items():
        line = row_line(document, [_free(field, taken) for field in fields], after=line) or line
        found[row] = {}
        for field in sorted(fields, key=lambda one: len(one.spans) > 1):
            near = sorted(_free(field, taken), key=lambda span: _away(document, span, line))
            if near:
                taken.add(near[0])
                found[row][field.fieldtype] = (near[0], *field.wraps)
    return found


def _free(field: Field, taken: Set[Span]) -> list[Span]:
    return [span for span in field.spans if len(field.spans) == 1 or span not in taken]


def _away(document: Document, span: Span, line: tuple[int, int] | None) -> tuple[bool, int, int]:
    """From the line of the row, then from the left."""
    page, at = line or (span.page, 0)
    here = document.pages[span.page].words[span.start].line
    return span.page != page, abs(here - at), span.start


def laid_on(document: Document, table: Table, places: Places) -> LaidRows:
    """With nothing named."""
    row_of = {
        (row.page, at): number
        for number, row in enumerate(table.rows)
        for cell in row.cells
        for line in cell
        for at in line
    }
    stands = _stands(row_of, places)
    held = _held(row_of, places, stands)
    pieces: dict[int, list[Row]] = {}
    for number in sorted(held):
        parts = _shared(document, table.rows[number], [places[row] for row in held[number]])
        for row, part in zip(held[number], parts, strict=True):
            pieces.setdefault(row, []).append(part)
    found = {row: reduce(together, parts) for row, parts in pieces.items()}
    missing = tuple(number for number in range(len(table.rows)) if number not in held)
    return LaidRows(table, {}, found, stands, missing)


_RowOf = Mapping[tuple[int, int], int]
"""Which row of the table a word, by page and index, is of."""


def _stands(row_of: _RowOf, places: Places) -> dict[int, int]:
    """Where most of a row's cells stand."""
    stands: dict[int, int] = {}
    for row, cells in places.items():
        votes = Counter(
            number for spans in cells.values() if (number := _within(row_of, spans[0])) is not None
        )
        if votes:
            stands[row] = max(votes, key=lambda one: (votes[one], -one))
    return stands


def _within(row_of: _RowOf, span: Span) -> int | None:
    found = {row_of.get((span.page, at)) for at in range(span.start, span.end)}
    return found.pop() if len(found) == 1 else None


def _held(row_of: _RowOf, places: Places, stands: Mapping[int, int]) -> dict[int, list[int]]:
    """By row of the table the draft's rows on it; one that no row stands on first belongs to the
    row that goes on there."""
    held: dict[int, list[int]] = {}
    for row, number in stands.items():
        held.setdefault(number, []).append(row)
    goes_on: dict[int, list[int]] = {}
    for row in stands:
        for spans in places[row].values():
            within = (_within(row_of, span) for span in spans)
            for one in within:
                if one is not None and one not in held:
                    goes_on.setdefault(one, [row])
    return held | goes_on


def _shared(
    document: Document, row: Row, owners: Sequence[Mapping[str, tuple[Span, ...]]]
) -> Iterator[Row]:
    """What of it each of its owners has: the lines from its first word on."""
    if len(owners) == 1:
        yield row
        return
    tops = [
        min(spans[0].bbox(document).top for spans in cells.values() if spans[0].page == row.page)
        for cells in owners
    ]
    for top in tops:
        below = min((other for other in tops if other > top), default=2.0)
        yield _between(document, row, 0.0 if top == min(tops) else top, below)


def _between(document: Document, row: Row, top: float, below: float) -> Row:
    def lines(cell: Cell) -> Cell:
        return tuple(one for one in cell if top <= _middle(document, row.page, one) < below)

    return replace(row, cells=tuple(map(lines, row.cells)))


def _middle(document: Document, page: int, line: Line) -> float:
    box = document.pages[page].words[line[0]].bbox
    return (box.top + box.bottom) / 2


def together(above: Row, below: Row) -> Row:
    """Rows of two pages stay the first of them."""
    if above.page != below.page:
        return above
    pairs = zip(above.cells, below.cells, strict=True)
    return replace(above, cells=tuple((*one, *other) for one, other in pairs))


def divided(document: Document, row: Row) -> tuple[Row, Row] | None:
    """Before the line that fills the most columns, the first aside; None when it has but one."""
    boxes = [
        document.pages[row.page].words[line[0]].bbox for cell in row.cells for line in cell if line
    ]
    first = min((box.bottom for box in boxes), default=1.0)
    tops = Counter(round(box.top, 3) for box in boxes if (box.top + box.bottom) / 2 > first)
    if not tops:
        return None
    top = min(tops, key=lambda one: (-tops[one], one)) - 0.001
    return _between(document, row, 0.0, top), _between(document, row, top, 2.0)


def read_cell(
    document: Document, table: Table, row: Row, spec: FieldSpec, where: ColumnPart | None
) -> FilledCell:
    """What a field says in a row; nothing where ``where`` is None."""
    field = cell_field(document, table, row, spec, where)
    return FilledCell(spec.name, field.text or "", field.spans, field.wraps)
