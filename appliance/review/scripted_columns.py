"""Which columns a scripted clerk, who knows the rows, would name, and by which keys. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from appliance.domain.doctype import FieldSpec
from appliance.review.editor.columns_in_hand import (
    LETTERS,
    ColumnsInHand,
    parts_of,
    table_in_hand,
)
from appliance.review.editor.editor import EditorState
from appliance.review.editor.standing import Mode
from appliance.review.scripted_rows import Row
from appliance.tables.table import ColumnPart

Keys = tuple[str, ...]
Same = Callable[[FieldSpec, str, str], bool]

TABLES = 3
"""The likeliest, among which she looks for hers."""
_SURE = 0.6
"""Share of its values that a column has to say."""
_FIGURES = 9
"""Fields that have a key."""


def namings(state: EditorState, rows: Sequence[Row], same: Same) -> Iterator[Keys]:
    """Of each likely table as its columns are, its rows in place of those that there are, or of
    these only what is wrong."""
    opened = state.open_columns()
    key = "f10" if state.mode is Mode.EMPTY else "o"
    for tabs in range(min(TABLES, len(state.draft.derived.context.tables))):
        named = tuple(_named(opened, rows, same))
        for whole in ((), ("plus",)):
            if named or whole:
                yield (key, *["tab"] * tabs, *named, *whole, "enter")
        opened = opened.other_table(1)


def _named(opened: EditorState, rows: Sequence[Row], same: Same) -> Iterator[str]:
    specs = opened.draft.derived.context.columns[:_FIGURES]
    wanted = {spec.name: _column(opened, spec, rows, same) for spec in specs}
    for number, spec in enumerate(specs, 1):
        where = wanted[spec.name]
        if where is None or where.column >= len(LETTERS):
            continue
        if _says(opened, spec) != where and opened.columns and opened.columns.at != where.column:
            opened = opened.to_column(where.column)
            yield LETTERS[where.column].lower()
        while _says(opened, spec) != where:
            opened = opened.name_column(number)
            yield str(number)


def _says(opened: EditorState, spec: FieldSpec) -> ColumnPart | None:
    return dict(opened.columns.naming).get(spec.name) if opened.columns else None


def _column(
    opened: EditorState, spec: FieldSpec, rows: Sequence[Row], same: Same
) -> ColumnPart | None:
    """That which says most of the field's values, as it is named now where that says as many."""
    columns, values = opened.columns, [row.get(spec.name) for row in rows]
    if columns is None or not any(values):
        return None
    now = _says(opened, spec)
    ways = [now] if now else []
    for at in range(len(table_in_hand(opened.draft, columns).columns)):
        parts = parts_of(opened.draft, columns.to(at), spec)
        ways += [ColumnPart(at, part) for part in parts]
    said = {way: _agreeing(opened, columns, spec, way, values, same) for way in ways}
    best = max(said, key=said.__getitem__, default=None)
    least = _SURE * sum(value is not None for value in values)
    return best if best and said[best] >= least else now


def _agreeing(
    opened: EditorState,
    columns: ColumnsInHand,
    spec: FieldSpec,
    where: ColumnPart,
    values: Sequence[str | None],
    same: Same,
) -> int:
    """Values that the column says: row by row where there are as many, else anywhere in it."""
    table, derived = table_in_hand(opened.draft, columns), opened.draft.derived
    cells = [derived.read_cell(table, row, spec, where).text for row in table.rows]
    if len(cells) == len(values):
        pairs = zip(values, cells, strict=True)
        return sum(bool(value and cell and same(spec, value, cell)) for value, cell in pairs)
    found = {cell for cell in cells if cell}
    return sum(
        bool(value) and any(same(spec, value or "", one) for one in found) for value in values
    )
