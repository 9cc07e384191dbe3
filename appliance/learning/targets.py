"""What the perfect answer about one window of a labelled document says, and what nobody knows.

Pure. A value is taught as it stands in the window; in a window that does not show it, and where
the document does not say it, null is taught. What nobody labelled, and what does not stand in the
document as it was read, is written as null and masked: the model learns nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document, Span
from appliance.domain.fields import Field
from appliance.domain.labels import Label, Labelled
from appliance.extraction import grounding
from appliance.extraction.chunks import Chunks, chunks
from appliance.extraction.windows import Window
from appliance.judgement.style import Style, style_of
from appliance.learning.places import Place, places


@dataclass(frozen=True, slots=True)
class Target:
    """Of one window."""

    fields: tuple[Field, ...]
    masked: frozenset[tuple[str, int | None]]
    """Names and rows of the fields that are not taught."""
    table: bool
    """Whether all its rows are known; else the answer is taught up to the table."""
    shows: bool
    """Whether it holds a value."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A label and where it stands."""

    spec: FieldSpec
    text: str | None
    meant: tuple[Place, ...] = ()
    others: tuple[Place, ...] = ()
    """Where the same words stand, but the clerk pointed elsewhere."""

    @property
    def unread(self) -> bool:
        return self.text is not None and not self.meant

    def field(self, place: Place | None, row: int | None = None) -> Field:
        if place is None:
            return Field(self.spec.name, None, line_item_id=row)
        if self.spec.type.verbatim:
            return Field(self.spec.name, place.text, line_item_id=row)
        return Field(self.spec.name, self.text, words=place.text, line_item_id=row)


@dataclass(frozen=True, slots=True)
class _Row:
    values: tuple[_Value, ...]
    line: tuple[int, int] | None
    """Page and line; None when no value of it stands anywhere."""


class Targets:
    """Of one document, whose values are looked for once."""

    def __init__(self, labelled: Labelled, doctype: DocType) -> None:
        self._document = labelled.document
        self._doctype = doctype
        self._pages = [chunks(page.words) for page in labelled.document.pages]
        self._style = style_of(labelled.document)
        self._header = {
            label.fieldtype: _value(label, doctype.spec(label.fieldtype), self._pages, self._style)
            for label in labelled.labels
            if label.line_item_id is None
        }
        self._rows = tuple(self._read_rows(labelled.labels))
        self._table = labelled.table and all(row.line is not None for row in self._rows)

    @property
    def taught(self) -> int:
        """Labels that can be taught."""
        return sum(not value.unread for value in self._values())

    @property
    def unread(self) -> Counter[str]:
        """Labels that cannot, since they do not stand in the document as it was read; by field."""
        return Counter(value.spec.name for value in self._values() if value.unread)

    def of(self, window: Window) -> Target:
        masked: set[tuple[str, int | None]] = set()
        fields = [self._asked(spec, window, masked) for spec in self._doctype.fields]
        rows = [row for row in self._rows if self._table and _holds(self._document, window, row)]
        for number, row in enumerate(rows):
            fields += self._cells(row, number, masked)
        return Target(
            tuple(fields),
            frozenset(masked),
            table=self._table or self._doctype.items is None,
            shows=any(field.text is not None for field in fields),
        )

    def _asked(self, spec: FieldSpec, window: Window, masked: set[tuple[str, int | None]]) -> Field:
        value = self._header.get(spec.name)
        meant = [place for place in value.meant if _shows(window, place.span)] if value else []
        if value and meant:
            return value.field(meant[0])
        stands = value and any(_shows(window, place.span) for place in value.others)
        if value is None or value.unread or stands:
            masked.add((spec.name, None))
        return Field(spec.name, None)

    def _cells(
        self, row: _Row, number: int, masked: set[tuple[str, int | None]]
    ) -> Iterator[Field]:
        known = {value.spec.name: value for value in row.values}
        for spec in self._doctype.items.fields if self._doctype.items else ():
            value = known.get(spec.name)
            if value is None or value.unread:
                masked.add((spec.name, number))
            near = _nearest(self._document, value.meant, row.line) if value else None
            yield (
                value.field(near, number) if value else Field(spec.name, None, line_item_id=number)
            )

    def _read_rows(self, labels: Sequence[Label]) -> Iterator[_Row]:
        table = self._doctype.items
        numbers = sorted({label.line_item_id for label in labels if label.line_item_id is not None})
        after: tuple[int, int] | None = None
        for number in numbers if table else ():
            values = tuple(
                _value(
                    label,
                    self._doctype.spec(label.fieldtype, in_items=True),
                    self._pages,
                    self._style,
                )
                for label in labels
                if label.line_item_id == number
            )
            spans = [[place.span for place in value.meant] for value in values]
            line = grounding.row_line(self._document, spans, after=after)
            after = line or after
            yield _Row(values, line)

    def _values(self) -> Iterator[_Value]:
        yield from self._header.values()
        for row in self._rows:
            yield from row.values


def _value(label: Label, spec: FieldSpec, pages: Sequence[Chunks], style: Style) -> _Value:
    if label.text is None:
        return _Value(spec, None)
    found = places(label.text, spec, pages, style)
    meant = tuple(place for place in found if _touches(place.span, label.spans))
    if not meant:  # nobody pointed, or the document was read anew since
        return _Value(spec, label.text, found)
    return _Value(spec, label.text, meant, tuple(place for place in found if place not in meant))


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(
        span.page == other.page and span.start < other.end and other.start < span.end
        for other in others
    )


def _shows(window: Window, span: Span) -> bool:
    return any(
        part.page == span.page and part.start <= span.start and span.end <= part.end
        for part in window
    )


def _holds(document: Document, window: Window, row: _Row) -> bool:
    if row.line is None:
        return False
    page, line = row.line
    words = document.pages[page].words
    first = next(at for at, word in enumerate(words) if word.line == line)
    return _shows(window, Span(page, first, first + 1))


def _nearest(
    document: Document, found: Sequence[Place], line: tuple[int, int] | None
) -> Place | None:
    if line is None:
        return None

    def distance(place: Place) -> tuple[int, int]:
        words = document.pages[place.span.page].words
        return abs(place.span.page - line[0]), abs(words[place.span.start].line - line[1])

    return min(found, key=distance, default=None)
