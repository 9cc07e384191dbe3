"""Which cells stand in an equation of their table that holds: these are proven.

Pure, and nothing of it is kept: where the cells stand tells which column each was read from.
The products of a table prove their numbers where the amounts add up to what they should, and that
sum proves the amounts. The sum of one row is a copy and proves nothing, but for an amount that its
row says twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.domain.rows import CellKey, header_by_name, rows
from appliance.extraction.column_question import default_part
from appliance.extraction.header_equations import holds_without_rows
from appliance.extraction.source_table import SourceTable
from appliance.extraction.table_numbers import page_numbers
from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle, style_of
from appliance.tables.find import find_tables
from appliance.tables.naming import naming_of

_SUM_DIGITS = 4
"""Of a sum: a smaller one may stand on the page by chance."""


def proven_cells(
    document: Document, doctype: DocType, fields: Sequence[Field]
) -> frozenset[CellKey]:
    """``fields`` are those of a prediction about the document, its header among them. A cell of a
    column that the type has no more counts for nothing."""
    if doctype.items is None:
        return frozenset()
    usual = {spec.name: default_part(spec.type) for spec in doctype.items.fields}
    left = {
        at: {cell.fieldtype: cell for cell in cells if cell.spans and cell.fieldtype in usual}
        for at, cells in rows(fields).items()
    }
    if not left:
        return frozenset()
    style = style_of(document)
    tables, printed = find_tables(document), _printed(document, style)
    totals = _totals(doctype, fields, style)
    read: list[SourceTable] = []
    while left:  # each round takes the rows of one table
        places = [{name: cell.place for name, cell in cells.items()} for cells in left.values()]
        found = naming_of(document, tables, places, usual)
        if found is None:
            break
        one = SourceTable(document, doctype.items, style, *found, left)
        if not one.at:
            break
        read.append(one)
        left = {at: cells for at, cells in left.items() if at not in one.at}
    return frozenset(_proven(read, _Sums(read if not left else (), totals, printed)))


def _proven(read: Sequence[SourceTable], sums: _Sums) -> Iterator[CellKey]:
    for table in read:
        told: set[CellKey] = set()
        against: set[int] = set()
        for product in table.products(sums.of_the_header):
            if sums.confirm(table, product.amount):
                told.update(table.told(product))
            against |= table.against(product)
        yield from (key for key in told if key[0] not in against)
        yield from ((at, name) for name in sums.proven for at in table.at if at not in against)


@dataclass(frozen=True)
class _Sums:
    """What the amounts of all rows add up to: a number that a discount, a charge or another
    meaning of the column would change."""

    read: Sequence[SourceTable]
    """Empty where some rows were found in no table."""
    totals: Mapping[str, Decimal]
    """By column what the header says of it, where the type has such a check."""
    printed: Mapping[Decimal, int]
    """How often each number stands on the pages."""

    @cached_property
    def of_the_header(self) -> frozenset[str]:
        """Amounts that add up to what the header says."""
        return frozenset(name for name in self.totals if self._sum(name) == self.totals[name])

    @cached_property
    def proven(self) -> frozenset[str]:
        names = {name for table in self.read for name in table.amounts}
        return frozenset(name for name in names if self._is_proven(name) or self._is_again(name))

    def confirm(self, table: SourceTable, column: int) -> bool:
        """The column's sum is the one of the header; where none is known, it is printed once more
        than its rows are."""
        name = table.names.get(column)
        if name in self.totals:
            return name in self.of_the_header
        total = self._sum(name) if name else self._sum_of([table], column)
        rows = sum(len(one.at) for one in self.read)
        return total is not None and self.printed.get(total, 0) > (rows == 1)

    def _is_proven(self, name: str) -> bool:
        """Two rows or more add up to the sum of the header; where none is known, to a number of
        the page, and no other column does."""
        total = self._sum(name)
        values = [value or Decimal(0) for table in self.read for value in table.values(name)]
        if total is None or len(values) < 2 or total <= max(map(abs, values)):
            return False
        if name in self.totals:
            return name in self.of_the_header
        if len(self.read) > 1 or min(values) < 0:
            return False
        (table,) = self.read
        others = (sum(column, Decimal(0)) for column in table.others(name))
        plain = len(total.as_tuple().digits) < _SUM_DIGITS
        if plain or total not in self.printed or not table.is_headed(name):
            return False
        if len(table.amounts) > 1 and not table.is_product(name):
            return False  # prices of single pieces add up as well
        return not any(other in self.printed for other in others)

    def _is_again(self, name: str) -> bool:
        """Price and amount of single pieces are one number: the rows say it twice, and their sum
        stands beside them once more."""
        total = self._sum(name)
        if total is None or not all(table.says_twice(name) for table in self.read):
            return False
        if name in self.totals:
            return name in self.of_the_header
        within = sum(row.count(total) for table in self.read for row in table.numbers)
        digits = len(total.as_tuple().digits)
        return digits >= _SUM_DIGITS and self.printed.get(total, 0) > within

    def _sum(self, name: str) -> Decimal | None:
        if not all(name in table.naming for table in self.read):
            return None
        return self._total(value for table in self.read for value in table.values(name))

    def _sum_of(self, tables: Sequence[SourceTable], column: int) -> Decimal | None:
        """Of a column that nobody asked for, which has no name over several tables."""
        if list(self.read) != list(tables):
            return None
        return self._total(row[column] for row in tables[0].numbers)

    def _total(self, values: Iterable[Decimal | None]) -> Decimal | None:
        """None where a row lacks its number."""
        found = list(values)
        numbers = [value for value in found if value is not None]
        return sum(numbers, Decimal(0)) if found and len(numbers) == len(found) else None


@lru_cache(maxsize=2)
def _printed(document: Document, style: WritingStyle) -> Mapping[Decimal, int]:
    """How often each number stands on the pages. The last are kept: a clerk's every key asks again
    of the same document."""
    return Counter(page_numbers(document, style))


def _totals(doctype: DocType, fields: Sequence[Field], style: WritingStyle) -> dict[str, Decimal]:
    """By column what the header says it adds up to, by the type's checks. A number that was chosen
    for the sum of the rows says nothing of them, unless the header adds up with it too."""
    header = header_by_name(fields)
    found = {}
    for column, name in doctype.totals.items():
        field = header.get(name)
        if field is None or not field.text:
            continue
        if field.instead_of is not None and not holds_without_rows(name, doctype, fields, style):
            continue
        value = number(field.text, style.decimal)
        if value is not None:
            found[column] = value
    return found
