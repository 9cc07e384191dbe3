"""A language, as far as documents need it: names, places, goods, numbers and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Tongue:
    code: str
    """ISO 639-1."""
    countries: tuple[str, ...]
    """ISO 3166-1, of those who write in it."""
    currencies: tuple[tuple[str, str], ...]
    """ISO 4217, and a mark that is printed for it; the usual ones first."""
    numbers: tuple[tuple[str, str], ...]
    """Decimal point and what parts the thousands, the usual way first."""
    days: tuple[str, ...]
    """Patterns of the numbers ``d``, ``m``, ``y`` and ``yy`` (two digits), and of the names
    ``month``, ``mon`` (short) and ``MON`` (short, in capitals)."""
    months: tuple[str, ...]
    mons: tuple[str, ...]
    given: tuple[str, ...]
    """First names."""
    surnames: tuple[str, ...]
    stems: tuple[str, ...]
    """Made-up words that companies are called by."""
    trades: tuple[str, ...]
    """What they do, as their names say it."""
    forms: tuple[str, ...]
    """Legal forms."""
    shops: tuple[str, ...]
    """Patterns of a shop's name, of ``stem`` and ``surname``."""
    streets: tuple[str, ...]
    """Patterns of ``n`` (a number), ``surname`` and ``stem``."""
    towns: tuple[str, ...]
    """Patterns with ``#`` for each digit of the postcode and ``@`` for each letter of it."""
    goods: tuple[str, ...]
    """What is sold between companies."""
    groceries: tuple[str, ...]
    """What is sold over a counter."""
    units: tuple[str, ...]
    remarks: tuple[str, ...]
    """Sentences that stand on documents and tell nothing."""
    lands: Mapping[str, str]
    """ISO 3166-1 to the country's name."""

    def person(self, rng: Random) -> str:
        return f"{rng.choice(self.given)} {rng.choice(self.surnames)}"

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
