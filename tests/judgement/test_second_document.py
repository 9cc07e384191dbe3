from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from paper import answer, document, prediction

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.fields.style import WritingStyle
from appliance.judgement.second_document import second_document

ROWS = TableSpec("rows", (FieldSpec("description"), FieldSpec("amount", FieldType.AMOUNT)))
INVOICE = DocType(
    name="invoice",
    title="Invoice",
    fields=tuple(FieldSpec(name, FieldType.AMOUNT) for name in ("net", "tax", "gross")),
    items=ROWS,
    checks=(parse("net + tax == gross", ROWS, Decimal("0.02")),),
)
SUMS = ("Net 1000.50", "Tax 190.10", "Gross 1190.60")


def told(*lines: str, gross: str = "1190.60", rows: tuple[str, ...] = ()) -> str:
    page = document(*SUMS, *lines)
    header = zip(("net", "tax", "gross"), ("1000.50", "190.10", gross), strict=True)
    fields = [answer(page, name, text) for name, text in header]
    cells = [answer(page, "amount", text, row=at) for at, text in enumerate(rows)]
    style = WritingStyle(decimal=".")
    found = second_document(page, INVOICE, prediction(*fields, *cells), style)
    assert all(one.code == BlockerCode.SECOND_DOCUMENT and one.fieldtype is None for one in found)
    return " ".join(one.message for one in found)


@pytest.mark.parametrize("net", ["9869.58", "93.16"])
def test_an_invoice_in_the_margin_is_told(net: str) -> None:
    tax = (Decimal(net) / 5).quantize(Decimal("0.01"))
    said = told(f"Invoice ZX-1 net {net} tax {tax} gross {Decimal(net) + tax}")
    assert said == (
        f"the pages also add up {net} + {tax} = {Decimal(net) + tax}: is there a second document?"
    )


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("to be paid 1190.60 of 1000.50 and 190.10",),
        ("at 19 % 900.45 171.09 1071.54", "at 19 % 100.05 19.01 119.06"),
        ("by chance 612.40 77.31 689.71",),
        ("points 100 20 120",),
        ("discount 1000.50 200.10 1200.60",),
        ("discount 60.00 -1.80 58.20",),
    ],
    ids=["alone", "twice", "by rates", "no rate", "whole numbers", "shares a number", "less"],
)
def test_other_sums_of_the_same_invoice_are_not(lines: tuple[str, ...]) -> None:
    assert told(*lines) == ""


def test_what_stands_in_rows_is_not() -> None:
    lines = ("Bolts 800.40 160.08 960.48", "Nuts 200.10 40.02 240.12")
    assert told(*lines)
    assert told(*lines, rows=("800.40", "200.10")) == ""


def test_nothing_is_said_where_the_sums_do_not_hold() -> None:
    assert told("Invoice ZX-1 net 9869.58 tax 1973.92 gross 11843.50", gross="190.10") == ""


def test_a_type_whose_check_takes_one_number_from_another_asks_for_none() -> None:
    kind = replace(INVOICE, checks=(parse("gross - tax == net", ROWS, Decimal("0.02")),))
    page = document(*SUMS, "Invoice ZX-1 net 9869.58 tax 1973.92 gross 11843.50")
    said = zip(("net", "tax", "gross"), ("1000.50", "190.10", "1190.60"), strict=True)
    fields = prediction(*(answer(page, name, text) for name, text in said))
    assert second_document(page, kind, fields, WritingStyle(decimal=".")) == ()


DATED = DocType(
    name="invoice",
    title="Invoice",
    fields=(FieldSpec("number", FieldType.CODE), FieldSpec("issued", FieldType.DATE)),
    items=ROWS,
    number="number",
)
DAY = "30 March 2026"


def told_of_days(*lines: str, rows: tuple[str, ...] = (), kind: DocType = DATED) -> str:
    page = document(*lines)
    said = [answer(page, "number", "INV-7"), answer(page, "issued", DAY)]
    cells = [answer(page, "description", text, row=at) for at, text in enumerate(rows)]
    style = WritingStyle(decimal=".")
    found = second_document(page, kind, prediction(*said, *cells), style)
    return " ".join(one.message for one in found)


@pytest.mark.parametrize(
    "lines",
    [(f"INV-7 Invoice date: {DAY}",), ("INV-7", "Invoice date", DAY)],
    ids=["left", "above"],
)
def test_an_invoice_at_the_foot_is_told_by_its_date(lines: tuple[str, ...]) -> None:
    assert told_of_days(*lines, "Invoice no. ZX-1 Invoice date 22.08.2027") == (
        'the pages also say 22.08.2027 under "invoice date": is there a second document?'
    )


@pytest.mark.parametrize(
    "lines",
    [
        (f"Invoice date {DAY}", "page 2 Invoice date 30/03/2026"),
        (f"Invoice date {DAY}", "Due date 22.08.2027"),
        (f"Date {DAY}", "Date 22.08.2027"),
        (f"Start date {DAY}", "Start date 22.08.2027", "Start date 29.08.2027"),
    ],
    ids=["same day", "other words", "words of any day", "list"],
)
def test_other_days_of_the_same_invoice_are_not(lines: tuple[str, ...]) -> None:
    assert told_of_days("INV-7", *lines) == ""


def test_days_of_rows_and_of_papers_without_a_number_are_not() -> None:
    lines = ("INV-7", f"Start date {DAY}", "Start date 22.08.2027 Spot")
    assert told_of_days(*lines)
    assert told_of_days(*lines, rows=("Spot",)) == ""
    assert told_of_days(*lines, kind=replace(DATED, number=None)) == ""
