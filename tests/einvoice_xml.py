"""Small e-invoices in each syntax."""

from __future__ import annotations

_OASIS = "urn:oasis:names:specification:ubl:schema:xsd:"
UBL_ROOT = (
    f'xmlns="{_OASIS}Invoice-2" xmlns:cac="{_OASIS}CommonAggregateComponents-2"'
    f' xmlns:cbc="{_OASIS}CommonBasicComponents-2"'
)
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"


def ubl(profile: str = PEPPOL) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice {UBL_ROOT}>
<cbc:CustomizationID>{profile}</cbc:CustomizationID>
<cbc:ID>RE-1</cbc:ID>
<cbc:IssueDate>2026-01-31</cbc:IssueDate>
<cbc:DueDate>2026-02-28+01:00</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:Note>#AAI#Vielen
  Dank</cbc:Note>
<cbc:Note>Ohne Kürzel</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>
<cac:AccountingSupplierParty><cac:Party>
  <cac:PartyIdentification><cbc:ID>4711</cbc:ID></cac:PartyIdentification>
  <cac:PartyIdentification><cbc:ID schemeID="SEPA">DE98ZZZ</cbc:ID></cac:PartyIdentification>
  <cac:PartyTaxScheme><cbc:CompanyID>201/123</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyTaxScheme><cbc:CompanyID>DE123456788</cbc:CompanyID>
    <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>Muster<!-- so --> GmbH</cbc:RegistrationName>
  </cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity>
  <cbc:RegistrationName>Käufer AG</cbc:RegistrationName>
</cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode name="Transfer">58</cbc:PaymentMeansCode>
  <cac:PayeeFinancialAccount><cbc:ID>DE02120300000000202051</cbc:ID></cac:PayeeFinancialAccount>
</cac:PaymentMeans>
<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>
  <cac:PayeeFinancialAccount><cbc:ID>DE75512108001245126199</cbc:ID></cac:PayeeFinancialAccount>
</cac:PaymentMeans>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
  <cbc:AllowanceChargeReason>Treue</cbc:AllowanceChargeReason>
  <cbc:Amount currencyID="EUR">10.00</cbc:Amount></cac:AllowanceCharge>
<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator>
  <cbc:Amount currencyID="EUR">5.00</cbc:Amount></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">18.05</cbc:TaxAmount>
  <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">95.00</cbc:TaxableAmount>
    <cbc:TaxAmount currencyID="EUR">18.05</cbc:TaxAmount>
    <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
</cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">200.00</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
  <cbc:TaxExclusiveAmount currencyID="EUR">95.00</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="EUR">113.05</cbc:TaxInclusiveAmount>
  <cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount>
  <cbc:ChargeTotalAmount currencyID="EUR">5.00</cbc:ChargeTotalAmount>
  <cbc:PrepaidAmount currencyID="EUR">13.00</cbc:PrepaidAmount>
  <cbc:PayableRoundingAmount currencyID="EUR">-0.05</cbc:PayableRoundingAmount>
  <cbc:PayableAmount currencyID="EUR">100.00</cbc:PayableAmount>
</cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID>
  <cbc:InvoicedQuantity unitCode="C62">1000</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
  <cac:Item><cbc:Name>Schraube</cbc:Name>
    <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount>
    <cbc:BaseQuantity unitCode="C62">100</cbc:BaseQuantity></cac:Price>
</cac:InvoiceLine>
</Invoice>
"""


def credit_note() -> str:
    """The same taken back, with the names that UBL has for it."""
    text = ubl().replace("Invoice-2", "CreditNote-2").replace("InvoiceLine", "CreditNoteLine")
    text = text.replace("<Invoice ", "<CreditNote ").replace("</Invoice>", "</CreditNote>")
    text = text.replace("InvoicedQuantity", "CreditedQuantity")
    text = text.replace("InvoiceTypeCode>380", "CreditNoteTypeCode>381")
    text = text.replace("InvoiceTypeCode", "CreditNoteTypeCode")
    text = text.replace("<cbc:DueDate>2026-02-28+01:00</cbc:DueDate>\n", "")
    return text.replace(
        'name="Transfer">58</cbc:PaymentMeansCode>',
        ">58</cbc:PaymentMeansCode><cbc:PaymentDueDate>2026-02-28</cbc:PaymentDueDate>",
    )


_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
CII_ROOT = (
    f'xmlns:rsm="{_UNCEFACT}CrossIndustryInvoice:100"'
    f' xmlns:ram="{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100"'
    f' xmlns:udt="{_UNCEFACT}UnqualifiedDataType:100"'
)


def cii(profile: str) -> str:
    """The least that a profile says: no lines, and the totals of MINIMUM."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice {CII_ROOT}>
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
  <ram:ID>{profile}</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>F-7</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260131</udt:DateTimeString>
  </ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
  <ram:ApplicableHeaderTradeAgreement>
    <ram:SellerTradeParty><ram:Name>Vendeur SA</ram:Name>
      <ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress>
      <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR11123456782</ram:ID>
      </ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
    <ram:BuyerTradeParty><ram:Name>Acheteur</ram:Name></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeDelivery/>
  <ram:ApplicableHeaderTradeSettlement>
    <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
    <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
      <ram:TaxBasisTotalAmount>100.00</ram:TaxBasisTotalAmount>
      <ram:TaxTotalAmount currencyID="EUR">20.00</ram:TaxTotalAmount>
      <ram:GrandTotalAmount>120.00</ram:GrandTotalAmount>
      <ram:DuePayableAmount>20.00</ram:DuePayableAmount>
    </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>
"""
