import time
from decimal import Decimal
from itertools import permutations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.extraction.row_equations import holds, products, sums
from appliance.extraction.table_numbers import unit

cents = st.integers(1, 99999).map(lambda value: Decimal(value) / 100)


def columns(found):
    return {(one.quantity, one.price, one.amount) for one in found}


@given(st.lists(st.tuples(st.integers(2, 99), cents), min_size=1, max_size=5))
def test_a_product_is_found_wherever_its_columns_stand(rows):
    numbers = [[q * p, None, Decimal(q), p] for q, p in rows if p != 1]
    found = products(numbers)
    assert not numbers or (2, 3, 0) in columns(found)
    assert all(one.rows <= set(range(len(numbers))) for one in found)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(2, 9), st.integers(1, 999), st.sampled_from([None, 0, 5, 50]), cents),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([1, 100, 1000]),
)
def test_no_product_is_passed_over(rows, per):
    """Those that are found are all that hold where each is tried by itself."""
    numbers = [
        [
            Decimal(q),
            Decimal(p),
            None if off is None else Decimal(off),
            Decimal(q * p * (100 - (off or 0))) / per / 100,
            other,
        ]
        for q, p, off, other in rows
    ]
    found = {(one.quantity, one.price, one.amount): len(one.rows) for one in products(numbers)}
    for where in permutations(range(5), 3):
        ways = product([None, *percents(numbers)], [1, 100, 1000])
        most = max(told(numbers, *where, off, pieces) for off, pieces in ways if off not in where)
        assert found.get(where, 0) == most


def percents(numbers):
    columns = [[value or 0 for value in column] for column in zip(*numbers, strict=True)]
    return [at for at, values in enumerate(columns) if any(values) and max(values) < 100]


def told(numbers, quantity, price, amount, off, per):
    """In how many rows it holds and tells something; 0 where it fails in two of five."""
    tried = right = telling = 0
    for row in numbers:
        q, p, a = (row[at] for at in (quantity, price, amount))
        if None not in (q, p) and a:
            less = row[off] if off is not None else None
            fits = holds(q, p, a, discount=less or Decimal(0), per=Decimal(per))
            tried, right = tried + 1, right + fits
            telling += fits and 1 not in (q, p)
    return telling if tried - right <= 0.4 * tried else 0


def test_a_wide_page_of_percents_does_not_take_long():
    chance = Random(1)
    numbers = [[Decimal(chance.randrange(1, 9999)) / 100 for _ in range(24)] for _ in range(100)]
    start = time.process_time()
    assert products(numbers) == ()
    assert time.process_time() - start < 5


def test_a_price_of_one_piece_tells_nothing():
    assert products([[Decimal(1), Decimal("2.50"), Decimal("2.50")]] * 3) == ()


def test_a_discount_counts_where_it_holds_in_more_rows():
    numbers = [
        [Decimal(50), Decimal("4.55"), Decimal(10), Decimal("204.75")],
        [Decimal(40), Decimal("3.20"), None, Decimal("128.00")],
        [Decimal(10), Decimal("19.80"), None, Decimal("198.00")],
    ]
    (found,) = [one for one in products(numbers) if (one.quantity, one.price) == (0, 1)]
    assert (found.amount, found.discount, found.rows) == (3, 2, frozenset({0, 1, 2}))


def test_percents_are_no_factor():
    numbers = [[Decimal(100), Decimal(5), Decimal("5.00")]] * 2
    assert columns(products(numbers)) and products(numbers, {1}) == ()


@given(st.lists(cents, min_size=2, max_size=6))
def test_a_sum_is_of_two_rows_and_more_than_each(values):
    numbers = [[value] for value in values]
    assert sums(numbers, [sum(values)]) == {0: sum(values)}
    assert sums(numbers[:1], [values[0]]) == {}
    assert sums(numbers, [sum(values) + 1]) == {}


@given(st.integers(1, 999), cents)
def test_an_amount_is_rounded_by_half_its_last_digit_at_most(quantity, price):
    amount = quantity * price
    assert holds(Decimal(quantity), price, amount)
    assert not holds(Decimal(quantity), price, amount + unit(amount))
