"""Which table is taken, and which column for which field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typed_tables import BOLTS, ORDER, typed

from appliance.extraction.column_words import header_words
from appliance.extraction.table_choice import ColumnScores, TableChoice
from appliance.fields.style import style_of
from appliance.tables.table import CellPart, ColumnPart

NAMED = {
    "description": ColumnPart(0),
    "quantity": ColumnPart(1, CellPart.NUMBER),
    "unit_price": ColumnPart(2, CellPart.NUMBER),
    "net_amount": ColumnPart(3, CellPart.NUMBER),
}


def choice(paper, *tables, known=True):
    words = header_words(ORDER.items, known=known)
    return TableChoice(paper, ORDER, tables, words, style_of(paper))


def named(text, said=None, *, known=True, below="Total 17.70"):
    paper, table = typed(text, below=below)
    (found,) = choice(paper, table, known=known).ranked({table: said} if said else None)
    return dict(found.naming)


def test_words_above_the_columns_name_them():
    assert named(BOLTS) == NAMED
    german = BOLTS.replace("Article  Qty  Price  Amount", "Artikel  Menge  Einzelpreis  Betrag")
    assert named(german) == NAMED


def test_numbers_that_add_up_decide_where_words_leave_it_open():
    text = "Article  Qty  Xc  Xd\nBolt M8  4  2.50  10.00\nNut M8  7  1.10  7.70"
    assert named(text)["net_amount"] == NAMED["net_amount"]


def test_a_column_without_a_number_is_no_number():
    text = BOLTS.replace("  4  ", "  four  ").replace("  7  ", "  seven  ")
    assert "quantity" not in named(text)


def test_a_text_that_a_header_names_may_look_like_a_number():
    text = BOLTS.replace("Article", "Description").replace("Bolt M8 / zinc plated", "13:57")
    assert named(text.replace("Nut M8", "14:05"))["description"] == NAMED["description"]
    nameless = text.replace("Nut M8", "14:05").replace("Description", "Xa")
    assert "description" not in named(nameless)


def test_a_header_of_two_lines_is_one_where_one_field_stands_below_it():
    """As where it is said in two languages; each cell has two lines as well."""
    text = (
        "Artikel / Article  Qty  Price  Amount\nBolt / M8  4  2.50  10.00\nNut / M8  7  1.10  7.70"
    )
    assert named(text)["description"] == NAMED["description"]


def test_a_text_stands_behind_the_number_of_its_row():
    text = BOLTS.replace("Bolt M8 / zinc plated", "10 Bolt").replace("Nut M8", "20 Nut")
    assert named(text)["description"] == ColumnPart(0, CellPart.AFTER_NUMBER)
    assert named(text.replace("20 Nut", "5 Nut"))["description"] == NAMED["description"]


def scores(naming):
    return ColumnScores(
        -0.01,
        {spec.name: {naming.get(spec.name): -0.1} for spec in ORDER.items.fields},
    )


def test_a_model_names_columns_whose_words_nobody_knows():
    text = BOLTS.replace("Article  Qty  Price  Amount", "Xa  Xb  Xc  Xd")
    second = {**NAMED, "description": ColumnPart(0, CellPart.SECOND)}
    rows = text.replace("Nut M8", "Nut M8 / plain")
    assert named(rows, scores(second), known=False) == second


def test_of_two_tables_the_one_that_the_model_takes_is_first():
    text = "Xa  Xb\nhat  5\ncap  6"
    paper, one = typed(text)
    _, other = typed(text.replace("hat", "tie"))
    found = choice(paper, one, other).ranked({one: ColumnScores(-5.0), other: ColumnScores(-0.1)})
    assert found[0].table == other


logs = st.floats(-30, 0)
flat = st.fixed_dictionaries({
    name: st.dictionaries(
        st.sampled_from([None, *NAMED.values()]), st.floats(-2.2, -0.3), min_size=1
    )
    for name in NAMED
})  # fmt: skip


@settings(max_examples=30)
@given(flat, logs)
def test_a_model_that_was_never_taught_to_name_columns_does_no_harm(fields, table):
    assert named(BOLTS, ColumnScores(table, fields)) == NAMED


@settings(max_examples=30)
@given(st.permutations(range(4)))
def test_columns_are_named_in_whatever_order_they_stand(order):
    lines = [line.split("  ") for line in BOLTS.replace(" / zinc plated", "").strip().splitlines()]
    text = "\n".join("  ".join(line[at] for at in order) for line in lines)
    found = named(text)
    assert {name: order[where.column] for name, where in found.items()} == {
        name: where.column for name, where in NAMED.items()
    }


def test_lines_of_a_split_header_name_lines_of_the_cells():
    text = "Code / Description  Qty\nB8-1 / Bolt zinc  4\nN8-1 / Nut plain  7"
    paper, table = typed(text)
    (found,) = choice(paper, table).ranked()
    assert found.naming["description"] == ColumnPart(0, CellPart.SECOND)


@pytest.mark.parametrize("below", ["Total 17.70", ""])
def test_no_two_fields_stand_in_one_column(below):
    found = named(BOLTS, below=below)
    assert len({where.column for where in found.values()}) == len(found)
