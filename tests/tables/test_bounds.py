"""Whatever a page holds, tables are found in bounded time and keep their promises."""

from __future__ import annotations

import time
from dataclasses import replace
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.document import BBox, Document, Page, Word
from appliance.tables.find import find_tables
from appliance.tables.parts import part_of
from appliance.tables.table import CellPart, ColumnPart, Table
from tests.tables.drawn import drawn
from tests.tables.test_find import INVOICE

TEXTS = ["Article", "Price", "10", "0,50", "1.234,00", "-", "€", "Hex", "M8", "a:", "#"]
places = st.integers(0, 20)
word_lists = st.lists(st.tuples(st.sampled_from(TEXTS), places, places, st.integers(0, 3)))


def page(words: list[tuple[str, int, int, int]]) -> Page:
    """Words on a coarse grid, so that many stand over or on each other."""
    found = [
        Word(text, BBox(0.04 * x, 0.02 * y, 0.04 * x + 0.02 * size, 0.02 * y + 0.014), 0)
        for text, x, y, size in words
    ]
    return Page(600, 850, tuple(found), "text")


documents = st.builds(
    lambda pages: Document("0" * 64, tuple(map(page, pages))), st.lists(word_lists, max_size=2)
)


def words_of(table: Table) -> list[list[list[int]]]:
    return [[[at for line in cell for at in line] for cell in row.cells] for row in table.rows]


@given(documents)
def test_a_word_stands_in_one_cell_of_a_row_at_most(document: Document) -> None:
    for table in find_tables(document):
        for row in words_of(table):
            every = [at for cell in row for at in cell]
            assert len(every) == len(set(every))


@given(documents)
def test_words_of_cells_and_headers_are_on_their_pages(document: Document) -> None:
    for table in find_tables(document):
        heads = [at for column in table.columns for at in column.header]
        assert all(at < len(document.pages[table.page].words) for at in heads)
        for row, cells in zip(table.rows, words_of(table), strict=True):
            assert len(cells) == len(table.columns)
            assert all(at < len(document.pages[row.page].words) for cell in cells for at in cell)


@given(documents)
def test_rows_stand_one_below_the_other(document: Document) -> None:
    for table in find_tables(document):
        if table.turned:
            continue
        tops = [
            (row.page, max(document.pages[row.page].words[at].bbox.top for at in firsts))
            for row, cells in zip(table.rows, words_of(table), strict=True)
            if (firsts := [cell[0] for cell in cells if cell])
        ]
        assert tops == sorted(tops)


@given(documents)
def test_finding_twice_finds_the_same(document: Document) -> None:
    assert find_tables(document) == find_tables(document)


@given(documents)
def test_every_part_of_a_cell_is_of_its_words(document: Document) -> None:
    for table in find_tables(document):
        for row, cells in zip(table.rows, words_of(table), strict=True):
            for column, cell in enumerate(cells):
                for part in CellPart:
                    lines = part_of(document, table, row, ColumnPart(column, part))
                    assert {at for line in lines for at in line} <= set(cell)
                    assert all(lines)


@given(st.sampled_from([0.5, 0.9]), st.sampled_from([0.0, 0.05]))
def test_a_page_that_is_smaller_or_elsewhere_has_the_same_table(scale: float, by: float) -> None:
    moved = replace(
        INVOICE,
        pages=tuple(
            replace(page, words=tuple(_moved(word, scale, by) for word in page.words))
            for page in INVOICE.pages
        ),
    )
    assert find_tables(INVOICE)[0].rows == find_tables(moved)[0].rows


def _moved(word: Word, scale: float, by: float) -> Word:
    box = word.bbox
    return replace(
        word,
        bbox=BBox(
            box.left * scale + by,
            box.top * scale + by,
            box.right * scale + by,
            box.bottom * scale + by,
        ),
    )


def repeated(text: str, box: BBox, times: int) -> Document:
    return Document("0" * 64, (Page(600, 850, (Word(text, box, 0),) * times, "text"),))


SMALL = BBox(0.1, 0.1, 0.12, 0.11)
HOSTILE = {
    "all words at one place": repeated("10", SMALL, 5000),
    "no size": repeated("10", BBox(0.1, 0.1, 0.1, 0.1), 5000),
    "no height": repeated("a", BBox(0.1, 0.1, 0.9, 0.1), 5000),
    "more words than anybody wrote": repeated("a", SMALL, 20_000),
    "one column": drawn("\n".join(["10,00"] * 5000)),
    "one long line": drawn(" ".join(["10", "a"] * 2500)),
    "headers alone": drawn("\n".join(["Aa    Bb    Cc    Dd"] * 1400)),
    "headers and numbers": drawn("\n".join(["Aa   Bb   Cc   Dd\n1    2    3    4"] * 700)),
    "wide and long": drawn("\n".join(["Aa 1  Bb 2  Cc 3  Dd 4  Ee 5  Ff 6"] * 450)),
    "nowhere": repeated("10", BBox(nan, nan, nan, nan), 5000),
    "empty": Document("0" * 64, (Page(600, 850, (), "text"),)),
    "no size of the page": replace(
        INVOICE, pages=(replace(INVOICE.pages[0], width=0.0, height=0.0),)
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_page_takes_long(name: str) -> None:
    start = time.process_time()
    find_tables(HOSTILE[name])
    assert time.process_time() - start < 5
