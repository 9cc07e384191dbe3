"""A model's rows with what is remembered of the sender's tables. Pure.

A table whose columns clerks' rows named on earlier documents is read again so, by the reader that
serves. A cell that says what the model said is still the model's; any other stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import TRUSTED, Field, Prediction, Remembered
from appliance.domain.rows import rows as rows_of
from appliance.extraction.remembered_tables import (
    Heading,
    RememberedTable,
    headings,
    remembered_tables,
)
from appliance.extraction.row_reader import RowReader
from appliance.extraction.table_choice import NamedTable
from appliance.senders.history import ApprovedDocument, SenderHistory
from appliance.tables.table import ColumnPart, Table, WordKey, words_in, words_of

_LOOKED_AT = TRUSTED
"""Documents with rows, the newest: finding the tables of each takes some 30 ms a page."""
_WRONG = 2
"""Documents, the newest, that have such a table and whose rows stand in none, or say a field in no
column: what older ones say is set aside."""


def recalled_rows(
    prediction: Prediction, document: Document, doctype: DocType, history: SenderHistory
) -> Prediction:
    """Rows that are read as the sender's earlier tables were. The rows stay as they are if the
    sender is unknown, if no table is like its earlier ones, or if an e-invoice says them."""
    known = [] if _stated(prediction) else list(_known(history.earlier, doctype))
    read = _TablesAgain(known, document, doctype).rows(prediction.rows) if any(known) else []
    if not read:
        return prediction
    rows = list(_merged(read, prediction.rows, document))
    fields = tuple(replace(cell, line_item_id=at) for at, row in enumerate(rows) for cell in row)
    same = len(rows) == len(prediction.rows) and not any(cell.from_memory for cell in fields)
    surely = all(one.documents >= TRUSTED for row in read for one in row.wheres.values())
    settled = {BlockerCode.TABLE_CUT} if surely or not same else set()
    blockers = tuple(one for one in prediction.blockers if one.code not in settled)
    return replace(prediction, fields=(*prediction.header, *fields), blockers=blockers)


def _stated(prediction: Prediction) -> bool:
    return any(cell.einvoice for row in prediction.rows for cell in row)


def _known(
    earlier: Sequence[ApprovedDocument], doctype: DocType
) -> Iterator[Sequence[RememberedTable]]:
    """The tables of each document with rows, without those that are set aside."""
    newest = earlier[:_WRONG]
    for one in [one for one in earlier if one.rows][:_LOOKED_AT]:
        tables = remembered_tables(one.document, one.rows, doctype)
        yield [
            table
            for table in tables
            if len(newest) < _WRONG
            or not all(_has_other_rows(other, table, doctype) for other in newest)
        ]


def _has_other_rows(one: ApprovedDocument, table: RememberedTable, doctype: DocType) -> bool:
    """Its page has such a table, and its rows stand in none, or there are none."""
    tables = remembered_tables(one.document, one.rows, doctype)
    return not tables and table.stands_on(one.document)


@dataclass(frozen=True, slots=True)
class _Where:
    """What is remembered of one field."""

    at: ColumnPart | None
    """None where the table says it nowhere."""
    documents: int
    """Earlier ones that say so."""
    of: int
    """Of so many that say anything of it."""

    def remembered(self, answered: str | None) -> Remembered:
        return Remembered(self.documents, self.documents / self.of, 1.0, answered, placed=True)


_Wheres = Mapping[str, _Where]


@dataclass(frozen=True, slots=True)
class _ReadRow:
    cells: Sequence[Field]
    wheres: _Wheres
    """Of its table."""

    @property
    def words(self) -> set[WordKey]:
        return _words(self.cells)


class _TablesAgain:
    """Tables of earlier documents on this one."""

    def __init__(
        self, known: Sequence[Sequence[RememberedTable]], document: Document, doctype: DocType
    ) -> None:
        """``known``: of each document, the newest first."""
        self._known = known
        self._reader = RowReader(document, doctype)
        self._headings = {table: headings(document, table) for table in self._reader.tables}

    def rows(self, model: Sequence[Sequence[Field]]) -> list[_ReadRow]:
        """In the order of the pages; where tables are equally alike, of that in which the rows of
        the ``model`` stand."""
        taken: set[WordKey] = set()
        found: list[_ReadRow] = []
        for table in self._tables(set().union(*map(_words, model))):
            wheres = self._wheres(table)
            naming = {name: one.at for name, one in wheres.items() if one.at}
            cells = self._reader.read_named(NamedTable(table, naming, 0.0))
            rows = [_ReadRow(row, wheres) for row in rows_of(cells).values()]
            found += [row for row in rows if row.words and not row.words & taken]
            taken |= set().union(*(row.words for row in rows))
        return sorted(found, key=lambda row: min(row.words))

    def _tables(self, model: set[WordKey]) -> list[Table]:
        """For each table of an earlier document the one that is most like it, once."""
        chosen: list[Table] = []
        for one in (table for known in self._known for table in known):
            alike = [table for table in self._headings if self._fits(one, table)]
            if alike and not any(table in chosen for table in alike):
                chosen.append(max(alike, key=lambda table: self._likeness(table, model)))
        return chosen

    def _fits(self, one: RememberedTable, table: Table) -> bool:
        return one.in_table(self._headings[table], turned=table.turned) is not None

    def _likeness(self, table: Table, model: set[WordKey]) -> tuple[int, int, int]:
        """Documents that have such a one, those that have the very same, words of the model."""
        fitting = list(self._remembered(table))
        letters = _letters(self._headings[table])
        same = sum(_letters(one.headings) == letters for one in fitting)
        return len(fitting), same, len(words_of(table) & model)

    def _remembered(self, table: Table) -> Iterator[RememberedTable]:
        """Of each document that has such a table."""
        for known in self._known:
            yield from [one for one in known if self._fits(one, table)][:1]

    def _wheres(self, table: Table) -> dict[str, _Where]:
        """The newest document is asked first. No two fields stand in one place."""
        fitting = list(self._remembered(table))
        found = self._headings[table]
        every = [one.in_table(found, turned=table.turned) or {} for one in fitting]
        wheres: dict[str, _Where] = {}
        for name in dict.fromkeys(name for one in every for name in one):
            said = [one[name] for one in every if name in one]
            wrong = all(name in one.disputed for one in fitting[:_WRONG])
            is_free = said[0] is None or said[0] not in {one.at for one in wheres.values()}
            if is_free and not wrong:
                wheres[name] = _Where(said[0], said.count(said[0]), len(said))
        return wheres


def _letters(found: Sequence[Heading]) -> list[str]:
    return [one.letters for one in found]


def _merged(
    read: Sequence[_ReadRow], model: Sequence[Sequence[Field]], document: Document
) -> Iterator[tuple[Field, ...]]:
    pairs = _pairs([_lines(row.cells, document) for row in read], model, document)
    for at, row in enumerate(read):
        said = {cell.fieldtype: cell for cell in model[pairs[at]]} if at in pairs else {}
        yield tuple(_cell(cell, said.get(cell.fieldtype), row) for cell in row.cells)


def _cell(cell: Field, model: Field | None, row: _ReadRow) -> Field:
    """Of a field of which nothing is remembered the model's, unless its words are another's."""
    where = row.wheres.get(cell.fieldtype)
    if where is None:
        return model if model and not _words([model]) & row.words else cell
    said = model.text if model else None
    same = model if model and said == cell.text else cell
    return replace(same, remembered=where.remembered(said))


def _pairs(
    read: Sequence[set[tuple[int, int]]], model: Sequence[Sequence[Field]], document: Document
) -> dict[int, int]:
    """Of the rows that were read which one is which of the ``model``: they share most lines."""
    others = [_lines(row, document) for row in model]
    shared = sorted(
        (-len(lines & other), at, number)
        for at, lines in enumerate(read)
        for number, other in enumerate(others)
        if lines & other
    )
    pairs: dict[int, int] = {}
    for _, at, number in shared:
        if at not in pairs and number not in pairs.values():
            pairs[at] = number
    return pairs


def _lines(cells: Iterable[Field], document: Document) -> set[tuple[int, int]]:
    """Page, and line on it. It may have been read anew since it was answered."""
    standing = _words(cell for cell in cells if cell.lies_in(document))
    return {(page, document.pages[page].words[word].line) for page, word in standing}


def _words(cells: Iterable[Field]) -> set[WordKey]:
    return words_in(span for cell in cells for span in cell.place)
