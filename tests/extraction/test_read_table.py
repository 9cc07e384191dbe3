"""Rows as fields that know which words they are."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from typed_tables import BOLTS, ORDER, typed

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.prediction import TokenScore
from appliance.extraction.read_table import read_table
from appliance.tables.table import CellPart, ColumnPart

QUANTITY = ColumnPart(1, CellPart.NUMBER)
NAMING = {"description": ColumnPart(0), "quantity": QUANTITY}


def read(text, naming=NAMING, doctype=ORDER, tokens=None):
    paper, table = typed(text)
    return paper, read_table(paper, doctype, table, naming, tokens)


def texts(rows):
    return [tuple(cell.text for cell in row) for row in rows]


def test_each_field_has_a_cell_and_what_is_not_named_is_null():
    _, rows = read(BOLTS)
    assert texts(rows) == [("Bolt M8", "4", None, None), ("Nut M8", "7", None, None)]


def test_a_wrapped_cell_is_one_value_of_several_spans():
    paper, rows = read(BOLTS, {"description": ColumnPart(0, CellPart.WHOLE)})
    cell = rows[0][0]
    assert cell.text == "Bolt M8 zinc plated"
    assert cell.spans == (Span(0, 4, 6),) and len(cell.wraps) == 1
    assert [word.text for word in cell.wraps[0].words(paper)] == ["zinc", "plated"]


def test_a_number_leaves_its_unit_and_no_number_is_null():
    _, rows = read("Article  Qty\nBolt  4 pcs\nNut  7 pcs\nTape  on request")
    assert texts(rows) == [("Bolt", "4", None, None), ("Nut", "7", None, None)]


def test_rows_that_carry_a_sum_are_no_rows():
    _, rows = read("Article  Qty\nBolt  4\nCarried forward  4\nNut  7")
    assert [row[0].text for row in rows] == ["Bolt", "Nut"]


def test_a_listed_value_keeps_the_words_that_say_it():
    unit = FieldSpec("unit", FieldType.ENUM, values={"piece": ("pcs",), "metre": ("m",)})
    doctype = replace(ORDER, items=replace(ORDER.items, fields=(unit,)))
    paper, rows = read("Article  Qty\nBolt  4 pcs\nRope  7 m", {"unit": ColumnPart(1)}, doctype)
    assert texts(rows) == [("piece",), ("metre",)]
    assert [row[0].words for row in rows] == ["pcs", "m"]
    assert rows[0][0].spans[0].words(paper)[0].text == "pcs"


def test_cells_carry_the_scores_of_their_column():
    score = TokenScore(-1.0, -0.5)
    _, rows = read(BOLTS, tokens={"quantity": (score,)})
    assert all(row[1].tokens == (score,) and row[0].tokens == () for row in rows)


parts = st.sampled_from(CellPart)


@given(parts, parts, st.integers(0, 3), st.integers(0, 3))
def test_every_cell_is_words_of_the_page(one, other, first, second):
    naming = {"description": ColumnPart(first, one), "quantity": ColumnPart(second, other)}
    paper, rows = read(BOLTS, naming)
    for row in rows:
        for cell in row:
            said = " ".join(
                word.text for span in (*cell.spans, *cell.wraps) for word in span.words(paper)
            )
            assert (cell.text or "") == said
