"""What a product proves of the numbers in one row: those that another digit would break.

Pure. Signs count here, unlike where columns are only searched for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from appliance.extraction.row_equations import ColumnProduct, multiplied
from appliance.extraction.table_numbers import unit

_DIGITS = 3
"""Of an amount: a smaller one may be a product by chance."""
_NOTHING = Decimal(0)

Row = Sequence[Decimal | None]
"""By column."""


def agrees(product: ColumnProduct, row: Row) -> bool:
    """Its amount is the product, but for the rounding of its last digit."""
    return _missed(product, row) is not None


def proven_by_digits(product: ColumnProduct, row: Row) -> Iterator[int]:
    """Columns of the numbers of which any other last digit would break the product."""
    amount, missed = row[product.amount], _missed(product, row)
    if amount is None or missed is None or len(str(abs(int(amount.scaleb(2))))) < _DIGITS:
        return
    if missed == unit(amount) / 2:  # the amount may as well be rounded the other way
        return
    yield product.amount
    whole = abs(_product(product, row))
    # Beside a discount the price that is meant may be the one after it.
    factors = (product.quantity, *(() if product.discount is not None else (product.price,)))
    for column in factors:
        value = row[column]
        if value and whole / abs(value) * unit(value) > unit(amount):
            yield column
    off = None if product.discount is None else row[product.discount]
    if product.discount is not None and off and whole / (100 - off) * unit(off) > unit(amount):
        yield product.discount


def _missed(product: ColumnProduct, row: Row) -> Decimal | None:
    """By how much the amount was rounded, 0 to half of its last digit; None where it is another."""
    amount = row[product.amount]
    if amount is None:
        return None
    missed = abs(_product(product, row) - amount)
    return missed if missed <= unit(amount) / 2 else None


def _product(product: ColumnProduct, row: Row) -> Decimal:
    quantity, price = row[product.quantity] or _NOTHING, row[product.price] or _NOTHING
    off = None if product.discount is None else row[product.discount]
    return multiplied(quantity, price, discount=off or _NOTHING, per=product.per)
