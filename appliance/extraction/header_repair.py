"""What is proposed in the header where a check fails: numbers that add up, days that follow.

Pure. What the model wrote is kept beside it, and judgement goes by that. A day that should follow
another and does not was taken for it: on documents with a second day, such as invoices, that is the
last day of all.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from appliance.domain.doctype import Check, DocType, FieldType
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.domain.rows import header_by_name
from appliance.extraction.equation_repair import numbers_put_right
from appliance.fields import grounding
from appliance.fields.candidates import shaped
from appliance.fields.chunks import Chunks
from appliance.fields.party import country_of
from appliance.fields.style import style_of
from appliance.fields.types import normalise
from appliance.tables.table import WordKey


def repaired(
    document: Document,
    doctype: DocType,
    whole: Sequence[Chunks],
    fields: Sequence[Field],
    rows: Set[WordKey] = frozenset(),
) -> tuple[Field, ...]:
    """``fields`` with what is proposed; ``whole`` are the chunks of the pages, on which every text
    stands, ``rows`` all words of the rows of the table."""
    texts = numbers_put_right(document, doctype, whole, fields, rows)
    for check in doctype.checks:
        texts |= _days_in_order(check, document, doctype, fields)

    def proposed(field: Field) -> Field:
        text = texts.get(field.fieldtype) if field.line_item_id is None else None
        if text is None:
            return field
        spec = doctype.spec(field.fieldtype)
        spans = grounding.by_label(document, grounding.spans(text, whole), spec)
        return replace(field, text=text, spans=spans, agrees=None, instead_of=field.text or "")

    return tuple(map(proposed, fields))


def _days_in_order(
    check: Check, document: Document, doctype: DocType, fields: Sequence[Field]
) -> dict[str, str]:
    """The last day of the document in place of one that should not lie before another."""
    names = [term.name for term in check.terms]
    specs = [doctype.spec(name) for name in names if not check.columns]
    if check.relation != "<=" or [spec.type for spec in specs] != [FieldType.DATE] * 2:
        return {}
    header, style = header_by_name(fields), style_of(document, country=country_of(doctype, fields))
    first, second = (
        normalise(text, spec, style).value if (text := header[spec.name].text) else None
        for spec in specs
    )
    if first is None or second is None or first <= second:
        return {}
    days = {
        one.value: one.text
        for number, page in enumerate(document.pages)
        for one in shaped(page, number, specs[1], style)
        if one.value is not None
    }
    last = max(days, default=first)
    return {names[1]: days[last]} if last > first else {}
