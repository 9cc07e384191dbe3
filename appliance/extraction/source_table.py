"""The table that rows of a prediction were read from, and what its equations prove of them.

Pure. Where the cells stand tells which column each was read from. Trivial truths prove nothing: a
price times 1, two columns that say the same. An equation does not say what its columns are: a price
is told from a quantity by its decimals, an amount from a price by the sum in the header, and where
these are silent both are told by the words above them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from appliance.domain.doctype import COUNTING, FieldType, TableSpec
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.domain.rows import CellKey
from appliance.extraction.column_words import header_words
from appliance.extraction.digit_proof import agrees, proven_by_digits
from appliance.extraction.row_equations import ColumnProduct, products
from appliance.extraction.table_numbers import numbers_of, share_columns, unit
from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle
from appliance.tables.table import Naming, Table, WordKey, cell_text, words_in

_APART = 0.2
"""By how much a header is more alike to a field's words than another, so that it tells them
apart: 0 to 1."""


@dataclass(frozen=True)
class SourceTable:
    """A table, and those rows of a prediction that were read from it."""

    document: Document
    items: TableSpec
    style: WritingStyle
    table: Table
    naming: Naming
    cells: Mapping[int, Mapping[str, Field]]

    @cached_property
    def at(self) -> dict[int, int]:
        """By ``line_item_id`` the row of the table that holds all of its cells."""
        holders: dict[WordKey, list[int]] = defaultdict(list)
        for at, row in enumerate(self.table.rows):
            for word in {(row.page, word) for cell in row.cells for line in cell for word in line}:
                holders[word].append(at)
        found = {}
        for key, cells in self.cells.items():
            first = next((min(words_in(cell.place)) for cell in cells.values()), (-1, -1))
            held = next((at for at in holders.get(first, ()) if self._holds(at, cells)), None)
            if held is not None:
                found[key] = held
        return found

    @cached_property
    def names(self) -> dict[int, str]:
        """By column."""
        return {where.column: name for name, where in self.naming.items()}

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        return tuple(name for name in self.naming if self._type(name) is FieldType.AMOUNT)

    @cached_property
    def numbers(self) -> list[list[Decimal | None]]:
        """Of the rows in ``at``, in its order; those of named columns as the prediction says."""
        printed = numbers_of(self.document, self.table, self.style)
        return [
            [
                self._value(self.cells[key].get(self.names[column]))
                if column in self.names
                else printed[row][column]
                for column in range(len(self.table.columns))
            ]
            for key, row in self.at.items()
        ]

    def products(self, sure: Set[str]) -> list[ColumnProduct]:
        """Whose columns are what they are named; ``sure`` are names of amounts that add up to what
        the header says."""
        shares = share_columns(self.document, self.table)
        return [one for one in products(self.numbers, shares) if self._is_named(one, sure)]

    def values(self, name: str) -> list[Decimal | None]:
        """Of its rows; None of all where it has no such column, as another table of them may."""
        part = self.naming.get(name)
        return [row[part.column] if part else None for row in self.numbers]

    def others(self, name: str) -> Iterator[list[Decimal]]:
        """All other columns that have a number in every row."""
        for column in range(len(self.table.columns)):
            values = [row[column] for row in self.numbers]
            if column != self.naming[name].column and None not in values:
                yield [value for value in values if value is not None]

    def is_product(self, name: str) -> bool:
        column = self.naming[name].column
        return any(one.amount == column for one in self.products(frozenset()))

    def says_twice(self, name: str) -> bool:
        """Each of its amounts stands in another column too, beside a quantity of 1, and the words
        above are its own."""
        mine = self.values(name)
        counted = (self.values(one) for one in self.naming if self._type(one) in COUNTING)
        return (
            None not in mine
            and any(all(value == 1 for value in values) for values in counted)
            and any(values == mine for values in self.others(name))
            and self.is_headed(name)
        )

    def is_headed(self, name: str) -> bool:
        """The words above its column are its own rather than another's."""
        return self._likeness(name, self.naming[name].column) > 0

    def told(self, product: ColumnProduct) -> Iterator[CellKey]:
        """Cells that the product proves."""
        keys = list(self.at)
        for row in product.rows:
            for column in proven_by_digits(product, self.numbers[row]):
                if column in self.names:
                    yield keys[row], self.names[column]

    def against(self, product: ColumnProduct) -> set[int]:
        """Rows whose numbers deny it."""
        wanted = (product.quantity, product.price, product.amount)
        return {
            key
            for at, key in enumerate(self.at)
            if None not in (values := [self.numbers[at][column] for column in wanted])
            and not agrees(product, self.numbers[at])
            and any(values)
        }

    def _holds(self, at: int, cells: Mapping[str, Field]) -> bool:
        row = self.table.rows[at]
        for name, cell in cells.items():
            where = self.naming.get(name)
            if where is None or not words_in(cell.place) <= {
                (row.page, word) for line in row.cells[where.column] for word in line
            }:
                return False
        return True

    def _value(self, cell: Field | None) -> Decimal | None:
        if cell is None or cell.text is None:
            return None
        return number(cell.text.rstrip("%"), self.style.decimal, units=True)

    def _type(self, name: str) -> FieldType:
        return next(spec.type for spec in self.items.fields if spec.name == name)

    def _is_named(self, product: ColumnProduct, sure: Set[str]) -> bool:
        named = {
            column: self._type(self.names[column])
            for column in (product.quantity, product.price, product.amount)
            if column in self.names
        }
        return (
            not any(map(self._stands_elsewhere, named))
            and named.get(product.quantity, FieldType.QUANTITY) in COUNTING
            and named.get(product.price, FieldType.AMOUNT) is FieldType.AMOUNT
            and named.get(product.amount, FieldType.AMOUNT) is FieldType.AMOUNT
            and self._counts(product)
            and self._costs(product, sure)
        )

    def _stands_elsewhere(self, column: int) -> bool:
        """The words above another column are those of its field, by all that is known: a product
        does not say which number of its row is the position."""
        name, words = self.names[column], header_words(self.items)
        headers = [self._header(at) for at in range(len(self.table.columns))]
        mine, *others = (
            words.likeness(name, header)[0]
            for header in (headers[column], *headers[:column], *headers[column + 1 :])
        )
        return max(others, default=0.0) - mine >= _APART

    def _costs(self, product: ColumnProduct, sure: Set[str]) -> bool:
        """Price and amount are told apart: one adds up to what the header says, or the header of
        each is more alike to its own words."""
        price, amount = self.names.get(product.price), self.names.get(product.amount)
        if price in sure:
            return False
        return amount in sure or all(
            name is None or self._more_alike(name, mine, other)
            for name, mine, other in (
                (price, product.price, product.amount),
                (amount, product.amount, product.price),
            )
        )

    def _counts(self, product: ColumnProduct) -> bool:
        """Quantity and price are told apart: a price has more decimals, or the header says so."""
        counted, priced = (
            [-unit(value).adjusted() for row in self.numbers if (value := row[column]) is not None]
            for column in (product.quantity, product.price)
        )
        if max(counted) < min(priced):
            return True
        name = self.names.get(product.quantity)
        return name is not None and self._more_alike(name, product.quantity, product.price)

    def _more_alike(self, name: str, column: int, other: int) -> bool:
        return self._likeness(name, column) - self._likeness(name, other) >= _APART

    def _likeness(self, name: str, column: int) -> float:
        """-1 to 1: of the header to the words of the field in the document type, less that to those
        of its others. What is known of such columns elsewhere may choose one; it proves nothing."""
        own, rest = header_words(self.items, known=False).likeness(name, self._header(column))
        return own - rest

    def _header(self, column: int) -> str:
        return cell_text(self.document, self.table.page, [self.table.columns[column].header])
