"""How far a clerk is with a document. Pure: every change is a new state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from appliance.domain.prediction import Field
from appliance.judgement.assess import Settled
from appliance.review.draft.places import DOCUMENT, Phase, Place


@dataclass(frozen=True, slots=True)
class Said:
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
class State:
    phase: Phase
    rows: tuple[int, ...]
    """From the top of the table."""
    said: Mapping[Place, Said] = field(default_factory=dict)
    closed: frozenset[Place] = frozenset()
    """The table and the document as a whole, once she confirmed them."""
    compared: frozenset[Place] = frozenset()
    """What she decided since she sees what the model read."""
    seen: frozenset[Place] = frozenset()
    keyed: Mapping[Place, Said] = field(default_factory=dict)
    """What she wrote before that."""

    @property
    def settled(self) -> Settled:
        """As judging wants to know it."""
        found = {
            (place.fieldtype, place.row): said.value
            for place, said in self.said.items()
            if said.settled
        }
        return {**found, **{(place.fieldtype, place.row): None for place in self.closed}}

    def saying(self, said: Mapping[Place, Said]) -> State:
        return replace(self, said={**self.said, **said}, compared=self.compared | said.keys())

    def closing(self, place: Place) -> State:
        return replace(self, closed=self.closed | {place}, compared=self.compared | {place})

    def seeing(self, place: Place) -> State:
        return replace(self, seen=self.seen | {place})

    def with_row(self, row: int, *, after: int | None) -> State:
        """``after`` None: above the first. The table is open again."""
        at = 0 if after is None else self.rows.index(after) + 1
        rows = (*self.rows[:at], row, *self.rows[at:])
        return replace(self, rows=rows, closed=self.closed & {DOCUMENT})

    def without_rows(self, *rows: int) -> State:
        return replace(
            self,
            closed=self.closed & {DOCUMENT},
            rows=tuple(one for one in self.rows if one not in rows),
            said={place: said for place, said in self.said.items() if place.row not in rows},
        )

    def comparing(self) -> State:
        """All is keyed: from here on she sees what the model read, and what follows from it."""
        closed = self.closed - {DOCUMENT}
        return replace(
            self, phase=Phase.COMPARE, keyed=self.said, closed=closed, compared=frozenset()
        )
