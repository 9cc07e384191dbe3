"""Numbers of the header that make its equations hold, in place of those that do not.

Pure. What the model wrote is kept beside them, and judgement goes by that: a number that was looked
for because it fits proves nothing by fitting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.fields import Field
from appliance.extraction import grounding
from appliance.extraction.chunks import Chunks
from appliance.extraction.equations import adds_up, equation, put_right
from appliance.judgement.party import country_of
from appliance.judgement.style import style_of


def reckoned(
    document: Document, doctype: DocType, whole: Sequence[Chunks], fields: Sequence[Field]
) -> tuple[Field, ...]:
    """``fields`` with what is proposed in the header; ``whole`` are the chunks of the pages, on
    which every text stands."""
    checks = [check for check in doctype.checks if adds_up(check, doctype)]
    if not checks:
        return tuple(fields)
    header = {field.fieldtype: field for field in fields if field.line_item_id is None}
    style = style_of(document, country=country_of(doctype, fields))
    texts: dict[str, str] = {}
    settled: set[str] = set()
    # The header first: its numbers are read better than those of rows.
    for check in sorted(checks, key=lambda check: any(term.column for term in check.terms)):
        found = equation(check, doctype, fields, style)
        if found is None or not settled.isdisjoint(found.signs):
            continue
        better = put_right(found, header, doctype, whole, style)
        if better is not None:
            settled.update(found.signs)
            texts |= better

    def proposed(field: Field) -> Field:
        text = texts.get(field.fieldtype) if field.line_item_id is None else None
        if text is None:
            return field
        spec = doctype.spec(field.fieldtype)
        spans = grounding.by_label(document, grounding.spans(text, whole), spec)
        return replace(field, text=text, spans=spans, agrees=None, instead_of=field.text or "")

    return tuple(map(proposed, fields))
