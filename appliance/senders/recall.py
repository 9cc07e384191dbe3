"""A model's answers in the header with what is remembered of the sender. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field, Prediction, Remembered
from appliance.fields.candidates import ValueCandidate
from appliance.fields.codes import iban
from appliance.fields.comparison import normalised
from appliance.fields.party import country_of
from appliance.fields.style import WritingStyle, style_of
from appliance.senders.history import SenderHistory
from appliance.senders.memory import FoundValue, RememberedValues, SenderMemory
from appliance.senders.usual_place import PlacedValues, UsualPlaces

_CONFIRMED = 2
"""Documents that say a value, from which on the model's word for it stands beside a newer one."""


def recalled_header(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Prediction:
    """Where the page says what earlier documents said, that stands in place of the model's answer,
    which is offered as a runner-up. So does what stands where it stood on those, if there is no
    answer or the place was right more often. Of an unknown sender nothing is another."""
    if not history.earlier:
        return prediction
    style = style_of(document, country=country_of(doctype, prediction.fields))
    recall = _Recall(document, doctype, history, style)
    specs = {spec.name: spec for spec in doctype.fields}

    def with_memory(field: Field) -> Field:
        spec = specs.get(field.fieldtype)
        asked = spec and field.line_item_id is None and field.einvoice is None
        return recall.of(field, spec) if spec and asked else field

    return replace(prediction, fields=tuple(map(with_memory, prediction.fields)))


class _Recall:
    """On one document."""

    def __init__(
        self, document: Document, doctype: DocType, history: SenderHistory, style: WritingStyle
    ) -> None:
        self._style = style
        self._memory = SenderMemory(doctype, history.earlier)
        self._look = RememberedValues(document, style)
        self._places = UsualPlaces(history.earlier)
        self._page = PlacedValues(document, style)

    def of(self, field: Field, spec: FieldSpec) -> Field:
        if found := list(self._look.every(spec, self._memory.values(spec))):
            return self._of_values(field, spec, found)
        placed = self._places.find(spec, self._page)
        return self._of_place(field, spec, placed) if placed else field

    def _of_values(self, field: Field, spec: FieldSpec, found: Sequence[FoundValue]) -> Field:
        likest = max(found, key=lambda one: one.likeness)
        said = [one for one in found if self._says(field.text, one.value.text, spec)]
        same = next(
            (one for one in said if one is likest or one.value.documents >= _CONFIRMED), None
        )
        if same:
            return replace(field, remembered=_remembered(field, same))
        if _is_another_account(field, spec):
            return field
        text = likest.value.text
        as_printed = spec.type.verbatim and self._says(likest.printed, text, spec)
        printed = None if as_printed else likest.printed
        return _put(field, text, likest.span, printed, _remembered(field, likest))

    def _of_place(self, field: Field, spec: FieldSpec, placed: ValueCandidate) -> Field:
        documents, of = self._places.documents(spec, self._page, placed.span)
        remembered = Remembered(documents, documents / of, 1.0, field.text, placed=True)
        if self._says(field.text, placed.text, spec):
            return replace(field, remembered=remembered)
        if _is_another_account(field, spec) or (
            field.text is not None and not self._places.beats_model(spec)
        ):
            return field
        return _put(field, placed.text, placed.span, None, remembered)

    def _says(self, text: str | None, wanted: str, spec: FieldSpec) -> bool:
        return normalised(text, wanted, spec.type, self._style, self._style)


def _put(field: Field, text: str, span: Span, printed: str | None, remembered: Remembered) -> Field:
    """In place of the model's answer, which is offered first."""
    others = dict.fromkeys((field.text, *field.runners_up))
    return Field(
        field.fieldtype,
        text,
        (span,),
        words=printed,
        runners_up=tuple(one for one in others if one and one != text),
        remembered=remembered,
    )


def _remembered(field: Field, found: FoundValue) -> Remembered:
    return Remembered(found.value.documents, found.value.share, found.likeness, field.text)


def _is_another_account(field: Field, spec: FieldSpec) -> bool:
    """The check digits say that the model read one, and money that goes to an old account does not
    come back: a clerk decides."""
    return spec.type is FieldType.IBAN and bool(field.text) and iban(field.text or "").valid
