"""One document before anything is drawn: who writes to whom, and all that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from starter.facts import Concept, Fact, Said, Theme
from starter.manner import Manner, manner
from starter.roles import RECEIVER, SENDER, Party, party
from starter.tongue import Tongue
from starter.tongues import TONGUES


@dataclass(frozen=True, slots=True)
class Story:
    theme: Theme
    how: Manner
    title: str
    heading: Fact | None
    """What the title says, where it is a value."""
    sender: Party
    receiver: Party | None
    facts: tuple[Fact, ...]
    """Printed with their labels."""
    columns: tuple[Concept, ...]
    rows: tuple[tuple[Fact, ...], ...]
    """A fact for each column."""

    @property
    def told(self) -> tuple[Fact, ...]:
        """All that stands on the page outside of the table."""
        receiver = self.receiver.facts if self.receiver else ()
        heading = (self.heading,) if self.heading else ()
        return (*heading, *self.sender.facts, *receiver, *self.facts)

    @property
    def texts(self) -> Iterator[str]:
        """Of all its values."""
        for fact in (*self.told, *(fact for row in self.rows for fact in row)):
            yield fact.value.text


def story(rng: Random, theme: Theme, *, tongue: Tongue | None = None) -> Story:
    """In one of the theme's languages."""
    how = manner(rng, tongue or TONGUES[rng.choice([*theme.titles])])
    code = how.tongue.code
    said, rows = _together(rng, theme, how)
    share = rng.uniform(0.7, 1.0)
    """Of what such documents may say, how much this one does."""
    heading = next((Fact(one, said["kind"]) for one in theme.concepts if _heads(one, said)), None)

    def facts(concepts: Sequence[Concept], *, share: float = share) -> tuple[Fact, ...]:
        printed = [one for one in concepts if code in one.labels and rng.random() < share]
        return tuple(
            Fact(one, said[one.names[0]] if one.names[0] in said else one.make(rng, how))
            for one in printed
            if not _heads(one, said)
            if theme.together is None or one.names[0] in said or not _summed(one, theme)
        )

    return Story(
        theme,
        how,
        heading.value.text if heading else rng.choice(theme.titles[code]),
        heading,
        party(
            rng,
            how,
            theme.sender,
            labels=theme.sender_labels or SENDER,
            also=facts(theme.sender_also),
            shop=theme.slip,
            alone=not theme.receiver,
        ),
        party(
            rng,
            how,
            theme.receiver,
            labels=theme.receiver_labels or RECEIVER,
            also=facts(theme.receiver_also),
        )
        if theme.receiver and (not theme.slip or rng.random() < 0.1)
        else None,
        facts(theme.concepts),
        *_table(rng, theme, how, rows),
    )


def _together(rng: Random, theme: Theme, how: Manner) -> tuple[Said, Sequence[Said]]:
    fewest, most = theme.table.rows if theme.table else (0, 0)
    # Short tables are the usual ones.
    number = fewest + round((most - fewest) * rng.random() ** 2)
    if theme.together:
        return theme.together(rng, how, number)
    return {}, [{}] * number


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
