"""The rows of one document: its tables are found, one is taken for the one asked for, and read.

Pure: what a model said of some tables comes in as answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, display_name
from appliance.domain.document import Document
from appliance.domain.prediction import Field, TokenScore
from appliance.extraction.asking_columns import TableAnswer
from appliance.extraction.column_words import header_words
from appliance.extraction.read_table import read_table
from appliance.extraction.table_choice import NamedTable, TableChoice
from appliance.fields.folding import fold_alnum
from appliance.fields.style import style_of
from appliance.tables.find import find_tables
from appliance.tables.table import ColumnPart, Table, WordKey, cell_text, words_of, words_of_rows

ASKED = 3
"""Tables that a model is asked about, at most."""
_LEAD = 4.0
"""Nats by which a table is so much likelier than another that nobody is asked about the other."""
_LEAST = 1.0
"""Nats that a naming has to be worth, so that its table is taken at all."""
_DOUBT = 0.5
"""Nats by which the second table is behind, and a person should look."""
_OUTER = 3
"""Rows at either end of a table that the header question shows: what a page says above its rows or
below may have been taken for one."""
_INNER = 6
"""Rows between them from which on it leaves them out."""


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Cells of all rows, numbered from 0, and why a person should look for others."""

    fields: tuple[Field, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    words: frozenset[WordKey] = frozenset()
    """All that stands in the rows, also in columns that nobody asked for."""


class RowReader:
    """Of one document. A type without line items has no rows."""

    def __init__(self, document: Document, doctype: DocType, *, knows_words: bool = True) -> None:
        """``knows_words``: what is known to stand above columns counts."""
        self._document = document
        self._doctype = doctype
        self._knows_words = knows_words
        self._columns = doctype.items.fields if doctype.items else ()
        self.tables = find_tables(document) if doctype.items else ()

    def likeliest(self) -> list[NamedTable]:
        """Of which a model is to be asked what their columns are, the likeliest first."""
        found = self._choice.ranked() if self._choice else []
        return [one for one in found[:ASKED] if one.score > found[0].score - _LEAD]

    @cached_property
    def inner_words(self) -> frozenset[WordKey]:
        """What a long table says between its first rows and its last: the header question leaves
        it out, before a model is asked which table is meant."""
        likeliest = next(iter(self.likeliest()), None)
        if likeliest is None or likeliest.score < _LEAST:
            return frozenset()
        rows = [row for part in self._parts(likeliest) for row in part.table.rows]
        inner = rows[_OUTER:-_OUTER]
        return frozenset(words_of_rows(inner)) if len(inner) >= _INNER else frozenset()

    def read(self, answers: Sequence[TableAnswer] = ()) -> ReadRows:
        """``answers`` of a model about some of the likeliest tables; without them words, types and
        sums decide alone."""
        if self._choice is None:
            return ReadRows()
        said = {answer.table: answer.scores for answer in answers}
        ranked = [one for one in self._choice.ranked(said) if one.naming]
        if not ranked or ranked[0].score < _LEAST:
            return ReadRows((), tuple(self._none_found(ranked)))
        best, *others = ranked
        tokens = {
            spec.name: answer.tokens_of(spec.name, best.naming.get(spec.name))
            for answer in answers
            if answer.table == best.table
            for spec in self._columns
        }
        parts = self._parts(best)
        fields = self._read(parts, tokens)
        words = frozenset[WordKey]().union(*(words_of(part.table) for part in parts))
        return ReadRows(fields, tuple(self._doubts(best, parts, others)), words)

    def read_named(self, named: NamedTable) -> tuple[Field, ...]:
        """Cells of all rows of a table whose columns are known."""
        return self._read(self._parts(named), {})

    @cached_property
    def _choice(self) -> TableChoice | None:
        items = self._doctype.items
        if items is None or not self.tables:
            return None
        words = header_words(items, known=self._knows_words)
        return TableChoice(
            self._document, self._doctype, self.tables, words, style_of(self._document)
        )

    def _parts(self, best: NamedTable) -> list[NamedTable]:
        """With the tables alike, in the order of the pages."""
        return sorted([best, *self._others_alike(best)], key=lambda one: min(words_of(one.table)))

    def _read(
        self, parts: Sequence[NamedTable], tokens: Mapping[str, Sequence[TokenScore]]
    ) -> tuple[Field, ...]:
        rows = [
            row
            for part in parts
            for row in read_table(self._document, self._doctype, part.table, part.naming, tokens)
        ]
        return tuple(replace(cell, line_item_id=at) for at, row in enumerate(rows) for cell in row)

    def _others_alike(self, best: NamedTable) -> Iterator[NamedTable]:
        """Tables under the same headers, as on the next page: the same columns are named."""
        taken = words_of(best.table)
        for table in self.tables:
            naming = self._named_alike(best, table)
            words = words_of(table)
            if naming is None or not words or taken & words:
                continue
            taken |= words
            yield NamedTable(table, naming, best.score)

    def _named_alike(self, best: NamedTable, table: Table) -> dict[str, ColumnPart] | None:
        if table.turned != best.table.turned or table.in_blocks != best.table.in_blocks:
            return None
        headers = self._headers(table)
        wanted = self._headers(best.table)
        if any(not wanted[where.column] for where in best.naming.values()):
            return None
        named = {
            name: ColumnPart(headers.index(wanted[where.column]), where.part)
            for name, where in best.naming.items()
            if wanted[where.column] in headers
        }
        return named if len(named) == len(best.naming) else None

    def _headers(self, table: Table) -> list[str]:
        return [
            fold_alnum(cell_text(self._document, table.page, [column.header]))
            for column in table.columns
        ]

    def _none_found(self, ranked: Sequence[NamedTable]) -> Iterator[Blocker]:
        if ranked and self._doctype.items:
            name = display_name(self._doctype.items.name)
            yield Blocker(BlockerCode.TABLE_CUT, f"no table of {name} was found: are there any?")

    def _doubts(
        self, best: NamedTable, parts: Sequence[NamedTable], others: Sequence[NamedTable]
    ) -> Iterator[Blocker]:
        taken = set[WordKey]().union(*(words_of(part.table) for part in parts))
        apart = (one for one in others if not taken & words_of(one.table))
        second = next(apart, None)
        if second and second.score > best.score - _DOUBT:
            page = second.table.page + 1
            said = f"another table on page {page} may be meant, or hold more rows"
            yield Blocker(BlockerCode.TABLE_CUT, said)
