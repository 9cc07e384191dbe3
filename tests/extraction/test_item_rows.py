"""Sums and allowances below the items are no items."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from typed_tables import ORDER

from appliance.domain.prediction import Field
from appliance.extraction.item_rows import item_rows
from appliance.fields.style import WritingStyle

SPECS = ORDER.items.fields
BOLT = ("Bolt", "4", "2.50", "10.00")
NUT = ("Nut", "7", "1.10", "7.70")
PIN = ("Pin", "1", "3.00", "3.00")


def items(*rows):
    said = [
        tuple(Field(spec.name, text) for spec, text in zip(SPECS, row, strict=True)) for row in rows
    ]
    found = item_rows(said, SPECS, WritingStyle("."))
    return [tuple(field.text for field in row) for row in found]


def amount(name, text):
    return (name, None, None, text)


def test_one_item_above_many_sums_is_left():
    tax, gross = amount("VAT", "1.90"), amount("Gross", "11.90")
    assert items(BOLT, amount("Net", "10.00"), tax, gross) == [BOLT]


def test_an_allowance_above_the_sum_is_no_item():
    less = amount("Discount", "-1.70")
    assert items(BOLT, NUT, less, amount("Sum", "16.00"), amount("VAT", "3.04")) == [BOLT, NUT]


def test_items_below_a_sum_of_some_of_them_are_items():
    assert items(BOLT, amount("Subtotal", "10.00"), NUT) == [BOLT, NUT]


def test_where_nothing_but_amounts_is_known_sums_are_told_by_what_they_are():
    rows = [amount("A", "10.00"), amount("B", "7.70"), amount("C", "3.00")]
    net, tax, gross = amount("Net", "20.70"), amount("VAT", "3.93"), amount("Gross", "24.63")
    assert items(*rows, net) == rows
    assert items(*rows, net, tax, gross) == rows
    assert items(*rows, net, amount("D", "5.00")) == [*rows, net, amount("D", "5.00")]


def test_an_amount_that_is_the_sum_of_two_above_may_be_an_item():
    rows = [amount("A", "5.00"), amount("B", "5.00"), amount("C", "10.00")]
    assert items(*rows) == rows


def test_without_a_number_that_most_have_it_is_no_item():
    assert items(BOLT, NUT, amount("Delivery", "5.80")) == [BOLT, NUT]


whole = st.tuples(
    st.just("Part"),
    st.integers(1, 99).map(str),
    st.integers(1, 9999).map(lambda cents: f"{Decimal(cents) / 100:.2f}"),
)


@given(st.lists(whole, min_size=1, max_size=6), st.lists(st.integers(1, 9999), max_size=3))
def test_no_whole_item_is_lost_whatever_stands_below(parts, below):
    rows = [(*part, f"{int(part[1]) * Decimal(part[2]):.2f}") for part in parts]
    total = sum(Decimal(row[3]) for row in rows)
    sums = [amount("Sum", f"{total:.2f}"), *(amount("Tax", f"{one / 100:.2f}") for one in below)]
    assert items(*rows, *sums) == rows
