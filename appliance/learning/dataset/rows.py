"""The line items that a clerk keyed, each at the line of the page where it stands.

Pure. A small number belongs to a row only between those above and below: there is a 1 or a 0.00
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.domain.doctype import NUMBERS, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Document, Span
from appliance.domain.labels import Label
from appliance.domain.prediction import Field
from appliance.domain.rows import rows as rows_of
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

    def told(self, window: Window, row: int | None = None) -> TaughtField:
        """Null where the window does not show it; not taught where that may be wrong."""
        for place in self.meant:
            if shows(window, place.span):
                return self._field(place, row), True
        near = any(_touches(window, place.span) for place in (*self.meant, *self.others))
        return nothing(self.spec, row), not (self.unread or near)

    def _field(self, place: Occurrence, row: int | None) -> Field:
        if self.spec.type.verbatim:
            return Field(self.spec.name, place.text, line_item_id=row)
        return Field(self.spec.name, self.text, words=place.text, line_item_id=row)


def nothing(spec: FieldSpec, row: int | None = None) -> Field:
    return Field(spec.name, None, line_item_id=row)


def value(label: Label, spec: FieldSpec, places: Occurrences, document: Document) -> LocatedValue:
    """In the header where the clerk pointed; where she did not, or the document was read anew
    since, numbers and dates beside their label: elsewhere they may stand by chance."""
    found = places.of(label.text, spec) if label.text is not None else ()
    meant = tuple(place for place in found if any(place.span.overlaps(at) for at in label.spans))
    if not meant and label.line_item_id is None and spec.type in _BY_CHANCE:
        meant = tuple(one for one in found if grounding.beside_label(document, one.span, spec))
    if not meant:
        return LocatedValue(spec, label.text, found)
    return LocatedValue(
        spec, label.text, meant, tuple(place for place in found if place not in meant)
    )


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


_HEIGHT = 8
"""Lines of the only row of a table; where there are more, each is about as high as the next."""
_LEAST = 3
"""Lines that a row may have in any table."""

_Line = tuple[int, int]
"""Page and line."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    cells: Mapping[str, LocatedValue]
    """Labelled ones, by column."""
    start: Span | None
    """First word of its line; None when no cell of it stands anywhere."""

    def told(self, columns: Sequence[FieldSpec], window: Window, number: int) -> list[TaughtField]:
        """``number`` of the row in the answer."""
        return [
            self.cells[spec.name].told(window, number)
            if spec.name in self.cells
            else (nothing(spec, number), False)
            for spec in columns
        ]

    def within(self, window: Window) -> bool:
        return self.start is not None and shows(window, self.start)


def rows(
    labels: Sequence[Label], table: TableSpec, places: Occurrences, document: Document
) -> tuple[LabelledRow, ...]:
    """From the top; a column that the type no longer has is left out."""
    columns = {spec.name: spec for spec in table.fields}
    ordered = [
        {
            label.fieldtype: value(label, columns[label.fieldtype], places, document)
            for label in row
            if label.fieldtype in columns
        }
        for _, row in sorted(rows_of(labels).items())
    ]
    lines = list(_lines(ordered, document))
    return tuple(
        LabelledRow(_near(row, line, _between(lines, at), document), _start(line, document))
        for at, (row, line) in enumerate(zip(ordered, lines, strict=True))
    )


def _lines(
    rows: Iterable[Mapping[str, LocatedValue]], document: Document
) -> Iterator[_Line | None]:
    after: _Line | None = None
    for row in rows:
        spans = [[place.span for place in cell.meant] for cell in row.values()]
        line = grounding.row_line(document, spans, after=after)
        after = line or after
        yield line


def _between(lines: Sequence[_Line | None], at: int) -> tuple[_Line, _Line]:
    """The lines above and below row ``at`` that are no longer its own."""
    page, number = own = lines[at] or (0, 0)
    above = max((line for line in lines[:at] if line and line < own), default=None)
    below = min((line for line in lines[at + 1 :] if line and line > own), default=None)
    near = [line for line in (above, below) if line and line[0] == page]
    height = max(_LEAST, min((abs(line[1] - number) for line in near), default=_HEIGHT))
    return above or (page, number - height), below or (page, number + height)


def _near(
    row: Mapping[str, LocatedValue],
    own: _Line | None,
    between: tuple[_Line, _Line],
    document: Document,
) -> Mapping[str, LocatedValue]:
    """The row with the places of its cells, the nearest first."""
    if own is None:
        return row
    page, number = own
    above, below = between

    def distance(place: Occurrence) -> _Line:
        at = _line(place, document)
        return abs(at[0] - page), abs(at[1] - number)

    def narrowed(cell: LocatedValue) -> LocatedValue:
        places = sorted(cell.meant, key=distance)
        if _is_small(cell):
            places = [place for place in places if above < _line(place, document) < below]
        return replace(cell, meant=tuple(places))

    return {name: narrowed(cell) for name, cell in row.items()}


def _is_small(cell: LocatedValue) -> bool:
    """A number of one or two digits, zeros around them aside."""
    digits = "".join(filter(str.isdecimal, cell.text or "")).strip("0")
    return cell.spec.type in NUMBERS and len(digits) <= 2


def _line(place: Occurrence, document: Document) -> _Line:
    page = place.span.page
    return page, document.pages[page].words[place.span.start].line


def _start(line: _Line | None, document: Document) -> Span | None:
    if line is None:
        return None
    page, number = line
    first = next(at for at, word in enumerate(document.pages[page].words) if word.line == number)
    return Span(page, first, first + 1)
