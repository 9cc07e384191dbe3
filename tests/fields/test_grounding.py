from typed_pages import document

from appliance.domain.doctype import FieldSpec
from appliance.domain.document import Span
from appliance.fields.chunks import chunks
from appliance.fields.grounding import beside_label, by_label, row_line, spans

PAPER = document("Subtotal 9.00\nCash paid 9.00\nTotal with tax 9.00", "9.00")
CHUNKS = [chunks(page.words) for page in PAPER.pages]
TOTAL = FieldSpec("total", description="total with tax")


def test_every_place_is_kept():
    assert spans("9.00", CHUNKS) == (Span(0, 1, 2), Span(0, 4, 5), Span(0, 8, 9), Span(1, 0, 1))


def test_the_place_beside_its_label_comes_first():
    found = by_label(PAPER, spans("9.00", CHUNKS), TOTAL)
    assert found[0] == Span(0, 8, 9)
    assert found[1:] == (Span(0, 1, 2), Span(0, 4, 5), Span(1, 0, 1))


def test_without_a_label_reading_order_decides():
    found = spans("9.00", CHUNKS)
    assert by_label(PAPER, found, FieldSpec("gross")) == found


def test_a_label_may_stand_above():
    paper = document("Date Number\n1 2")
    number = FieldSpec("invoice_number")
    assert beside_label(paper, Span(0, 3, 4), number)
    assert not beside_label(paper, Span(0, 2, 3), number)


def test_small_words_are_no_label():
    paper = document("one of 3 to 5 is 7")
    spec = FieldSpec("pieces", description="number of pieces to be paid, is a number")
    assert not any(beside_label(paper, Span(0, at, at + 1), spec) for at in (2, 4, 6))


def test_a_row_stands_on_the_line_of_most_of_its_cells():
    paper = document("wood 5\niron 5\nsteel 5")
    within = [chunks(page.words) for page in paper.pages]
    assert row_line(paper, [spans("iron", within), spans("5", within)], after=(0, 0)) == (0, 1)


def test_of_two_equal_rows_the_second_stands_below_the_first():
    paper = document("wood 5\nwood 5")
    within = [chunks(page.words) for page in paper.pages]
    cells = [spans("wood", within), spans("5", within)]
    assert row_line(paper, cells, after=None) == (0, 0)
    assert row_line(paper, cells, after=(0, 0)) == (0, 1)


def test_a_row_without_places_stands_on_no_line():
    assert row_line(PAPER, [()], after=None) is None
