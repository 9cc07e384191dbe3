"""Which values of an answer are right, by what a clerk keyed blind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, Prediction
from appliance.domain.rows import header, rows
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
    if doctype.items and table:
        found[doctype.items.name] = table.whole
    return found


@dataclass(frozen=True, slots=True)
class RowCorrectness:
    """Of a table of which a clerk keyed every row."""

    rights: Mapping[int, bool]
    """By row of the answer, whether it is as it was keyed; one that was invented is not."""
    missed: int
    """Rows that were keyed and that no row of the answer is."""

    @property
    def whole(self) -> bool:
        """As many rows as were keyed, each as it was."""
        return not self.missed and all(self.rights.values())


def row_correctness(
    prediction: Prediction, labelled: Labelled, doctype: DocType
) -> RowCorrectness | None:
    """In whatever order the rows are; None where the type has no table or nobody keyed it."""
    if not (doctype.items and labelled.table):
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
    return RowCorrectness(rights, len(wanted) - len(right))


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
