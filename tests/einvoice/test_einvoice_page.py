"""The page that is drawn of an e-invoice alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from einvoice_xml import cii, ubl

from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue
from appliance.einvoice.page import page
from appliance.einvoice.parse import parsed
from appliance.einvoice.terms import UBL


def drawn(xml: str) -> str:
    found = parsed(xml.encode())
    assert found is not None
    return page(found)


def test_a_person_reads_seller_buyer_numbers_payment_rows_and_totals_in_this_order() -> None:
    text = drawn(ubl())
    headlines = [line for line in text.splitlines() if re.fullmatch(r"[A-Z]\w+", line)]
    assert headlines == [
        "Seller", "Buyer", "Invoice", "Payment", "Notes", "Rows", "Allowances", "Charges", "Tax",
        "Totals",
    ]  # fmt: skip
    assert re.search(r"^  Name: +Muster GmbH$", text, re.M)
    assert re.search(r"^  Due date: +2026-02-28$", text, re.M)
    assert re.search(r"^  Amount due: +100\.00$", text, re.M)


def test_rows_are_a_table_whose_numbers_end_below_each_other() -> None:
    xml = ubl()
    line = re.search("<cac:InvoiceLine>.*</cac:InvoiceLine>", xml, re.DOTALL)
    assert line is not None
    other = line[0].replace("Schraube", "Mutter aus Stahl").replace(">1000<", ">5<")
    rows = drawn(xml.replace("</Invoice>", f"{other}</Invoice>")).split("\nRows\n")[1]
    head, first, _, _, second, *_ = rows.splitlines()
    assert head.split() == ["No.", "Item", "Quantity", "Unit", "Price", "Tax", "Tax", "%", "Amount"]
    assert first.index("1000") + 4 == second.index(" 5 ") + 2 == head.index("Quantity") + 8
    assert first.index("100.00") == second.index("100.00")


def test_a_long_value_goes_on_below_itself_and_loses_no_word() -> None:
    note = " ".join(f"word{number}" for number in range(60))
    text = drawn(ubl().replace("Ohne Kürzel", note))
    assert note in " ".join(text.split())
    assert max(map(len, text.splitlines())) < 110


def test_every_term_has_a_name() -> None:
    groups = (*UBL.header, *UBL.line)
    terms = {term for group in groups for term in group.terms}
    for term in terms:
        value = (TermValue(term, "said", ""),)
        of_row = term in {one for group in UBL.line for one in group.terms}
        invoice = EInvoice(
            Syntax.UBL, "", Level.LINES, () if of_row else value, (value,) if of_row else ()
        )
        assert "said" in page(invoice), term


def test_who_says_nothing_has_an_empty_page() -> None:
    assert page(EInvoice(Syntax.UBL, "", Level.LINES, ())) == ""
    assert "Rows" not in drawn(cii("urn:factur-x.eu:1p0:minimum")).split()


@pytest.mark.data
def test_every_value_of_the_suite_stands_on_its_page(data: Path) -> None:
    for path in sorted((data / "einvoices").glob("*.xml")):
        invoice = parsed(path.read_bytes())
        assert invoice is not None
        text = " ".join(page(invoice).split())
        for value in invoice.values:
            assert value.text in text, (path.name, value)
        for line in invoice.lines:
            for value in line:
                assert all(word in text for word in value.text.split()), (path.name, value)
