"""A label with the places at which the document says it.

Pure. What a window's answer says of it follows: the value as it stands there, null, or nothing that
is taught.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.labels import Label
from appliance.domain.prediction import Field
from appliance.extraction.windows import Window
from appliance.fields import grounding
from appliance.fields.occurrences import Occurrence, Occurrences

TaughtField = tuple[Field, bool]
"""What the answer says, and whether that is taught."""


@dataclass(frozen=True, slots=True)
class LocatedValue:
    spec: FieldSpec
    text: str | None
    """The label's; None when the document does not say it."""
    meant: tuple[Occurrence, ...] = ()
    """The likeliest first."""
    others: tuple[Occurrence, ...] = ()
    """Where the same words stand, but mean something else."""

    @property
    def unread(self) -> bool:
        return self.text is not None and not self.meant

    def told(self, window: Window) -> TaughtField:
        """Null where the window does not show it; not taught where that may be wrong."""
        for place in self.meant:
            if _shows(window, place.span):
                return self._field(place), True
        near = any(_touches(window, place.span) for place in (*self.meant, *self.others))
        return nothing(self.spec), not (self.unread or near)

    def _field(self, place: Occurrence) -> Field:
        if self.spec.type.verbatim:
            return Field(self.spec.name, place.text)
        return Field(self.spec.name, self.text, words=place.text)


def nothing(spec: FieldSpec) -> Field:
    return Field(spec.name, None)


def located(label: Label, spec: FieldSpec, places: Occurrences, document: Document) -> LocatedValue:
    """Of a header. Where the clerk pointed; where she did not, or the document was read anew since,
    numbers and dates beside their label: elsewhere they may stand by chance."""
    found = places.of(label.text, spec) if label.text is not None else ()
    meant = tuple(place for place in found if any(place.span.overlaps(at) for at in label.spans))
    if not meant and spec.type in _BY_CHANCE:
        meant = tuple(one for one in found if grounding.beside_label(document, one.span, spec))
    if not meant:
        return LocatedValue(spec, label.text, found)
    return LocatedValue(
        spec, label.text, meant, tuple(place for place in found if place not in meant)
    )


_BY_CHANCE = {FieldType.DATE, *NUMBERS}


def _shows(window: Window, span: Span) -> bool:
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
