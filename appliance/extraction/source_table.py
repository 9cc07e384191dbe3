"""The table that rows of a prediction were read from, and what its equations prove of them.

Pure. Where the cells stand tells which column each was read from. Trivial truths prove nothing: a
price times 1, two columns that say the same. What a changed last digit would not break proves
nothing of that number either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from appliance.domain.doctype import COUNTING, FieldType, TableSpec
from appliance.domain.document import Document
from appliance.domain.prediction import Field
from appliance.extraction.column_question import Naming
from appliance.extraction.column_words import header_words
from appliance.extraction.row_equations import (
    ColumnProduct,
    numbers_of,
    products,
    share_columns,
    unit,
)
from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle
from appliance.tables.table import Table, cell_text

_APART = 0.2
"""By how much a header is more alike to a field's words than another, so that it tells them
apart: 0 to 1."""
_DIGITS = 3
"""Of an amount: a smaller one may be a product by chance."""

CellKey = tuple[int, str]
"""``line_item_id`` and name of the field."""


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
        found = {}
        for key, cells in self.cells.items():
            row = next((at for at in range(len(self.table.rows)) if self._holds(at, cells)), None)
            if row is not None:
                found[key] = row
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
        column = self.naming[name].column
        return [row[column] for row in self.numbers]

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
            for column in _broken_by_a_digit(product, self.numbers[row]):
                if column in self.names:
                    yield keys[row], self.names[column]

    def against(self, product: ColumnProduct) -> set[int]:
        """Rows whose numbers deny it."""
        wanted = (product.quantity, product.price, product.amount)
        return {
            key
            for at, key in enumerate(self.at)
            if None not in (values := [self.numbers[at][column] for column in wanted])
            and not _holds(product, self.numbers[at])
            and any(values)
        }

    def _holds(self, at: int, cells: Mapping[str, Field]) -> bool:
        row = self.table.rows[at]
        for name, cell in cells.items():
            where = self.naming.get(name)
            words = {
                (span.page, word)
                for span in (*cell.spans[:1], *cell.wraps)
                for word in range(span.start, span.end)
            }
            if where is None or not words <= {
                (row.page, word) for line in row.cells[where.column] for word in line
            }:
                return False
        return bool(cells)

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
            named.get(product.quantity, FieldType.QUANTITY) in COUNTING
            and named.get(product.price, FieldType.AMOUNT) is FieldType.AMOUNT
            and named.get(product.amount, FieldType.AMOUNT) is FieldType.AMOUNT
            and self._counts(product)
            and self._costs(product, sure)
        )

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
        """-1 to 1: of the header to the field's words, less that to all others."""
        header = cell_text(self.document, self.table.page, [self.table.columns[column].header])
        own, rest = header_words(self.items).likeness(name, header)
        return own - rest


def _holds(product: ColumnProduct, numbers: Sequence[Decimal | None]) -> bool:
    return _missed(product, numbers) is not None


def _missed(product: ColumnProduct, numbers: Sequence[Decimal | None]) -> Decimal | None:
    """By how much the amount was rounded, 0 to half of its last digit; None where it is another."""
    amount = numbers[product.amount]
    if amount is None:
        return None
    missed = abs(_product(product, numbers) - amount)
    return missed if missed <= unit(amount) / 2 else None


def _product(product: ColumnProduct, numbers: Sequence[Decimal | None]) -> Decimal:
    quantity, price = numbers[product.quantity], numbers[product.price]
    off = None if product.discount is None else numbers[product.discount]
    nothing = Decimal(0)
    whole = (quantity or nothing) * (price or nothing) / product.per
    return whole * (100 - (off or nothing)) / 100


def _broken_by_a_digit(product: ColumnProduct, numbers: Sequence[Decimal | None]) -> Iterable[int]:
    """Columns of the numbers of which any other digit would break the equation in this row."""
    amount = numbers[product.amount]
    missed = _missed(product, numbers)
    if amount is None or missed is None or len(str(abs(int(amount.scaleb(2))))) < _DIGITS:
        return
    if missed == unit(amount) / 2:  # the amount may as well be rounded the other way
        return
    yield product.amount
    whole = abs(_product(product, numbers))
    # Beside a discount the price that is meant may be the one after it.
    factors = (product.quantity, *(() if product.discount is not None else (product.price,)))
    for column in factors:
        value = numbers[column]
        if value and whole / abs(value) * unit(value) > unit(amount):
            yield column
    off = None if product.discount is None else numbers[product.discount]
    if product.discount is not None and off and whole / (100 - off) * unit(off) > unit(amount):
        yield product.discount
