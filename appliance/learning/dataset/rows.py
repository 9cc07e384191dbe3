"""The line items that a clerk keyed, each at the line of the page where it stands.

Pure. A small number belongs to a row only between those above and below: there is a 1 or a 0.00
everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.domain.doctype import FieldSpec, TableSpec
from appliance.domain.document import Document, Span
from appliance.domain.labels import Label
from appliance.extraction.windows import Window
from appliance.fields import grounding
from appliance.fields.comparison import NUMBERS
from appliance.fields.occurrences import Place, Places
from appliance.learning.dataset.targets import Told, Value, nothing, shows, value

_HEIGHT = 8
"""Lines of the only row of a table; where there are more, each is about as high as the next."""
_LEAST = 3
"""Lines that a row may have in any table."""

_Line = tuple[int, int]
"""Page and line."""


@dataclass(frozen=True, slots=True)
class Row:
    cells: Mapping[str, Value]
    """Labelled ones, by column."""
    start: Span | None
    """First word of its line; None when no cell of it stands anywhere."""

    def told(self, columns: Sequence[FieldSpec], window: Window, number: int) -> list[Told]:
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
    labels: Sequence[Label], table: TableSpec, places: Places, document: Document
) -> tuple[Row, ...]:
    """From the top; a column that the type no longer has is left out."""
    columns = {spec.name: spec for spec in table.fields}
    cells: dict[int, dict[str, Value]] = {}
    for label in labels:
        if label.line_item_id is not None:
            row = cells.setdefault(label.line_item_id, {})
            if label.fieldtype in columns:
                row[label.fieldtype] = value(label, columns[label.fieldtype], places, document)
    ordered = [cells[number] for number in sorted(cells)]
    lines = list(_lines(ordered, document))
    return tuple(
        Row(_near(row, line, _between(lines, at), document), _start(line, document))
        for at, (row, line) in enumerate(zip(ordered, lines, strict=True))
    )


def _lines(rows: Iterable[Mapping[str, Value]], document: Document) -> Iterator[_Line | None]:
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
    row: Mapping[str, Value],
    own: _Line | None,
    between: tuple[_Line, _Line],
    document: Document,
) -> Mapping[str, Value]:
    """The row with the places of its cells, the nearest first."""
    if own is None:
        return row
    page, number = own
    above, below = between

    def distance(place: Place) -> _Line:
        at = _line(place, document)
        return abs(at[0] - page), abs(at[1] - number)

    def narrowed(cell: Value) -> Value:
        places = sorted(cell.meant, key=distance)
        if _is_small(cell):
            places = [place for place in places if above < _line(place, document) < below]
        return replace(cell, meant=tuple(places))

    return {name: narrowed(cell) for name, cell in row.items()}


def _is_small(cell: Value) -> bool:
    """A number of one or two digits, zeros around them aside."""
    digits = "".join(filter(str.isdecimal, cell.text or "")).strip("0")
    return cell.spec.type in NUMBERS and len(digits) <= 2


def _line(place: Place, document: Document) -> _Line:
    page = place.span.page
    return page, document.pages[page].words[place.span.start].line


def _start(line: _Line | None, document: Document) -> Span | None:
    if line is None:
        return None
    page, number = line
    first = next(at for at, word in enumerate(document.pages[page].words) if word.line == number)
    return Span(page, first, first + 1)
