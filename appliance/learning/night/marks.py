"""Which values of an answer are right, by what a clerk keyed blind. Pure."""

from __future__ import annotations

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.fields import Prediction
from appliance.domain.labels import Labelled
from appliance.judgement.match import normalised, rows_f1
from appliance.judgement.style import Style, style_of


def marks(prediction: Prediction, labelled: Labelled, doctype: DocType) -> dict[str, bool]:
    """By fieldtype; the line items as a whole under the name of their table. What nobody keyed is
    left out."""
    style = style_of(labelled.document)
    said = {
        field.fieldtype: field.text for field in prediction.fields if field.line_item_id is None
    }
    found = {
        label.fieldtype: _right(
            said.get(label.fieldtype), label.text, doctype.spec(label.fieldtype), style
        )
        for label in labelled.labels
        if label.line_item_id is None
    }
    if doctype.items and labelled.table:
        found[doctype.items.name] = _rows_right(prediction, labelled, doctype, style)
    return found


def _right(said: str | None, wanted: str | None, spec: FieldSpec, style: Style) -> bool:
    if wanted is None or said is None:
        return said is wanted
    # Keyed as the document writes it, or imported as programs write it.
    return said == wanted or any(
        normalised(said, wanted, spec.type, style, *way) for way in ((style,), ())
    )


def _rows_right(prediction: Prediction, labelled: Labelled, doctype: DocType, style: Style) -> bool:
    said: dict[int, dict[str, str | None]] = {}
    wanted: dict[int, dict[str, str | None]] = {}
    for field in prediction.fields:
        if field.line_item_id is not None:
            said.setdefault(field.line_item_id, {})[field.fieldtype] = field.text
    for label in labelled.labels:
        if label.line_item_id is not None:
            wanted.setdefault(label.line_item_id, {})[label.fieldtype] = label.text
    columns = doctype.items.fields if doctype.items else ()
    rows = [rows_f1([*said.values()], [*wanted.values()], columns, way) for way in (style,)]
    return all(one.matched == one.predicted == one.true for one in rows)
