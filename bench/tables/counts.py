"""How many rows and cells of tables are right. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.prediction import Prediction
from appliance.evaluation.scoring import CountedLabels
from appliance.fields.comparison import RowCounts, RowTexts, normalised, rows_f1
from appliance.fields.style import WritingStyle, style_of
from bench.asked import Asked


@dataclass(frozen=True, slots=True)
class TableCounts:
    """Of one document, or of many added up."""

    documents: int = 0
    whole: int = 0
    """Documents of which all rows are right, and none is too many."""
    rows: RowCounts = RowCounts()
    cells_right: int = 0
    cells: int = 0
    """That truth has."""

    def __add__(self, other: TableCounts) -> TableCounts:
        return TableCounts(
            self.documents + other.documents,
            self.whole + other.whole,
            self.rows + other.rows,
            self.cells_right + other.cells_right,
            self.cells + other.cells,
        )

    @property
    def rows_f1(self) -> float:
        return self.rows.f1 or 0.0

    @property
    def cells_share(self) -> float:
        return self.cells_right / self.cells if self.cells else 0.0


def counts(
    asked: Asked, prediction: Prediction, counted: CountedLabels | None = None
) -> TableCounts:
    """By the columns that are ``counted``, else by those that the folder counts."""
    columns = _columns(asked.doctype, counted or asked.counted)
    said = [{cell.fieldtype: cell.text for cell in row} for row in prediction.rows]
    truth, style = asked.case.truth.rows, style_of(asked.case.document)
    rows = rows_f1(said, truth, columns, style)
    pairs = paired_rows(said, truth, columns, style)
    right = sum(right_cells(said[one], truth[other], columns, style) for one, other in pairs)
    cells = sum(row.get(spec.name) is not None for row in truth for spec in columns)
    whole = rows.matched == rows.predicted == rows.true
    return TableCounts(1, int(whole), rows, right, cells)


def counted_columns(asked: Asked) -> list[FieldSpec]:
    return _columns(asked.doctype, asked.counted)


def _columns(doctype: DocType, counted: CountedLabels) -> list[FieldSpec]:
    items = doctype.items
    return [
        spec
        for spec in (items.fields if items else ())
        if counted.columns is None or spec.name in counted.columns
    ]


def paired_rows(
    said: Sequence[RowTexts],
    truth: Sequence[RowTexts],
    columns: Sequence[FieldSpec],
    style: WritingStyle,
) -> list[tuple[int, int]]:
    """Which row that was read is which true one, by their numbers: the pairs with most right cells
    first, among equals in the order of both. Rows that have no cell in common are left out."""
    right = sorted(
        (-cells, one, other)
        for one, row in enumerate(said)
        for other, wanted in enumerate(truth)
        if (cells := right_cells(row, wanted, columns, style))
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, one, other in right:
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    return sorted(pairs.items())


def right_cells(
    said: RowTexts, wanted: RowTexts, columns: Sequence[FieldSpec], style: WritingStyle
) -> int:
    """Of those that truth has."""
    return sum(
        normalised(said.get(spec.name), text, spec.type, style)
        for spec in columns
        if (text := wanted.get(spec.name)) is not None
    )
