"""Which rows of the page's table are offered to somebody who has some of them."""

from collections import Counter
from dataclasses import replace

import pytest
from drafts import NOTE, add_row, document, draft, only, write
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_station import INVOICE, ROWS, TEXT

from appliance.domain.doctype import FieldSpec, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Prediction
from appliance.domain.sections import WHOLE
from appliance.judgement.judge import judge
from appliance.judgement.policy import uniform_policy
from appliance.reading.text import text_page
from appliance.review.draft.draft import begin
from appliance.review.draft.places import FieldRef
from appliance.review.editor.row_offer import missing_row
from bench.row_offers import RESULTS, cases, counted

PAPER = Document("a" * 64, (text_page(TEXT.format(number="R-1").splitlines()),))
LINES = [
    "ACME Trading Ltd  Note RE-7",
    "Goods          Amount",
    "Bolts           60.00",
    "Nuts            40.00",
    "Washers          1.50",
    "Total          101.50",
]


def opened(paper, kind=INVOICE):
    """Blind: no row is there yet."""
    policy = uniform_policy(kind, 0.95)
    asked = Prediction(paper.docid, kind.name, "m1", ())
    judgement = judge(paper, kind, asked, policy=policy)
    return begin(paper, kind, asked, judgement, policy=policy, blind=WHOLE)


def with_row(one, texts, spans=()):
    """One row more, each cell as it was typed or taken."""
    table = one.doctype.items
    rows = one.derived.state.rows
    one = one.act(add_row(rows[-1] if rows else None))
    row = one.derived.state.rows[-1]
    for n, (spec, text) in enumerate(zip(table.fields, texts, strict=True)):
        if text is not None:
            one = one.act(write(FieldRef(spec.name, row), text, spans[n] if spans else ()))
    return one


def below(one, row=None):
    """The cells of the row that is missing below the last or that one; None where none is."""
    found = missing_row(one.derived, behind=one.derived.state.rows[-1] if row is None else row)
    return found and found.cells


def offered(one, row=None):
    cells = below(one, row)
    return cells and tuple(cell.text or None for cell in cells)


def notes(lines, *rows):
    one = opened(lines if isinstance(lines, Document) else document(*lines), NOTE)
    for row in rows:
        one = with_row(one, row)
    return one


def all_rows(one):
    """What she has after she took every row that is offered."""
    taken = []
    while found := below(one):
        texts = tuple(cell.text or None for cell in found)
        taken.append(texts)
        one = with_row(one, texts, [cell.spans for cell in found])
    return taken


def test_a_row_typed_offers_the_next_whole_until_the_totals():
    """B2."""
    assert all_rows(with_row(opened(PAPER), ROWS[0])) == [*ROWS[1:]]


def test_each_cell_knows_where_it_stands():
    found = below(with_row(opened(PAPER), ROWS[0]))
    said = [PAPER.pages[0].words[at.start : at.end] for cell in found for at in cell.spans]
    assert [" ".join(word.text for word in words) for words in said] == list(ROWS[1])


def test_a_row_that_the_draft_has_is_not_offered_again():
    one = with_row(with_row(opened(PAPER), ROWS[0]), ROWS[1])
    assert offered(one, 0) == ROWS[2]


def test_nothing_is_offered_after_an_empty_row():
    assert offered(with_row(opened(PAPER), (None,) * 4)) is None


def test_one_cell_shows_no_row():
    assert offered(with_row(opened(PAPER), (ROWS[0][0], None, None, None))) is None


def test_a_cell_left_empty_stays_empty():
    one = with_row(opened(PAPER), ("Hex bolt M8 x 40", None, "0.10", "20.00"))
    assert offered(one) == ("Washer M8", None, "0.04", "20.00")


def test_price_and_amount_that_are_the_same_stand_apart():
    said = TEXT.replace("200       0.10      20.00", "  1      20.00      20.00")
    paper = Document("a" * 64, (text_page(said.splitlines()),))
    one = with_row(opened(paper), ("Hex bolt M8 x 40", "1", "20.00", "20.00"))
    assert offered(one) == ROWS[1]


def test_two_rows_that_say_the_same_are_two():
    lines = [*LINES[:3], LINES[2], *LINES[3:-1]]
    assert all_rows(notes(lines, ("Bolts", "60.00"))) == [
        ("Bolts", "60.00"),
        ("Nuts", "40.00"),
        ("Washers", "1.50"),
    ]


def test_the_table_goes_on_on_the_next_page_below_the_same_heading():
    lines = TEXT.splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("Steel"))
    pages = lines[:at], [line for line in lines if line.startswith("Desc")] + lines[at:]
    paper = Document("a" * 64, tuple(map(text_page, pages)))
    assert all_rows(with_row(opened(paper), ROWS[0])) == [*ROWS[1:]]


LOTS = replace(
    NOTE, items=replace(NOTE.items, fields=(*NOTE.items.fields, FieldSpec("lot", FieldType.TEXT)))
)
WRAPPED = [
    "Goods               Amount",
    "Bolts M8 of         60.00",
    "steel, zinc plated",
    "Nuts M8 of          40.00",
    "brass, bare",
    "Washers              1.50",
]


def test_a_text_goes_on_below_where_the_filled_row_does():
    paper = document(*WRAPPED)
    first, second = Span(0, 2, 5), Span(0, 6, 9)
    one = opened(paper, NOTE).act(add_row(None))
    text = "Bolts M8 of steel, zinc plated"
    one = one.act(write(FieldRef("description", 0), text, (first,), wraps=(second,)))
    one = one.act(write(FieldRef("amount", 0), "60.00"))
    found = below(one)
    assert [cell.text for cell in found] == ["Nuts M8 of brass, bare", "40.00"]
    assert found[0].wraps and found[0].spans + found[0].wraps == (Span(0, 9, 12), Span(0, 13, 15))


def test_what_is_no_part_of_the_cells_is_left_empty_and_not_said_twice():
    paper = document(
        "Goods            Amount",
        "Bolts            60.00",
        "zinc plated",
        "in boxes, lot 4711",
        "Nuts             40.00",
        "brass, bare",
        "in bags, lot 4712",
    )
    one = opened(paper, LOTS).act(add_row(None))
    said = {"description": ("Bolts", Span(0, 2, 3)), "amount": ("60.00", Span(0, 3, 4))}
    for name, (text, span) in (said | {"lot": ("4711", Span(0, 9, 10))}).items():
        one = one.act(write(FieldRef(name, 0), text, (span,)))
    assert {cell.fieldtype: cell.text for cell in below(one)} == {
        "description": "Nuts",
        "amount": "40.00",
        "lot": "",
    }


def test_lines_that_the_filled_row_left_out_are_left_out():
    assert offered(notes(WRAPPED, ("Bolts M8 of", "60.00"))) == ("Nuts M8 of", "40.00")


def test_what_the_rows_above_add_up_to_is_no_row():
    lines = [*LINES[:4], "Carried over   100.00", "Screws           7.00"]
    assert all_rows(notes(lines, ("Bolts", "60.00"))) == [("Nuts", "40.00"), ("Screws", "7.00")]


def test_what_the_header_says_is_no_row():
    lines = [*LINES[:3], "Before tax      61.00", "Nuts            40.00"]
    one = opened(document(*lines), NOTE).act(write(FieldRef("net"), "61.00"))
    assert offered(with_row(one, ("Bolts", "60.00"))) is None


def test_a_turned_table_goes_on_to_the_right_and_in_the_band_below():
    lines = [
        "Symbol  C     Si    Mn",
        "Max     0.20  0.55  1.60",
        "Actual  0.18  0.25  1.45",
        "Symbol  P     S",
        "Max     0.03  0.02",
        "Actual  0.01  0.01",
    ]
    assert all_rows(notes(lines, ("C", "0.18"))) == [
        ("Si", "0.25"),
        ("Mn", "1.45"),
        ("P", "0.01"),
        ("S", "0.01"),
    ]


def test_an_unread_row_of_the_model_takes_no_words_of_the_next():
    """In review the rows are the model's until she says otherwise."""
    one = draft(only(document(*LINES), (("Bolts", "60.00"),)), document(*LINES))
    assert offered(one, 0) == ("Nuts", "40.00")


WORDS = st.lists(
    st.text("ab1.,€ ", min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=8
)


@settings(max_examples=60)
@given(WORDS, st.data())
def test_no_word_is_offered_twice_whatever_the_page_says(lines, data):
    paper = document(*lines)
    words = [word.text for word in paper.pages[0].words]
    texts = [data.draw(st.sampled_from(words)) for _ in range(2)]
    one = opened(paper, NOTE).act(add_row(None))
    for name, text in zip(("description", "amount"), texts, strict=True):
        one = one.act(write(FieldRef(name, 0), text, (Span(0, at := words.index(text), at + 1),)))
    seen = set()
    while found := below(one):
        spans = [cell.spans for cell in found]
        taken = {
            (at.page, word) for cell in spans for at in cell for word in range(at.start, at.end)
        }
        assert taken and seen.isdisjoint(taken)
        seen |= taken
        one = with_row(one, [cell.text or None for cell in found], spans)


@pytest.mark.data
@pytest.mark.parametrize(("folder", "least"), [("fiscal_pt", 0.9), ("invoices_es", 0.3)])
def test_rows_of_real_documents_are_offered_right(data, folder, least):
    """Of born-digital ones, each row of a table, given those above it. In half of the Spanish ones
    article number and unit stand below others in their cells, where no part of a cell is they
    alone: these two are left empty, and such a row is not offered whole."""
    found = sum((counted(*case) for name, *case in cases(folder)), Counter())
    asked = sum(found[result] for result in RESULTS)
    assert asked > 20 and found["whole"] >= least * asked
    assert not found["false"]
