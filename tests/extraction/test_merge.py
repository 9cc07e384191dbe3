from math import log

from appliance.domain.document import Span
from appliance.domain.prediction import Field, TokenScore
from appliance.extraction.merge import certainty, merge_windows


def field(text, *, sure=1.0, page=0):
    spans = (Span(page, 0, 1),) if text else ()
    return Field("number", text, spans, tokens=(TokenScore(log(sure) - 1, log(sure)),))


def test_certainty_is_that_of_the_least_certain_token():
    assert round(certainty(field("A", sure=0.25)), 6) == 0.25
    assert certainty(Field("number", None)) == 1


def test_a_header_field_takes_the_most_certain_value():
    header = [field("A", sure=0.4), field("B", sure=0.6), field(None, sure=0.9)]
    fields, blockers = merge_windows([(said,) for said in header])
    assert [said.text for said in fields] == ["B"]
    assert blockers == ()


def test_null_everywhere_stays_null():
    fields, _ = merge_windows([(field(None),), (field(None),)])
    assert fields[0].text is None


def test_that_nothing_is_there_is_as_sure_as_the_window_that_doubts_it_most():
    answers = [
        (field(None, sure=0.55),),
        (field(None, sure=0.99),),
    ]
    fields, _ = merge_windows(answers)
    assert round(certainty(fields[0]), 6) == 0.55


def test_different_certain_values_are_named():
    answers = [
        (field("A", sure=0.9),),
        (field("B", sure=0.8, page=6),),
    ]
    _, (blocker,) = merge_windows(answers)
    assert (blocker.code, blocker.fieldtype) == ("windows-differ", "number")
    assert "A (page 1)" in blocker.message and "B (page 7)" in blocker.message
