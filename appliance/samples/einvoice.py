"""The same invoice for programs: UN/CEFACT CII as EN 16931 has it, alone or inside the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import facturx

from appliance.samples.invoice import Invoice, InvoiceLine, Party
from appliance.samples.language import Language
from appliance.samples.renderings import Copy

HYBRID, XML = "hybrid", "xml"
"""Renderings of an e-invoice: inside the PDF, and alone."""

EN16931 = "urn:cen.eu:en16931:2017"
XRECHNUNG = f"{EN16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
"""Profiles, as BT-24 names them."""

_INVOICE, _CREDIT_NOTE = "380", "381"
_TRANSFER, _PIECE, _TAXED = "58", "C62", "S"
"""Codes of UNTDID 4461 (SEPA credit transfer), UN/ECE 20 (one) and UNTDID 5305 (standard rate)."""
_SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}

Node = ElementTree.Element


def rendered(invoice: Invoice, language: Language, pdf: bytes, rendering: str) -> Copy:
    if rendering == HYBRID:
        return Copy(hybrid(pdf, xml(invoice, language)), ".pdf")
    return Copy(xml(invoice, language, profile=XRECHNUNG), ".xml")


def hybrid(pdf: bytes, xml: bytes) -> bytes:
    """Factur-X: a PDF/A-3 with both."""
    made = facturx.generate_from_binary(
        pdf, xml, flavor="factur-x", level="en16931", check_schematron=False
    )
    assert isinstance(made, bytes)
    return made


def xml(invoice: Invoice, language: Language, *, profile: str = EN16931) -> bytes:
    """What a credit note takes back is above zero in it, as the standard wants."""
    for prefix, space in _SPACES.items():
        ElementTree.register_namespace(prefix, space)
    written = _Written(invoice, language).invoice(profile)
    found: bytes = ElementTree.tostring(written, encoding="utf-8", xml_declaration=True)
    return found


class _Written:
    def __init__(self, invoice: Invoice, language: Language) -> None:
        self._invoice = invoice
        self._language = language

    def invoice(self, profile: str) -> Node:
        one = self._invoice
        kind = _CREDIT_NOTE if one.credit else _INVOICE
        return _node(
            "rsm:CrossIndustryInvoice",
            _node(
                "rsm:ExchangedDocumentContext",
                _node("GuidelineSpecifiedDocumentContextParameter", _node("ID", profile)),
            ),
            _node(
                "rsm:ExchangedDocument",
                _node("ID", one.number),
                _node("TypeCode", kind),
                _node("IssueDateTime", _day(one.day)),
            ),
            _node(
                "rsm:SupplyChainTradeTransaction",
                *(self._line(number, line) for number, line in enumerate(one.lines, 1)),
                self._agreement(),
                _node(
                    "ApplicableHeaderTradeDelivery",
                    _node(
                        "ActualDeliverySupplyChainEvent",
                        _node("OccurrenceDateTime", _day(one.delivered)),
                    ),
                ),
                _node("ApplicableHeaderTradeSettlement", *self._settlement()),
            ),
        )

    def _line(self, number: int, line: InvoiceLine) -> Node:
        return _node(
            "IncludedSupplyChainTradeLineItem",
            _node("AssociatedDocumentLineDocument", _node("LineID", str(number))),
            _node(
                "SpecifiedTradeProduct",
                *([_node("SellerAssignedID", line.article)] if line.article else []),
                _node("Name", line.description),
            ),
            _node(
                "SpecifiedLineTradeAgreement",
                _node("NetPriceProductTradePrice", _node("ChargeAmount", f"{line.unit_price:f}")),
            ),
            _node(
                "SpecifiedLineTradeDelivery",
                _node("BilledQuantity", f"{abs(line.quantity):f}", unitCode=_PIECE),
            ),
            _node(
                "SpecifiedLineTradeSettlement",
                _node("ApplicableTradeTax", *_rate(line.rate)),
                _node(
                    "SpecifiedTradeSettlementLineMonetarySummation",
                    _node("LineTotalAmount", _amount(line.net)),
                ),
            ),
        )

    def _agreement(self) -> Node:
        one = self._invoice
        return _node(
            "ApplicableHeaderTradeAgreement",
            _node("SellerTradeParty", *self._party(one.supplier)),
            _node("BuyerTradeParty", *self._party(one.buyer)),
            _node("BuyerOrderReferencedDocument", _node("IssuerAssignedID", one.order)),
        )

    def _party(self, party: Party) -> Iterator[Node]:
        country = party.vat_id[:2].upper() or self._language.country
        yield _node("Name", party.name)
        yield _node(
            "PostalTradeAddress",
            _node("LineOne", party.street),
            _node("CityName", party.town),
            _node("CountryID", country),
        )
        yield _node("SpecifiedTaxRegistration", _node("ID", party.vat_id, schemeID="VA"))

    def _settlement(self) -> Iterator[Node]:
        one, currency = self._invoice, self._language.currency
        yield _node("InvoiceCurrencyCode", currency)
        yield _node(
            "SpecifiedTradeSettlementPaymentMeans",
            _node("TypeCode", _TRANSFER),
            _node("PayeePartyCreditorFinancialAccount", _node("IBANID", one.iban.replace(" ", ""))),
        )
        for rate, (base, tax) in one.taxes.items():
            kind, category, percent = _rate(rate)
            yield _node(
                "ApplicableTradeTax",
                _node("CalculatedAmount", _amount(tax)),
                kind,
                _node("BasisAmount", _amount(base)),
                category,
                percent,
            )
        yield _node("SpecifiedTradePaymentTerms", _node("DueDateDateTime", _day(one.due)))
        yield _node(
            "SpecifiedTradeSettlementHeaderMonetarySummation",
            _node("LineTotalAmount", _amount(one.net)),
            _node("TaxBasisTotalAmount", _amount(one.net)),
            _node("TaxTotalAmount", _amount(one.tax), currencyID=currency),
            _node("GrandTotalAmount", _amount(one.gross)),
            _node("DuePayableAmount", _amount(one.gross)),
        )


def _rate(percent: Decimal) -> tuple[Node, Node, Node]:
    return (
        _node("TypeCode", "VAT"),
        _node("CategoryCode", _TAXED),
        _node("RateApplicablePercent", f"{percent:f}"),
    )


def _day(day: date) -> Node:
    return _node("udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _amount(amount: Decimal) -> str:
    return f"{abs(amount):.2f}"


def _node(name: str, *inside: Node | str, **attributes: str) -> Node:
    """``ram`` is the name space of those that name none."""
    prefix, _, local = name.rpartition(":")
    node = Node(f"{{{_SPACES[prefix or 'ram']}}}{local}", attributes)
    for one in inside:
        if isinstance(one, str):
            node.text = one
        else:
            node.append(one)
    return node
