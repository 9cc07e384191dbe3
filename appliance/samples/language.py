"""The shape of a vocabulary: what a language needs so that documents can be written in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from pydantic import ConfigDict

from appliance.samples.style import PaperStyle


@dataclass(frozen=True, slots=True)
class Product:
    description: str
    unit: str
    price: tuple[int, int]
    """Lowest and highest, in cents."""
    hs_code: str = ""
    """Eight digits of the EU's combined nomenclature."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    """ISO 639-1."""
    country: str
    """ISO 3166-1, of who writes the documents."""
    currency: str
    """ISO 4217."""
    currency_word: str
    """How invoices print it."""
    style: PaperStyle
    rates: tuple[str, ...]
    """VAT rates in percent, the usual one first."""
    stems: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    """Parts of a company's name, in this order."""
    people: tuple[str, ...]
    streets: tuple[str, ...]
    """With ``{n}`` for the number."""
    towns: tuple[str, ...]
    """With the postcode."""
    banks: tuple[str, ...]
    products: tuple[Product, ...]
    countries: Mapping[str, str]
    invoice: Mapping[str, str]
    """Words by their English key; every language has the same keys."""
    numbers: Mapping[str, str]
    """Shapes of document numbers, see ``codes.fill``; ``{y}`` and ``{m}`` are the date's."""
    customs: Mapping[str, str] = field(default_factory=dict)
    """Empty when nobody declares goods in this language yet; the same for those below."""
    production: Mapping[str, str] = field(default_factory=dict)
    machines: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    """What the machines make."""
    stoppages: tuple[str, ...] = ()
    """Why a machine stands still."""
    receipt: Mapping[str, str] = field(default_factory=dict)
    shops: tuple[str, ...] = ()
    shelf: tuple[Product, ...] = ()
    """What shops sell; prices with tax."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    def company(self, rng: Random, *, unlike: str = "") -> str:
        """A name that does not begin as ``unlike`` does."""
        stems = [stem for stem in self.stems if not unlike.startswith(stem)]
        return " ".join((rng.choice(stems), rng.choice(self.trades), rng.choice(self.forms)))

    def street(self, rng: Random) -> str:
        return rng.choice(self.streets).format(n=rng.randint(2, 148))
