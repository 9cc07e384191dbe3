"""Makers of values, to be named where concepts are told.

Each gives a function of chance and manner. Codes follow a shape: ``#`` a digit, ``@`` a capital
letter, ``{y}`` and ``{m}`` the year and month of the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random

from appliance.samples import codes
from appliance.samples.style import grouped
from appliance.samples.truth import PrintedValue
from starter.facts import Maker, Words
from starter.manner import Manner


def code(*shapes: str) -> Maker:
    def make(rng: Random, how: Manner) -> PrintedValue:
        shape = rng.choice(shapes).format(y=how.today.year, m=f"{how.today.month:02}")
        return _plain(codes.fill(rng, shape))

    return make


def day(first: int, last: int) -> Maker:
    """So many days after the document's own date at least and at most; below zero before it."""
    return lambda rng, how: how.date(how.today + timedelta(days=rng.randint(first, last)))


def amount(low: float, high: float) -> Maker:
    return number(low, high, places=2)


def number(low: float, high: float, *, places: int = 0) -> Maker:
    """Small ones as often as large ones."""

    def make(rng: Random, how: Manner) -> PrintedValue:
        drawn = low + (high - low) * rng.random() ** 3
        return how.number(Decimal(repr(drawn)), places)

    return make


def words(said: Words) -> Maker:
    """One of the alternatives of the document's language; English where it has none."""

    def make(rng: Random, how: Manner) -> PrintedValue:
        return _plain(rng.choice(said.get(how.locale.code) or said["en"]))

    return make


def one_of(*texts: str) -> Maker:
    """The same texts in every language: names of models, grades, norms."""
    return lambda rng, how: _plain(rng.choice(texts))


def enum(values: Mapping[str, Words]) -> Maker:
    """Printed in words, answered by value."""

    def make(rng: Random, how: Manner) -> PrintedValue:
        value = rng.choice(list(values))
        said = values[value].get(how.locale.code) or values[value]["en"]
        return PrintedValue(rng.choice(said), value, listed=True)

    return make


def company() -> Maker:
    return lambda rng, how: _plain(how.locale.company(rng))


def person() -> Maker:
    return lambda rng, how: _plain(how.locale.person(rng))


def town() -> Maker:
    """Without its postcode."""
    return lambda rng, how: _plain(how.locale.town(rng))


def address() -> Maker:
    """Street, postcode and town in a line."""

    def make(rng: Random, how: Manner) -> PrintedValue:
        where = codes.fill(rng, rng.choice(how.locale.towns))
        return _plain(f"{how.locale.street(rng)}, {where}")

    return make


def goods() -> Maker:
    return lambda rng, how: _plain(rng.choice(how.locale.goods))


def land() -> Maker:
    def make(rng: Random, how: Manner) -> PrintedValue:
        country = rng.choice(list(how.locale.lands))
        return PrintedValue(rng.choice((how.locale.lands[country], country)), country, listed=True)

    return make


def currency() -> Maker:
    return lambda rng, how: PrintedValue(how.currency, how.currency, listed=True)


def vat_id() -> Maker:
    def make(rng: Random, how: Manner) -> PrintedValue:
        country = how.country if how.country in codes.VAT_SHAPES else "DE"
        number = codes.vat_id(rng, country)
        return PrintedValue(rng.choice((number, grouped(number, (2, 3, 3, 3)))), number)

    return make


def iban() -> Maker:
    def make(rng: Random, how: Manner) -> PrintedValue:
        country = how.country if how.country in codes.BBAN_SHAPES else "DE"
        number = codes.iban(rng, country)
        return PrintedValue(rng.choice((number, grouped(number, (4,) * 8))), number)

    return make


def _plain(text: str) -> PrintedValue:
    return PrintedValue(text, text)
