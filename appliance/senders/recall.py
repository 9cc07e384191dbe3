"""A model's answer with what is remembered of the sender. Pure.

The same answer, page and history give the same, whenever it is asked: so it is replayed when it is
proven, and the model's answer is stored as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Document
from appliance.domain.prediction import Field, Prediction, Remembered
from appliance.fields.codes import iban
from appliance.fields.comparison import normalised
from appliance.fields.party import country_of
from appliance.fields.style import WritingStyle, style_of
from appliance.senders.history import SenderHistory
from appliance.senders.memory import FoundValue, RememberedValues, SenderMemory

_CONFIRMED = 2
"""Documents that say a value, from which on the model's word for it stands beside a newer one."""


def recalled(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Prediction:
    """Where the page says what earlier documents said, that stands in place of the model's answer,
    which is offered as a runner-up. Of an unknown sender nothing is another."""
    if not history.earlier:
        return prediction
    style = style_of(document, country=country_of(doctype, prediction.fields))
    memory = SenderMemory(doctype, history.earlier)
    look = RememberedValues(document, style)
    specs = {spec.name: spec for spec in doctype.fields}

    def with_memory(field: Field) -> Field:
        spec = specs.get(field.fieldtype)
        if spec is None or field.line_item_id is not None:
            return field
        found = list(look.every(spec, memory.values(spec)))
        return _recalled(field, spec, found, style) if found else field

    return replace(prediction, fields=tuple(map(with_memory, prediction.fields)))


def _recalled(
    field: Field, spec: FieldSpec, found: Sequence[FoundValue], style: WritingStyle
) -> Field:
    likest = max(found, key=lambda one: one.likeness)
    said = [one for one in found if normalised(field.text, one.value.text, spec.type, style)]
    same = next((one for one in said if one is likest or one.value.documents >= _CONFIRMED), None)
    if same:
        return replace(field, remembered=_remembered(field, same))
    if _is_another_account(field, spec):
        return field
    text = likest.value.text
    as_printed = spec.type.verbatim and normalised(likest.printed, text, spec.type, style)
    return Field(
        field.fieldtype,
        text,
        (likest.span,),
        words=None if as_printed else likest.printed,
        runners_up=tuple(
            one for one in dict.fromkeys((field.text, *field.runners_up)) if one and one != text
        ),
        remembered=_remembered(field, likest),
    )


def _remembered(field: Field, found: FoundValue) -> Remembered:
    return Remembered(found.value.documents, found.value.share, found.likeness, field.text)


def _is_another_account(field: Field, spec: FieldSpec) -> bool:
    """The check digits say that the model read one, and money that goes to an old account does not
    come back: a clerk decides."""
    return spec.type is FieldType.IBAN and bool(field.text) and iban(field.text or "").valid
