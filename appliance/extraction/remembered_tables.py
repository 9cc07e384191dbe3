"""Tables of a sender's earlier documents, known again by what heads their columns. Pure.

The rows that a clerk approved, found in the tables of their own page, say which column holds which
field. A table of the next document under the same headings is read so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from appliance.domain.doctype import DocType, TableSpec
from appliance.domain.document import Document
from appliance.domain.labels import Label
from appliance.domain.prediction import Field
from appliance.domain.rows import rows as rows_of
from appliance.extraction.row_reader import RowReader
from appliance.extraction.table_choice import NamedTable
from appliance.extraction.taught_tables import TaughtTable, taught_tables
from appliance.fields.folding import fold_alnum
from appliance.senders.surroundings import same_caption
from appliance.tables.find import find_tables
from appliance.tables.table import ColumnPart, Table, WordKey, cell_text, words_in

_SAMPLES = 12
"""Rows that tell which column is which field: more only take longer."""
_PAGES = 10
"""Of an earlier document at most: finding the tables of more takes a clerk's patience."""
_FEWEST = 0.5
"""Share of the rows that a clerk left which are read again, at least."""
_SHARED = 0.5
"""Of the wider of two columns that nothing heads: as much of it the other covers at least."""
_FOUND = 0.5
"""Share of a table's columns that are found again, at least."""

Rows = tuple[tuple[Field, ...], ...]
"""As a clerk left them, from the top."""


@dataclass(frozen=True, slots=True)
class Heading:
    """By what a column is known again."""

    letters: str
    """Of what heads it, folded; empty where nothing does."""
    left: float
    right: float
    """0-1, as in ``Column``."""

    def is_same(self, other: Heading) -> bool:
        """Where nothing heads it, its place has to do."""
        if self.letters or other.letters:
            return same_caption(self.letters, other.letters)
        shared = min(self.right, other.right) - max(self.left, other.left)
        return shared >= _SHARED * max(self.right - self.left, other.right - other.left)


def headings(document: Document, table: Table) -> tuple[Heading, ...]:
    """Of its columns, from the left."""
    return tuple(
        Heading(fold_alnum(cell_text(document, table.page, [one.header])), one.left, one.right)
        for one in table.columns
    )


KnownWheres = Mapping[str, ColumnPart | None]
"""By field; None where the table says it nowhere. Of a field that is left out nothing is known."""


@dataclass(frozen=True, slots=True)
class RememberedTable:
    """Of one earlier document."""

    headings: tuple[Heading, ...]
    turned: bool
    wheres: KnownWheres
    disputed: frozenset[str]
    """Fields that its rows say, but in no column."""

    def in_table(self, found: Sequence[Heading], *, turned: bool) -> KnownWheres | None:
        """The same in a table with the headings ``found``; None where that is another table."""
        at = _columns(self.headings, found) if turned == self.turned else {}
        used = {one.column for one in self.wheres.values() if one}
        if not used <= at.keys() or len(at) < _FOUND * len(self.headings):
            return None
        return {
            name: one and ColumnPart(at[one.column], one.part) for name, one in self.wheres.items()
        }

    def stands_on(self, document: Document) -> bool:
        """Whether such a table is found there."""
        return any(
            self.in_table(headings(document, table), turned=table.turned) is not None
            for table in find_tables(document)
        )


def _columns(known: Sequence[Heading], found: Sequence[Heading]) -> dict[int, int]:
    """Which column is which, in their order. Where nothing heads any, no column is more or less."""
    if not any(one.letters for one in known) and len(known) != len(found):
        return {}
    at: dict[int, int] = {}
    after = 0
    for column, heading in enumerate(known):
        same = (n for n in range(after, len(found)) if heading.is_same(found[n]))
        if (number := next(same, None)) is not None:
            at[column], after = number, number + 1
    return at


@lru_cache(maxsize=16)
def remembered_tables(
    document: Document, rows: Rows, doctype: DocType
) -> tuple[RememberedTable, ...]:
    """In which all ``rows`` of an earlier document stand. None where one of them stands in no
    table, where its own pages, read so, have rows more than a clerk left, and where they are many.
    Those of the last documents are kept: one takes as long as finding its tables."""
    if doctype.items is None or not rows or len(document.pages) > _PAGES:
        return ()
    some = list(_labels(rows[:: 1 + (len(rows) - 1) // _SAMPLES], document))
    known = taught_tables(document, some, doctype.items, whole=len(rows) <= _SAMPLES)
    named = [(one, _wheres(one, doctype.items)) for one in known.taught]
    many = _rows_read(named, RowReader(document, doctype))
    if known.lost or not _FEWEST * len(rows) <= many <= len(rows):
        return ()
    return tuple(
        RememberedTable(
            headings(document, one.table),
            one.table.turned,
            wheres,
            one.disputed - one.naming.keys(),
        )
        for one, wheres in named
        if any(wheres.values())
    )


def _rows_read(named: Iterable[tuple[TaughtTable, KnownWheres]], reader: RowReader) -> int:
    """Tables under the same headings are read together."""
    first: set[WordKey] = set()
    for one, wheres in named:
        naming = {name: at for name, at in wheres.items() if at}
        rows = rows_of(reader.read_named(NamedTable(one.table, naming, 0.0))).values()
        first |= {min(words_in(span for cell in row for span in cell.place)) for row in rows}
    return len(first)


def _labels(rows: Rows, document: Document) -> Iterator[Label]:
    """A place tells nothing where there are others, or where the page was read anew since."""
    for at, row in enumerate(rows):
        for cell in row:
            pointed = cell.place if len(cell.places) == 1 and cell.lies_in(document) else ()
            yield Label(cell.fieldtype, cell.text, at, pointed)


def _wheres(one: TaughtTable, items: TableSpec) -> dict[str, ColumnPart | None]:
    names = (spec.name for spec in items.fields)
    return {name: one.naming.get(name) for name in names if name not in one.masked}
