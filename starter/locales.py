"""The languages in which papers are written, one a file in ``locales``, and what countries set.

A new language is a new file. What stands in it is told in docs/starter.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Annotated

from pydantic import ConfigDict, Field

from starter.faults import DataFault, Toml, read_toml, refuse, unknown_names

FOLDER = Path(__file__).parent / "locales"
_COUNTRIES = Path(__file__).parent / "countries.toml"
_STRICT = ConfigDict(extra="forbid")

Text = Annotated[str, Field(min_length=1)]
Words = Annotated[tuple[Text, ...], Field(min_length=1)]
CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$")]
"""ISO 3166-1."""
Twelve = Annotated[tuple[Text, ...], Field(min_length=12, max_length=12)]
Pairs = Annotated[tuple[tuple[str, str], ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page prints of itself: beside its title, above its parties, around its tables."""

    sender: Words
    receiver: Words
    """Above the parties, where the kind of document has no words of its own."""
    ship_to: Words
    """Above whom goods go to, where that is another than who is addressed."""
    contact: Words
    """Above who at the sender's answers questions."""
    numbered: tuple[str, ...]
    """Between a title and the document's number."""
    dated: Words
    """Between a title's number and its day."""
    on: Words
    """A letter's day without a label: patterns of ``town`` and ``day``."""
    total: Words
    """Below columns that are summed up."""
    taxes: tuple[str, ...]
    """Above a table of taxes."""
    rate: Words
    net: Words
    tax: Words
    """Heads of its columns."""
    discount: Words
    list_price: Words
    """Heads of columns that rows may have besides."""
    payments: Words
    """Above a table of payments."""
    paid_on: Words
    paid_by: Words
    paid: Words
    """Heads of its columns."""
    ways: Words
    """How money comes."""
    approvals: Words
    """Above a table of signatures."""
    role: Words
    person: Words
    signed_on: Words
    """Heads of its columns."""
    roles: Words
    """What is signed."""


@dataclass(frozen=True, slots=True)
class Locale:
    """A language, as far as documents need it: names, places, goods, numbers and days."""

    code: str
    """ISO 639-1: the name of the file."""
    countries: Annotated[tuple[CountryCode, ...], Field(min_length=1)]
    """Of those who write in it; one that stands there twice comes twice as often."""
    currencies: Pairs
    """ISO 4217, and a mark that is printed for it; the usual ones first."""
    numbers: Pairs
    """Decimal point and what parts the thousands, the usual way first."""
    days: Words
    """Patterns of the numbers ``d``, ``m``, ``y`` and ``yy`` (two digits), and of the names
    ``month``, ``mon`` (short) and ``MON`` (short, in capitals)."""
    months: Twelve
    short_months: Twelve
    first_names: Words
    surnames: Words
    stems: Words
    """Made-up words that companies are called by."""
    trades: Words
    """What they do, as their names say it."""
    forms: Words
    """Legal forms."""
    shops: Words
    """Patterns of a shop's name, of ``stem`` and ``surname``."""
    streets: Words
    """Patterns of ``n`` (a number), ``surname`` and ``stem``."""
    towns: Words
    """Patterns with ``#`` for each digit of the postcode and ``@`` for each letter of it."""
    banks: Words
    """Patterns of ``stem`` and ``town``."""
    goods: Words
    """What is sold between companies."""
    groceries: Words
    """What is sold over a counter."""
    units: Words
    remarks: Words
    """Sentences that stand on documents and tell nothing."""
    lands: Annotated[Mapping[CountryCode, Text], Field(min_length=1)]
    """ISO 3166-1 to the country's name."""
    page: PageWords
    weight: Annotated[float, Field(gt=0)] = 0.7
    """How often the language comes, beside others."""
    western: bool = False
    """Whether every reader's own faces can write it."""
    clocks: Words = ("{h:02}:{m:02}",)
    """Patterns of a time of day: ``h``, ``half`` (of twelve hours), ``m`` and ``noon``."""
    between: tuple[Text, ...] = ()
    """Lines between street and town: patterns of ``stem`` and ``n``."""
    registered: tuple[Text, ...] = ()
    """How shops print their number in a register: ``#`` is a digit, ``@`` a letter."""

    __pydantic_config__ = _STRICT

    def person(self, rng: Random) -> str:
        return f"{rng.choice(self.first_names)} {rng.choice(self.surnames)}"

    def company(self, rng: Random) -> str:
        stem, surname = rng.choice(self.stems), rng.choice(self.surnames)
        trade, form = rng.choice(self.trades), rng.choice(self.forms)
        return rng.choice(
            (
                f"{stem} {trade} {form}",
                f"{surname} {trade} {form}",
                f"{stem} {form}",
                f"{surname} & {rng.choice(self.surnames)} {form}",
                f"{stem} {trade}",
            )
        )

    def shop(self, rng: Random) -> str:
        pattern = rng.choice(self.shops)
        return pattern.format(stem=rng.choice(self.stems), surname=rng.choice(self.surnames))

    def street(self, rng: Random) -> str:
        return rng.choice(self.streets).format(
            n=rng.randint(1, 240), surname=rng.choice(self.surnames), stem=rng.choice(self.stems)
        )

    def town(self, rng: Random) -> str:
        """Without any part of its postcode."""
        pieces = rng.choice(self.towns).split()
        names = [one for one in pieces if not any(mark in "#@0123456789" for mark in one)]
        return " ".join(names).rstrip(",")


@dataclass(frozen=True, slots=True)
class Country:
    """What a country sets for all who write there, in whatever language."""

    rates: Words = ("20", "10")
    """Of value added or sales tax in percent, the usual one first."""
    dial: Text = "49"
    """Telephone code."""
    money: tuple[str, str] | None = None
    """ISO 4217 and mark, where it shares its language with others and not their currency."""
    days: tuple[Text, ...] = ()
    """As ``Locale.days``, where it mostly writes them in another way than its language."""

    __pydantic_config__ = _STRICT


_PLACEHOLDERS = {
    "days": ("d", "m", "y", "yy", "month", "mon", "MON"),
    "clocks": ("h", "half", "m", "noon"),
    "shops": ("stem", "surname"),
    "streets": ("n", "surname", "stem"),
    "banks": ("stem", "town"),
    "between": ("stem", "n"),
}


def read_locales(folder: Path = FOLDER) -> dict[str, Locale]:
    """By code. ConfigError with every fault of every file."""
    faults: list[DataFault] = []
    found: dict[str, Locale] = {}
    for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem):
        toml, locale = read_toml(path, Locale, faults, code=path.stem)
        if locale:
            faults += _wrong_patterns(toml, locale)
            found[path.stem] = locale
    refuse(faults)
    return found


def _wrong_patterns(toml: Toml, locale: Locale) -> Iterator[DataFault]:
    for key, known in _PLACEHOLDERS.items():
        for pattern, message in unknown_names(getattr(locale, key), known):
            yield toml.fault((key,), message, value=pattern)
    for pattern, message in unknown_names(locale.page.on, ("town", "day")):
        yield toml.fault(("page", "on"), message, value=pattern)


def read_countries(path: Path = _COUNTRIES) -> dict[str, Country]:
    """By code. ConfigError with every fault of the file."""
    faults: list[DataFault] = []
    _, found = read_toml(path, dict[CountryCode, Country], faults)
    refuse(faults)
    return found or {}


LOCALES = read_locales()
COUNTRIES = read_countries()
