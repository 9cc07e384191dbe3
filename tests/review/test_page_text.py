"""A page's words on a grid of cells."""

from collections import defaultdict

import pytest
from drafts import document
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from appliance.domain.document import BBox, Page, Word
from appliance.review.widgets.page_text import laid_out

BILL = document(
    "ACME Ltd                Invoice 4711",
    "Description   Pieces        Amount",
    "Bolts              2       1200.00",
    "Washers, small   100          9.50",
)
BILL_LINES = [
    "ACME Ltd                Invoice 4711",
    "Description   Pieces        Amount",
    "Bolts              2       1200.00",
    "Washers, small   100          9.50",
]


def drawn(page, width):
    lines = []
    for pieces in laid_out(page, width):
        line = ""
        for piece in pieces:
            line = line.ljust(piece.column) + piece.text
        lines.append(line)
    return lines


def test_what_fits_stands_as_on_the_page():
    assert drawn(BILL.pages[0], 40) == BILL_LINES


@pytest.mark.parametrize("width", [38, 80, 120])
def test_figures_keep_their_right_edge(width):
    lines = drawn(BILL.pages[0], width)
    assert len(lines[2]) == len(lines[3])
    assert lines[2].index("2") == lines[3].index("100") + 2


def test_what_does_not_fit_goes_on_in_the_next_line():
    assert drawn(document("one two three four").pages[0], 9) == ["one two", "three", "four"]


def test_only_a_word_that_is_wider_than_the_grid_is_cut():
    pieces = [piece for line in laid_out(document("a 0123456789 b").pages[0], 4) for piece in line]
    assert [piece.text for piece in pieces] == ["a", "0123", "4567", "89", "b"]
    assert [piece.word_index for piece in pieces] == [0, 1, 1, 1, 2]


def test_a_word_glued_to_the_one_before_it_stays_glued():
    words = (
        Word("RM", BBox(0.1, 0.1, 0.12, 0.12), 0),
        Word("9.00", BBox(0.12, 0.1, 0.16, 0.12), 0, gap=0),
    )
    assert drawn(Page(100, 100, words, "text"), 40) == ["RM9.00"]


def test_a_large_space_between_lines_leaves_one_empty():
    lines = document("a", "b", "c", "d", "", "", "", "e").pages[0]
    assert drawn(lines, 20) == ["a", "b", "c", "d", "", "e"]


def test_wide_characters_count_twice():
    lines = laid_out(document("東京都 1.00 2.00").pages[0], 12)
    assert all(piece.column + cell_len(piece.text) <= 12 for line in lines for piece in line)


def test_a_page_without_words_has_no_lines():
    assert laid_out(Page(100, 100, (), "ocr"), 40) == ()


@st.composite
def pages(draw):
    words = []
    line = 0
    for _ in range(draw(st.integers(0, 12))):
        line += draw(st.integers(0, 2))
        left = 0.0
        for _ in range(draw(st.integers(1, 8))):
            text = draw(st.text(st.sampled_from("abc19.,東é"), min_size=1, max_size=14))
            left += draw(st.floats(0, 0.3))
            left = min(left, 0.99)
            right = min(left + draw(st.floats(0, 0.2)), 1.0)
            top = draw(st.floats(0, 0.9))
            box = BBox(left, top, right, top + 0.05)
            words.append(Word(text, box, line, draw(st.integers(0, 2))))
        line += 1
    return Page(595, 842, tuple(words), "text")


@settings(max_examples=150)
@given(pages(), st.integers(38, 120) | st.integers(2, 12))
def test_every_word_stands_once_within_the_width_and_over_no_other(page, width):
    said = defaultdict(str)
    order = []
    for pieces in laid_out(page, width):
        free = 0
        for piece in pieces:
            assert piece.column >= free
            free = piece.column + cell_len(piece.text)
            assert free <= width
            said[piece.word_index] += piece.text
            order.append(piece.word_index)
            whole = page.words[piece.word_index].text
            assert piece.text == whole or cell_len(whole) > width
    assert order == sorted(order)
    assert said == {at: word.text for at, word in enumerate(page.words)}


@settings(max_examples=50)
@given(pages(), st.integers(38, 120))
def test_words_of_two_lines_never_share_one(page, width):
    for pieces in laid_out(page, width):
        assert len({page.words[piece.word_index].line for piece in pieces}) <= 1
