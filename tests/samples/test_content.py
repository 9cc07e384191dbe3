"""What the documents claim is consistent, whatever the seed."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban

from appliance.samples import codes, declaration, invoice, shift, till
from appliance.samples.languages import LANGUAGES

SEEDS = st.integers(0, 2**32)


def _speaking(words: str) -> st.SearchStrategy:
    return st.sampled_from([one for one in LANGUAGES.values() if getattr(one, words)])


@given(SEEDS, _speaking("invoice"), st.integers(1, 40), st.booleans())
def test_an_invoice_adds_up(seed, language, rows, credit):
    made = invoice.invent(Random(seed), language, rows=rows, credit=credit)
    assert len(made.lines) == rows
    assert all(line.net == line.quantity * line.unit_price for line in made.lines if _exact(line))
    assert sum(line.net for line in made.lines) == made.net
    assert made.net + made.tax == made.gross
    assert (made.gross < 0) == credit
    assert made.day < made.due
    assert made.supplier.name != made.buyer.name
    assert stdnum_iban.is_valid(made.iban)


def _exact(line: invoice.InvoiceLine) -> bool:
    return (line.quantity * line.unit_price * 100) % 1 == 0


@given(SEEDS, _speaking("customs"), st.integers(1, 6))
def test_a_declaration_adds_up(seed, language, rows):
    made = declaration.invent(Random(seed), language, rows=rows)
    assert made.packages == sum(goods.packages for goods in made.goods)
    assert made.gross == sum(goods.gross for goods in made.goods)
    assert all(Decimal(0) < goods.net < goods.gross for goods in made.goods)
    assert all(len(goods.hs_code) == 8 for goods in made.goods)
    assert made.exporter.country != made.importer.country
    assert made.mrn[-1] == codes.mrn_check_digit(made.mrn[:-1])


@given(SEEDS, _speaking("production"), st.integers(0, 6))
def test_a_report_adds_up(seed, language, stops):
    made = shift.invent(Random(seed), language, stops=stops)
    assert made.total == sum(made.hourly)
    assert 0 < made.scrap < made.total <= made.target
    assert made.downtime == sum(stop.minutes for stop in made.stops)
    following = zip(made.stops, made.stops[1:], strict=False)
    assert all(one.end <= other.begin for one, other in following)


@given(SEEDS, _speaking("receipt"), st.integers(1, 8))
def test_a_receipt_adds_up(seed, language, rows):
    made = till.invent(Random(seed), language, rows=rows)
    assert made.total == sum(purchase.sum for purchase in made.purchases)
    assert Decimal(0) < made.tax < made.total < made.paid


@pytest.mark.parametrize("words", ["invoice", "customs", "production", "receipt"])
def test_every_language_has_the_same_words_or_none(words):
    keys = {frozenset(getattr(one, words)) for one in LANGUAGES.values()} - {frozenset()}
    assert len(keys) == 1
