"""What an electronic invoice says: values by their business terms of EN 16931. Pure.

A term is written as the standard numbers it, such as ``BT-1``, the number of the invoice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Syntax(StrEnum):
    UBL = "UBL"
    """Invoice or credit note, version 2.1."""
    CII = "CII"
    """UN/CEFACT cross-industry invoice D16B or later: XRechnung, Factur-X, ZUGFeRD 2."""
    ZUGFERD_1 = "ZUGFeRD 1.0"


class Level(StrEnum):
    """How much a profile can say, the least first."""

    MINIMUM = "minimum"
    HEADER = "header"
    """Basic WL: all of the header, no lines."""
    LINES = "lines"
    """Basic, EN 16931 and beyond: lines too."""

    def says(self, term: str) -> bool:
        """Whether a header of this level could say it: what it could say and does not, is not."""
        return self is not Level.MINIMUM or term in _MINIMUM


_MINIMUM = {f"BT-{number}" for number in (1, 2, 3, 5, 10, 13, 23, 24, 27, 30, 31, 32, 40, 44, 47)}
_MINIMUM |= {"BT-109", "BT-110", "BT-112", "BT-115"}
"""Terms of the profile (Factur-X 1.0, technical appendix)."""

LINES = "BG-25"
"""The group of the lines of an invoice."""

NUMBER = "BT-1"
KIND = "BT-3"
CREDIT_NOTES = frozenset(
    str(code) for code in (81, 83, 261, 262, 296, 308, 381, 396, 420, 458, 502, 503, 532)
)
"""Codes of UNTDID 1001 under ``KIND`` that EN 16931 (BR-CL-01) has for a credit note."""
CORRECTED, SELF_BILLED = "384", "389"
"""Codes of invoices: one that corrects another, and one that the buyer wrote for the seller."""
_INVOICES = """
    71 80 81 82 84 102 130 202 203 204 211 218 219 295 325 326 331 380 382 383 384 385 386 387 388
    389 390 393 394 395 456 457 471 472 473 500 501 527 553 575 623 633 751 780 817 870 875 876 877
    935"""
INVOICES = frozenset(_INVOICES.split())
"""Likewise for an invoice; 81 may be either."""

CURRENCY, TAX_CURRENCY = "BT-5", "BT-6"
"""Of all amounts, and of the tax in the currency of the seller's accounts, BT-111."""

DATES = frozenset({"BT-2", "BT-7", "BT-9", "BT-26", "BT-72", "BT-73", "BT-74", "BT-134", "BT-135"})
"""Terms that are a day."""

_TERM = re.compile(r"BT-(?:[1-9]|[1-9]\d|1[0-5]\d|16[0-5])")


def is_term(text: str) -> bool:
    """Of EN 16931: BT-1 to BT-165."""
    return bool(_TERM.fullmatch(text))


@dataclass(frozen=True, slots=True)
class TermPlace:
    """Where an e-invoice says a value."""

    term: str
    xpath: str | None
    """None where it says nothing, though it could."""


@dataclass(frozen=True, slots=True)
class TermValue:
    term: str
    """``BT-1``."""
    text: str
    """As it stands in the XML, white space as single spaces; a date as ISO 8601."""
    xpath: str
    """Absolute path of where it stands, with prefixes and positions."""
    group: int = 0
    """Which one, from 0, of a group that may stand several times: an allowance, a tax rate."""


@dataclass(frozen=True, slots=True)
class EInvoice:
    syntax: Syntax
    profile: str
    """BT-24 as it stands; empty where nothing does."""
    level: Level
    values: tuple[TermValue, ...]
    """Of the header, group by group in the order of the terms; a term may repeat (BT-84)."""
    lines: tuple[tuple[TermValue, ...], ...] = ()
    """BG-25, each as the header; of lines within lines the outer ones."""
    faults: tuple[str, ...] = ()
    """For a clerk: why it is not valid by its schema and the arithmetic of the standard."""
    embedded: bool = False
    """Its file has pages of its own; else the page is drawn from it."""

    @property
    def valid(self) -> bool:
        return not self.faults

    def says(self, term: str) -> tuple[str, ...]:
        """Every text under the term, in the header."""
        return tuple(one.text for one in self.values if one.term == term)

    @property
    def is_credit_note(self) -> bool:
        return any(one.term == KIND and one.text in CREDIT_NOTES for one in self.values)
