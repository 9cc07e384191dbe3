from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from appliance.extraction.row_equations import holds, products, sums, unit

cents = st.integers(1, 99999).map(lambda value: Decimal(value) / 100)


def columns(found):
    return {(one.quantity, one.price, one.amount) for one in found}


@given(st.lists(st.tuples(st.integers(2, 99), cents), min_size=1, max_size=5))
def test_a_product_is_found_wherever_its_columns_stand(rows):
    numbers = [[q * p, None, Decimal(q), p] for q, p in rows if p != 1]
    found = products(numbers)
    assert not numbers or (2, 3, 0) in columns(found)
    assert all(one.rows <= set(range(len(numbers))) for one in found)


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
