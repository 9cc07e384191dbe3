from __future__ import annotations

import time
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.document import BBox, Page, page_text
from appliance.reading.layout import arrange
from appliance.reading.words import TextRun

WIDE, HIGH = 600.0, 800.0


def text_of(*typed: tuple[float, float, str], tilt: float = 0.0, turned: bool = False) -> str:
    """(x, y, text) in points; characters are six wide and ten high; lines fall by ``tilt``."""
    loose = []
    for x, y, text in typed:
        top = y + tilt * x
        box = BBox(x / WIDE, top / HIGH, (x + 6 * len(text)) / WIDE, (top + 10) / HIGH)
        loose.append(TextRun(text, box, turned=turned))
    words = arrange(loose, width=WIDE, height=HIGH)
    return page_text(Page(WIDE, HIGH, words, "text"))


TABLE = [
    *((50, 100, "Item"), (200, 100, "Qty"), (300, 100, "Amount")),
    *((50, 114, "Bolt M8"), (200, 114, "12"), (300, 114, "9.60")),
    *((50, 128, "Nut M8"), (200, 128, "7"), (300, 128, "1.40")),
]


def test_rows_of_a_table_stay_rows_with_wide_gaps():
    assert text_of(*TABLE) == "Item  Qty  Amount\nBolt M8  12  9.60\nNut M8  7  1.40"


def test_rows_stay_rows_on_a_leaning_page():
    assert text_of(*TABLE, tilt=0.03) == text_of(*TABLE)


def test_the_order_of_the_file_does_not_matter():
    assert text_of(*reversed(TABLE)) == text_of(*TABLE)


def test_two_addresses_side_by_side_are_read_one_after_the_other():
    found = text_of(
        *((50, 100, "Bill to"), (300, 100, "Ship to")),
        *((50, 112, "Miller Ltd"), (300, 112, "Fischer AG")),
        *((50, 124, "Mill Lane 4"), (300, 124, "Am Hafen 9")),
        *((50, 136, "50667 Koeln"), (300, 136, "20457 Hamburg")),
        (50, 180, "Thank you"),
    )
    assert found == (
        "Bill to\nMiller Ltd\nMill Lane 4\n50667 Koeln\n"
        "Ship to\nFischer AG\nAm Hafen 9\n20457 Hamburg\nThank you"
    )


def test_an_address_beside_facts_leaves_the_facts_as_rows():
    found = text_of(
        *((50, 100, "Fischer AG"), (300, 100, "Invoice no."), (420, 100, "RE-77")),
        *((50, 112, "Am Hafen 9"), (300, 112, "Date"), (420, 112, "23.07.2026")),
        *((50, 124, "20457 Hamburg"), (300, 124, "Customer"), (420, 124, "19811")),
    )
    assert found == (
        "Fischer AG\nAm Hafen 9\n20457 Hamburg\n"
        "Invoice no.  RE-77\nDate  23.07.2026\nCustomer  19811"
    )


def test_goods_that_look_like_an_address_stay_in_their_rows():
    goods = ("Soap", "Resin A", "Strap 12 mm, 2000 m", "Spirit")
    rows = [
        ((50, 100 + 12 * n, name), (300, 100 + 12 * n, "2"), (400, 100 + 12 * n, "1,20"))
        for n, name in enumerate(goods)
    ]
    found = text_of(*(cell for row in rows for cell in row))
    assert found == "\n".join(f"{name}  2  1,20" for name in goods)


def test_goods_of_many_words_stay_in_their_rows():
    rows = [
        ((50, 100 + 12 * n, f"A line of the order {n}"), (300, 100 + 12 * n, "02/03/20"))
        + ((400, 100 + 12 * n, "$4.00"),)
        for n in range(4)
    ]
    found = text_of(*(cell for row in rows for cell in row))
    assert found == "\n".join(f"A line of the order {n}  02/03/20  $4.00" for n in range(4))


def test_prose_beside_one_row_of_numbers_is_a_block():
    prose = [(50, 100 + 12 * n, "Paid late it costs more than that") for n in range(4)]
    numbers = ((330, 112, "100,00"), (400, 112, "10,00"))
    assert text_of(*prose, *numbers).endswith("\n100,00  10,00")


def test_labels_beside_their_values_are_no_blocks():
    found = text_of(
        *((50, 100, "Name"), (300, 100, "John Smith")),
        *((50, 112, "Company"), (300, 112, "Fischer AG")),
        *((50, 124, "City"), (300, 124, "Hamburg")),
    )
    assert found == "Name  John Smith\nCompany  Fischer AG\nCity  Hamburg"


def test_a_cell_that_goes_on_below_is_put_back_together():
    found = text_of(
        *((50, 100, "Agency: Ax"), (200, 100, "Client: Diana Hill"), (400, 100, "Total: 10.00")),
        (248, 111, "for TN"),
        *((50, 130, "Buyer: Lee"), (200, 130, "Office: North"), (400, 130, "Spots: 32")),
    )
    assert found == (
        "Agency: Ax  Client: Diana Hill for TN  Total: 10.00\nBuyer: Lee  Office: North  Spots: 32"
    )


def test_a_row_of_figures_is_not_taken_for_a_cell_that_goes_on():
    found = text_of(*TABLE[:6], (300, 125, "2.10"))
    assert found.splitlines()[-1] == "2.10"


def test_what_an_ocr_found_as_one_line_is_not_torn():
    found = text_of((50, 100, "NO.23 BATU 10, TAMAN"), (100, 107, "(SA0264195-T) and more"))
    assert found.splitlines() == ["NO.23 BATU 10, TAMAN", "(SA0264195-T) and more"]


def test_a_glued_word_is_split_without_a_space():
    assert text_of((50, 100, "21/05/2018TIME: noon")) == "21/05/2018TIME: noon"
    words = arrange([TextRun("21/05/2018TIME:", BBox(0, 0, 0.1, 0.1))], width=1, height=1)
    assert [(word.text, word.gap) for word in words] == [("21/05/2018", 1), ("TIME:", 0)]


def test_text_that_runs_another_way_comes_last():
    margin = TextRun("printed by Acme", BBox(0.01, 0.1, 0.02, 0.5), turned=True)
    body = TextRun("Invoice", BBox(0.2, 0.6, 0.3, 0.62))
    words = arrange([margin, body], width=WIDE, height=HIGH)
    assert [word.text for word in words] == ["Invoice", "printed", "by", "Acme"]


positions = st.tuples(
    st.integers(0, 500), st.integers(0, 700), st.text("ab1 .:-", min_size=1, max_size=12)
)


@given(st.lists(positions, max_size=25))
def test_every_character_comes_out_once_and_lines_never_fall(typed):
    loose = [
        TextRun(text, BBox(x / WIDE, y / HIGH, (x + 6 * len(text)) / WIDE, (y + 10) / HIGH))
        for x, y, text in typed
    ]
    words = arrange(loose, width=WIDE, height=HIGH)
    wanted = Counter("".join(text for _, _, text in typed).replace(" ", ""))
    assert Counter("".join(word.text for word in words)) == wanted
    assert [word.line for word in words] == sorted(word.line for word in words)


def test_a_page_of_thousands_of_lines_is_put_into_order_at_once():
    many = 6000
    loose = [TextRun("ab", BBox(0.1, at / many, 0.2, (at + 0.5) / many)) for at in range(many)]
    began = time.process_time()
    words = arrange(loose, width=WIDE, height=HIGH)
    assert time.process_time() - began < 3
    assert [word.line for word in words] == list(range(many))
