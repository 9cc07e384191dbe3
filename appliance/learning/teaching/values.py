"""A label, where the document says it, and what the answer about a window says of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.fields import Field
from appliance.domain.labels import Label
from appliance.extraction import grounding
from appliance.extraction.windows import Window
from appliance.judgement.match import NUMBERS
from appliance.learning.teaching.places import Place, Places

Told = tuple[Field, bool]
"""What the answer says, and whether that is taught."""


@dataclass(frozen=True, slots=True)
class Value:
    spec: FieldSpec
    text: str | None
    """The label's; None when the document does not say it."""
    meant: tuple[Place, ...] = ()
    """The likeliest first."""
    others: tuple[Place, ...] = ()
    """Where the same words stand, but mean something else."""

    @property
    def unread(self) -> bool:
        return self.text is not None and not self.meant

    def told(self, window: Window, row: int | None = None) -> Told:
        """Null where the window does not show it; not taught where that may be wrong."""
        for place in self.meant:
            if shows(window, place.span):
                return self._field(place, row), True
        near = any(_touches(window, place.span) for place in (*self.meant, *self.others))
        return nothing(self.spec, row), not (self.unread or near)

    def _field(self, place: Place, row: int | None) -> Field:
        if self.spec.type.verbatim:
            return Field(self.spec.name, place.text, line_item_id=row)
        return Field(self.spec.name, self.text, words=place.text, line_item_id=row)


def nothing(spec: FieldSpec, row: int | None = None) -> Field:
    return Field(spec.name, None, line_item_id=row)


def value(label: Label, spec: FieldSpec, places: Places, document: Document) -> Value:
    """In the header where the clerk pointed; where she did not, or the document was read anew
    since, numbers and dates beside their label: elsewhere they may stand by chance."""
    found = places.of(label.text, spec) if label.text is not None else ()
    meant = tuple(place for place in found if any(place.span.overlaps(at) for at in label.spans))
    if not meant and label.line_item_id is None and spec.type in _BY_CHANCE:
        meant = tuple(one for one in found if grounding.beside_label(document, one.span, spec))
    if not meant:
        return Value(spec, label.text, found)
    return Value(spec, label.text, meant, tuple(place for place in found if place not in meant))


_BY_CHANCE = {FieldType.DATE, *NUMBERS}


def shows(window: Window, span: Span) -> bool:
    """The whole of it."""
    return any(
        part.page == span.page and part.start <= span.start and span.end <= part.end
        for part in window
    )


def _touches(window: Window, span: Span) -> bool:
    return any(
        part.page == span.page and part.start < span.end and span.start < part.end
        for part in window
    )
