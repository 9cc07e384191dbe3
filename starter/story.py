"""One document before anything is drawn: who writes to whom, and all that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from string import Formatter

from appliance.domain.doctype import FieldType
from appliance.samples.truth import Value
from starter.facts import Concept, Fact, Said, Taxed, Theme, Told
from starter.labels.page import NUMBERED
from starter.manner import Manner, manner
from starter.roles import RECEIVER, SENDER, Party, party
from starter.tongue import Tongue
from starter.tongues import TONGUES

_TONGUES = {"en": 5.0, "de": 2.5, "fr": 2.5, "es": 1.5, "pt": 1.5, "pl": 1.2}
"""How often a language comes; the others 0.7."""
_CORE = 0.95
"""Share of the documents that say what hardly any leaves out."""
_NUMBERED = 0.12
"""Share of those with a number that have it in the title."""
_SENTENCE = 0.2
"""Chance of each sentence that could be said."""
_TAXES = 0.4
"""Share of the documents with taxes that say them by rate."""


@dataclass(frozen=True, slots=True)
class Story:
    theme: Theme
    how: Manner
    title: str
    """With the document's number, where that stands there."""
    heading: Fact | None
    """What the title says, where it is a value."""
    sender: Party
    receiver: Party | None
    facts: tuple[Fact, ...]
    """Printed with their labels."""
    besides: tuple[Fact, ...]
    """Told by what is printed otherwise: by the mark of an amount, in a line with another, in the
    title, in a sentence, as the same as another."""
    sentence: str
    """May be empty."""
    columns: tuple[Concept, ...]
    rows: tuple[tuple[Fact, ...], ...]
    """A fact for each column."""
    taxes: Sequence[Taxed]
    """By rate; empty where the page does not say it so."""

    @property
    def told(self) -> tuple[Fact, ...]:
        """All that stands on the page outside of the table."""
        receiver = self.receiver.facts if self.receiver else ()
        heading = (self.heading,) if self.heading else ()
        named = (fact for fact in self.facts if fact.concept.names)
        return (*heading, *self.sender.facts, *receiver, *named, *self.besides)

    @property
    def texts(self) -> Iterator[str]:
        """Of all its values."""
        for fact in (*self.told, *(fact for row in self.rows for fact in row)):
            yield fact.value.text


def story(rng: Random, theme: Theme, *, tongue: Tongue | None = None) -> Story:
    """In one of the theme's languages."""
    codes = [*theme.titles]
    tongue = tongue or TONGUES[rng.choices(codes, [_TONGUES.get(one, 0.7) for one in codes])[0]]
    how = manner(rng, tongue, country=theme.country if rng.random() < 0.8 else "")
    code = tongue.code
    together = _together(rng, theme, how)
    said = together.said
    share = rng.uniform(0.7, 1.0)
    """Of what such documents may say, how much this one does."""
    heading = next((Fact(one, said["kind"]) for one in theme.concepts if _heads(one, said)), None)

    def facts(concepts: Sequence[Concept], *, share: float = share) -> tuple[Fact, ...]:
        printed = [
            one
            for one in concepts
            if code in one.labels
            and rng.random() < (_CORE if one.names[0] in theme.core else share)
        ]
        return tuple(
            Fact(one, said[one.names[0]] if one.names[0] in said else one.make(rng, how))
            for one in printed
            if not _heads(one, said)
            if theme.together is None or one.names[0] in said or not _summed(one, theme)
        )

    sender_also, receiver_also = facts(theme.sender_also), facts(theme.receiver_also)
    title = heading.value.text if heading else rng.choice(theme.titles[code])
    printed, joined = _joined(rng, facts(theme.concepts), theme, code)
    title, printed, number = _numbered(rng, title, printed, code)
    sentence, printed, due = _sentence(rng, printed, theme, how)
    besides = (*joined, *number, *due)
    told = [*([heading] if heading else []), *sender_also, *receiver_also, *printed, *besides]
    return Story(
        theme,
        how,
        title,
        heading,
        party(
            rng,
            how,
            theme.sender,
            labels=theme.sender_labels or SENDER,
            also=sender_also,
            shop=theme.slip,
            alone=not theme.receiver,
        ),
        party(
            rng,
            how,
            theme.receiver,
            labels=theme.receiver_labels or RECEIVER,
            also=receiver_also,
        )
        if theme.receiver and (not theme.slip or rng.random() < 0.1)
        else None,
        printed,
        (*besides, *_by_mark(told, theme, how), *_the_same(told, theme)),
        sentence,
        *_table(rng, theme, how, together.rows),
        together.taxes if rng.random() < _TAXES else (),
    )


def _joined(
    rng: Random, facts: tuple[Fact, ...], theme: Theme, code: str
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What is printed, and what of it is told in a line with another."""
    joined: list[Fact] = []
    printed = list(facts)
    for first, last, labels in theme.spans:
        pair = [
            fact for name in (first, last) for fact in printed if fact.concept.names[:1] == (name,)
        ]
        if len(pair) == 2 and code in labels and rng.random() < 0.5:
            text = rng.choice((" - ", " - ", " to ", "-")).join(fact.value.text for fact in pair)
            line = Concept((), FieldType.TEXT, (), labels, lambda rng, how: Value("", ""))
            printed[printed.index(pair[0])] = Fact(line, Value(text, text))
            printed.remove(pair[1])
            joined += pair
    return tuple(printed), tuple(joined)


def _numbered(
    rng: Random, title: str, facts: tuple[Fact, ...], code: str
) -> tuple[str, tuple[Fact, ...], tuple[Fact, ...]]:
    """The title, what is printed with a label, and the document's number where the title has it."""
    number = next((fact for fact in facts if fact.concept.type is FieldType.CODE), None)
    if not number or not number.concept.names[0].endswith("number") or rng.random() > _NUMBERED:
        return title, facts, ()
    text = number.value.text
    if text != text.upper():  # as a title may be set
        return title, facts, ()
    said = f"{title} {rng.choice(NUMBERED[code])}{text}"
    return said, tuple(fact for fact in facts if fact is not number), (number,)


def _sentence(
    rng: Random, facts: tuple[Fact, ...], theme: Theme, how: Manner
) -> tuple[str, tuple[Fact, ...], tuple[Fact, ...]]:
    """A sentence, what is printed with a label, and the days that the sentence alone says."""
    known = {fact.concept.names[0]: fact for fact in facts if fact.concept.names}
    patterns = theme.sentences.get(how.tongue.code, ())
    for pattern in rng.sample(patterns, len(patterns)):
        wanted = {name for _, name, _, _ in Formatter().parse(pattern) if name}
        if wanted <= known.keys() and rng.random() < _SENTENCE:
            said = {name: _said(known[name], how) for name in wanted}
            days = tuple(known[name] for name in wanted if _is_day(known[name]))
            return pattern.format(**said), tuple(one for one in facts if one not in days), days
    return "", facts, ()


def _is_day(fact: Fact) -> bool:
    return fact.concept.type is FieldType.DATE


def _said(fact: Fact, how: Manner) -> str:
    """An amount with its currency, where this document has it so."""
    text = fact.value.text
    return how.money.format(text) if fact.concept.type is FieldType.AMOUNT else text


def _by_mark(told: Sequence[Fact], theme: Theme, how: Manner) -> Iterator[Fact]:
    """The currency, where amounts say it and no label does."""
    if how.money == "{}" or not any(one.concept.type is FieldType.AMOUNT for one in told):
        return
    known = {fact.concept for fact in told}
    for concept in theme.concepts:
        if concept.type is FieldType.CURRENCY and concept not in known:
            yield Fact(concept, Value(how.mark, how.currency, listed=True))


def _the_same(told: Sequence[Fact], theme: Theme) -> Iterator[Fact]:
    known = {fact.concept.names[0]: fact for fact in told if fact.concept.names}
    for concept in theme.concepts:
        other, unless = theme.same.get(concept.names[0], ("", ()))
        if concept.names[0] not in known and other in known and known.keys().isdisjoint(unless):
            yield Fact(concept, known[other].value)


def _together(rng: Random, theme: Theme, how: Manner) -> Told:
    fewest, most = theme.table.rows if theme.table else (0, 0)
    # Short tables are the usual ones.
    number = fewest + round((most - fewest) * rng.random() ** 2)
    if theme.together:
        return theme.together(rng, how, number)
    return Told({}, [{}] * number)


def _heads(concept: Concept, said: Said) -> bool:
    """Whether it says what kind of document it is, as its title does."""
    return concept.names[0] == "kind" and "kind" in said


def _summed(concept: Concept, theme: Theme) -> bool:
    """Whether it is left to ``Theme.together``, which may leave it out."""
    return concept.names[0] in theme.computed


def _table(
    rng: Random, theme: Theme, how: Manner, rows: Sequence[Said]
) -> tuple[tuple[Concept, ...], tuple[tuple[Fact, ...], ...]]:
    if theme.table is None or not rows:
        return (), ()
    code = how.tongue.code
    possible = [
        one
        for one in theme.table.columns
        if code in one.labels
        and (one.names[0] not in theme.computed or all(one.names[0] in row for row in rows))
    ]
    first, *others = possible
    columns = tuple([first, *(one for one in others if rng.random() < 0.8)])
    told = tuple(
        tuple(
            Fact(one, row[one.names[0]] if one.names[0] in row else one.make(rng, how))
            for one in columns
        )
        for row in rows
    )
    return columns, told
