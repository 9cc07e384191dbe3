"""A model's answers in the header with what is remembered of the sender. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from appliance.domain.doctype import DocType, FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field, Prediction, Remembered
from appliance.domain.senders import ToldValue
from appliance.fields.candidates import ValueCandidate
from appliance.fields.codes import iban
from appliance.fields.comparison import normalised
from appliance.fields.style import WritingStyle
from appliance.senders.history import SenderHistory, writing_style
from appliance.senders.memory import (
    FoundValue,
    RememberedValue,
    RememberedValues,
    SenderMemory,
)
from appliance.senders.usual_place import PlacedValues, UsualPlaces

_CONFIRMED = 2
"""Documents that say a value, from which on the model's word for it stands beside a newer one."""


def recalled_header(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Prediction:
    """Where the page says what earlier documents said, that stands in place of the model's answer,
    which is offered as a runner-up. So does what stands where it stood on those, if there is no
    answer or the place was right more often; and nothing, where a clerk left empty what the model
    answers again. The answers about an unknown sender stay as they are."""
    if not history.earlier:
        return prediction
    style = writing_style(document, doctype, prediction.fields, history)
    recall = _Recall(document, doctype, history, style)
    specs = {spec.name: spec for spec in doctype.fields}

    def with_memory(field: Field) -> Field:
        spec = specs.get(field.fieldtype)
        asked = spec and field.line_item_id is None and field.einvoice is None
        return recall.of(field, spec) if spec and asked else field

    return replace(prediction, fields=tuple(map(with_memory, prediction.fields)))


def told_header(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> dict[str, Field]:
    """By fieldtype what other sites say of an unknown sender, where the page says it too; with the
    model's own answer where that is the same. It stands in place like what is remembered: a sender
    that is new here is known there, and the clerk, who is asked in any case, mostly has to confirm
    and seldom to choose. No account is among it, and nothing in place of what an e-invoice says."""
    told = history.told
    if told is None or history.party is not None:
        return {}
    style = writing_style(document, doctype, prediction.fields, history)
    look = _Look(document, style, told=True)
    memory, values = SenderMemory(doctype, ()), told.values.get(doctype.name, {})
    specs = {spec.name: spec for spec in doctype.fields if spec.type is not FieldType.IBAN}
    found = {}
    for field in prediction.header:
        spec = specs.get(field.fieldtype)
        if spec and memory.stays(spec) and field.einvoice is None:
            there = _remembered_there(values.get(spec.name, ()))
            found[spec.name] = look.of(field, spec, there)
    return {name: field for name, field in found.items() if field}


def _remembered_there(values: Sequence[ToldValue]) -> list[RememberedValue]:
    every = sum(one.documents for one in values)
    return [RememberedValue(one.text, one.documents, one.documents / every) for one in values]


class _Look:
    """For values on one document."""

    def __init__(self, document: Document, style: WritingStyle, *, told: bool = False) -> None:
        """``told`` where they are of other sites."""
        self._values = RememberedValues(document, style)
        self._style = style
        self._told = told

    def of(self, field: Field, spec: FieldSpec, values: Iterable[RememberedValue]) -> Field | None:
        """None where none of ``values`` stands there."""
        found = list(self._values.every(spec, values))
        if not found:
            return None
        likest = max(found, key=lambda one: one.likeness)
        said = [one for one in found if self.says(field.text, one.value.text, spec)]
        if same := next((one for one in said if one is likest or _is_confirmed(one.value)), None):
            return replace(field, remembered=self._remembered(field, same))
        if _is_another_account(field, spec):
            return field
        text = likest.value.text
        as_printed = spec.type.verbatim and self.says(likest.printed, text, spec)
        printed = None if as_printed else likest.printed
        return _put(field, text, likest.span, printed, self._remembered(field, likest))

    def says(self, text: str | None, wanted: str, spec: FieldSpec) -> bool:
        return normalised(text, wanted, spec.type, self._style, self._style)

    def _remembered(self, field: Field, found: FoundValue) -> Remembered:
        value = found.value
        return Remembered(value.documents, value.share, found.likeness, field.text, told=self._told)


class _Recall:
    """On one document."""

    def __init__(
        self, document: Document, doctype: DocType, history: SenderHistory, style: WritingStyle
    ) -> None:
        self._memory = SenderMemory(doctype, history.earlier)
        self._look = _Look(document, style)
        self._places = UsualPlaces(history.earlier)
        self._page = PlacedValues(document, style)

    def of(self, field: Field, spec: FieldSpec) -> Field:
        if found := self._look.of(field, spec, self._memory.values(spec)):
            return found
        placed = self._places.find(spec, self._page)
        return self._of_place(field, spec, placed) if placed else self._emptied(field, spec)

    def _of_place(self, field: Field, spec: FieldSpec, placed: ValueCandidate) -> Field:
        documents, of = self._places.documents(spec, self._page, placed.span)
        remembered = Remembered(documents, documents / of, 1.0, field.text, placed=True)
        if self._look.says(field.text, placed.text, spec):
            return replace(field, remembered=remembered)
        if _is_another_account(field, spec) or (
            field.text is not None and not self._places.beats_model(spec)
        ):
            return field
        return _put(field, placed.text, placed.span, None, remembered)

    def _emptied(self, field: Field, spec: FieldSpec) -> Field:
        """A clerk said of the same answer before that the document does not say it."""
        if field.text is None or _is_another_account(field, spec):
            return field
        empty, of = self._memory.emptied(spec, field.text)
        if not empty:
            return field
        others = dict.fromkeys((field.text, *field.runners_up))
        return Field(
            field.fieldtype,
            None,
            runners_up=tuple(others),
            remembered=Remembered(empty, empty / of, 1.0, field.text),
        )


def _is_confirmed(value: RememberedValue) -> bool:
    return value.documents >= _CONFIRMED and not value.doubted


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


def _is_another_account(field: Field, spec: FieldSpec) -> bool:
    """The check digits say that the model read one, and money that goes to an old account does not
    come back: a clerk decides."""
    return spec.type is FieldType.IBAN and bool(field.text) and iban(field.text or "").valid
