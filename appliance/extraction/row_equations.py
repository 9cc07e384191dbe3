"""What the numbers of a table say of each other: quantity x price = amount, and sums of columns.

Pure, and without a name of a field: all columns of a table are looked at, also those that nobody
asked for. It tells between namings of columns; what may be called proven by it is told in
``proven_cells``. It writes no value.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from appliance.domain.document import Document
from appliance.fields.numbers import number
from appliance.fields.style import WritingStyle
from appliance.tables.parts import part_of
from appliance.tables.table import CellPart, ColumnPart, Table, cell_text

Numbers = Sequence[Sequence[Decimal | None]]
"""By row and column; None where there is no number, or one that may be read in two ways."""

_PER = (Decimal(1), Decimal(100), Decimal(1000))
"""Pieces that a price may be for."""
_HOLDS = 0.6
"""Share of the rows in which an equation has to hold, so that it is more than chance."""
_DISCOUNT = Decimal(100)
"""Percent, at most."""
_GROUPS = 4
"""Words of a number, at most."""
_MARKS = 1
"""Words before a number that is a cell's value and no part of its words, at most."""


@dataclass(frozen=True, slots=True)
class ColumnProduct:
    """``quantity x price (x (100 - discount) / 100) = amount`` by columns."""

    quantity: int
    price: int
    amount: int
    rows: frozenset[int]
    """In which it holds and the quantity is not 1."""
    discount: int | None = None
    per: Decimal = Decimal(1)


def numbers_of(document: Document, table: Table, style: WritingStyle) -> Numbers:
    def read(row: int, column: int) -> Decimal | None:
        cells = table.rows[row].cells[column]
        found = part_of(document, table, table.rows[row], ColumnPart(column, CellPart.NUMBER))
        if not found or cells[0].index(found[0][0]) > _MARKS:
            return None
        text = cell_text(document, table.rows[row].page, found)
        return number(text.rstrip("%"), style.decimal, units=True)

    columns = range(len(table.columns))
    return [[read(row, column) for column in columns] for row in range(len(table.rows))]


def share_columns(document: Document, table: Table) -> frozenset[int]:
    """Those that print percents."""
    return frozenset(
        column
        for column in range(len(table.columns))
        if any(
            "%" in document.pages[row.page].words[word].text
            for row in table.rows
            for word in (row.cells[column] or ((),))[0]
        )
    )


def page_numbers(document: Document, style: WritingStyle) -> Iterator[Decimal]:
    """Each that is one word, or groups of three digits that stand apart on a line."""
    for page in document.pages:
        for at, word in enumerate(page.words):
            if not any(map(str.isdigit, word.text)):
                continue
            groups = page.words[at : at + _GROUPS]
            for end in range(1, len(groups) + 1):
                if groups[end - 1].line != word.line:
                    break
                text = " ".join(one.text for one in groups[:end])
                found = number(text, style.decimal, units=end == 1)
                if found is not None:
                    yield found


def unit(value: Decimal) -> Decimal:
    """What its last digit counts."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def products(numbers: Numbers, shares: Container[int] = ()) -> tuple[ColumnProduct, ...]:
    """Those that hold in most rows that have all their numbers; quantity and price may change
    places: nothing tells them apart here. ``shares`` are columns of percents: a discount may stand
    in one, and no quantity, price or amount."""
    numeric = [column for column in _columns(numbers) if _values(numbers, column)]
    whole = [column for column in numeric if column not in shares]
    return tuple(_products(numbers, whole, numeric))


def sums(numbers: Numbers, known: Iterable[Decimal]) -> dict[int, Decimal]:
    """By column what its rows add up to, where that is one of the ``known`` numbers and more than
    any row: two rows at least, each with a number."""
    wanted = set(known)
    found = {}
    for column in _columns(numbers):
        values = _values(numbers, column)
        total = sum(values, Decimal(0))
        if len(values) > 1 and total in wanted and abs(total) > max(map(abs, values)):
            found[column] = total
    return found


def holds(
    quantity: Decimal,
    price: Decimal,
    amount: Decimal,
    *,
    discount: Decimal = Decimal(0),
    per: Decimal = Decimal(1),
) -> bool:
    """But for the rounding of the amount's last digit."""
    product = multiplied(quantity, price, discount=discount, per=per)
    return abs(abs(product) - abs(amount)) <= unit(amount) / 2


def multiplied(quantity: Decimal, price: Decimal, *, discount: Decimal, per: Decimal) -> Decimal:
    """What an amount should be, not rounded. ``discount`` is in percent."""
    return quantity * price / per * (100 - discount) / 100


def _products(
    numbers: Numbers, numeric: Sequence[int], shares: Sequence[int]
) -> Iterator[ColumnProduct]:
    discounts = (None, *(column for column in shares if _percents(numbers, column)))
    for one, other in combinations(numeric, 2):
        for amount in numeric:
            if amount in (one, other):
                continue
            ways = ((off, per) for off in discounts for per in _PER if off != amount)
            found = ((_told(numbers, one, other, amount, *way), *way) for way in ways)
            rows, discount, per = max(found, key=lambda way: len(way[0]))
            if rows:
                yield ColumnProduct(one, other, amount, rows, discount, per)
                yield ColumnProduct(other, one, amount, rows, discount, per)


def _told(
    numbers: Numbers, quantity: int, price: int, amount: int, discount: int | None, per: Decimal
) -> frozenset[int]:
    """Rows that tell it; none where too many deny it."""
    if discount in (quantity, price):
        return frozenset()
    told: set[int] = set()
    tried = denied = 0
    for at, row in enumerate(numbers):
        q, p, a = row[quantity], row[price], row[amount]
        if q is None or p is None or not a:
            continue
        off = Decimal(0) if discount is None else row[discount] or Decimal(0)
        tried += 1
        if not holds(q, p, a, discount=off, per=per):
            denied += 1
            if denied > (1 - _HOLDS) * len(numbers):
                return frozenset()
        elif abs(q) != 1 and abs(p) != 1:
            told.add(at)
    return frozenset(told) if denied <= (1 - _HOLDS) * tried else frozenset()


def _percents(numbers: Numbers, column: int) -> bool:
    values = _values(numbers, column)
    return any(values) and all(0 <= value < _DISCOUNT for value in values)


def _columns(numbers: Numbers) -> range:
    return range(len(numbers[0]) if numbers else 0)


def _values(numbers: Numbers, column: int) -> list[Decimal]:
    return [value for row in numbers if (value := row[column]) is not None]
