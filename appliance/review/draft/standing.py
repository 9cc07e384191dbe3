"""A document as it stands now: every field, how it is judged, which ones need the clerk.

Pure; each answer is worked out once, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from appliance.domain.doctype import FieldType
from appliance.domain.document import Blocker
from appliance.domain.prediction import Decided, Field, Judgement
from appliance.fields.comparison import NUMBERS, same
from appliance.fields.normalise import Normal, normalize
from appliance.fields.style import Style
from appliance.review.draft.case import Case
from appliance.review.draft.habits import told
from appliance.review.draft.places import DOCUMENT, Phase, Place
from appliance.review.draft.state import Said, State


class Standing:
    def __init__(self, case: Case, state: State) -> None:
        self.case = case
        self.state = state

    def seen(self, state: State) -> Standing:
        """The same, for a state in which she only saw more."""
        after = Standing(self.case, state)
        after.__dict__.update({**self.__dict__, "state": state})
        return after

    def field(self, place: Place) -> Field:
        said = self.state.said.get(place)
        if said:
            return said.field
        if self.state.phase is Phase.REVIEW:
            return self.case.read(place)
        return Field(place.fieldtype, None, line_item_id=place.row)

    def normal(self, place: Place) -> Normal:
        """Of the text there; the value that she chose where she chose one."""
        said = self.state.said.get(place)
        if said and said.settled:
            return Normal(said.value)
        return self.read_as(place, self.field(place).text)

    def read_as(self, place: Place, text: str | None) -> Normal:
        if text is None:
            return Normal(None)
        return normalize(text, self.case.spec(place), self.style)

    @cached_property
    def cells(self) -> tuple[tuple[Place, ...], ...]:
        return tuple(self.case.cells(row) for row in self.state.rows)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every stop in the order in which she is led: the document, the header, the rows, and
        then the table as a whole."""
        table = (self.case.table,) if self.case.table else ()
        cells = (place for row in self.cells for place in row)
        return (DOCUMENT, *self.case.header, *cells, *table)

    @cached_property
    def style(self) -> Style:
        """The document's, and what she told of it by taking one of two readings."""
        return told(self.case.style(self.fields), self._chosen())

    def _chosen(self) -> Iterator[tuple[str, str]]:
        for place, said in self.state.said.items():
            numeric = self.case.spec(place).type in {FieldType.DATE, *NUMBERS}
            if numeric and said.field.text is not None and said.value is not None:
                yield said.field.text, said.value

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        header = (Place(spec.name) for spec in self.case.doctype.fields)
        cells = (place for row in self.cells for place in row)
        return tuple(self.field(place) for place in (*header, *cells))

    @cached_property
    def judgement(self) -> Judgement:
        return self.case.judge(self.fields, self.state.settled, self.style, self.state.phase)

    @cached_property
    def decided(self) -> dict[Place, Decided]:
        return {_place(one.field): one for one in self.judgement.fields}

    @cached_property
    def blockers(self) -> dict[Place, tuple[Blocker, ...]]:
        """All of the judgement's, each in a place where she can do something about it."""
        found = {place: one.blockers for place, one in self.decided.items() if one.blockers}
        told = {blocker for blockers in found.values() for blocker in blockers}
        for blocker in self.judgement.blockers:
            if blocker not in told:
                place = self._stop(blocker)
                found[place] = (*found.get(place, ()), blocker)
        return found

    def _stop(self, blocker: Blocker) -> Place:
        place = Place(blocker.fieldtype or "", blocker.line_item_id)
        return place if place in self.decided or place == self.case.table else DOCUMENT

    @cached_property
    def needed(self) -> frozenset[Place]:
        """What needs her before the document may be approved."""
        return frozenset(place for place in self.places if self._needs(place))

    def _needs(self, place: Place) -> bool:
        state = self.state
        if (place == DOCUMENT or state.phase is not Phase.BLIND) and place in self.blockers:
            return True
        if place == DOCUMENT or state.phase is Phase.REVIEW:
            return False
        said = state.said.get(place)
        if said and not said.settled:
            return True
        if state.phase is Phase.COMPARE:
            return place not in state.compared and self.differs(place)
        if place == self.case.table:
            return place not in state.closed
        return place.row is None and said is None

    def differs(self, place: Place) -> bool:
        """From what the model read there: of a row in the same position, of a table how many."""
        if place == self.case.table:
            return len(self.state.rows) != len(self.case.rows)
        if place.row is not None and self.state.rows.index(place.row) >= len(self.case.rows):
            return False  # the count of rows is asked about
        other = self.read(place)
        said = self.state.said.get(place) or Said(self.field(place))
        spec = self.case.spec(place)
        value = self.read_as(place, other.text).value
        return said.illegible or not same(spec, said.field.text, said.value, other.text, value)

    def read(self, place: Place) -> Field:
        """The model's answer; where she keyed the rows, that of the row in the same position."""
        if self.state.phase is Phase.REVIEW or place.row is None:
            return self.case.read(place)
        at = self.state.rows.index(place.row) if place.row in self.state.rows else -1
        if not 0 <= at < len(self.case.rows):
            return Field(place.fieldtype, None, line_item_id=place.row)
        return self.case.read(Place(place.fieldtype, self.case.rows[at]))

    def next(self, after: Place | None) -> Place | None:
        places = self.places
        start = places.index(after) + 1 if after in places else 0
        around = (*places[start:], *places[:start])
        return next((place for place in around if place in self.needed), None)


def _place(field: Field) -> Place:
    return Place(field.fieldtype, field.line_item_id)
