"""Values stand where the tables of terms say, and under their terms."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from einvoice_xml import PEPPOL, cii, credit_note, ubl
from lxml import etree

from appliance.domain.einvoice import EInvoice, Level, Syntax, TermValue, is_term
from appliance.einvoice.parse import parsed, promises_einvoice
from appliance.einvoice.terms import CII, ROOTS, UBL, ZUGFERD_1


def read(xml: str | bytes) -> EInvoice:
    found = parsed(xml.encode() if isinstance(xml, str) else xml)
    assert found is not None
    return found


def said(values: tuple[TermValue, ...], term: str) -> list[str]:
    return [value.text for value in values if value.term == term]


def test_what_an_invoice_says_stands_under_its_terms() -> None:
    invoice = read(ubl())
    expected = {
        "BT-1": ["RE-1"],
        "BT-2": ["2026-01-31"],
        "BT-9": ["2026-02-28"],
        "BT-21": ["AAI"],
        "BT-22": ["Vielen Dank", "Ohne Kürzel"],
        "BT-24": [PEPPOL],
        "BT-27": ["Muster GmbH"],
        "BT-29": ["4711"],
        "BT-31": ["DE123456788"],
        "BT-32": ["201/123"],
        "BT-44": ["Käufer AG"],
        "BT-82": ["Transfer"],
        "BT-84": ["DE02120300000000202051", "DE75512108001245126199"],
        "BT-90": ["DE98ZZZ"],
        "BT-92": ["10.00"],
        "BT-99": ["5.00"],
        "BT-110": ["18.05"],
        "BT-111": ["200.00"],
        "BT-114": ["-0.05"],
        "BT-116": ["95.00"],
    }
    assert {term: said(invoice.values, term) for term in expected} == expected
    (line,) = invoice.lines
    assert [said(line, f"BT-{term}") for term in (126, 129, 130, 146, 149, 153)] == [
        ["1"], ["1000"], ["C62"], ["10.00"], ["100"], ["Schraube"],
    ]  # fmt: skip
    assert (invoice.syntax, invoice.level, invoice.faults) == (Syntax.UBL, Level.LINES, ())


def test_of_groups_that_repeat_each_value_knows_its_own() -> None:
    accounts = [value for value in read(ubl()).values if value.term in {"BT-81", "BT-84"}]
    assert [(value.term, value.group) for value in accounts] == [
        ("BT-81", 0), ("BT-84", 0), ("BT-81", 1), ("BT-84", 1),
    ]  # fmt: skip


def test_a_credit_note_is_read_under_the_names_that_it_has() -> None:
    note = read(credit_note())
    assert [said(note.values, term) for term in ("BT-3", "BT-9")] == [["381"], ["2026-02-28"]]
    assert said(note.lines[0], "BT-129") == ["1000"]
    assert note.faults == ()
    assert note.values[0].xpath == "/cn:CreditNote/cbc:ID[1]"


@pytest.mark.parametrize(
    "profile, level",
    [
        ("urn:factur-x.eu:1p0:minimum", Level.MINIMUM),
        ("urn:zugferd.de:2p0:minimum", Level.MINIMUM),
        ("urn:factur-x.eu:1p0:basicwl", Level.HEADER),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", Level.LINES),
        ("urn:cen.eu:en16931:2017:compliant:factur-x.eu:1p0:basic", Level.LINES),
        ("urn:cen.eu:en16931:2017", Level.LINES),
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", Level.LINES),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", Level.LINES),
        (PEPPOL, Level.LINES),
    ],
)
def test_the_profile_says_how_much_could_be_said(profile: str, level: Level) -> None:
    invoice = read(cii(profile))
    assert (invoice.profile, invoice.level) == (profile, level)


def test_the_least_profile_is_valid_and_its_amount_due_may_be_less_than_its_total() -> None:
    invoice = read(cii("urn:factur-x.eu:1p0:minimum"))
    assert invoice.faults == ()
    assert said(invoice.values, "BT-2") == ["2026-01-31"]
    assert said(invoice.values, "BT-31") == ["FR11123456782"]


def test_freight_of_the_extended_profile_is_a_charge_beside_the_others() -> None:
    charge = (
        "<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>true"
        "</udt:Indicator></ram:ChargeIndicator><ram:ActualAmount>2.00</ram:ActualAmount>"
        "</ram:SpecifiedTradeAllowanceCharge>"
    )
    freight = (
        "<ram:SpecifiedLogisticsServiceCharge><ram:Description>Fracht</ram:Description>"
        "<ram:AppliedAmount>3.00</ram:AppliedAmount></ram:SpecifiedLogisticsServiceCharge>"
    )
    totals = "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    extended = cii("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended")
    invoice = read(extended.replace(totals, charge + freight + totals))
    charges = [(one.text, one.group) for one in invoice.values if one.term == "BT-99"]
    assert charges == [("2.00", 0), ("3.00", 1)]
    assert said(invoice.values, "BT-104") == ["Fracht"]
    assert "The charges add up to 5.00, the invoice says 0.00 (BR-CO-12)." in invoice.faults


def test_an_element_out_of_its_place_breaks_the_schema_in_words_without_namespaces() -> None:
    (fault,) = read(ubl().replace("2026-01-31", "31.01.2026")).faults
    assert fault.startswith("It breaks the schema of its format: Element 'IssueDate': '31.01.2026'")


def test_xml_of_another_kind_is_no_einvoice() -> None:
    order = ubl().replace("Invoice-2", "Order-2").replace("<Invoice", "<Order")
    assert not promises_einvoice(order.encode())
    assert parsed(order.replace("</Invoice>", "</Order>").encode()) is None
    wrapped = f"<Envelope>{ubl().partition('?>')[2]}</Envelope>"
    assert not promises_einvoice(wrapped.encode())
    assert parsed(wrapped.encode()) is None


@pytest.mark.parametrize(
    "before", ["", "\n", "<!-- <a> -->", "<?pi?>", "<!DOCTYPE Invoice [<!ENTITY a '<b>'>]>\n"]
)
def test_an_einvoice_is_known_by_its_root_whatever_stands_before_it(before: str) -> None:
    bare = before + ubl().partition("?>")[2].lstrip()
    assert promises_einvoice(bare.encode())
    assert promises_einvoice(bare.encode("utf-8-sig"))
    assert promises_einvoice(bare.encode("utf-16"))
    assert promises_einvoice(cii("x").encode())


def test_every_term_of_the_tables_is_one_of_the_standard_and_both_syntaxes_know_it() -> None:
    of_ubl, of_cii, of_zugferd = (
        {term for group in (*binding.header, *binding.line) for term in group.terms}
        for binding in (UBL, CII, ZUGFERD_1)
    )
    assert of_ubl == of_cii == of_zugferd
    assert all(map(is_term, of_ubl))
    assert len(of_ubl) == 163  # there is no BT-4, and BT-125 is an attached file


AMOUNTS = {92, 93, 94, 96, 99, 100, 101, 103, *range(106, 118), 119, 129, 131}
AMOUNTS |= {136, 137, 138, 141, 142, 143, 146, 147, 148, 149, 152}


def compared(values: tuple[TermValue, ...]) -> set[tuple[str, str]]:
    """Numbers by what they are worth."""
    return {
        (value.term, f"{Decimal(value.text).normalize():f}")
        if int(value.term[3:]) in AMOUNTS
        else (value.term, value.text)
        for value in values
    }


DIFFERENT = {
    **dict.fromkeys(("01.02", "01.08", "01.09", "01.10", "01.11", "01.12", "01.13"), {"BT-13"}),
    "01.20": {"BT-35", "BT-37", "BT-107", "BT-108", "BT-113"},
    "01.21": {"BT-31", "BT-82", "BT-107", "BT-120"},
    **dict.fromkeys(("02.01", "02.02", "02.03", "02.04"), {"BT-114"}),
    "03.01": {"BT-45"},
    "03.06": {"BT-37", "BT-38", "BT-52", "BT-53"},
    "03.07": {"BT-29", "BT-61", "BT-114"},
}
"""Terms of the header that the two files of a case say differently: a dummy where UBL wants a
purchase order, amounts of zero that one leaves out, cities and post codes in each other's place."""


@pytest.mark.data
def test_both_files_of_a_case_say_the_same_but_where_the_files_differ(data: Path) -> None:
    of_ubl = sorted((data / "einvoices").glob("standard__*_ubl.xml"))
    assert len(of_ubl) == 33
    different = {}
    for path in of_ubl:
        one = read(path.read_bytes())
        other = read(path.with_name(path.name.replace("_ubl", "_uncefact")).read_bytes())
        found = compared(one.values) ^ compared(other.values)
        if found:
            different[path.name[10:15]] = {term for term, _ in found}
        assert list(map(compared, one.lines)) == list(map(compared, other.lines)), path.name
    assert different == DIFFERENT


@pytest.mark.data
def test_all_of_the_suite_is_read_and_each_path_selects_its_value_again(data: Path) -> None:
    paths = sorted((data / "einvoices").glob("*.xml"))
    assert len(paths) == 72
    faulty = {}
    for path in paths:
        invoice = read(path.read_bytes())
        faulty[path.name] = invoice.faults
        root = etree.fromstring(path.read_bytes(), etree.XMLParser(remove_comments=True))
        namespaces = dict(ROOTS[root.tag].namespaces)
        for value in (*invoice.values, *(one for line in invoice.lines for one in line)):
            (found,) = root.xpath(value.xpath, namespaces=namespaces)
            text = " ".join((found if isinstance(found, str) else found.text).split())
            assert value.text.replace("-", "") in text.replace("-", ""), value
    assert {name: len(faults) for name, faults in faulty.items() if faults} == {
        "extension__05.01a-INVOICE_ubl.xml": 2  # third parties are paid
    }
