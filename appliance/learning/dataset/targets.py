"""What the perfect answer about one window of a labelled document says, and what nobody knows.

Pure. A value is taught as it stands in the window; in a window that does not show it, and where
the document does not say it, null is taught. What nobody labelled, and what does not stand in the
document as it was read, is written as null and masked: the model learns nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.labels import Labelled
from appliance.domain.prediction import Field
from appliance.domain.rows import cells, header
from appliance.extraction.windows import Window
from appliance.fields.chunks import chunks
from appliance.fields.occurrences import Occurrences
from appliance.fields.style import style_of
from appliance.learning.dataset.rows import LocatedValue, TaughtField, nothing, rows, value


@dataclass(frozen=True, slots=True)
class Target:
    """Of one window."""

    fields: tuple[Field, ...]
    masked: frozenset[tuple[str, int | None]]
    """Names and rows of the fields that are not taught."""
    table: bool
    """Whether all its rows are known; else the answer is taught up to the table."""

    @property
    def shown(self) -> frozenset[str]:
        """Header fields that it has a value of."""
        return frozenset(field.fieldtype for field in header(self.fields) if field.text is not None)

    @property
    def rows(self) -> bool:
        """Whether it has any."""
        return bool(cells(self.fields))


class Targets:
    """Of one document, whose values are looked for once. Labels of fields that the type no longer
    has say nothing."""

    def __init__(self, labelled: Labelled, doctype: DocType) -> None:
        document = labelled.document
        places = Occurrences([chunks(page.words) for page in document.pages], style_of(document))
        specs = {spec.name: spec for spec in doctype.fields}
        self._doctype = doctype
        self._header = {
            label.fieldtype: value(label, specs[label.fieldtype], places, document)
            for label in header(labelled.labels)
            if label.fieldtype in specs
        }
        table = doctype.items
        self._rows = rows(labelled.labels, table, places, document) if table else ()
        self._columns = table.fields if table else ()
        self._whole = labelled.table and all(row.start for row in self._rows)

    @property
    def taught(self) -> int:
        """Labels that can be taught."""
        return sum(not one.unread for one in self._values(rows=self._whole))

    @property
    def unread(self) -> Counter[str]:
        """Labels that cannot, since they do not stand in the document as it was read; by field."""
        return Counter(one.spec.name for one in self._values(rows=True) if one.unread)

    @property
    def untold(self) -> bool:
        """Whether there are rows that cannot be taught, since others are not known."""
        return bool(self._rows) and not self._whole

    def of(self, window: Window) -> Target:
        header = [self._asked(spec, window) for spec in self._doctype.fields]
        shown = [row for row in self._rows if self._whole and row.within(window)]
        items = [row.told(self._columns, window, at) for at, row in enumerate(shown)]
        # A row that the window cuts off behind its first words can't be told.
        whole = self._whole and all(map(_says_something, items))
        told = [*header, *(cell for row in items if whole for cell in row)]
        return Target(
            tuple(field for field, _ in told),
            frozenset((field.fieldtype, field.line_item_id) for field, known in told if not known),
            table=whole or self._doctype.items is None,
        )

    def _asked(self, spec: FieldSpec, window: Window) -> TaughtField:
        known = self._header.get(spec.name)
        return known.told(window) if known else (nothing(spec), False)

    def _values(self, *, rows: bool) -> Iterator[LocatedValue]:
        yield from self._header.values()
        for row in self._rows if rows else ():
            yield from row.cells.values()


def _says_something(told: list[TaughtField]) -> bool:
    return any(field.text is not None for field, _ in told)
