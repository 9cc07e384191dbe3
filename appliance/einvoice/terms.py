"""Where the business terms of EN 16931 stand: a table for UBL, and one for CII and ZUGFeRD 1.0.

They follow the bindings of CEN/TS 16931-3-2 (UBL) and 16931-3-3 (CII). Prefixes are those of
``Binding.namespaces``. A path may name alternatives, with `` | `` between them: no union of XPath,
whose time grows with the square of what it finds. For the same reason the currencies come in as
variables: ``$currency`` is BT-5, ``$tax_currency`` is BT-6 if it is another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.domain.einvoice import Syntax


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that say the same terms, each of something else: two allowances, two accounts."""

    path: str
    """XPath of the elements, from the invoice or from its line."""
    terms: Mapping[str, str]
    """By term the XPath from such an element."""


@dataclass(frozen=True, slots=True)
class Binding:
    syntax: Syntax
    namespaces: Mapping[str, str]
    """By prefix; it is the map under which ``TermValue.xpath`` selects."""
    header: tuple[Group, ...]
    lines: str
    """XPath of the lines of the standard: of lines within lines only the outer ones."""
    line: tuple[Group, ...]


def _placed(at: str, terms: str, paths: str) -> dict[str, str]:
    """``terms`` and ``paths`` are as many, separated by spaces; ``at`` goes before each path. A
    term ``-`` is not part of the standard there."""
    pairs = zip(terms.split(), paths.split(), strict=True)
    return {term: f"{at}/{path}" for term, path in pairs if term != "-"}


def _whether(indicator: str, *, charge: bool) -> str:
    """A predicate: the element is a charge, or an allowance."""
    true, one = ("true", "1") if charge else ("false", "0")
    return f'[{indicator}[normalize-space()="{true}" or normalize-space()="{one}"]]'


# UBL 2.1

_UBL_ADDRESS = (
    "cbc:StreetName cbc:AdditionalStreetName cac:AddressLine/cbc:Line cbc:CityName cbc:PostalZone "
    "cbc:CountrySubentity cac:Country/cbc:IdentificationCode"
)
_UBL_CONTACT = "cbc:Name cbc:Telephone cbc:ElectronicMail"
_UBL_VAT = 'cac:PartyTaxScheme[cac:TaxScheme/cbc:ID="VAT"]/cbc:CompanyID'
_UBL_ID = "cac:PartyIdentification/cbc:ID"
_UBL_CREDITOR = '@schemeID="SEPA"'
"""Marks the creditor's identifier for direct debits among the identifiers of a party."""
_UBL_LEGAL = "cac:PartyLegalEntity/cbc:CompanyID"
_UBL_NAME = "cac:PartyName/cbc:Name"
_UBL_OBJECT = '[cbc:DocumentTypeCode="130"]'
_UBL_PROJECT = '[cbc:DocumentTypeCode="50"][parent::cn:CreditNote]'
"""Which has no element of its own for it."""
_UBL_TAX = "cac:TaxTotal[cbc:TaxAmount/@currencyID=$currency]"


def _ubl_adjustment(terms: str, *, charge: bool) -> Group:
    """Amount, base, percentage, category, rate, reason, code of the reason."""
    paths = (
        "cbc:Amount cbc:BaseAmount cbc:MultiplierFactorNumeric cac:TaxCategory/cbc:ID "
        "cac:TaxCategory/cbc:Percent cbc:AllowanceChargeReason cbc:AllowanceChargeReasonCode"
    )
    at = "cac:AllowanceCharge" + _whether("cbc:ChargeIndicator", charge=charge)
    return Group(at, _placed(".", terms, paths))


_UBL_HEADER = (
    Group(
        ".",
        {
            "BT-1": "cbc:ID",
            "BT-2": "cbc:IssueDate",
            "BT-3": "cbc:InvoiceTypeCode | cbc:CreditNoteTypeCode",
            "BT-5": "cbc:DocumentCurrencyCode",
            "BT-6": "cbc:TaxCurrencyCode",
            "BT-7": "cbc:TaxPointDate",
            "BT-8": "cac:InvoicePeriod/cbc:DescriptionCode",
            "BT-9": "cbc:DueDate | cac:PaymentMeans/cbc:PaymentDueDate",
            "BT-10": "cbc:BuyerReference",
            "BT-11": f"cac:ProjectReference/cbc:ID | cac:AdditionalDocumentReference{_UBL_PROJECT}"
            "/cbc:ID",
            "BT-12": "cac:ContractDocumentReference/cbc:ID",
            "BT-13": "cac:OrderReference/cbc:ID",
            "BT-14": "cac:OrderReference/cbc:SalesOrderID",
            "BT-15": "cac:ReceiptDocumentReference/cbc:ID",
            "BT-16": "cac:DespatchDocumentReference/cbc:ID",
            "BT-17": "cac:OriginatorDocumentReference/cbc:ID",
            "BT-18": f"cac:AdditionalDocumentReference{_UBL_OBJECT}/cbc:ID",
            "BT-19": "cbc:AccountingCost",
            "BT-20": "cac:PaymentTerms/cbc:Note",
            "BT-23": "cbc:ProfileID",
            "BT-24": "cbc:CustomizationID",
        },
    ),
    Group("cbc:Note", {"BT-21": ".", "BT-22": "."}),
    Group(
        "cac:BillingReference/cac:InvoiceDocumentReference",
        {"BT-25": "cbc:ID", "BT-26": "cbc:IssueDate"},
    ),
    Group(
        "cac:AccountingSupplierParty/cac:Party",
        {
            "BT-27": "cac:PartyLegalEntity/cbc:RegistrationName",
            "BT-28": _UBL_NAME,
            "BT-29": f"{_UBL_ID}[not({_UBL_CREDITOR})]",
            "BT-30": _UBL_LEGAL,
            "BT-31": _UBL_VAT,
            "BT-32": 'cac:PartyTaxScheme[not(cac:TaxScheme/cbc:ID="VAT")]/cbc:CompanyID',
            "BT-33": "cac:PartyLegalEntity/cbc:CompanyLegalForm",
            "BT-34": "cbc:EndpointID",
            **_placed(
                "cac:PostalAddress", "BT-35 BT-36 BT-162 BT-37 BT-38 BT-39 BT-40", _UBL_ADDRESS
            ),
            **_placed("cac:Contact", "BT-41 BT-42 BT-43", _UBL_CONTACT),
        },
    ),
    Group(
        "cac:AccountingCustomerParty/cac:Party",
        {
            "BT-44": "cac:PartyLegalEntity/cbc:RegistrationName",
            "BT-45": _UBL_NAME,
            "BT-46": _UBL_ID,
            "BT-47": _UBL_LEGAL,
            "BT-48": _UBL_VAT,
            "BT-49": "cbc:EndpointID",
            **_placed(
                "cac:PostalAddress", "BT-50 BT-51 BT-163 BT-52 BT-53 BT-54 BT-55", _UBL_ADDRESS
            ),
            **_placed("cac:Contact", "BT-56 BT-57 BT-58", _UBL_CONTACT),
        },
    ),
    Group(
        "cac:PayeeParty",
        {
            "BT-59": _UBL_NAME,
            "BT-60": f"{_UBL_ID}[not({_UBL_CREDITOR})]",
            "BT-61": _UBL_LEGAL,
        },
    ),
    Group(
        "cac:TaxRepresentativeParty",
        {
            "BT-62": _UBL_NAME,
            "BT-63": _UBL_VAT,
            **_placed(
                "cac:PostalAddress", "BT-64 BT-65 BT-164 BT-66 BT-67 BT-68 BT-69", _UBL_ADDRESS
            ),
        },
    ),
    Group(
        "cac:Delivery",
        {
            "BT-70": "cac:DeliveryParty/cac:PartyName/cbc:Name",
            "BT-71": "cac:DeliveryLocation/cbc:ID",
            "BT-72": "cbc:ActualDeliveryDate",
            **_placed(
                "cac:DeliveryLocation/cac:Address",
                "BT-75 BT-76 BT-165 BT-77 BT-78 BT-79 BT-80",
                _UBL_ADDRESS,
            ),
        },
    ),
    Group("cac:InvoicePeriod", {"BT-73": "cbc:StartDate", "BT-74": "cbc:EndDate"}),
    Group(
        "cac:PaymentMeans",
        {
            "BT-81": "cbc:PaymentMeansCode",
            "BT-82": "cbc:PaymentMeansCode/@name",
            "BT-83": "cbc:PaymentID",
            "BT-84": "cac:PayeeFinancialAccount/cbc:ID",
            "BT-85": "cac:PayeeFinancialAccount/cbc:Name",
            "BT-86": "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
            "BT-87": "cac:CardAccount/cbc:PrimaryAccountNumberID",
            "BT-88": "cac:CardAccount/cbc:HolderName",
            "BT-89": "cac:PaymentMandate/cbc:ID",
            "BT-91": "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID",
        },
    ),
    Group(
        ".",
        {
            "BT-90": f"cac:AccountingSupplierParty/cac:Party/{_UBL_ID}[{_UBL_CREDITOR}]"
            f" | cac:PayeeParty/{_UBL_ID}[{_UBL_CREDITOR}]"
        },
    ),
    _ubl_adjustment("BT-92 BT-93 BT-94 BT-95 BT-96 BT-97 BT-98", charge=False),
    _ubl_adjustment("BT-99 BT-100 BT-101 BT-102 BT-103 BT-104 BT-105", charge=True),
    Group(
        ".",
        {
            "BT-106": "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
            "BT-107": "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount",
            "BT-108": "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount",
            "BT-109": "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
            "BT-110": f"{_UBL_TAX}/cbc:TaxAmount",
            "BT-111": "cac:TaxTotal/cbc:TaxAmount[@currencyID=$tax_currency]",
            "BT-112": "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
            "BT-113": "cac:LegalMonetaryTotal/cbc:PrepaidAmount",
            "BT-114": "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount",
            "BT-115": "cac:LegalMonetaryTotal/cbc:PayableAmount",
        },
    ),
    Group(
        f"{_UBL_TAX}/cac:TaxSubtotal",
        {
            "BT-116": "cbc:TaxableAmount",
            "BT-117": "cbc:TaxAmount",
            "BT-118": "cac:TaxCategory/cbc:ID",
            "BT-119": "cac:TaxCategory/cbc:Percent",
            "BT-120": "cac:TaxCategory/cbc:TaxExemptionReason",
            "BT-121": "cac:TaxCategory/cbc:TaxExemptionReasonCode",
        },
    ),
    Group(
        f"cac:AdditionalDocumentReference[not(self::*{_UBL_OBJECT})][not(self::*{_UBL_PROJECT})]",
        {
            "BT-122": "cbc:ID",
            "BT-123": "cbc:DocumentDescription",
            "BT-124": "cac:Attachment/cac:ExternalReference/cbc:URI",
        },
    ),
)

_UBL_LINE = (
    Group(
        ".",
        {
            "BT-126": "cbc:ID",
            "BT-127": "cbc:Note",
            "BT-128": f"cac:DocumentReference{_UBL_OBJECT}/cbc:ID",
            "BT-129": "cbc:InvoicedQuantity | cbc:CreditedQuantity",
            "BT-130": "cbc:InvoicedQuantity/@unitCode | cbc:CreditedQuantity/@unitCode",
            "BT-131": "cbc:LineExtensionAmount",
            "BT-132": "cac:OrderLineReference/cbc:LineID",
            "BT-133": "cbc:AccountingCost",
            "BT-134": "cac:InvoicePeriod/cbc:StartDate",
            "BT-135": "cac:InvoicePeriod/cbc:EndDate",
        },
    ),
    _ubl_adjustment("BT-136 BT-137 BT-138 - - BT-139 BT-140", charge=False),
    _ubl_adjustment("BT-141 BT-142 BT-143 - - BT-144 BT-145", charge=True),
    Group(
        ".",
        {
            "BT-146": "cac:Price/cbc:PriceAmount",
            "BT-147": "cac:Price/cac:AllowanceCharge/cbc:Amount",
            "BT-148": "cac:Price/cac:AllowanceCharge/cbc:BaseAmount",
            "BT-149": "cac:Price/cbc:BaseQuantity",
            "BT-150": "cac:Price/cbc:BaseQuantity/@unitCode",
            "BT-151": "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
            "BT-152": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
            "BT-153": "cac:Item/cbc:Name",
            "BT-154": "cac:Item/cbc:Description",
            "BT-155": "cac:Item/cac:SellersItemIdentification/cbc:ID",
            "BT-156": "cac:Item/cac:BuyersItemIdentification/cbc:ID",
            "BT-157": "cac:Item/cac:StandardItemIdentification/cbc:ID",
            "BT-158": "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode",
            "BT-159": "cac:Item/cac:OriginCountry/cbc:IdentificationCode",
        },
    ),
    Group(
        "cac:Item/cac:AdditionalItemProperty",
        {"BT-160": "cbc:Name", "BT-161": "cbc:Value"},
    ),
)


# CII

_DATE = "udt:DateTimeString"
_DEAL = "rsm:SupplyChainTradeTransaction"
_AGREED = f"{_DEAL}/ram:ApplicableHeaderTradeAgreement"
_DELIVERED = f"{_DEAL}/ram:ApplicableHeaderTradeDelivery"
_SETTLED = f"{_DEAL}/ram:ApplicableHeaderTradeSettlement"
_TERMS = f"{_SETTLED}/ram:SpecifiedTradePaymentTerms"
_TOTALS = f"{_SETTLED}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_REFERENCE = "ram:IssuerAssignedID"
_LINE_AGREED = "ram:SpecifiedLineTradeAgreement"
_LINE_SETTLED = "ram:SpecifiedLineTradeSettlement"
_NET, _GROSS = "ram:NetPriceProductTradePrice", "ram:GrossPriceProductTradePrice"
_QUANTITY = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
_PER = f"{_LINE_AGREED}/{_NET}/ram:BasisQuantity"
_PER_GROSS = f"{_LINE_AGREED}[not({_NET}/ram:BasisQuantity)]/{_GROSS}/ram:BasisQuantity"
_CII_ADDRESS = (
    "ram:LineOne ram:LineTwo ram:LineThree ram:CityName ram:PostcodeCode "
    "ram:CountrySubDivisionName ram:CountryID"
)
_CII_CONTACT = (
    "ram:PersonName "
    "ram:TelephoneUniversalCommunication/ram:CompleteNumber "
    "ram:EmailURIUniversalCommunication/ram:URIID"
)
_CII_ID = "ram:ID | ram:GlobalID"
_CII_LEGAL = "ram:SpecifiedLegalOrganization/ram:ID"
_CII_TRADING = "ram:SpecifiedLegalOrganization/ram:TradingBusinessName"
_CII_VAT = 'ram:SpecifiedTaxRegistration/ram:ID[@schemeID="VA"]'
_CII_ENDPOINT = "ram:URIUniversalCommunication/ram:URIID"
_CII_COST = "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"


def _cii_attached(code: str) -> str:
    return f'ram:AdditionalReferencedDocument[ram:TypeCode="{code}"]'


_CII_CATEGORY = "ram:CategoryTradeTax/ram:CategoryCode"
_CII_RATE = "ram:CategoryTradeTax/ram:RateApplicablePercent"


def _cii_adjustment(terms: str, *, at: str, charge: bool) -> Group:
    """As ``_ubl_adjustment``."""
    paths = (
        f"ram:ActualAmount ram:BasisAmount ram:CalculationPercent {_CII_CATEGORY} {_CII_RATE} "
        "ram:Reason ram:ReasonCode"
    )
    which = _whether("ram:ChargeIndicator/udt:Indicator", charge=charge)
    return Group(f"{at}/ram:SpecifiedTradeAllowanceCharge{which}", _placed(".", terms, paths))


_CII_CHARGES = _cii_adjustment(
    "BT-99 BT-100 BT-101 BT-102 BT-103 BT-104 BT-105", at=_SETTLED, charge=True
)
"""Besides freight, which the extended profile states apart."""

_CII_HEADER = (
    Group(
        ".",
        {
            "BT-1": "rsm:ExchangedDocument/ram:ID",
            "BT-2": f"rsm:ExchangedDocument/ram:IssueDateTime/{_DATE}",
            "BT-3": "rsm:ExchangedDocument/ram:TypeCode",
            "BT-5": f"{_SETTLED}/ram:InvoiceCurrencyCode",
            "BT-6": f"{_SETTLED}/ram:TaxCurrencyCode",
            "BT-7": f"({_SETTLED}/ram:ApplicableTradeTax/ram:TaxPointDate/udt:DateString)[1]",
            "BT-8": f"({_SETTLED}/ram:ApplicableTradeTax/ram:DueDateTypeCode)[1]",
            "BT-9": f"{_TERMS}/ram:DueDateDateTime/{_DATE}",
            "BT-10": f"{_AGREED}/ram:BuyerReference",
            "BT-11": f"{_AGREED}/ram:SpecifiedProcuringProject/ram:ID",
            "BT-12": f"{_AGREED}/ram:ContractReferencedDocument/{_REFERENCE}",
            "BT-13": f"{_AGREED}/ram:BuyerOrderReferencedDocument/{_REFERENCE}",
            "BT-14": f"{_AGREED}/ram:SellerOrderReferencedDocument/{_REFERENCE}",
            "BT-15": f"{_DELIVERED}/ram:ReceivingAdviceReferencedDocument/{_REFERENCE}",
            "BT-16": f"{_DELIVERED}/ram:DespatchAdviceReferencedDocument/{_REFERENCE}",
            "BT-17": f"{_AGREED}/{_cii_attached('50')}/{_REFERENCE}",
            "BT-18": f"{_AGREED}/{_cii_attached('130')}/{_REFERENCE}",
            "BT-19": f"{_SETTLED}/{_CII_COST}",
            "BT-20": f"{_TERMS}/ram:Description",
            "BT-23": "rsm:ExchangedDocumentContext"
            "/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID",
            "BT-24": "rsm:ExchangedDocumentContext"
            "/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        },
    ),
    Group(
        "rsm:ExchangedDocument/ram:IncludedNote",
        {"BT-21": "ram:SubjectCode", "BT-22": "ram:Content"},
    ),
    Group(
        f"{_SETTLED}/ram:InvoiceReferencedDocument",
        {"BT-25": _REFERENCE, "BT-26": "ram:FormattedIssueDateTime/qdt:DateTimeString"},
    ),
    Group(
        f"{_AGREED}/ram:SellerTradeParty",
        {
            "BT-27": "ram:Name",
            "BT-28": _CII_TRADING,
            "BT-29": _CII_ID,
            "BT-30": _CII_LEGAL,
            "BT-31": _CII_VAT,
            "BT-32": 'ram:SpecifiedTaxRegistration/ram:ID[@schemeID="FC"]',
            "BT-33": "ram:Description",
            "BT-34": _CII_ENDPOINT,
            **_placed(
                "ram:PostalTradeAddress", "BT-35 BT-36 BT-162 BT-37 BT-38 BT-39 BT-40", _CII_ADDRESS
            ),
            **_placed("ram:DefinedTradeContact", "BT-41 BT-42 BT-43", _CII_CONTACT),
        },
    ),
    Group(
        f"{_AGREED}/ram:BuyerTradeParty",
        {
            "BT-44": "ram:Name",
            "BT-45": _CII_TRADING,
            "BT-46": _CII_ID,
            "BT-47": _CII_LEGAL,
            "BT-48": _CII_VAT,
            "BT-49": _CII_ENDPOINT,
            **_placed(
                "ram:PostalTradeAddress", "BT-50 BT-51 BT-163 BT-52 BT-53 BT-54 BT-55", _CII_ADDRESS
            ),
            **_placed("ram:DefinedTradeContact", "BT-56 BT-57 BT-58", _CII_CONTACT),
        },
    ),
    Group(
        f"{_SETTLED}/ram:PayeeTradeParty",
        {"BT-59": "ram:Name", "BT-60": _CII_ID, "BT-61": _CII_LEGAL},
    ),
    Group(
        f"{_AGREED}/ram:SellerTaxRepresentativeTradeParty",
        {
            "BT-62": "ram:Name",
            "BT-63": _CII_VAT,
            **_placed(
                "ram:PostalTradeAddress", "BT-64 BT-65 BT-164 BT-66 BT-67 BT-68 BT-69", _CII_ADDRESS
            ),
        },
    ),
    Group(
        _DELIVERED,
        {
            "BT-70": "ram:ShipToTradeParty/ram:Name",
            "BT-71": "ram:ShipToTradeParty/ram:ID | ram:ShipToTradeParty/ram:GlobalID",
            "BT-72": f"ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/{_DATE}",
            **_placed(
                "ram:ShipToTradeParty/ram:PostalTradeAddress",
                "BT-75 BT-76 BT-165 BT-77 BT-78 BT-79 BT-80",
                _CII_ADDRESS,
            ),
        },
    ),
    Group(
        f"{_SETTLED}/ram:BillingSpecifiedPeriod",
        {"BT-73": f"ram:StartDateTime/{_DATE}", "BT-74": f"ram:EndDateTime/{_DATE}"},
    ),
    Group(
        f"{_SETTLED}/ram:SpecifiedTradeSettlementPaymentMeans",
        {
            "BT-81": "ram:TypeCode",
            "BT-82": "ram:Information",
            "BT-84": "ram:PayeePartyCreditorFinancialAccount/ram:IBANID"
            " | ram:PayeePartyCreditorFinancialAccount/ram:ProprietaryID",
            "BT-85": "ram:PayeePartyCreditorFinancialAccount/ram:AccountName",
            "BT-86": "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID",
            "BT-87": "ram:ApplicableTradeSettlementFinancialCard/ram:ID",
            "BT-88": "ram:ApplicableTradeSettlementFinancialCard/ram:CardholderName",
            "BT-91": "ram:PayerPartyDebtorFinancialAccount/ram:IBANID",
        },
    ),
    Group(
        ".",
        {
            "BT-83": f"{_SETTLED}/ram:PaymentReference",
            "BT-89": f"{_TERMS}/ram:DirectDebitMandateID",
            "BT-90": f"{_SETTLED}/ram:CreditorReferenceID",
        },
    ),
    _cii_adjustment("BT-92 BT-93 BT-94 BT-95 BT-96 BT-97 BT-98", at=_SETTLED, charge=False),
    Group(
        f"{_CII_CHARGES.path} | {_SETTLED}/ram:SpecifiedLogisticsServiceCharge",
        {
            **_CII_CHARGES.terms,
            "BT-99": "ram:ActualAmount | ram:AppliedAmount",
            "BT-102": f"{_CII_CATEGORY} | ram:AppliedTradeTax/ram:CategoryCode",
            "BT-103": f"{_CII_RATE} | ram:AppliedTradeTax/ram:RateApplicablePercent",
            "BT-104": "ram:Reason | ram:Description",
        },
    ),
    Group(
        ".",
        {
            "BT-106": f"{_TOTALS}/ram:LineTotalAmount",
            "BT-107": f"{_TOTALS}/ram:AllowanceTotalAmount",
            "BT-108": f"{_TOTALS}/ram:ChargeTotalAmount",
            "BT-109": f"{_TOTALS}/ram:TaxBasisTotalAmount",
            "BT-110": f"{_TOTALS}/ram:TaxTotalAmount[not(@currencyID) or @currencyID=$currency]",
            "BT-111": f"{_TOTALS}/ram:TaxTotalAmount[@currencyID=$tax_currency]",
            "BT-112": f"{_TOTALS}/ram:GrandTotalAmount",
            "BT-113": f"{_TOTALS}/ram:TotalPrepaidAmount",
            "BT-114": f"{_TOTALS}/ram:RoundingAmount",
            "BT-115": f"{_TOTALS}/ram:DuePayableAmount",
        },
    ),
    Group(
        f"{_SETTLED}/ram:ApplicableTradeTax",
        {
            "BT-116": "ram:BasisAmount",
            "BT-117": "ram:CalculatedAmount",
            "BT-118": "ram:CategoryCode",
            "BT-119": "ram:RateApplicablePercent",
            "BT-120": "ram:ExemptionReason",
            "BT-121": "ram:ExemptionReasonCode",
        },
    ),
    Group(
        f"{_AGREED}/{_cii_attached('916')}",
        {"BT-122": _REFERENCE, "BT-123": "ram:Name", "BT-124": "ram:URIID"},
    ),
)

_CII_LINE = (
    Group(
        ".",
        {
            "BT-126": "ram:AssociatedDocumentLineDocument/ram:LineID",
            "BT-127": "ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content",
            "BT-128": f"{_LINE_SETTLED}/{_cii_attached('130')}/{_REFERENCE}",
            "BT-129": _QUANTITY,
            "BT-130": f"{_QUANTITY}/@unitCode",
            "BT-131": f"{_LINE_SETTLED}/ram:SpecifiedTradeSettlementLineMonetarySummation"
            "/ram:LineTotalAmount",
            "BT-132": f"{_LINE_AGREED}/ram:BuyerOrderReferencedDocument/ram:LineID",
            "BT-133": f"{_LINE_SETTLED}/{_CII_COST}",
            "BT-134": f"{_LINE_SETTLED}/ram:BillingSpecifiedPeriod/ram:StartDateTime/{_DATE}",
            "BT-135": f"{_LINE_SETTLED}/ram:BillingSpecifiedPeriod/ram:EndDateTime/{_DATE}",
        },
    ),
    _cii_adjustment("BT-136 BT-137 BT-138 - - BT-139 BT-140", at=_LINE_SETTLED, charge=False),
    _cii_adjustment("BT-141 BT-142 BT-143 - - BT-144 BT-145", at=_LINE_SETTLED, charge=True),
    Group(
        ".",
        {
            "BT-146": f"{_LINE_AGREED}/{_NET}/ram:ChargeAmount",
            "BT-147": f"{_LINE_AGREED}/{_GROSS}/ram:AppliedTradeAllowanceCharge/ram:ActualAmount",
            "BT-148": f"{_LINE_AGREED}/{_GROSS}/ram:ChargeAmount",
            "BT-149": f"{_PER} | {_PER_GROSS}",
            "BT-150": f"{_PER}/@unitCode | {_PER_GROSS}/@unitCode",
            "BT-151": f"{_LINE_SETTLED}/ram:ApplicableTradeTax/ram:CategoryCode",
            "BT-152": f"{_LINE_SETTLED}/ram:ApplicableTradeTax/ram:RateApplicablePercent",
            "BT-153": "ram:SpecifiedTradeProduct/ram:Name",
            "BT-154": "ram:SpecifiedTradeProduct/ram:Description",
            "BT-155": "ram:SpecifiedTradeProduct/ram:SellerAssignedID",
            "BT-156": "ram:SpecifiedTradeProduct/ram:BuyerAssignedID",
            "BT-157": "ram:SpecifiedTradeProduct/ram:GlobalID",
            "BT-158": "ram:SpecifiedTradeProduct/ram:DesignatedProductClassification/ram:ClassCode",
            "BT-159": "ram:SpecifiedTradeProduct/ram:OriginTradeCountry/ram:ID",
        },
    ),
    Group(
        "ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic",
        {"BT-160": "ram:Description", "BT-161": "ram:Value"},
    ),
)


# ZUGFeRD 1.0 is CII of an earlier release: the same tree under other names.

_EARLIER = {
    "rsm:ExchangedDocumentContext": "rsm:SpecifiedExchangedDocumentContext",
    "rsm:ExchangedDocument/": "rsm:HeaderExchangedDocument/",
    "rsm:SupplyChainTradeTransaction": "rsm:SpecifiedSupplyChainTradeTransaction",
    "ram:ApplicableHeaderTrade": "ram:ApplicableSupplyChainTrade",
    "ram:SpecifiedLineTrade": "ram:SpecifiedSupplyChainTrade",
    "SettlementHeaderMonetary": "SettlementMonetary",
    "SettlementLineMonetary": "SettlementMonetary",
    "ram:RateApplicablePercent": "ram:ApplicablePercent",
    "ram:IssuerAssignedID": "ram:ID",
}


def _earlier(path: str) -> str:
    for new, old in _EARLIER.items():
        path = path.replace(new, old)
    return path


def _earlier_groups(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    return tuple(
        Group(_earlier(group.path), {term: _earlier(path) for term, path in group.terms.items()})
        for group in groups
    )


_OASIS = "urn:oasis:names:specification:ubl:schema:xsd:"
_UNCEFACT = "urn:un:unece:uncefact:data:standard:"

UBL = Binding(
    Syntax.UBL,
    {
        "ubl": f"{_OASIS}Invoice-2",
        "cn": f"{_OASIS}CreditNote-2",
        "cac": f"{_OASIS}CommonAggregateComponents-2",
        "cbc": f"{_OASIS}CommonBasicComponents-2",
    },
    _UBL_HEADER,
    "cac:InvoiceLine | cac:CreditNoteLine",
    _UBL_LINE,
)
CII = Binding(
    Syntax.CII,
    {
        "rsm": f"{_UNCEFACT}CrossIndustryInvoice:100",
        "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:100",
        "udt": f"{_UNCEFACT}UnqualifiedDataType:100",
        "qdt": f"{_UNCEFACT}QualifiedDataType:100",
    },
    _CII_HEADER,
    f"{_DEAL}/ram:IncludedSupplyChainTradeLineItem"
    "[not(ram:AssociatedDocumentLineDocument/ram:ParentLineID)]"
    '[not(ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode="INFORMATION")]',
    _CII_LINE,
)
ZUGFERD_1 = Binding(
    Syntax.ZUGFERD_1,
    {
        "rsm": "urn:ferd:CrossIndustryDocument:invoice:1p0",
        "ram": f"{_UNCEFACT}ReusableAggregateBusinessInformationEntity:12",
        "udt": f"{_UNCEFACT}UnqualifiedDataType:15",
        "qdt": f"{_UNCEFACT}QualifiedDataType:12",
    },
    _earlier_groups(_CII_HEADER),
    _earlier(f"{_DEAL}/ram:IncludedSupplyChainTradeLineItem"),
    _earlier_groups(_CII_LINE),
)

ROOTS = {
    f"{{{UBL.namespaces['ubl']}}}Invoice": UBL,
    f"{{{UBL.namespaces['cn']}}}CreditNote": UBL,
    f"{{{CII.namespaces['rsm']}}}CrossIndustryInvoice": CII,
    f"{{{ZUGFERD_1.namespaces['rsm']}}}CrossIndustryDocument": ZUGFERD_1,
}
"""Which binding a tree has, by the name of its root."""
