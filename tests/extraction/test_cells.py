from hypothesis import given
from hypothesis import strategies as st
from typed_pages import INVOICE

from appliance.domain.prediction import Field
from appliance.extraction.cells import parse
from appliance.extraction.prompt import answer

value = st.none() | st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=8)


def fields(number, listed, rows):
    yield Field("number", number)
    yield Field("currency", "EUR" if listed else None, words=listed)
    for index, (what, price) in enumerate(rows):
        yield Field("what", what, line_item_id=index)
        yield Field("price", price, line_item_id=index)


answers = st.builds(fields, value, value, st.lists(st.tuples(value, value), max_size=4)).map(list)


@given(answers)
def test_a_whole_answer_gives_back_its_fields(said):
    cells = parse(answer(INVOICE, said), INVOICE)
    found = [*cells.header, *(cell for row in cells.rows for cell in row)]
    assert cells.whole
    assert [(cell.spec.name, cell.text, cell.words, cell.row) for cell in found] == [
        (field.fieldtype, field.text, field.words, field.line_item_id) for field in said
    ]


@given(answers, st.data())
def test_a_cut_answer_keeps_what_is_whole(said, data):
    written = answer(INVOICE, said)
    cut = parse(written[: data.draw(st.integers(0, len(written) - 1))], INVOICE)
    whole = parse(written, INVOICE)
    assert not cut.whole
    assert cut.header == whole.header[: len(cut.header)]
    assert cut.rows == whole.rows[: len(cut.rows)]


def test_a_cell_knows_where_it_stands():
    written = answer(INVOICE, fields("A1", "€", [("wood", "5")]))
    cells = parse(written, INVOICE)
    every = [*cells.header, *cells.rows[0]]
    assert [written[cell.start : cell.end] for cell in every] == [
        '"A1"',
        '{"words": "€", "value": "EUR"}',
        '"wood"',
        '"5"',
    ]
