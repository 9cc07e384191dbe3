"""Which values of an answer are right, by what a clerk keyed blind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from appliance.domain.doctype import DocType, FieldSpec, TableSpec
from appliance.domain.labels import Label, Labelled
from appliance.domain.prediction import Field, Prediction
from appliance.domain.rows import header, rows
from appliance.fields.comparison import RowTexts, normalised, paired
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
    if doctype.items and labelled.table:
        found[doctype.items.name] = _same_rows(
            _rows(prediction.fields), _rows(labelled.labels), doctype.items, style
        )
    return found


def _header(values: Iterable[Field | Label]) -> RowTexts:
    return {value.fieldtype: value.text for value in header(values)}


def _rows(values: Iterable[Field | Label]) -> list[RowTexts]:
    return [{cell.fieldtype: cell.text for cell in row} for row in rows(values).values()]


def _same_rows(
    said: list[RowTexts], wanted: list[RowTexts], table: TableSpec, style: WritingStyle
) -> bool:
    """As many, each as it was keyed, in whatever order."""
    columns = {spec.name: spec for spec in table.fields}
    fits = [
        [at for at, keyed in enumerate(wanted) if _same_row(row, keyed, columns, style)]
        for row in said
    ]
    return len(said) == len(wanted) == paired(fits)


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
