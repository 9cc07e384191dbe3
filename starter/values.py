"""Makers of values: each gives a function of chance and manner.

Codes follow a shape: ``#`` a digit, ``@`` a capital letter, ``{y}`` and ``{m}`` the year and month
of the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from appliance.samples import codes
from appliance.samples.style import grouped
from appliance.samples.truth import PrintedValue
from starter.facts import Maker, Vocabulary
from starter.locales import COUNTRIES, Country
from starter.manner import Manner

_PHONES = (
    "+{dial} ## ### ####",
    "+{dial} ### ######",
    "+{dial} (0) ### #####",
    "+{dial}-##-#######",
    "0## ### ####",
    "0### / ### ##",
    "(0###) ######",
    "0##-#######",
)
_BOXES = ("info", "sales", "office", "billing", "accounts")
_OFFICES = ("Senate", "Congress", "Governor", "Mayor", "County Council", "House")


def plain(text: str) -> PrintedValue:
    return PrintedValue(text, text)


def code_of(rng: Random, how: Manner, shape: str) -> PrintedValue:
    return plain(codes.fill(rng, shape.format(y=how.today.year, m=f"{how.today.month:02}")))


def code(*shapes: str) -> Maker:
    return lambda rng, how: code_of(rng, how, rng.choice(shapes))


def day(first: int, last: int) -> Maker:
    """So many days after the document's own date at least and at most; below zero before it."""
    return lambda rng, how: how.date(how.today + timedelta(days=rng.randint(first, last)))


def number(low: float, high: float, *, places: int = 0) -> Maker:
    """Small ones as often as large ones."""

    def make(rng: Random, how: Manner) -> PrintedValue:
        drawn = low + (high - low) * rng.random() ** 3
        return how.number(Decimal(repr(drawn)), places)

    return make


def one_of(*texts: str) -> Maker:
    """The same texts in every language: names of models, grades, norms."""
    return lambda rng, how: plain(rng.choice(texts))


def words(known: Vocabulary, name: str) -> Maker:
    return lambda rng, how: plain(known.text(rng, how, name))


def enum(known: Vocabulary, name: str) -> Maker:
    values = list(known.values[name])
    return lambda rng, how: known.value(rng, how, name, rng.choice(values))


def either(*makers: Maker) -> Maker:
    return lambda rng, how: rng.choice(makers)(rng, how)


def company(rng: Random, how: Manner) -> PrintedValue:
    return plain(how.locale.company(rng))


def person(rng: Random, how: Manner) -> PrintedValue:
    return plain(how.locale.person(rng))


def town(rng: Random, how: Manner) -> PrintedValue:
    """Without its postcode."""
    return plain(how.locale.town(rng))


def address(rng: Random, how: Manner) -> PrintedValue:
    """Street, postcode and town in a line."""
    where = codes.fill(rng, rng.choice(how.locale.towns))
    return plain(f"{how.locale.street(rng)}, {where}")


def goods(rng: Random, how: Manner) -> PrintedValue:
    return plain(rng.choice(how.locale.goods))


def groceries(rng: Random, how: Manner) -> PrintedValue:
    return plain(rng.choice(how.locale.groceries))


def unit(rng: Random, how: Manner) -> PrintedValue:
    return plain(rng.choice(how.locale.units))


def country(rng: Random, how: Manner) -> PrintedValue:
    land = rng.choice(list(how.locale.lands))
    return PrintedValue(rng.choice((how.locale.lands[land], land)), land, listed=True)


def currency(rng: Random, how: Manner) -> PrintedValue:
    return PrintedValue(how.currency, how.currency, listed=True)


def vat_id(rng: Random, how: Manner) -> PrintedValue:
    land = how.country if how.country in codes.VAT_SHAPES else "DE"
    number = codes.vat_id(rng, land)
    return PrintedValue(rng.choice((number, grouped(number, (2, 3, 3, 3)))), number)


def iban(rng: Random, how: Manner) -> PrintedValue:
    land = how.country if how.country in codes.BBAN_SHAPES else "DE"
    number = codes.iban(rng, land)
    return PrintedValue(rng.choice((number, grouped(number, (4,) * 8))), number)


def bank(rng: Random, how: Manner) -> PrintedValue:
    pattern = rng.choice(how.locale.banks)
    place = re.split(r",| \(|/| - ", how.locale.town(rng))[0].strip()
    return plain(pattern.format(stem=rng.choice(how.locale.stems), town=place))


def bic(rng: Random, how: Manner) -> PrintedValue:
    shape = f"@@@@{how.country}{rng.choice(('2@', '3@', '##', '@#'))}"
    return plain(codes.fill(rng, shape + rng.choice(("", "", "XXX", "###"))))


def email(rng: Random, how: Manner) -> PrintedValue:
    folded = unicodedata.normalize("NFKD", rng.choice(how.locale.stems).lower())
    host = "".join(one for one in folded if one.isascii() and (one.isalnum() or one == "-"))
    end = rng.choice(("com", "eu", how.country.lower()))
    return plain(f"{rng.choice(_BOXES)}@{host}-{rng.choice(('group', 'shop', 'net'))}.{end}")


def phone(rng: Random, how: Manner) -> PrintedValue:
    shape = rng.choice(_PHONES).format(dial=COUNTRIES.get(how.country, Country()).dial)
    return plain(codes.fill(rng, shape))


def past_year(rng: Random, how: Manner) -> PrintedValue:
    return plain(str(how.today.year - rng.randint(1, 3)))


def harvest_year(rng: Random, how: Manner) -> PrintedValue:
    return plain(str(how.today.year - rng.choice((1, 1, 2))))


def transit_mrn(rng: Random, how: Manner) -> PrintedValue:
    """Movement reference number of a transit, with its check digit."""
    head = f"{how.today.year % 100:02}{how.country}{codes.fill(rng, '######@#####')}"
    head += rng.choice("JKLM")
    return plain(head + codes.mrn_check_digit(head))


def campaign(rng: Random, how: Manner) -> PrintedValue:
    """An American candidate, or who pays for his advertising."""
    given, *_, surname = how.locale.person(rng).split()
    office = rng.choice(_OFFICES)
    number, side = rng.randint(1000, 199999), rng.choice(("D", "R", "DEM", "REP"))
    return plain(
        rng.choice(
            (
                f"{surname} for {office}",
                f"Friends of {surname}",
                f"{surname} {office}",
                f"{given} {surname} for {office} - {side}",
                f"POL/{surname}/{office}/{side}",
                f"{given} {surname}/{office}/{how.locale.town(rng)}",
                f"{surname} {how.today.year} Inc ({number})",
                f"{surname} Victory PAC",
                f"Committee to Elect {given} {surname}",
                f"({number}) {surname} for {office}",
                f"Citizens for {surname} - {side}",
            )
        )
    )


def limits(*patterns: str, low: Maker, high: Maker) -> Maker:
    """Of a measured value, in one of the patterns of ``low`` and ``high``."""

    def make(rng: Random, how: Manner) -> PrintedValue:
        ends = {"low": low(rng, how).text, "high": high(rng, how).text}
        return plain(rng.choice(patterns).format(**ends))

    return make


def tolerance(rng: Random, how: Manner) -> PrintedValue:
    width = number(0.02, 0.8, places=2)(rng, how).text
    return plain(rng.choice(("± {}", "±{}", "+{} / -0", "max. {}")).format(width))


SIMPLE: Mapping[str, Maker] = {
    "company": company,
    "person": person,
    "town": town,
    "address": address,
    "goods": goods,
    "groceries": groceries,
    "unit": unit,
    "country": country,
    "currency": currency,
    "vat_id": vat_id,
    "iban": iban,
    "bank": bank,
    "bic": bic,
    "email": email,
    "phone": phone,
    "past_year": past_year,
    "harvest_year": harvest_year,
    "transit_mrn": transit_mrn,
    "campaign": campaign,
    "tolerance": tolerance,
    "limits": limits(
        *("{low} - {high}", "max. {high}", "< {high}", "min. {low}"),
        low=number(0.01, 40, places=1),
        high=number(41, 110, places=1),
    ),
    "normal_range": limits(
        *("{low} - {high}", "< {high}", "> {low}"),
        low=number(0.1, 60, places=1),
        high=number(61, 190, places=1),
    ),
}
"""Makers that need nothing told, by the names by which the data call them."""
