"""Made-up numbers are accepted by the rules of their countries."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum.fr import siret
from stdnum.util import get_cc_module

from appliance.samples import codes
from appliance.samples.languages import LANGUAGES

SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("country", codes.VAT_SHAPES)
def test_a_vat_id_passes_its_countrys_check(country):
    number = codes.vat_id(Random(3), country)
    rule = get_cc_module(country.lower(), "vat")
    assert number.startswith(country)
    assert rule is not None and rule.is_valid(number)


@given(SEEDS, st.sampled_from([language.country for language in LANGUAGES.values()]))
def test_an_iban_passes_its_check(seed, country):
    number = codes.iban(Random(seed), country)
    assert number.startswith(country)
    assert stdnum_iban.is_valid(number)


def test_a_french_iban_carries_the_national_key():
    bban = codes.iban(Random(5), "FR")[4:]
    assert int(bban) % 97 == 0


@pytest.mark.parametrize("number", ["21DE27364916384836", "10NL5663962BE1E825"])
def test_the_check_digit_of_a_published_movement_reference_number_is_found(number):
    assert codes.mrn_check_digit(number[:-1]) == number[-1]


@given(SEEDS, st.sampled_from(["DE", "FR", "GB", "NL", "PL"]))
def test_a_movement_reference_number_has_18_characters_and_its_check_digit(seed, country):
    number = codes.mrn(Random(seed), country, 2026)
    assert len(number) == 18
    assert number[:4] == f"26{country}"
    assert number[-1] == codes.mrn_check_digit(number[:-1])


def test_a_french_eori_is_the_siret_of_the_same_company():
    vat = codes.vat_id(Random(1), "FR")
    number = codes.eori(Random(2), vat)
    assert siret.is_valid(number[2:])
    assert number[2:11] == vat[4:]


@pytest.mark.parametrize(
    "country, length", [("DE", 9), ("ES", 11), ("FR", 16), ("GB", 14), ("NL", 11), ("PL", 17)]
)
def test_an_eori_has_its_countrys_length(country, length):
    assert len(codes.eori(Random(4), codes.vat_id(Random(4), country))) == length


def test_a_shape_that_no_number_can_fill_is_reported(monkeypatch):
    monkeypatch.setitem(codes.VAT_SHAPES, "DE", "#")
    with pytest.raises(ValueError, match="shape"):
        codes.vat_id(Random(1), "DE")
