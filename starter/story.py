"""One document before anything is drawn: who writes to whom, and all that it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from appliance.samples.style import round_to
from appliance.samples.truth import PrintedValue
from starter import otherwise
from starter.facts import NUMBERING, Concept, DocumentKind, Fact, Said, Taxed, Told
from starter.locales import Locale
from starter.manner import Manner, manner
from starter.roles import Party, party

_CORE = 0.95
"""Share of the documents that say what hardly any leaves out."""
_ELSEWHERE = 0.2
"""Share of the documents to somebody that name another whom goods go to."""
_SHIP_TO = ("ship_to_name", "delivery_name", "deliver_to")
_LONG = 0.06
"""Share of the tables on sheets that have many rows more than is usual, often for a second page."""
_LONGEST = 45
"""Rows."""
_WORDY = 0.25
"""Share of the tables on sheets whose rows are described at length, in two or three wordings."""
_TAXES = 0.4
"""Share of the documents with taxes that say them by rate."""


@dataclass(frozen=True, slots=True)
class Story:
    kind: DocumentKind
    how: Manner
    title: str
    number: str
    """What the title ends with: the document's number where it stands there, else nothing."""
    heading: Fact | None
    """What the title says, where it is a value."""
    sender: Party
    receiver: Party | None
    elsewhere: Party | None
    """Whom goods go to, where that is said and another."""
    facts: tuple[Fact, ...]
    """Printed with their labels."""
    besides: tuple[Fact, ...]
    """Told by what is printed otherwise; see ``otherwise``."""
    dated: str
    """Its day without a label, perhaps after a town; may be empty."""
    sentence: str
    """May be empty."""
    columns: tuple[Concept, ...]
    rows: tuple[tuple[Fact, ...], ...]
    """A fact for each column."""
    sums: Mapping[str, PrintedValue]
    """By the first name of a column, what stands below it; empty where nothing does."""
    taxes: Sequence[Taxed]
    """By rate; empty where the page does not say it so."""

    @property
    def parties(self) -> tuple[Party, ...]:
        return tuple(filter(None, (self.sender, self.receiver, self.elsewhere)))

    @property
    def told(self) -> tuple[Fact, ...]:
        """All that stands on the page outside of the table."""
        parties = (fact for party in self.parties for fact in party.facts)
        heading = (self.heading,) if self.heading else ()
        named = (fact for fact in self.facts if fact.concept.names)
        return (*heading, *parties, *named, *self.besides)

    @property
    def texts(self) -> Iterator[str]:
        """Of all its values."""
        for fact in (*self.told, *(fact for row in self.rows for fact in row)):
            yield fact.value.text


def story(rng: Random, kind: DocumentKind, *, locale: Locale | None = None) -> Story:
    """In one of the kind's languages, if it is not told which."""
    locale = locale or rng.choices(kind.locales, [one.weight for one in kind.locales])[0]
    how = manner(rng, locale, country=kind.country if rng.random() < 0.8 else "")
    code = locale.code
    together = _together(rng, kind, how)
    said = together.said
    share = rng.uniform(0.7, 1.0)
    """Of what such documents may say, how much this one does."""
    heading = next((Fact(one, said["kind"]) for one in kind.concepts if _heads(one, said)), None)

    def facts(concepts: Sequence[Concept], *, share: float = share) -> tuple[Fact, ...]:
        printed = [
            one
            for one in concepts
            if code in one.labels and rng.random() < (_CORE if one.names[0] in kind.core else share)
        ]
        return tuple(
            Fact(one, said[one.names[0]] if one.names[0] in said else one.make(rng, how))
            for one in printed
            if not _heads(one, said)
            if kind.together is None or one.names[0] in said or not one.computed
        )

    sender_also, receiver_also = facts(kind.sender_also), facts(kind.receiver_also)
    title = heading.value.text if heading else rng.choice(kind.titles[code])
    printed, besides = otherwise.joined(rng, facts(kind.concepts), kind, code)
    number, printed, besides = otherwise.numbered(rng, printed, besides, kind, how)
    dated, printed, besides = otherwise.dated(rng, printed, besides, kind, how)
    sentence, printed, besides = otherwise.sentence(rng, printed, besides, together, kind, how)
    columns, rows = _table(rng, kind, how, together.rows)
    sums = otherwise.sums(rng, columns, rows, kind, how)
    taxes = together.taxes if rng.random() < _TAXES else ()
    told = [*([heading] if heading else []), *sender_also, *receiver_also, *printed, *besides]
    besides += otherwise.unlabelled(told, together, kind, how, sums=sums, taxes=taxes)
    goods_go = kind.receiver and not kind.slip and "ship_to" not in kind.receiver
    apart = goods_go and not _knows_a_place(kind) and rng.random() < _ELSEWHERE
    return Story(
        kind,
        how,
        title,
        number,
        heading,
        party(
            rng,
            how,
            kind.sender,
            labels=kind.sender_labels.get(code) or locale.page.sender,
            also=sender_also,
            shop=kind.slip,
            alone=not kind.receiver and not _knows_a_place(kind),
        ),
        party(
            rng,
            how,
            kind.receiver,
            labels=kind.receiver_labels.get(code) or locale.page.receiver,
            also=receiver_also,
        )
        if kind.receiver and (not kind.slip or rng.random() < 0.1)
        else None,
        party(rng, how, _SHIP_TO, labels=locale.page.ship_to, also=()) if apart else None,
        printed,
        besides,
        dated,
        sentence,
        columns,
        rows,
        sums,
        taxes,
    )


def _knows_a_place(kind: DocumentKind) -> bool:
    """Whether an address may be another's than the sender's."""
    words = ("address", "place", "premises", "property", "site")
    names = (name for concept in kind.concepts for name in concept.names)
    return any(word in name for name in names for word in words)


def _together(rng: Random, kind: DocumentKind, how: Manner) -> Told:
    fewest, most = kind.table.rows if kind.table else (0, 0)
    # Short tables are the usual ones.
    number = fewest + round((most - fewest) * rng.random() ** 2)
    if kind.table and not kind.slip and rng.random() < _LONG:
        number = rng.randint(most, max(most, _LONGEST))
    if kind.together:
        return kind.together(rng, how, number)
    return Told({}, [{}] * number)


def _heads(concept: Concept, said: Said) -> bool:
    """Whether it says what kind of document it is, as its title does."""
    return concept.names[0] == "kind" and "kind" in said


def _table(
    rng: Random, kind: DocumentKind, how: Manner, rows: Sequence[Said]
) -> tuple[tuple[Concept, ...], tuple[tuple[Fact, ...], ...]]:
    if kind.table is None or not rows:
        return (), ()
    code = how.locale.code
    possible = [
        one
        for one in kind.table.columns
        if code in one.labels and (not one.computed or all(one.names[0] in row for row in rows))
    ]
    first, *others = possible
    columns = (first, *(one for one in others if rng.random() < 0.8 or one.names[0] in _NAMES))
    step = rng.choice((1, 1, 1, 10))
    told = [
        [Fact(one, _cell(rng, how, one, row, number, step)) for one in columns]
        for number, row in enumerate(rows, start=1)
    ]
    for row in told:
        _multiply(how, columns, row, kind.table.products)
    wordy = _described(columns)
    if wordy is not None and not kind.slip and rng.random() < _WORDY:
        between = rng.choice((", ", " - ", " / ", " "))
        for row in told:
            row[wordy] = _at_length(rng, how, row[wordy], between)
    return columns, tuple(map(tuple, told))


def _multiply(
    how: Manner,
    columns: Sequence[Concept],
    row: list[Fact],
    products: Mapping[str, Sequence[str]],
) -> None:
    """Makes the amounts of ``row`` what its quantity and its price come to, where it says all."""
    places = {one.names[0]: at for at, one in enumerate(columns)}
    for amount, factors in products.items():
        if amount in places and places.keys() >= set(factors[:2]):
            quantity, price, *off = (
                Decimal(row[places[name]].value.norm) for name in factors if name in places
            )
            total = round_to(quantity * price * (100 - sum(off)) / 100)
            row[places[amount]] = Fact(row[places[amount]].concept, how.number(total, 2))


_NAMES = frozenset(
    ("description", "goods", "nature_of_goods", "programme", "service", "task", "activity", "text")
)
"""First names of columns that may say anything at any length."""


def _described(columns: Sequence[Concept]) -> int | None:
    """The place of the column that says in words what each row is."""
    return next((at for at, one in enumerate(columns) if one.names[0] in _NAMES), None)


def _at_length(rng: Random, how: Manner, fact: Fact, between: str) -> Fact:
    more = [fact.concept.make(rng, how).text for _ in range(rng.randint(1, 2))]
    text = between.join((fact.value.text, *more))
    return Fact(fact.concept, PrintedValue(text, text))


def _cell(
    rng: Random, how: Manner, concept: Concept, row: Said, number: int, step: int
) -> PrintedValue:
    name = concept.names[0]
    if name in row:
        return row[name]
    counted = str(number * step)
    return PrintedValue(counted, counted) if name in NUMBERING else concept.make(rng, how)
