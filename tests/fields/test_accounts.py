"""Accounts on a page are found however they are written."""

import pytest
from typed_pages import words

from appliance.domain.document import Document, Page
from appliance.fields.accounts import printed_accounts, valid_accounts

ACCOUNT = "DE02120300000000202051"


def page(text):
    return Document("0" * 64, (Page(595, 842, words(text), "text"),))


@pytest.mark.parametrize(
    "text",
    [
        "IBAN DE02 1203 0000 0000 2020 51",
        "IBAN: DE02.1203.0000.0000.2020.51",
        "DE02-1203-0000-0000-2020-51",
        "Konto de02 120 300 000 000 202 051 bei der Bank",
        "IBAN DE 02 12 03 00 00 00 00 20 20 51 BIC BYLADEM1001",
        "IBAN DE02 1203 0000\n0000 2020 51",
    ],
)
def test_an_account_is_found_however_it_is_written(text):
    assert valid_accounts(page(text)) == (ACCOUNT,)


def test_one_that_is_called_so_and_does_not_fit_is_told_and_is_not_valid():
    wrong = page("IBAN de02.1203.0000.0000.2020.52")
    assert printed_accounts(wrong) == ("DE02120300000000202052",)
    assert valid_accounts(wrong) == ()


def test_numbers_of_other_kinds_are_no_accounts():
    text = "Rechnung RE 2026-117 vom 31.01.2026\nUSt-IdNr. DE 123 456 788\nTel. 040 123456789012345"
    assert printed_accounts(page(text)) == ()
