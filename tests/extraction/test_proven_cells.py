"""What is proven by the numbers of a table, and that a falsified number never is."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typed_tables import BOLTS, ORDER, typed

from appliance.doctypes.expressions import parse
from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.prediction import Field
from appliance.extraction.proven_cells import proven_cells
from appliance.extraction.read_table import read_table
from appliance.tables.table import CellPart, ColumnPart

NAMING = {
    "description": ColumnPart(0),
    "quantity": ColumnPart(1, CellPart.NUMBER),
    "unit_price": ColumnPart(2, CellPart.NUMBER),
    "net_amount": ColumnPart(3, CellPart.NUMBER),
}
CHECKED = replace(
    ORDER, checks=(parse("sum(lines.net_amount) == net_total", ORDER.items, Decimal("0.02")),)
)


def proven(text, *, naming=NAMING, doctype=ORDER, header=(), below="Total 17.70"):
    paper, table = typed(text, below=below)
    rows = read_table(paper, doctype, table, naming)
    cells = [replace(cell, line_item_id=at) for at, row in enumerate(rows) for cell in row]
    return proven_cells(paper, doctype, (*header, *cells))


def of(row, *names):
    return {(row, name) for name in names}


NUMBERS = ("quantity", "unit_price", "net_amount")


def test_quantity_times_price_proves_the_three_numbers_of_its_rows_and_no_words():
    assert proven(BOLTS) == of(0, *NUMBERS) | of(1, *NUMBERS)


def test_products_whose_sum_stands_nowhere_prove_nothing():
    """A discount below a row, or amounts with tax, leave the products as they are."""
    assert proven(BOLTS, below="Total 16.70") == frozenset()


def test_the_product_of_one_row_is_proven_where_its_amount_is_printed_again():
    text = "Article  Qty  Price  Amount\nBolt M8  4  2.50  10.00"
    assert proven(text, below="Total 10.00") == of(0, *NUMBERS)
    assert proven(text, below="Total 11.90") == frozenset()


def test_quantity_1_proves_nothing():
    text = "Article  Qty  Price  Amount\nBolt M8  1  2.50  2.50\nNut M8  1  7.70  7.70"
    assert proven(text) == frozenset()


def test_amounts_are_proven_by_their_sum_where_nothing_else_adds_up_to_it():
    text = "Article  Qty  Amount\nBolt M8  1  2.50\nNut M8  1  7.70"
    naming = {"description": NAMING["description"], "net_amount": ColumnPart(2, CellPart.NUMBER)}
    assert proven(text, naming=naming, below="Total 10.20") == of(0, "net_amount") | of(
        1, "net_amount"
    )
    assert proven(text, naming=naming, below="Total 10.30") == frozenset()


def test_what_single_pieces_cost_is_proven_by_its_sum_and_not_how_many_there_are():
    """Price and amount are the same number, whichever column is which."""
    text = "Article  Qty  Price  Amount\nBolt M8  1  2.50  2.50\nNut M8  1  7.70  7.70"
    assert proven(text, below="Total 10.20") == of(0, *NUMBERS[1:]) | of(1, *NUMBERS[1:])
    assert proven(text, below="Total 10.30") == frozenset()
    assert proven(text.replace("M8  1  7.70  7.70", "M8  1  7.70  7.10"), below="Total 9.60") == (
        frozenset()
    )


def test_two_columns_that_say_the_same_are_not_proven_by_their_sum_where_nothing_is_counted():
    text = "Article  No  Net  Gross\nBolt M8  1  2.50  2.50\nNut M8  2  7.70  7.70"
    naming = NAMING | {"quantity": ColumnPart(0, CellPart.NUMBER)}
    assert proven(text, naming=naming, below="Total 10.20") == frozenset()


def test_the_amount_of_one_piece_is_proven_where_it_is_printed_a_third_time():
    text = "Article  Qty  Price  Amount\nBolt M8  1  12.50  12.50"
    assert proven(text, below="Total 12.50") == of(0, "unit_price", "net_amount")
    assert proven(text, below="Total 14.88") == frozenset()
    false = "Article  Qty  Price  Amount\nBolt M8  1  12.50  12.60"
    assert proven(false, below="Total 12.60") == frozenset()


def test_the_sum_of_one_row_is_a_copy():
    text = "Article  Qty  Amount\nBolt M8  1  2.50"
    naming = {"description": NAMING["description"], "net_amount": ColumnPart(2, CellPart.NUMBER)}
    assert proven(text, naming=naming, below="Total 2.50") == frozenset()


def test_where_the_type_says_what_a_column_adds_up_to_nothing_is_proven_against_it():
    total = Field("net_total", "17.70")
    assert proven(BOLTS, doctype=CHECKED, header=[total]) == of(0, *NUMBERS) | of(1, *NUMBERS)
    gross = Field("net_total", "14.87")
    assert proven(BOLTS, doctype=CHECKED, header=[gross]) == frozenset()


def test_the_sum_of_the_check_proves_amounts_of_quantity_1():
    text = "Article  Qty  Price  Amount\nBolt M8  1  2.50  2.50\nNut M8  1  7.70  7.70"
    found = proven(text, doctype=CHECKED, header=[Field("net_total", "10.20")])
    assert found == of(0, "net_amount") | of(1, "net_amount")


def test_a_total_that_was_chosen_for_the_sum_of_the_rows_proves_none_of_them():
    text = "Article  Qty  Price  Off\nBolt M8  4  2.50  15\nNut M8  7  1.10  55"
    total = Field("net_total", "70")
    assert proven(text, doctype=CHECKED, header=[total], below="Total 70") == of(
        0, "net_amount"
    ) | of(1, "net_amount")
    proposed = replace(total, instead_of="7")
    assert proven(text, doctype=CHECKED, header=[proposed], below="Total 70") == frozenset()


def test_such_a_total_proves_them_where_the_header_adds_up_with_it_as_well():
    names = ("net_total", "tax_total", "gross_total")
    header = tuple(FieldSpec(name, FieldType.AMOUNT) for name in names)
    taxed = parse("net_total + tax_total == gross_total", None, Decimal("0.02"))
    doctype = replace(CHECKED, fields=header, checks=(*CHECKED.checks, taxed))
    text = "Article  Qty  Price  Amount\nBolt M8  1  2.50  2.50\nNut M8  1  7.70  7.70"

    def with_gross(gross, read=None):
        net = Field("net_total", "10.20", instead_of="")
        said = (net, Field("tax_total", "1.94"), Field("gross_total", gross, instead_of=read))
        return proven(text, doctype=doctype, header=said)

    assert with_gross("12.14") == of(0, "net_amount") | of(1, "net_amount")
    assert with_gross("12.14", read="10.20") == of(0, "net_amount") | of(1, "net_amount")
    assert with_gross("12.41") == frozenset()
    assert with_gross("12.14", read="9.00") == frozenset()  # both were looked for because they fit
    freight = replace(doctype, fields=(*header, FieldSpec("freight", FieldType.AMOUNT)))
    summed = parse("net_total + tax_total + freight == gross_total", None, Decimal("0.02"))
    doctype = replace(freight, checks=(*CHECKED.checks, summed))
    assert with_gross("12.14") == frozenset()  # an answer from before the type had freight


def test_a_column_that_the_type_has_no_more_leaves_the_others_as_they_are():
    amounts = {"net_amount": "amount"}
    fields = [replace(one, name=amounts.get(one.name, one.name)) for one in ORDER.items.fields]
    renamed = replace(ORDER, items=replace(ORDER.items, fields=tuple(fields)))
    paper, table = typed(BOLTS, below="Total 17.70")
    read = enumerate(read_table(paper, ORDER, table, NAMING))
    cells = [replace(cell, line_item_id=at) for at, row in read for cell in row]
    others = [cell for cell in cells if cell.fieldtype != "net_amount"]
    assert proven_cells(paper, renamed, cells) == proven_cells(paper, renamed, others)


def test_the_number_of_a_row_is_not_proven_as_what_was_multiplied():
    numbered = replace(ORDER.items.fields[1], name="pos", description="number of the row")
    lines = replace(ORDER.items, fields=(ORDER.items.fields[0], numbered, *ORDER.items.fields[2:]))
    doctype = replace(ORDER, items=lines)
    text = "Pos  Article  Qty  Price  Amount\n10  Bolt  4  2.50  10.00\n20  Nut  7  1.10  7.70"
    naming = {
        "description": ColumnPart(1),
        "pos": ColumnPart(2, CellPart.NUMBER),
        "unit_price": ColumnPart(3, CellPart.NUMBER),
        "net_amount": ColumnPart(4, CellPart.NUMBER),
    }
    assert proven(text, doctype=doctype, naming=naming) == frozenset()


def test_factors_that_nothing_tells_apart_are_not_proven():
    text = "Article  M  N  Amount\nBolt M8  4.00  2.50  10.00\nNut M8  7.00  1.10  7.70"
    assert proven(text) == frozenset()
    told = "Article  Quantity  Price  Amount\nBolt M8  4.00  2.50  10.00\nNut M8  7.00  1.10  7.70"
    assert of(0, *NUMBERS) - of(0, "quantity") <= proven(told)


def test_words_that_are_known_from_elsewhere_prove_nothing():
    text = "Artikel  Menge  Preis  Betrag\nBolt M8  4.00  2.50  10.00\nNut M8  7.00  1.10  7.70"
    assert proven(text) == frozenset()
    summed = proven(text, doctype=CHECKED, header=[Field("net_total", "17.70")])
    assert summed == of(0, "net_amount") | of(1, "net_amount")


def test_an_amount_that_is_named_a_price_is_not_proven():
    naming = NAMING | {"unit_price": NAMING["net_amount"]}
    del naming["net_amount"]
    assert proven(BOLTS, naming=naming) == frozenset()


def test_a_price_that_is_named_a_quantity_is_not_proven():
    swapped = NAMING | {"quantity": NAMING["unit_price"], "unit_price": NAMING["quantity"]}
    assert proven(BOLTS, naming=swapped) <= of(0, "net_amount") | of(1, "net_amount")


def test_a_discount_and_a_price_per_hundred_are_counted_in():
    head = "Article  Qty  Price  Disc. %  Amount"
    text = f"{head}\nBolt M8  4  2.50  10  9.00\nNut M8  7  2.00  5  13.30"
    naming = NAMING | {"net_amount": ColumnPart(4, CellPart.NUMBER)}
    total = "Total 22.30"
    numbers = ("quantity", "net_amount")
    assert proven(text, naming=naming, below=total) == of(0, *numbers) | of(1, *numbers)
    hundred = "Article  Qty  Price  Amount\nBolt M8  400  2.50  10.00\nNut M8  700  1.10  7.70"
    assert of(0, "unit_price", "net_amount") <= proven(hundred)


def test_a_digit_that_rounding_hides_is_not_proven():
    text = "Article  Qty  Price  Amount\nBolt M8  0.5  0.02  0.01\nNut M8  7  1.10  7.70"
    assert proven(text) & of(0, *NUMBERS) == set()


def test_a_row_without_places_and_a_table_that_is_gone_prove_nothing():
    paper, _ = typed(BOLTS)
    cells = [Field("quantity", "4", line_item_id=0), Field("net_amount", "10.00", line_item_id=0)]
    assert proven_cells(paper, ORDER, cells) == frozenset()
    assert proven_cells(paper, ORDER, ()) == frozenset()


amounts = st.integers(1, 99999).map(lambda cents: Decimal(cents) / 100)
lines = st.lists(st.tuples(st.integers(1, 400), amounts), min_size=1, max_size=6)
single_pieces = st.lists(st.tuples(st.just(1), amounts), min_size=1, max_size=6)


def printed(rows):
    said = [f"Part{at}  {q}  {p:.2f}  {a:.2f}" for at, (q, p, a) in enumerate(rows)]
    return "\n".join(["Article  Qty  Price  Amount", *said])


@settings(max_examples=100)
@given(lines | single_pieces, st.data())
def test_no_cell_of_a_row_with_a_falsified_number_is_proven(rows, data):
    true = [(q, p, q * p) for q, p in rows]
    total = sum(a for _, _, a in true)
    at = data.draw(st.integers(0, len(true) - 1))
    column = data.draw(st.integers(0, 2))
    cells = printed(true).splitlines()[at + 1].split("  ")
    digits = [i for i, letter in enumerate(cells[column + 1]) if letter.isdigit()]
    place = data.draw(st.sampled_from(digits))
    digit = data.draw(st.sampled_from("0123456789"))
    cell = cells[column + 1]
    false = cell[:place] + digit + cell[place + 1 :]
    assume(Decimal(false) != Decimal(cell))
    said = printed(true).splitlines()
    said[at + 1] = "  ".join([*cells[: column + 1], false, *cells[column + 2 :]])
    text = "\n".join(said)
    for doctype, header in ((ORDER, ()), (CHECKED, (Field("net_total", f"{total:.2f}"),))):
        found = proven(text, doctype=doctype, header=header, below=f"Total {total:.2f}")
        assert (at, NUMBERS[column]) not in found
        if sum(q > 1 and p != 1 for q, p, _ in [*true[:at], *true[at + 1 :]]) > 1:
            assert not found & of(at, *NUMBERS)  # the other rows tell what it breaks
        if column == 2:
            assert not header or found == frozenset()


# Ten times the amount is the price for a hundred: where most rows say 10, the others deny that.
pieces = st.integers(2, 400).filter(lambda many: many != 10)


@settings(max_examples=60)
@given(st.lists(st.tuples(pieces, amounts), min_size=2, max_size=6))
def test_rows_of_more_than_one_piece_are_proven_whole(rows):
    assume(all(p > 1 and q * p >= 10 for q, p in rows))
    total = sum(q * p for q, p in rows)
    found = proven(printed([(q, p, q * p) for q, p in rows]), below=f"Total {total:.2f}")
    assert found == {key for at in range(len(rows)) for key in of(at, *NUMBERS)}
