"""The kind and the currency of an e-invoice have to agree with its root and its amounts."""

import pytest
from einvoice_xml import cii, credit_note, ubl

from appliance.einvoice.parse import parsed


def faults(text):
    said = parsed(text.encode())
    assert said is not None
    return said.faults


def test_what_agrees_has_no_fault_and_the_tax_may_be_in_the_currency_of_the_accounts():
    assert faults(ubl()) == () and faults(credit_note()) == ()
    assert faults(cii("urn:factur-x.eu:1p0:minimum")) == ()


@pytest.mark.parametrize("code", ["380", "999", "384"])
def test_a_credit_note_by_its_root_is_none_by_such_a_code(code):
    changed = credit_note().replace("CreditNoteTypeCode>381", f"CreditNoteTypeCode>{code}")
    assert any("is not one of a credit note" in one for one in faults(changed))


@pytest.mark.parametrize("code", ["381", "999", "38O"])
def test_an_invoice_by_its_root_is_none_by_such_a_code(code):
    changed = ubl().replace("InvoiceTypeCode>380", f"InvoiceTypeCode>{code}")
    assert any("is not one of an invoice" in one for one in faults(changed))


def test_without_a_code_nobody_knows_what_it_is():
    without = ubl().replace("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>\n", "")
    assert any("BR-4" in one for one in faults(without))


@pytest.mark.parametrize(
    "element",
    ["TaxInclusiveAmount", "PayableAmount", "LineExtensionAmount", "PriceAmount", "TaxableAmount"],
)
def test_an_amount_in_another_currency_is_a_fault(element):
    changed = ubl().replace(
        f'<cbc:{element} currencyID="EUR">', f'<cbc:{element} currencyID="USD">'
    )
    assert any(f"Its {element} is in USD" in one for one in faults(changed))


def test_the_currency_of_the_accounts_is_for_the_tax_alone():
    changed = ubl().replace('PayableAmount currencyID="EUR"', 'PayableAmount currencyID="SEK"')
    assert any("PayableAmount is in SEK" in one for one in faults(changed))
    unnamed = ubl().replace("<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>\n", "")
    assert any("TaxAmount is in SEK" in one for one in faults(unnamed))


def test_cii_states_currencies_too():
    changed = cii("urn:factur-x.eu:1p0:minimum").replace(
        "<ram:DuePayableAmount>", '<ram:DuePayableAmount currencyID="USD">'
    )
    assert any("DuePayableAmount is in USD" in one for one in faults(changed))
