"""What documents say: concepts, the kinds of documents they belong to, and a document's own facts.

Values only; how they come to stand on a page is the business of ``page``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples.truth import PrintedValue
from starter.locales import Locale
from starter.manner import Manner

Words = Mapping[str, tuple[str, ...]]
"""By language (ISO 639-1); the alternatives in which documents say the same."""

Maker = Callable[[Random, Manner], PrintedValue]

Said = Mapping[str, PrintedValue]
"""By the first name of a concept."""


@dataclass(frozen=True, slots=True)
class Taxed:
    """What is taxed at one rate, and the tax."""

    rate: PrintedValue
    net: PrintedValue
    tax: PrintedValue


@dataclass(frozen=True, slots=True)
class Told:
    """Values that depend on each other."""

    said: Said
    rows: Sequence[Said]
    taxes: Sequence[Taxed] = ()
    """By rate, where a document may say it so."""
    asks: bool = True
    """Whether a sentence of the kind may be said."""
    same: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """As of the kind, of this document alone."""


Teller = Callable[[Random, Manner, int], Told]
"""Of chance, manner and a number of rows."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that a kind of document prints as values."""

    words: Mapping[str, Words]
    """By the name of the list."""
    values: Mapping[str, Mapping[str, Words]]
    """By the name of the list: each value with its words."""

    def text(self, rng: Random, how: Manner, name: str) -> str:
        """English in a language that the list lacks."""
        return rng.choice(_spoken(self.words[name], how))

    def value(self, rng: Random, how: Manner, name: str, value: str) -> PrintedValue:
        """Printed in words, answered by value."""
        return PrintedValue(rng.choice(_spoken(self.values[name][value], how)), value, listed=True)


def _spoken(words: Words, how: Manner) -> tuple[str, ...]:
    return words.get(how.locale.code) or words["en"]


@dataclass(frozen=True, slots=True)
class Functions:
    """What a kind of document leaves to Python, because its sums have to be right."""

    together: Callable[[Random, Manner, int, Vocabulary], Told]
    makers: Callable[[Vocabulary], Mapping[str, Maker]]
    """By the names by which the kind's fields call them."""


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """Something that may be asked of a document."""

    names: tuple[str, ...]
    """Keys by which an owner might call it."""
    type: FieldType
    descriptions: tuple[str, ...]
    """What the owner might say about it, in a few words; English."""
    labels: Words
    """What a document prints before the value. In a language that is missing it is not printed."""
    make: Maker
    unit: str = ""
    """Printed behind the value, and no part of it."""
    values: Mapping[str, Words] = field(default_factory=dict)
    """Of an enum: each value with its words."""
    computed: bool = False
    """Told by ``DocumentKind.together`` alone, which may leave it out."""


@dataclass(frozen=True, slots=True)
class Table:
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    columns: tuple[Concept, ...]
    rows: tuple[int, int] = (1, 8)
    """The fewest and the most."""
    summed: Mapping[str, str] = field(default_factory=dict)
    """By the first names of columns below which their sum may stand, whose value that is."""
    products: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the first name of an amount, of which quantity and price it is the product, perhaps less
    a discount in percent: first names of columns."""


NUMBERING = frozenset(("line", "position", "item_number", "step", "point", "item"))
"""First names of columns that count the rows."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    name: str
    titles: Words
    """As documents are headed. They are written in these languages."""
    locales: tuple[Locale, ...]
    """These languages, in the same order."""
    asked: tuple[tuple[str, str], ...]
    """What an owner might call the kind, and say about it; English."""
    concepts: tuple[Concept, ...]
    table: Table | None = None
    sender: tuple[str, ...] = ("sender_name", "company", "issuer")
    """Keys by which the company in the letterhead might be asked for."""
    receiver: tuple[str, ...] = ("recipient_name", "customer", "addressed_to")
    """The same for who is addressed; empty when nobody is."""
    sender_also: tuple[Concept, ...] = ()
    """Printed with the sender's name and address."""
    receiver_also: tuple[Concept, ...] = ()
    together: Teller | None = None
    """Where sums have to be right; what it does not say comes from the concepts' own makers."""
    sender_labels: Words = field(default_factory=dict)
    """What the page prints above the parties, where it is not what it always is."""
    receiver_labels: Words = field(default_factory=dict)
    slip: bool = False
    """Printed on a roll of paper."""
    core: frozenset[str] = frozenset()
    """First names of what hardly any such document leaves out."""
    same: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """By the first name of a concept: which other one says the same, unless the document knows any
    of these. What is still to be paid is the total where nothing was paid before."""
    spans: tuple[tuple[str, str, Words], ...] = ()
    """First names of two days that may stand in one line, ``from - to``, and its labels."""
    taxed: tuple[str, str, str] = ("", "", "")
    """First names of the rate, of what is taxed and of the tax, as a table of taxes says them."""
    numbered: bool = True
    """Whether its first code is its own number, which its title may hold."""
    written: str = ""
    """First name of the day it was written, which its title may hold or which may stand alone,
    where that is not the first of its days."""
    sentences: Words = field(default_factory=dict)
    """That may say what else stands beside a label: patterns of first names."""
    country: str = ""
    """ISO 3166-1, where most of its writers are from one."""
    weight: float = 1.0
    """How often the kind comes, beside others."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one document says of a concept."""

    concept: Concept
    value: PrintedValue
