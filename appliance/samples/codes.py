"""Made-up numbers whose check digits are right: VAT ids, IBANs, EORIs, MRNs.

A number is drawn until its own country's rule accepts it, so a new country is one more shape.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from random import Random

from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.util import get_cc_module

VAT_SHAPES = {
    "AT": "U########",
    "BE": "0#########",
    "CZ": "########",
    "DE": "#########",
    "DK": "########",
    "ES": "B########",
    "FR": "###########",
    "GB": "#########",
    "IE": "#######@",
    "IT": "###########",
    "LU": "########",
    "NL": "#########B01",
    "PL": "##########",
    "PT": "#########",
    "RO": "########",
    "SE": "##########01",
}
"""After the country's letters; ``#`` is a digit, ``@`` a letter."""

BBAN_SHAPES = {
    "AT": "################",
    "BE": "############",
    "CH": "#################",
    "CZ": "####################",
    "DE": "##################",
    "DK": "##############",
    "ES": "####################",
    "FR": "#####################",
    "GB": "@@@@##############",
    "IE": "@@@@##############",
    "IT": "@######################",
    "LU": "################",
    "NL": "@@@@##########",
    "PL": "########################",
    "PT": "#####################",
    "RO": "@@@@################",
    "SE": "####################",
    "TR": "#####0################",
}
_MRN_OFFICE = {"DE": "##5###", "FR": "00####", "GB": "000###", "NL": "000###", "PL": "####10"}
_PATIENCE = 100_000
"""Tries to draw a code with right check digits."""
_ALPHABET = string.digits + string.ascii_uppercase
# ISO 6346 skips the multiples of 11.
_ISO_6346 = dict(
    zip(_ALPHABET, [*range(11), *range(12, 22), *range(23, 33), *range(34, 39)], strict=True)
)


def fill(rng: Random, shape: str) -> str:
    """``shape`` with a digit for each ``#`` and a letter for each ``@``."""
    kinds = {"#": string.digits, "@": string.ascii_uppercase}
    return "".join(rng.choice(kinds[mark]) if mark in kinds else mark for mark in shape)


def vat_id(rng: Random, country: str) -> str:
    """With the country's letters; KeyError for a country without a shape."""
    rule = get_cc_module(country.lower(), "vat")
    if rule is None:
        raise KeyError(country)
    return country + _until(rule.is_valid, rng, VAT_SHAPES[country])


def iban(rng: Random, country: str) -> str:
    """Bare; KeyError for a country without a shape."""

    def whole(bban: str) -> str:
        if country == "FR":  # the national key, which the library does not check
            bban += f"{97 - int(bban) * 100 % 97:02}"
        return country + stdnum_iban.calc_check_digits(f"{country}00{bban}") + bban

    return whole(_until(lambda bban: stdnum_iban.is_valid(whole(bban)), rng, BBAN_SHAPES[country]))


def eori(rng: Random, vat: str) -> str:
    """The form that the country of the VAT id builds from it."""
    country, body = vat[:2], vat[2:]
    if country == "FR":  # the SIRET: the company's SIREN and the number of the site
        site = body[2:] + fill(rng, "000#")
        return country + site + luhn.calc_check_digit(site)
    if country == "DE":
        return country + fill(rng, "#######")
    tail = {"PL": "00000", "GB": "000"}.get(country, "")
    return country + body.removesuffix("B01") + tail


def mrn(rng: Random, country: str, year: int) -> str:
    """Movement reference number: year, country, office and serial, procedure, check digit."""
    head = f"{year % 100:02}{country}{fill(rng, _MRN_OFFICE[country] + '######')}B"
    return head + mrn_check_digit(head)


def mrn_check_digit(head: str) -> str:
    """For the first 17 characters: ISO 6346 values, weights 2**0 to 2**16, modulo 11, then 10."""
    total = sum(_ISO_6346[character] << place for place, character in enumerate(head))
    return str(total % 11 % 10)


def _until(valid: Callable[[str], bool], rng: Random, shape: str) -> str:
    for _ in range(_PATIENCE):
        if valid(number := fill(rng, shape)):
            return number
    raise ValueError(f"no number of the shape {shape} is valid")
