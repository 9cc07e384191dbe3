from hypothesis import given
from hypothesis import strategies as st
from typed_pages import INVOICE

from appliance.domain.prediction import Field
from appliance.extraction.cells import parse
from appliance.extraction.prompt import answer

value = st.none() | st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=8)


def fields(number, listed):
    return [Field("number", number), Field("currency", "EUR" if listed else None, words=listed)]


answers = st.builds(fields, value, value)


@given(answers)
def test_a_whole_answer_gives_back_its_fields(said):
    cells = parse(answer(INVOICE, said), INVOICE)
    assert cells.whole
    assert [(cell.spec.name, cell.text, cell.words) for cell in cells.header] == [
        (field.fieldtype, field.text, field.words) for field in said
    ]


@given(answers, st.data())
def test_a_cut_answer_keeps_what_is_whole(said, data):
    written = answer(INVOICE, said)
    cut = parse(written[: data.draw(st.integers(0, len(written) - 1))], INVOICE)
    whole = parse(written, INVOICE)
    assert not cut.whole
    assert cut.header == whole.header[: len(cut.header)]


def test_a_cell_knows_where_it_stands():
    written = answer(INVOICE, fields("A1", "€"))
    cells = parse(written, INVOICE)
    assert [written[cell.start : cell.end] for cell in cells.header] == [
        '"A1"',
        '{"words": "€", "value": "EUR"}',
    ]
