from dataclasses import replace
from decimal import Decimal
from math import log

import pytest
from typed_pages import document

from appliance.doctypes.expressions import parse
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.domain.prediction import Field, TokenScore
from appliance.extraction.header_repair import repaired
from appliance.fields.chunks import chunks
from appliance.fields.grounding import spans

BILL = DocType(
    "bill",
    "Bill",
    (
        FieldSpec("net", FieldType.AMOUNT, description="total before tax"),
        FieldSpec("tax", FieldType.AMOUNT, description="total of the tax"),
        FieldSpec("gross", FieldType.AMOUNT, description="total with tax"),
    ),
    checks=(parse("net + tax == gross", None, Decimal("0.02")),),
)
PAGE = "item 160,00\nnet 496,00\ntax 75,04\ngross 571,04 EUR"


def put_right(page, kind=BILL, rows=(), within=(), **said):
    """``said``: text and how sure, by field; ``rows``: of each its number; ``within``: numbers of
    the page that stand in rows."""
    paper = document(page)
    fields = [
        Field(name, text, tokens=(TokenScore(log(sure), log(sure)),))
        for name, (text, sure) in said.items()
    ]
    fields += [Field("net", text, line_item_id=at) for at, text in enumerate(rows)]
    whole = [chunks(one.words) for one in paper.pages]
    places = ((0, at) for at, word in enumerate(paper.pages[0].words) if word.text in within)
    found = repaired(paper, kind, whole, grounded(fields, whole), frozenset(places))
    assert [one for one in found if one.line_item_id is not None] == fields[len(said) :]
    return paper, {one.fieldtype: one for one in found if one.line_item_id is None}


def grounded(fields, whole):
    """Those of the header with all their places, as a model's answer has them."""
    return [
        replace(one, spans=spans(one.text, whole)) if one.text and one.line_item_id is None else one
        for one in fields
    ]


def texts(found):
    return [one.text for one in found.values()]


def test_a_number_of_the_page_that_fits_takes_the_place_of_one_that_does_not():
    paper, found = put_right(PAGE, net=("571,04", 0.6), tax=("75,04", 0.9), gross=("571,04", 0.9))
    net = found["net"]
    assert (net.text, net.instead_of) == ("496,00", "571,04")
    assert [word.text for word in net.spans[0].words(paper)] == ["496,00"]
    assert found["tax"].instead_of is found["gross"].instead_of is None


def test_what_fits_is_left_as_it_was_read():
    _, found = put_right(PAGE, net=("496,00", 0.1), tax=("75,04", 0.1), gross=("571,04", 0.1))
    assert texts(found) == ["496,00", "75,04", "571,04"]
    assert all(one.instead_of is None for one in found.values())


@pytest.mark.parametrize("net", ["160,00", None])
def test_nothing_is_put_where_no_number_of_the_page_fits_or_nothing_was_read(net):
    page = PAGE.replace("496,00", "497,00")
    _, found = put_right(page, net=(net, 0.6), tax=("75,04", 0.9), gross=("571,04", 0.9))
    assert texts(found) == [net, "75,04", "571,04"]


def test_of_two_that_could_be_wrong_it_is_the_one_that_the_model_doubted():
    page = "10,00 20,00 30,00 12,00 22,00 32,00"  # 22 + 10 == 32, and 20 + 10 == 30
    for sure, wanted in ((0.5, ["22,00", "10,00", "32,00"]), (0.9, ["20,00", "10,00", "30,00"])):
        _, found = put_right(page, net=("20,00", sure), tax=("10,00", 0.95), gross=("32,00", 0.7))
        assert texts(found) == wanted


def test_numbers_that_only_changed_places_change_back():
    _, found = put_right(PAGE, net=("571,04", 0.9), tax=("75,04", 0.9), gross=("496,00", 0.9))
    assert texts(found) == ["496,00", "75,04", "571,04"]
    assert [one.instead_of for one in found.values()] == ["571,04", None, "496,00"]


def test_words_are_no_part_of_a_number():
    """Some are units: of a quantity they may stand there. ``M678`` is a code."""
    fields = tuple(replace(one, type=FieldType.QUANTITY) for one in BILL.fields)
    _, found = put_right(
        "M678 good 678 scrap 14 total 692",
        replace(BILL, fields=fields),
        net=("692", 0.1),
        tax=("14", 0.9),
        gross=("692", 0.9),
    )
    assert texts(found) == ["678", "14", "692"]


def test_numbers_change_places_around_one_of_the_page():
    """The net total was read as the gross one: it makes room for that of the page."""
    _, found = put_right(
        "net -820,22 tax -92,00 gross -912,22",
        net=("-912,22", 0.9),
        tax=("-92,00", 0.9),
        gross=("-92,00", 0.9),
    )
    assert texts(found) == ["-820,22", "-92,00", "-912,22"]
    assert [one.instead_of for one in found.values()] == ["-912,22", None, "-92,00"]


def test_summands_go_down_where_nothing_else_says_which_is_which():
    """Even where the model doubted the net total more than the tax."""
    _, found = put_right(
        "net 4741,31 tax 1090,50 gross 5831,81",
        net=("4741,31", 0.1),
        tax=("4741,31", 0.9),
        gross=("1090,50", 0.1),
    )
    assert texts(found) == ["4741,31", "1090,50", "5831,81"]


def test_what_holds_with_its_summands_going_up_changes_places():
    _, found = put_right(PAGE, net=("75,04", 0.9), tax=("496,00", 0.9), gross=("571,04", 0.9))
    assert texts(found) == ["496,00", "75,04", "571,04"]
    assert [one.instead_of for one in found.values()] == ["75,04", "496,00", None]


def test_only_what_is_added_is_ranked():
    """What is taken away may be less than what is left."""
    kind = replace(BILL, checks=(parse("gross - tax == net", None, Decimal("0.02")),))
    _, found = put_right(
        "496,00 75,04 571,04", kind, net=("75,04", 0.9), tax=("496,00", 0.9), gross=("571,04", 0.9)
    )
    assert texts(found) == ["75,04", "496,00", "571,04"]


def test_one_that_was_not_read_is_found_by_the_others():
    _, found = put_right(PAGE, net=(None, 0.5), tax=("75,04", 0.9), gross=("496,00", 0.9))
    assert texts(found) == ["496,00", "75,04", "571,04"]
    assert [one.instead_of for one in found.values()] == ["", None, "496,00"]
    _, found = put_right(PAGE, net=(None, 0.5), tax=("75,04", 0.9), gross=(None, 0.9))
    assert texts(found) == [None, "75,04", None]


ROWS = TableSpec("rows", (FieldSpec("net", FieldType.AMOUNT),))
WITH_ROWS = replace(BILL, items=ROWS, checks=(parse("sum(rows.net) == net", ROWS, Decimal(0)),))


@pytest.mark.parametrize(
    ("rows", "net"),
    [
        (["160,00", "336,00"], "496,00"),
        (["496,00"], "75,04"),
        (["160,00", None, "336,00"], "75,04"),
        ([], "75,04"),
    ],
)
def test_what_rows_sum_up_to_takes_the_place_of_what_does_not(rows, net):
    """Of two rows or more, none of which lacks its number: one only copies."""
    _, found = put_right(PAGE, WITH_ROWS, rows, net=("75,04", 0.9), tax=(None, 1), gross=(None, 1))
    assert texts(found) == [net, None, None]


@pytest.mark.parametrize(
    ("page", "rows", "read", "net"),
    [
        ("65", ["30", "35"], "12", "65"),
        ("35", ["30", "5"], "12", "12"),
        ("65", ["30", "35"], None, "65"),
        ("35", ["30", "5"], None, None),
        ("64", ["30", "35"], None, None),
    ],
)
def test_rows_speak_for_what_the_page_says_and_for_no_small_number(page, rows, read, net):
    _, found = put_right(page, WITH_ROWS, rows, net=(read, 0.9), tax=(None, 1), gross=(None, 1))
    assert found["net"].text == net


def test_what_holds_within_the_header_is_not_doubted_for_rows():
    kind = replace(WITH_ROWS, checks=WITH_ROWS.checks + BILL.checks)
    said = {"net": ("496,00", 0.1), "tax": ("75,04", 0.9), "gross": ("571,04", 0.9)}
    _, found = put_right(PAGE, kind, ["75,04", "84,96"], **said)
    assert texts(found) == ["496,00", "75,04", "571,04"]


def test_nothing_is_no_number_that_fits():
    """It stands on nearly every page."""
    _, found = put_right(
        "0,00 571,04 75,04", net=("571,04", 0.9), tax=("75,04", 0.2), gross=("571,04", 0.9)
    )
    assert texts(found) == ["571,04", "75,04", "571,04"]


@pytest.mark.parametrize("page", ["net 1 496,00 tax 75,04", "net 1.496,00 tax 75,04"])
def test_a_number_may_be_written_in_groups(page):
    _, found = put_right(
        f"{page} gross 1.571,04", net=("75,04", 0.3), tax=("75,04", 0.9), gross=("1.571,04", 0.9)
    )
    assert found["net"].text == page.removeprefix("net ").removesuffix(" tax 75,04")


def test_a_negative_number_fits_with_its_sign():
    _, found = put_right(
        "-2,90 -7,67 -1,12 -8,79", net=("-2,90", 0.3), tax=("-1,12", 0.9), gross=("-8,79", 0.9)
    )
    assert found["net"].text == "-7,67"


@pytest.mark.parametrize("check", ["net == gross", "net + tax <= gross"])
def test_within_the_header_only_an_equation_of_three_numbers_is_a_reason(check):
    """One of two says that a number was copied: it may stand there by chance."""
    kind = replace(BILL, checks=(parse(check, None, Decimal("0.02")),))
    _, found = put_right(PAGE, kind, net=("571,04", 0.2), tax=("75,04", 0.9), gross=("496,00", 0.9))
    assert texts(found) == ["571,04", "75,04", "496,00"]


INVOICE = "bolts 60,00 nuts 30,00 nails 5,00 goods 95,00 net 100,00 tax 19,00 gross 119,00"
"""Charges of 5,00 are between the goods and the net total."""
IN_ROWS = ("60,00", "30,00", "5,00")


def test_where_nothing_fits_that_was_read_three_numbers_of_the_page_do():
    _, found = put_right(
        INVOICE,
        within=IN_ROWS,
        rows=IN_ROWS,
        net=("95,00", 0.9),
        tax=("60,00", 0.9),
        gross=("?", 1),
    )
    assert texts(found) == ["100,00", "19,00", "119,00"]
    assert [one.instead_of for one in found.values()] == ["95,00", "60,00", "?"]


def test_what_rows_alone_say_is_no_number_of_the_header_even_where_it_fits():
    said = {"net": ("30,00", 0.9), "tax": ("30,00", 0.9), "gross": ("60,00", 0.9)}
    _, found = put_right(INVOICE, within=IN_ROWS, rows=IN_ROWS, **said)
    assert texts(found) == ["100,00", "19,00", "119,00"]
    _, found = put_right(INVOICE, within=IN_ROWS, rows=IN_ROWS[:1], **said)
    assert texts(found) == ["30,00", "30,00", "60,00"]  # a single row may be the only place


def test_of_several_that_fit_the_greatest_are_meant_but_for_those_that_the_rows_say():
    page = "300,00 20,00 320,00 100,00 19,00 119,00"
    said = {"net": ("7,00", 0.9), "tax": ("8,00", 0.9), "gross": ("9,00", 0.9)}
    _, found = put_right(page, **said)
    assert texts(found) == ["300,00", "20,00", "320,00"]
    kind = replace(WITH_ROWS, checks=WITH_ROWS.checks + BILL.checks)
    _, found = put_right(page, kind, ["60,00", "40,00"], **said)
    assert texts(found) == ["100,00", "19,00", "119,00"]


def test_what_the_rows_add_up_to_comes_before_what_was_read():
    kind = replace(WITH_ROWS, checks=WITH_ROWS.checks + BILL.checks)
    page = "100,00 19,00 119,00 90,00 29,00"
    said = {"net": ("119,00", 0.9), "tax": ("29,00", 0.9), "gross": ("90,00", 0.9)}
    assert texts(put_right(page, kind, **said)[1]) == ["90,00", "29,00", "119,00"]
    assert texts(put_right(page, kind, ["60,00", "40,00"], **said)[1]) == [
        "100,00",
        "19,00",
        "119,00",
    ]


@pytest.mark.parametrize(
    "page",
    [
        "10,00 20,00 30,00",  # small ones fit by chance
        "net 587451236586 box 01 gross 587451236587,00",  # not written alike
        "100,00 19,00 119,00 " + " ".join(f"{at},50" for at in range(200)),  # too many
    ],
)
def test_numbers_that_fit_by_chance_are_not_taken(page):
    said = {"net": ("7,00", 0.9), "tax": ("8,00", 0.9), "gross": ("9,00", 0.9)}
    _, found = put_right(page, **said)
    assert texts(found) == ["7,00", "8,00", "9,00"]


def test_what_was_left_empty_twice_stays_empty():
    _, found = put_right(INVOICE, net=(None, 0.9), tax=(None, 0.9), gross=("95,00", 0.9))
    assert texts(found) == [None, None, "95,00"]


def test_what_holds_with_its_summands_going_up_is_not_replaced_by_the_page():
    page = "tax 100,00 net 80,00 gross 180,00 paid 500,00 change 320,00"
    _, found = put_right(page, net=("80,00", 0.9), tax=("100,00", 0.9), gross=("180,00", 0.9))
    assert sorted(texts(found)) == ["100,00", "180,00", "80,00"]
