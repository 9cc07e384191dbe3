from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from paper import answer, document, prediction

from appliance.doctypes.expressions import parse
from appliance.domain.blockers import BlockerCode
from appliance.domain.doctype import DocType, FieldSpec, FieldType, TableSpec
from appliance.fields.style import WritingStyle
from appliance.judgement.second_sums import second_sums

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
    found = second_sums(page, INVOICE, prediction(*fields, *cells), style)
    assert all(one.code == BlockerCode.SECOND_SUMS and one.fieldtype is None for one in found)
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
    assert second_sums(page, kind, fields, WritingStyle(decimal=".")) == ()
