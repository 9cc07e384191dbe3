from appliance.domain.document import Span
from appliance.domain.prediction import Field, TokenScore
from appliance.extraction.merge import WindowFields, carried, certainty, merge_windows


def field(text, *, sure=1.0, page=0, name="number", row=None):
    from math import log

    pages = (page,) if isinstance(page, int) else page
    spans = tuple(Span(page, 0, 1) for page in pages) if text else ()
    return Field(
        name, text, spans, line_item_id=row, tokens=(TokenScore(log(sure) - 1, log(sure)),)
    )


def row(text, page=0):
    return (field(text, name="what", page=page, row=0),)


def test_certainty_is_that_of_the_least_certain_token():
    assert round(certainty(field("A", sure=0.25)), 6) == 0.25
    assert certainty(Field("number", None)) == 1


def test_a_header_field_takes_the_most_certain_value():
    header = [field("A", sure=0.4), field("B", sure=0.6), field(None, sure=0.9)]
    fields, blockers = merge_windows([WindowFields((said,), ()) for said in header])
    assert [said.text for said in fields] == ["B"]
    assert blockers == ()


def test_null_everywhere_stays_null():
    fields, _ = merge_windows([WindowFields((field(None),), ()), WindowFields((field(None),), ())])
    assert fields[0].text is None


def test_that_nothing_is_there_is_as_sure_as_the_window_that_doubts_it_most():
    answers = [
        WindowFields((field(None, sure=0.55),), ()),
        WindowFields((field(None, sure=0.99),), ()),
    ]
    fields, _ = merge_windows(answers)
    assert round(certainty(fields[0]), 6) == 0.55


def test_rows_of_a_page_that_two_windows_read_otherwise_are_told():
    one = WindowFields((), (row("bolt", 0), row("nut", 1)))
    other = WindowFields((), (row("nuts", 1), row("screw", 2)), frozenset({1}))
    _, (blocker,) = merge_windows([one, other])
    assert blocker.code == "windows-differ" and "page 2" in blocker.message
    alike = WindowFields((), (row("nut", 1), row("screw", 2)), frozenset({1}))
    assert merge_windows([one, alike])[1] == ()


def test_different_certain_values_are_named():
    answers = [
        WindowFields((field("A", sure=0.9),), ()),
        WindowFields((field("B", sure=0.8, page=6),), ()),
    ]
    _, (blocker,) = merge_windows(answers)
    assert (blocker.code, blocker.fieldtype) == ("windows-differ", "number")
    assert "A (page 1)" in blocker.message and "B (page 7)" in blocker.message


def test_rows_that_a_shared_page_repeats_are_joined_once():
    first = WindowFields((), (row("wood"), row("iron", 1), row("iron", 1)))
    second = WindowFields((), (row("iron", 1), row("iron", 1), row("wood", 2)), frozenset({1}))
    fields, _ = merge_windows([first, second])
    assert [said.text for said in fields] == ["wood", "iron", "iron", "wood"]
    assert [said.line_item_id for said in fields] == [0, 1, 2, 3]


def test_equal_rows_on_three_pages_are_three_rows():
    first = WindowFields((), (row("wood", (0, 1, 2)), row("wood", (1, 0, 2))))
    second = WindowFields((), (row("wood", (1, 0, 2)), row("wood", (2, 0, 1))), frozenset({1}))
    assert len(merge_windows([first, second])[0]) == 3


def test_carry_overs_are_dropped():
    assert carried(row("Übertrag")) and carried(row("Brought forward"))
    assert not carried(row("Transporter"))
    turn = (row("Übertrag", 0), row("Übertrag", 1))
    fields, _ = merge_windows([WindowFields((), (row("wood"), *turn, row("iron", 1)))])
    assert [said.text for said in fields] == ["wood", "iron"]


def test_a_carry_over_before_the_first_row_of_a_later_page_is_dropped():
    fields, _ = merge_windows([WindowFields((), (row("Übertrag", 1), row("iron", 1)))])
    assert [said.text for said in fields] == ["iron"]


def test_a_thing_that_is_called_like_a_carry_over_is_kept():
    rows = (row("wood"), row("Carry-over trolley"), row("nails"), row("iron", 1))
    fields, _ = merge_windows([WindowFields((), rows)])
    assert [said.text for said in fields] == ["wood", "Carry-over trolley", "nails", "iron"]
