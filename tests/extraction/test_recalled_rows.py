"""Columns that a clerk's rows named once are named so on the sender's next document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyed_papers import labelled
from tabled_papers import sheet

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.document import Document, Span
from appliance.domain.einvoice import TermPlace
from appliance.domain.labels import Label
from appliance.domain.prediction import Field, Prediction, Remembered, TokenScore
from appliance.extraction.recall import recalled
from appliance.extraction.recalled_rows import recalled_rows
from appliance.extraction.row_reader import RowReader
from appliance.extraction.table_choice import NamedTable
from appliance.judgement.policy import least_certain
from appliance.promise.values import replayed
from appliance.senders.history import UNKNOWN, ApprovedDocument, SenderHistory
from appliance.tables.table import CellPart, ColumnPart

KIND = DocType(
    "bill",
    "Bill",
    (FieldSpec("number", FieldType.CODE),),
    TableSpec(
        "items",
        (
            FieldSpec("what"),
            FieldSpec("pieces", FieldType.QUANTITY),
            FieldSpec("price", FieldType.AMOUNT),
        ),
    ),
)
HEADS = "Kwib  Zorl  Vash  Numb"
"""That say nothing to anybody: numbers in ``Vash`` and ``Numb`` could be pieces or price."""
FIRST = ["1  oak board  4.00  5.50", "2  iron nail  7.00  1.20", "3  wood screw  2.00  3.10"]
SECOND = ["1  gold ring  1.00  99.00", "2  tin can  6.00  0.80"]
CUT = Blocker(BlockerCode.TABLE_CUT, "another table may be meant")
TOKENS = (TokenScore(-0.1, -0.1),)


def paper(lines: Sequence[str], *, heads: str = HEADS, below: str = "") -> Document:
    return sheet("\n".join(["Firm AG", "Order 4711", "", heads, *lines, "", below]))


def keyed(lines: Sequence[str], *columns: int | None) -> tuple[tuple[Field, ...], ...]:
    """Rows as a clerk typed them: of each field the column, None where she said that there is
    none."""
    names = [spec.name for spec in KIND.items.fields]
    return tuple(
        tuple(
            Field(name, None if at is None else line.split("  ")[at], line_item_id=row)
            for name, at in zip(names, columns, strict=True)
        )
        for row, line in enumerate(lines)
    )


def earlier(
    lines: Sequence[str] = FIRST, *columns: int | None, page: Document | None = None
) -> ApprovedDocument:
    """Pieces stand in the fourth column and the price in the third, unless said otherwise."""
    rows = keyed(lines, *(columns or (1, 3, 2)))
    return ApprovedDocument(page or paper(lines), {}, {}, {}, rows=rows)


def known(*papers: ApprovedDocument) -> SenderHistory:
    return SenderHistory("firm", papers)


def answered(page: Document) -> Prediction:
    """By a model that takes the last two columns for each other."""
    reader = RowReader(page, KIND)
    table = next(one for one in reader.tables if len(one.columns) > 3)
    said = [("what", CellPart.MAIN), ("pieces", CellPart.NUMBER), ("price", CellPart.NUMBER)]
    first = len(table.columns) - len(said)
    naming = {name: ColumnPart(first + at, part) for at, (name, part) in enumerate(said)}
    fields = reader.read_named(NamedTable(table, naming, 0.0))
    return Prediction(page.docid, KIND.name, "m", fields, (CUT,))


def read(said: Prediction, page: Document, history: SenderHistory) -> list[list[str | None]]:
    rows = recalled_rows(said, page, KIND, history).rows
    return [[cell.text for cell in row] for row in rows]


PAGE = paper(SECOND)
RIGHT = [["gold ring", "99.00", "1.00"], ["tin can", "0.80", "6.00"]]


def test_the_columns_of_the_next_document_are_those_that_a_clerk_keyed() -> None:
    said = answered(PAGE)
    assert [[cell.text for cell in row] for row in said.rows] != RIGHT
    found = recalled_rows(said, PAGE, KIND, known(earlier()))
    assert [[cell.text for cell in row] for row in found.rows] == RIGHT
    assert all(cell.text is None or cell.spans for row in found.rows for cell in row)
    assert not found.blockers, "which table is meant was asked once"


def test_it_is_told_on_how_many_documents_and_what_the_model_read() -> None:
    _, pieces, _ = recalled_rows(answered(PAGE), PAGE, KIND, known(earlier())).rows[0]
    assert pieces.remembered == Remembered(1, 1.0, 1.0, "1.00", placed=True)
    assert pieces.from_memory and pieces.tokens == ()
    assert pieces.remembered.in_words == "where it stood on an earlier document"
    three = known(*(earlier() for _ in range(3)))
    _, pieces, _ = recalled_rows(answered(PAGE), PAGE, KIND, three).rows[0]
    assert pieces.remembered and pieces.remembered.trusted


def test_what_the_model_says_too_stays_its_own() -> None:
    once = recalled_rows(answered(PAGE), PAGE, KIND, known(earlier()))
    own = tuple(replace(cell, remembered=None, tokens=TOKENS) for cell in once.fields)
    said = replace(once, fields=own, blockers=(CUT,))
    again = recalled_rows(said, PAGE, KIND, known(earlier()))
    assert not any(cell.from_memory for row in again.rows for cell in row)
    assert all(cell.tokens and cell.remembered for row in again.rows for cell in row)
    assert again.blockers == (CUT,), "one document settles nothing that was doubted"
    three = known(*(earlier() for _ in range(3)))
    assert not recalled_rows(said, PAGE, KIND, three).blockers


@pytest.mark.parametrize("history", [UNKNOWN, known(earlier(())), known(earlier(["x  y  z  w"]))])
def test_where_nothing_is_remembered_nothing_is_another(history: SenderHistory) -> None:
    said = answered(PAGE)
    assert recalled(said, PAGE, KIND, history) == said


def test_a_type_without_rows_remembers_none() -> None:
    said = answered(PAGE)
    assert recalled_rows(said, PAGE, replace(KIND, items=None), known(earlier())) == said


def test_a_table_under_other_headings_is_another() -> None:
    page = paper(SECOND, heads="Rank  Goods  Count  Each")
    said = answered(page)
    assert recalled_rows(said, page, KIND, known(earlier())) == said


def test_a_heading_that_was_misread_is_the_same() -> None:
    heads = "Kwib  Description  Vashington  Numbersome"
    first = earlier(page=paper(FIRST, heads=heads))
    page = paper(SECOND, heads=heads.replace("Numbersome", "Nunbersome"))
    assert read(answered(page), page, known(first)) == RIGHT


def test_a_column_more_moves_the_others() -> None:
    lines = ["1  A-1  gold ring  1.00  99.00", "2  B-2  tin can  6.00  0.80"]
    page = paper(lines, heads="Kwib  Code  Zorl  Vash  Numb")
    assert read(answered(page), page, known(earlier())) == RIGHT


def test_the_newest_document_is_asked_first() -> None:
    other = earlier(FIRST, 1, 2, 3)
    turned = [[what, price, pieces] for what, pieces, price in RIGHT]
    assert read(answered(PAGE), PAGE, known(other, earlier(), earlier())) == turned
    assert read(answered(PAGE), PAGE, known(earlier(), other, other)) == RIGHT
    _, pieces, _ = recalled_rows(
        answered(PAGE), PAGE, KIND, known(earlier(), other, earlier())
    ).rows[0]
    assert pieces.remembered and pieces.remembered.documents == 2
    assert pieces.remembered.share == pytest.approx(2 / 3)


NOWHERE = replace(earlier(), rows=keyed(["9  lead pipe  8.00  7.70"], 1, 3, 2))


def test_what_clerks_typed_otherwise_twice_is_set_aside() -> None:
    said = answered(PAGE)
    assert read(said, PAGE, known(NOWHERE, earlier())) == RIGHT
    assert recalled_rows(said, PAGE, KIND, known(NOWHERE, NOWHERE, earlier())) == said


def test_documents_without_such_a_table_say_nothing_about_it() -> None:
    plain = [replace(earlier(()), document=sheet("Firm AG\nThank you")) for _ in range(4)]
    assert read(answered(PAGE), PAGE, known(*plain, earlier())) == RIGHT
    emptied = earlier((), page=paper(FIRST))
    assert recalled_rows(answered(PAGE), PAGE, KIND, known(emptied, emptied, earlier())) == (
        answered(PAGE)
    )


def test_so_is_a_field_alone() -> None:
    """Its values stood in no column of the last two documents, the others' did."""
    rows = keyed(FIRST, 1, 3, 2)
    typed = tuple((what, pieces, replace(price, text="77.70")) for what, pieces, price in rows)
    other = replace(earlier(), rows=typed)
    said = answered(PAGE)
    one = recalled_rows(said, PAGE, KIND, known(other, earlier())).rows[0]
    assert [cell.text for cell in one] == RIGHT[0]
    *_, price = recalled_rows(said, PAGE, KIND, known(other, other, earlier())).rows[0]
    assert price.remembered is None


def test_what_a_clerk_said_is_nowhere_is_left_out() -> None:
    priceless = known(earlier(FIRST, 1, 3, None))
    *_, price = recalled_rows(answered(PAGE), PAGE, KIND, priceless).rows[0]
    assert price.text is None and price.from_memory
    assert price.remembered and price.remembered.answered == "99.00"


def test_lines_below_that_are_no_rows_do_not_become_some() -> None:
    below = "Sum  99.80\nTax  19.00\nThank you for your order"
    first = earlier(page=paper(FIRST, below="Sum  9.80\nTax  1.90"))
    page = paper(SECOND, below=below)
    assert read(answered(page), page, known(first)) == RIGHT


def test_a_page_on_which_a_naming_reads_more_than_its_clerk_left_teaches_nothing() -> None:
    one = earlier()
    fewer = replace(one, rows=one.rows[:1])
    said = answered(PAGE)
    assert recalled_rows(said, PAGE, KIND, known(fewer)) == said


@pytest.mark.parametrize(("pages", "teaches"), [(10, True), (11, False)])
def test_a_document_of_many_pages_teaches_nothing(pages: int, teaches: bool) -> None:
    one = "\n".join(["Firm AG", "", HEADS, *FIRST])
    long = earlier(page=sheet(one, *["Terms of sale"] * (pages - 1)))
    assert (read(answered(PAGE), PAGE, known(long)) == RIGHT) == teaches


def test_an_answer_on_another_reading_is_still_recalled() -> None:
    """Its words stand where the page has none any more."""
    gone = tuple(replace(cell, spans=(Span(0, 900, 901),)) for cell in answered(PAGE).fields)
    assert read(replace(answered(PAGE), fields=gone), PAGE, known(earlier())) == RIGHT


def test_rows_of_the_next_page_are_read_too() -> None:
    lines = [HEADS, *SECOND], [HEADS, "3  silver pin  3.00  4.40"]
    page = sheet(*("\n".join(["Firm AG", *one]) for one in lines))
    assert read(answered(page), page, known(earlier())) == [*RIGHT, ["silver pin", "4.40", "3.00"]]


def test_rows_of_an_einvoice_stay() -> None:
    said = answered(PAGE)
    stated = tuple(replace(cell, einvoice=TermPlace("BT-153", "/x")) for cell in said.fields)
    said = replace(said, fields=stated)
    assert recalled_rows(said, PAGE, KIND, known(earlier())) == said


@pytest.mark.parametrize(
    ("history", "score", "rights"), [(UNKNOWN, 0.01, False), (known(earlier()), 0.0, True)]
)
def test_the_promise_counts_the_rows_that_were_shown(
    history: SenderHistory, score: float, rights: bool
) -> None:
    """They are right, and held: one document is too few to say so in place of the model."""
    cells = [cell for row in keyed(SECOND, 1, 3, 2) for cell in row]
    labels = [Label(cell.fieldtype, cell.text, cell.line_item_id) for cell in cells]
    one = labelled(PAGE, *labels, doctype=KIND, table=True)
    said = replace(answered(PAGE), blockers=())
    found = replayed(one, said, KIND, history).values(least_certain)["items"]
    assert [value.right for value in found[:2]] == [rights] * 2
    assert [value.score for value in found[:2]] == [pytest.approx(score)] * 2


LINES = st.lists(
    st.tuples(
        st.sampled_from(["oak board", "iron nail", "wood screw", "gold ring", "tin can"]),
        st.integers(1, 99),
        st.integers(100, 9999),
    ),
    min_size=2,
    max_size=5,
    unique_by=(lambda line: line[0], lambda line: line[1], lambda line: line[2]),
).map(
    lambda lines: [
        f"{at}  {what}  {pieces}.00  {price / 100:.2f}"
        for at, (what, pieces, price) in enumerate(lines, 1)
    ]
)


@settings(deadline=None, max_examples=30)
@given(LINES, LINES)
def test_the_same_history_recalls_the_same_and_every_cell_stands_on_the_page(
    before: list[str], now: list[str]
) -> None:
    page = paper(now)
    said = answered(page)
    history = known(earlier(before))
    found = recalled(said, page, KIND, history)
    assert found == recalled(said, page, KIND, history)
    assert found.header == said.header
    for cell in (cell for row in found.rows for cell in row if cell.text):
        words = [word.text for span in cell.place for word in span.words(page)]
        assert " ".join(words) == cell.text
