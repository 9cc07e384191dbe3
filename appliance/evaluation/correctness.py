"""Which values of an answer are right, by what a clerk keyed blind. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Span
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, Prediction
from appliance.domain.rows import cells, header, rows
from appliance.fields.comparison import RowTexts, normalised, pairs
from appliance.fields.style import WritingStyle, style_of


def field_correctness(
    prediction: Prediction, labelled: Labelled, doctype: DocType
) -> dict[str, bool]:
    """By fieldtype; the line items as a whole under the name of their table. What nobody keyed,
    or the type no longer has, is left out."""
    style = style_of(labelled.document)
    said, wanted = _header(prediction.fields), _header(labelled.labels)
    found = {
        spec.name: _right(said.get(spec.name), wanted[spec.name], spec, style)
        for spec in doctype.fields
        if spec.name in wanted
    }
    table = row_correctness(prediction, labelled, doctype)
    if doctype.items and table and table.is_known:
        found[doctype.items.name] = table.whole
    return found


@dataclass(frozen=True, slots=True)
class RowCorrectness:
    """Of a table of which a clerk keyed every row, or one by lot and how many there are."""

    rights: Mapping[int, bool]
    """By row of the answer, whether it is as it was keyed; one that was invented is not. By lot, of
    one row at most."""
    missed: int
    """Rows that were keyed and that no row of the answer is; by lot, 1 where that row is not there
    or the answer has another number of rows."""
    none: bool
    """There is no row, and the answer has none."""

    @property
    def is_known(self) -> bool:
        """Anything of it is: not where one was to be drawn of no rows, and as many were read now as
        there are."""
        return bool(self.rights or self.missed or self.none)

    @property
    def whole(self) -> bool:
        """Nothing of it is known to be wrong."""
        return not self.missed and all(self.rights.values())


def row_correctness(
    prediction: Prediction, labelled: Labelled, doctype: DocType
) -> RowCorrectness | None:
    """In whatever order the rows are; None where the type has no table or nobody keyed it."""
    if not doctype.items:
        return None
    style = style_of(labelled.document)
    columns = {spec.name: spec for spec in doctype.items.fields}
    said, wanted = _rows(prediction.fields), list(_rows(labelled.labels).values())
    fits = [
        [at for at, keyed in enumerate(wanted) if _same_row(row, keyed, columns, style)]
        for row in said.values()
    ]
    right = set(pairs(fits).values())
    rights = {row: at in right for at, row in enumerate(said)}
    if labelled.table:
        return RowCorrectness(rights, len(wanted) - len(right), not (said or wanted))
    if labelled.counted is None:
        return None
    drawn = [row for row, is_right in rights.items() if is_right] or _standing_there(
        prediction, labelled
    )
    wrong = labelled.invented or len(said) != labelled.counted or (bool(wanted) and not drawn)
    return RowCorrectness({row: rights[row] for row in drawn}, int(wrong), not labelled.counted)


def _standing_there(prediction: Prediction, labelled: Labelled) -> list[int]:
    """The row of the answer that stands on most cells of the one that was keyed, if any does. A
    number that stands in many places tells of many rows, and the others of this one alone."""
    shared = Counter(
        row for label in cells(labelled.labels) for row in _rows_on(label.spans, prediction)
    )
    return [row for row, _ in shared.most_common(1)]


def _rows_on(spans: Iterable[Span], prediction: Prediction) -> set[int]:
    return {
        field.line_item_id
        for field in cells(prediction.fields)
        if field.line_item_id is not None
        and any(one.overlaps(other) for one in spans for other in field.spans)
    }


def _header(values: Iterable[Field | Label]) -> RowTexts:
    return {value.fieldtype: value.text for value in header(values)}


def _rows(values: Iterable[Field | Label]) -> dict[int, RowTexts]:
    return {at: {cell.fieldtype: cell.text for cell in row} for at, row in rows(values).items()}


def _same_row(
    said: RowTexts, wanted: RowTexts, columns: Mapping[str, FieldSpec], style: WritingStyle
) -> bool:
    return all(
        _right(said.get(name), text, columns[name], style)
        for name, text in wanted.items()
        if name in columns
    )


def _right(said: str | None, wanted: str | None, spec: FieldSpec, style: WritingStyle) -> bool:
    if wanted is None or said is None:
        return said is wanted
    # Keyed as the document writes it, or imported as programs write it.
    return (
        said == wanted
        or normalised(said, wanted, spec.type, style, style)
        or normalised(said, wanted, spec.type, style)
    )
