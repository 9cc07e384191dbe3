"""What the numbers of a table say of each other: quantity x price = amount, and sums of columns.

Pure, and without a name of a field: all columns of a table are looked at, also those that nobody
asked for. It tells between namings of columns; what may be called proven by it is told in
``proven_cells``. It writes no value.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from appliance.extraction.table_numbers import Numbers, unit

_PER = (Decimal(1), Decimal(100), Decimal(1000))
"""Pieces that a price may be for."""
_HOLDS = 0.6
"""Share of the rows in which an equation has to hold, so that it is more than chance."""
_DISCOUNT = Decimal(100)
"""Percent, at most."""
_ROUNDED = 1e-9
"""Of a number: more than is lost of a product of floats."""


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


def products(numbers: Numbers, shares: Container[int] = ()) -> tuple[ColumnProduct, ...]:
    """Those that hold in most rows that have all their numbers; quantity and price may change
    places: nothing tells them apart here. ``shares`` are columns of percents: a discount may stand
    in one, and no quantity, price or amount."""
    numeric = [column for column in _columns(numbers) if _values(numbers, column)]
    whole = [column for column in numeric if column not in shares]
    return tuple(_products(numbers, whole, numeric)) if len(whole) >= 3 else ()


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
    likely = _LikelyProducts(numbers, [column for column in shares if _percents(numbers, column)])
    for one, other in combinations(numeric, 2):
        by_amount = likely.of(one, other)
        for amount in numeric:
            found = [
                ColumnProduct(one, other, amount, rows, discount, per)
                for discount, per in by_amount.get(amount, ())
                if (rows := _told(numbers, one, other, amount, discount, per))
            ]
            if found:
                best = max(found, key=lambda product: len(product.rows))
                yield best
                yield replace(best, quantity=other, price=one)


class _LikelyProducts:
    """Hardly any three columns are a product, and that shows as floats at once: as decimals the
    products of 16 columns of percents take seconds."""

    def __init__(self, numbers: Numbers, discounts: Sequence[int]) -> None:
        self._discounts = (None, *discounts)
        self._numbers = _floats(numbers)
        off = np.nan_to_num(self._numbers[:, list(discounts)])
        self._left = 1 - np.column_stack([np.zeros(len(off)), off]) / float(_DISCOUNT)
        self._amounts = np.abs(self._numbers)
        half = _floats([[value and unit(value) / 2 for value in row] for row in numbers])
        self._near = half + _ROUNDED * (half + self._amounts)

    def of(self, one: int, other: int) -> dict[int, list[tuple[int | None, Decimal]]]:
        """By amount the discounts and pieces with which it could be the product of the two columns
        in enough of the rows."""
        with np.errstate(all="ignore"):
            whole = np.abs(self._numbers[:, one] * self._numbers[:, other])
            products = whole[:, None, None] * self._left[:, :, None] / np.array(_PER, dtype=float)
            apart = np.abs(products[..., None] - self._amounts[:, None, None, :])
            tried = ~np.isnan(whole)[:, None] & (self._amounts > 0)
            denied = (tried[:, None, None, :] & (apart > self._near[:, None, None, :])).sum(axis=0)
        found: dict[int, list[tuple[int | None, Decimal]]] = {}
        for off, per, amount in np.argwhere(denied <= (1 - _HOLDS) * tried.sum(axis=0)).tolist():
            discount = self._discounts[off]
            if len({one, other, amount, discount}) == 4:
                found.setdefault(amount, []).append((discount, _PER[per]))
        return found


def _floats(numbers: Numbers) -> NDArray[np.float64]:
    """By row and column; not a number where there is none."""
    return np.array(
        [[np.nan if value is None else float(value) for value in row] for row in numbers]
    )


def _told(
    numbers: Numbers, quantity: int, price: int, amount: int, discount: int | None, per: Decimal
) -> frozenset[int]:
    """Rows that tell it; none where too many deny it."""
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
