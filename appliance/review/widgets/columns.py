"""Draws the columns of a table while a clerk says what they are. Pure.

Beside the page a line a column: its letter, what it is named as, its head and its first cell. On
the page's text the letters stand above the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len

from appliance.domain.doctype import FieldSpec, display_name
from appliance.domain.document import BBox, Span
from appliance.domain.plurals import counted
from appliance.extraction.column_question import default_part
from appliance.review.editor.columns_in_hand import (
    LETTERS,
    ColumnsInHand,
    samples,
    table_in_hand,
    takes_all,
)
from appliance.review.editor.editor import EditorState
from appliance.review.widgets.page_text import TextPiece
from appliance.review.widgets.styled_text import StyledLine, StyledRun, fit
from appliance.tables.table import CellPart, Table, cell_spans

NOTHING = "–"
"""A column that says no field."""
_NAME = 24
"""Cells, at most."""
_PARTS = {
    CellPart.MAIN: "main part",
    CellPart.WHOLE: "all lines",
    CellPart.FIRST: "first line",
    CellPart.SECOND: "second line",
    CellPart.REST: "lines below",
    CellPart.NUMBER: "number",
    CellPart.UNIT: "unit",
    CellPart.AFTER_NUMBER: "after number",
    CellPart.LABELLED: "after label",
    CellPart.BEFORE_MARK: "before mark",
}
"""As a clerk calls them."""


def drawn(
    state: EditorState, columns: ColumnsInHand, width: int, say: Callable[[str], str]
) -> tuple[list[StyledLine], tuple[int, int]]:
    """The lines, and the first and last that have to be in sight; ``say`` names the keys."""
    specs = state.draft.derived.context.columns
    tables = state.draft.derived.context.tables
    table = table_in_hand(state.draft, columns)
    which = f"Table {columns.number + 1} of {len(tables)}" if len(tables) > 1 else "Columns"
    taken = ", all taken" if columns.naming and takes_all(state.draft, columns) else ""
    told = f"{which}  ·  page {table.page + 1}  ·  {counted(len(table.rows), 'row')}{taken}"
    lines = [_held(StyledRun(told, "strong")), *_fields(specs, columns, width), StyledLine(())]
    names = [_named(specs, columns, at) or NOTHING for at in range(len(table.columns))]
    size = min(max(map(cell_len, names)), _NAME, width // 3)
    for at, (head, cell) in enumerate(samples(state.draft, columns)):
        look = "strong" if at == columns.at else ""
        said = "  ".join(filter(None, (head, f"({cell})" if head and cell else cell)))
        runs = (
            StyledRun("▌ " if look else "  ", "accent"),
            StyledRun(f"{letter(at)} ", "key"),
            StyledRun(fit(names[at], size), look or ("dim" if names[at] == NOTHING else "")),
            StyledRun("  "),
            StyledRun(fit(said, max(width - size - 7, 0)), "dim"),
        )
        lines.append(StyledLine(runs, "hand" if look else ""))
    hand = len(lines) - len(names) + columns.at
    said = say("{take_columns} reads all rows so, {leave} changes nothing.")
    lines += [StyledLine(()), _held(StyledRun(said, "dim"))]
    return lines, (hand, hand)


def letter(column: int) -> str:
    return LETTERS[column] if column < len(LETTERS) else "·"


def _held(*runs: StyledRun) -> StyledLine:
    return StyledLine((StyledRun("  "), *runs))


def _fields(specs: Sequence[FieldSpec], columns: ColumnsInHand, width: int) -> Iterator[StyledLine]:
    """Each with its key; those that no column says yet stand out."""
    named = dict(columns.naming)
    runs: list[StyledRun] = []
    for number, spec in enumerate(specs, 1):
        name = display_name(spec.name)
        need = 4 + cell_len(name)
        if runs and sum(cell_len(run.text) for run in runs) + need > width - 3:
            yield _held(*runs)
            runs = []
        key = str(number) if number < 10 else "·"
        look = "dim" if spec.name in named else "problem"
        runs += [StyledRun(f"{key} ", "key"), StyledRun(f"{name}  ", look)]
    yield _held(*runs)


def _named(specs: Sequence[FieldSpec], columns: ColumnsInHand, at: int) -> str:
    """What a column says; the part of its cells where it is not the usual one."""
    naming = dict(columns.naming)
    told = []
    for spec in specs:
        where = naming.get(spec.name)
        if where and where.column == at:
            usual = where.part is default_part(spec.type)
            told.append(display_name(spec.name) + ("" if usual else f" ({_PARTS[where.part]})"))
    return ", ".join(told)


def column_spans(table: Table, column: int, page: int) -> tuple[Span, ...]:
    """All that stands in it on that page, its head among it."""
    head = cell_spans(page, [table.columns[column].header]) if page == table.page else ()
    cells = (row.cells[column] for row in table.rows if row.page == page)
    return (*head, *(span for cell in cells for span in cell_spans(page, cell)))


def column_boxes(state: EditorState, columns: ColumnsInHand, page: int) -> dict[int, BBox]:
    """By column, around all that stands in it on that page."""
    table, document = table_in_hand(state.draft, columns), state.draft.document
    found = {}
    for at in range(len(table.columns)):
        if spans := column_spans(table, at, page):
            found[at] = BBox.around(span.bbox(document) for span in spans)
    return found


def lettered(
    laid: Sequence[Sequence[TextPiece]], table: Table, page: int, at: int
) -> tuple[int, StyledLine] | None:
    """The letters of the columns as a line, and before which line of the page's text it belongs;
    None where nothing of the table stands on the page."""
    column_of = {
        word: column
        for column in range(len(table.columns))
        for span in column_spans(table, column, page)
        for word in range(span.start, span.end)
    }
    first: int | None = None
    starts: dict[int, int] = {}
    for number, pieces in enumerate(laid):
        for piece in pieces:
            column = column_of.get(piece.word_index)
            if column is not None:
                first = number if first is None else first
                starts[column] = min(piece.column, starts.get(column, piece.column))
    if first is None:
        return None
    runs: list[StyledRun] = []
    end = 0
    for column, start in sorted(starts.items(), key=lambda pair: pair[1]):
        if start >= end:
            runs.append(StyledRun(" " * (start - end)))
            runs.append(StyledRun(letter(column), "found" if column == at else "key"))
            end = start + 1
    return first, StyledLine(tuple(runs))
