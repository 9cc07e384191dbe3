"""How far a clerk is with a document. Pure: every change is a new state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from appliance.domain.prediction import Field
from appliance.judgement.assess import ClerkTexts
from appliance.review.draft.places import DOCUMENT, FieldRef, Phase


@dataclass(frozen=True, slots=True)
class ClerkValue:
    """What a clerk confirmed or wrote in one place."""

    field: Field
    value: str | None = None
    """Normal form, as it was when she said it; None beside a text that has none."""
    illegible: bool = False

    @property
    def settled(self) -> bool:
        """False for a text that cannot be read as a value: she is asked again."""
        return self.field.text is None or self.value is not None


@dataclass(frozen=True, slots=True)
class ReviewState:
    phase: Phase
    rows: tuple[int, ...]
    """From the top of the table."""
    clerk_values: Mapping[FieldRef, ClerkValue] = field(default_factory=dict)
    closed: frozenset[FieldRef] = frozenset()
    """The table and the document as a whole, once she confirmed them."""
    compared: frozenset[FieldRef] = frozenset()
    """What she decided since she sees what the model read."""
    seen: frozenset[FieldRef] = frozenset()
    keyed: Mapping[FieldRef, ClerkValue] = field(default_factory=dict)
    """What she wrote before that."""
    counted: int | None = None
    """How many rows the table has, as she said before she saw them; None before that, and where
    nobody asks."""

    @property
    def clerk_texts(self) -> ClerkTexts:
        """As judging wants to know it."""
        found = {
            (place.fieldtype, place.row): answer.value
            for place, answer in self.clerk_values.items()
            if answer.settled
        }
        return {**found, **{(place.fieldtype, place.row): None for place in self.closed}}

    def with_values(self, values: Mapping[FieldRef, ClerkValue]) -> ReviewState:
        return replace(
            self,
            clerk_values={**self.clerk_values, **values},
            compared=self.compared | values.keys(),
        )

    def with_closed(self, place: FieldRef) -> ReviewState:
        return replace(self, closed=self.closed | {place}, compared=self.compared | {place})

    def with_seen(self, place: FieldRef) -> ReviewState:
        return replace(self, seen=self.seen | {place})

    def with_row(self, row: int, *, after: int | None) -> ReviewState:
        """``after`` None: above the first. The table is open again."""
        at = 0 if after is None else self.rows.index(after) + 1
        rows = (*self.rows[:at], row, *self.rows[at:])
        return replace(self, rows=rows, closed=self.closed & {DOCUMENT})

    def without_rows(self, *rows: int) -> ReviewState:
        return replace(
            self,
            closed=self.closed & {DOCUMENT},
            rows=tuple(one for one in self.rows if one not in rows),
            clerk_values={
                place: answer
                for place, answer in self.clerk_values.items()
                if place.row not in rows
            },
        )

    def comparing(self, keyed: Mapping[FieldRef, ClerkValue]) -> ReviewState:
        """All is ``keyed``: from here on she sees what the model read, and what follows from it."""
        closed = self.closed - {DOCUMENT}
        return replace(self, phase=Phase.COMPARE, keyed=keyed, closed=closed, compared=frozenset())
