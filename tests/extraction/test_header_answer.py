from hypothesis import given
from hypothesis import strategies as st
from typed_pages import INVOICE

from appliance.domain.prediction import Field
from appliance.extraction.header_answer import parse
from appliance.extraction.prompt import answer

values = st.none() | st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=8)


def fields(number, listed):
    return [Field("number", number), Field("currency", "EUR" if listed else None, words=listed)]


answers = st.builds(fields, values, values)


@given(answers)
def test_a_whole_answer_gives_back_its_fields(said):
    found = parse(answer(INVOICE, said), INVOICE)
    assert found.whole
    assert [(value.spec.name, value.text, value.words) for value in found.values] == [
        (field.fieldtype, field.text, field.words) for field in said
    ]


@given(answers, st.data())
def test_a_cut_answer_keeps_what_is_whole(said, data):
    written = answer(INVOICE, said)
    cut = parse(written[: data.draw(st.integers(0, len(written) - 1))], INVOICE)
    whole = parse(written, INVOICE)
    assert not cut.whole
    assert cut.values == whole.values[: len(cut.values)]


def test_a_value_knows_where_it_stands():
    written = answer(INVOICE, fields("A1", "€"))
    found = parse(written, INVOICE)
    assert [written[value.start : value.end] for value in found.values] == [
        '"A1"',
        '{"words": "€", "value": "EUR"}',
    ]
