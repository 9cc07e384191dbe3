"""Records whose labels come again and again, as in the boxes of customs forms, are rows."""

from __future__ import annotations

from appliance.domain.document import Document
from appliance.tables.blocks import block_table
from appliance.tables.page_lines import lines_of, width_of
from appliance.tables.table import Table
from tests.tables.drawn import drawn, heads, said


def found(document: Document) -> Table | None:
    pages = document.pages
    return block_table(document, [lines_of(page) for page in pages], [width_of(p) for p in pages])


def table(document: Document) -> Table:
    one = found(document)
    assert one is not None
    return one


BOXES = """
    1 Declaration            6 Total packages
      IM A                     15

    31 Packages and goods    32 Item     33 Commodity code
      4 cartons                1           84821010
      Ball bearing           35 Gross mass   38 Net mass
                               740,350         693,250
    31 Packages and goods    32 Item     33 Commodity code
      11 cartons               2           73181588
      Hex bolt M10           35 Gross mass   38 Net mass
                               25,700          19,500
    D Customs office         54 Place and date
      Released                 Sheffield, 02/10/2026
"""


def test_each_block_is_a_row_of_what_stands_below_its_labels() -> None:
    document = drawn(BOXES)
    rows = table(document)
    assert rows.in_blocks
    assert heads(document, rows) == [
        "31 Packages and goods",
        "32 Item",
        "33 Commodity code",
        "35 Gross mass",
        "38 Net mass",
    ]
    assert said(document, rows) == [
        ["4 cartons / Ball bearing", "1", "84821010", "740,350", "693,250"],
        ["11 cartons / Hex bolt M10", "2", "73181588", "25,700", "19,500"],
    ]


def test_values_stand_beside_their_labels_as_well() -> None:
    document = drawn(
        """
    Article: Hexagonal bolt    Quantity: 10
    Charge:  A-4711            Weight:   2,5 kg

    Article: Washer            Quantity: 200
    Charge:  B-0815            Weight:   0,1 kg
    """
    )
    rows = table(document)
    assert heads(document, rows) == ["Article:", "Quantity:", "Charge:", "Weight:"]
    assert said(document, rows) == [
        ["Hexagonal bolt", "10", "A-4711", "2,5 kg"],
        ["Washer", "200", "B-0815", "0,1 kg"],
    ]


def test_a_value_that_is_the_same_in_every_block_is_no_label() -> None:
    document = drawn(BOXES.replace("11 cartons", "4 cartons "))
    assert [row[0] for row in said(document, table(document))] == [
        "4 cartons / Ball bearing",
        "4 cartons / Hex bolt M10",
    ]


def test_goods_that_are_the_same_in_every_block_are_no_label_either() -> None:
    document = drawn(BOXES.replace("Hex bolt M10", "Ball bearing"))
    assert [row[0] for row in said(document, table(document))] == [
        "4 cartons / Ball bearing",
        "11 cartons / Ball bearing",
    ]


def test_blocks_go_on_over_pages_and_the_last_ends_where_others_do() -> None:
    first, second = BOXES, "\n".join(BOXES.splitlines()[4:8] + BOXES.splitlines()[12:])
    document = drawn(first, second.replace("84821010", "39201040"))
    rows = said(document, table(document))
    assert [row[2] for row in rows] == ["84821010", "73181588", "39201040"]
    assert rows[2] == ["4 cartons / Ball bearing", "1", "39201040", "740,350", "693,250"]


def test_a_label_that_the_scan_glued_to_the_one_before_it_is_cut_out() -> None:
    document = drawn(
        """
    32 Article No  33 Commodity code     35 Gross mass
       1              84821010              740,350
    32  Article No 33 Commodity code     35 Gross mass
       2              73181588              25,700
    32 Article No  33 Commodity code     35 Gross mass
       3              39201040              1,100
    32 Article No  33 Commodity code     35 Gross mass
       4              40103100              2,200
    """
    )
    rows = table(document)
    assert heads(document, rows) == ["32 Article No", "33 Commodity code", "35 Gross mass"]
    assert said(document, rows) == [
        ["1", "84821010", "740,350"],
        ["2", "73181588", "25,700"],
        ["3", "39201040", "1,100"],
        ["4", "40103100", "2,200"],
    ]


def test_a_page_with_one_block_or_with_two_labels_has_none() -> None:
    assert found(drawn("\n".join(BOXES.splitlines()[:8]))) is None
    assert found(drawn("Article: bolt\nPrice: 1,00\n\nArticle: nut\nPrice: 2,00")) is None


def test_a_page_of_nothing_but_labels_and_one_of_too_many_have_none() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    labels = "  ".join(f"L{one}x" for one in letters)
    assert found(drawn("\n".join([labels] * 40))) is None

    def block(first: str, many: int) -> str:
        lines = (
            "   ".join(f"{first}{one}{letters[line]}: {line}" for one in letters[:8])
            for line in range(many // 8)
        )
        return "\n".join(lines)

    assert found(drawn("\n".join([block("T", 24)] * 3))) is not None
    assert found(drawn("\n".join([block("T", 32)] * 3))) is None


def test_what_heads_every_page_is_no_record() -> None:
    page = """
    Invoice: 4711     Date: 2026-01-02     Customer: 10023
    Page: {}

    Bolts and nuts of many sorts
    """
    assert found(drawn(page.format(1), page.format(2), page.format(3))) is None
