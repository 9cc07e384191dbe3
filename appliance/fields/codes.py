"""IBAN, VAT id and EORI: the bare form, and whether the check digits fit.

The arithmetic is python-stdnum's. It has none for EORI; where an EORI is made from a national
number that it knows, that number is checked, elsewhere the form only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import stdnum.be.vat
import stdnum.ch.uid
import stdnum.eu.vat
import stdnum.fr.siret
import stdnum.gb.vat
import stdnum.iban
import stdnum.it.iva
import stdnum.no.mva
import stdnum.pl.nip
from stdnum.exceptions import ValidationError

from appliance.fields.folding import upper_alnum

_EORI = re.compile(r"[A-Z]{2}(?=[A-Z]*[0-9])[A-Z0-9]{1,15}")
# Only members give them out, to traders of other countries too, and the United Kingdom its own.
_EORI_GIVEN_BY = {*stdnum.eu.vat.MEMBER_STATES, "gb", "xi"}
_SWISS = re.compile(r"(CHE\d{9})(?:MWST|TVA|IVA|VAT)?")
_NORWEGIAN = re.compile(r"(?:NO)?(\d{9})(?:MVA)?")
_LABEL = re.compile(
    r"^(?:vat|ust|uid|tva|iva|nip|nif|btw|iban|eori|p\.? ?iva)\b[^:]{0,20}:\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Code:
    bare: str
    """Upper case, no spaces, no punctuation; a VAT id with its country in front where known."""
    valid: bool
    country: str | None = None
    """ISO 3166 alpha-2, Greece as GR."""


def iban(text: str) -> Code:
    code = upper_alnum(_LABEL.sub("", text))
    return Code(code, _fits(stdnum.iban, code), code[:2] if code[:2].isalpha() else None)


def vat_id(text: str, country: str | None = None) -> Code:
    """``country`` (ISO 3166 alpha-2) helps where the number stands without its own in front."""
    code = upper_alnum(_LABEL.sub("", text))
    if match := _SWISS.fullmatch(code):
        return Code(match[1], _fits(stdnum.ch.uid, match[1]), "CH")
    if code.startswith("GB"):
        return Code(code, _fits(stdnum.gb.vat, code), "GB")
    if code.startswith("NO") or (country == "NO" and code[:1].isdecimal()):
        return _norwegian(code)
    if _prefix(code) in stdnum.eu.vat.MEMBER_STATES:
        return Code(code, _fits(stdnum.eu.vat, code), _iso(code[:2]))
    if country and not code.startswith(country):
        full = vat_id(_in_front(country) + code)
        return full if full.valid else Code(code, False, country)
    return Code(code, False)


def eori(text: str) -> Code:
    code = upper_alnum(_LABEL.sub("", text)).removeprefix("EORI")
    country, number = code[:2], code[2:]
    if _prefix(code) not in _EORI_GIVEN_BY:
        return Code(code, False)
    valid = bool(_EORI.fullmatch(code))
    if country == "GB" and len(number) == 12:
        valid = valid and _fits(stdnum.gb.vat, number[:9])
    elif country == "FR" and len(number) == 14:
        valid = valid and _fits(stdnum.fr.siret, number)
    elif country == "IT" and len(number) == 11:
        valid = valid and _fits(stdnum.it.iva, number)
    elif country == "BE" and len(number) == 10:
        valid = valid and _fits(stdnum.be.vat, number)
    elif country == "PL" and len(number) == 15 and number.endswith("00000"):
        valid = valid and _fits(stdnum.pl.nip, number[:10])
    return Code(code, valid, _iso(country))


def _norwegian(code: str) -> Code:
    match = _NORWEGIAN.fullmatch(code)
    if match is None:
        return Code(code, False, "NO")
    return Code(f"NO{match[1]}MVA", _fits(stdnum.no.mva, f"{match[1]}MVA"), "NO")


def _fits(module: object, number: str) -> bool:
    try:
        return bool(module.validate(number))  # type: ignore[attr-defined]
    except ValidationError:
        return False


def _prefix(code: str) -> str:
    return _iso(code[:2]).lower()


def _iso(country: str) -> str:
    return "GR" if country == "EL" else country


def _in_front(country: str) -> str:
    return "EL" if country == "GR" else country
