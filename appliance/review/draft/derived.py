"""A document as it stands now: every field, how it is judged, which ones need the clerk. Pure.

Each answer is worked out once, when it is asked for. The clerk's choice between two readings of a
date or number tells how the document writes them: she is not asked again for the next ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import CODES, NUMBERS, Check, FieldSpec, FieldType
from appliance.domain.document import Span
from appliance.domain.prediction import Basis, Field, FieldJudgement, Judgement
from appliance.domain.sections import Section
from appliance.extraction.column_question import default_part
from appliance.fields import dates, numbers
from appliance.fields.comparison import same
from appliance.fields.folding import fold_alnum, upper_alnum
from appliance.fields.style import PLAIN, WritingStyle
from appliance.fields.types import NormalForm, normalise
from appliance.fields.writing import written_number
from appliance.judgement.assess import open_checks
from appliance.judgement.checks import CheckOutcome, CheckState, NormalForms, check_outcomes
from appliance.review.draft.actions import FilledCell
from appliance.review.draft.context import ReviewContext
from appliance.review.draft.laid_rows import LaidRows, laid, places_of, read_cell
from appliance.review.draft.places import DOCUMENT, FieldRef, Phase
from appliance.review.draft.state import ClerkValue, ReviewState
from appliance.senders.difference import accounts
from appliance.tables.table import ColumnPart, Row, Table


class DerivedState:
    def __init__(self, context: ReviewContext, state: ReviewState) -> None:
        self.context = context
        self.state = state

    def seen(self, state: ReviewState) -> DerivedState:
        """The same, for a state in which she only saw more."""
        after = DerivedState(self.context, state)
        after.__dict__.update({**self.__dict__, "state": state})
        return after

    def phase_of(self, place: FieldRef) -> Phase:
        """A section that is not keyed blind is reviewed all the while; a table of which one row is,
        once that is done."""
        blind = self.context.is_hidden if self.state.phase is Phase.BLIND else self.context.is_blind
        return self.state.phase if blind(place) else Phase.REVIEW

    @property
    def draws(self) -> bool:
        """One row of the table is in sight, which she keys blind, and she is asked how many there
        are."""
        blind = self.state.phase is Phase.BLIND
        return blind and Section.ROW in self.context.blind and self.context.table is not None

    def field(self, place: FieldRef) -> Field:
        answer = self.state.clerk_values.get(place)
        if answer:
            return answer.field
        if self.phase_of(place) is Phase.REVIEW:
            return self.context.read(place)
        return Field(place.fieldtype, None, line_item_id=place.row)

    def normal(self, place: FieldRef) -> NormalForm:
        """Of the text there; the value that she chose where she chose one."""
        answer = self.state.clerk_values.get(place)
        if answer and answer.settled:
            return NormalForm(answer.value)
        return self.normal_of(place, self.field(place))

    def normal_of(self, place: FieldRef, field: Field) -> NormalForm:
        """Of what is answered there: an e-invoice writes its numbers in its own way."""
        return self.read_as(place, field.text, PLAIN if field.einvoice else self.style)

    def as_typed(self, place: FieldRef, field: Field) -> str | None:
        """The text of what is answered there, a number of an e-invoice as the page would write it:
        what she types is read so."""
        if not field.einvoice or self.context.spec(place).type not in NUMBERS:
            return field.text
        value = self.normal_of(place, field).value
        return written_number(Decimal(value), self.style) if value else field.text

    def read_as(
        self, place: FieldRef, text: str | None, style: WritingStyle | None = None
    ) -> NormalForm:
        """As the page writes it, where no other ``style`` is said."""
        if text is None:
            return NormalForm(None)
        return normalise(text, self.context.spec(place), style or self.style)

    @cached_property
    def cells(self) -> tuple[tuple[FieldRef, ...], ...]:
        return tuple(self.context.cells(row) for row in self.state.rows)

    @cached_property
    def laid(self) -> LaidRows | None:
        """The rows on the table of the page in which they stand, by hers alone where she keys them
        blind; None when they stand in none."""
        context = self.context
        if not (self.state.rows and context.tables):
            return None
        rows = {row: [*map(self.field, context.cells(row))] for row in self.state.rows}
        places = places_of(context.document, rows)
        usual = {spec.name: default_part(spec.type) for spec in context.columns}
        return laid(context.document, context.tables, places, usual)

    def read_cell(
        self, table: Table, row: Row, spec: FieldSpec, where: ColumnPart | None
    ) -> FilledCell:
        """What a field says in a row of a table of the page; nothing where ``where`` is None."""
        return read_cell(self.context.document, table, row, spec, where)

    @cached_property
    def places(self) -> tuple[FieldRef, ...]:
        """Every stop in the order in which she is led: the document, the header, the rows, and
        then the table as a whole."""
        table = (self.context.table,) if self.context.table else ()
        cells = (place for row in self.cells for place in row)
        return (DOCUMENT, *self.context.header, *cells, *table)

    @cached_property
    def style(self) -> WritingStyle:
        """The document's, and what she told of it by taking one of two readings."""
        return infer_style(self.context.style(self.fields), self._chosen())

    def _chosen(self) -> Iterator[tuple[str, str]]:
        for place, answer in self.state.clerk_values.items():
            if answer.field.einvoice:
                continue  # it says nothing of how the page writes
            numeric = self.context.spec(place).type in {FieldType.DATE, *NUMBERS}
            if numeric and answer.field.text is not None and answer.value is not None:
                yield answer.field.text, answer.value

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """As they are judged: where other sites say something, by the model's own answer until she
        decides."""
        cells = (place for row in self.judged_rows for place in row)
        header = (FieldRef(spec.name) for spec in self.context.doctype.fields)
        return (*map(self._judged, header), *map(self.field, cells))

    @property
    def judged_rows(self) -> tuple[tuple[FieldRef, ...], ...]:
        """One row is no table: it adds up to nothing."""
        return () if self.draws else self.cells

    def _judged(self, place: FieldRef) -> Field:
        is_told = place.fieldtype in self.context.told and place not in self.state.clerk_values
        return self.context.own(place) if is_told else self.field(place)

    @cached_property
    def judgement(self) -> Judgement:
        state = self.state
        return self.context.judge(
            self.fields, state.clerk_texts, self.style, state.phase, hers=state.clerk_values.keys()
        )

    @cached_property
    def decided(self) -> dict[FieldRef, FieldJudgement]:
        return {_place(one.field): one for one in self.judgement.fields}

    @cached_property
    def blockers(self) -> dict[FieldRef, tuple[Blocker, ...]]:
        """All of the judgement's, each in a place where she can do something about it."""
        found = {place: one.blockers for place, one in self.decided.items() if one.blockers}
        told = {blocker for blockers in found.values() for blocker in blockers}
        for blocker in self.judgement.blockers:
            if blocker not in told:
                place = self._stop(blocker)
                found[place] = (*found.get(place, ()), blocker)
        open_ = {
            place: tuple(one for one in told if not self.is_idle(one))
            for place, told in found.items()
        }
        return {place: told for place, told in open_.items() if told}

    def is_idle(self, blocker: Blocker) -> bool:
        """It says nothing that she does not know: the sum of no rows, that rows may follow, or that
        two fields say the same although she changed one."""
        if blocker.code == BlockerCode.CHECK_FAILED:
            return blocker.message in self._of_no_rows
        if blocker.code == BlockerCode.SAME_NAME:
            return self._stands_alone(FieldRef(blocker.fieldtype or ""))
        return blocker.code == BlockerCode.TABLE_CUT and self._whole

    def _stands_alone(self, place: FieldRef) -> bool:
        """No other field of the header says the same."""
        texts = [fold_alnum(self.field(one).text or "") for one in self.context.header]
        return texts.count(fold_alnum(self.field(place).text or "")) == 1

    @property
    def summed(self) -> bool:
        """There are rows to add up, or she said that there are none."""
        return bool(self.judged_rows) or self.context.table in self.state.closed

    @cached_property
    def _of_no_rows(self) -> frozenset[str]:
        """What the sums of the table say while there is nothing to add up."""
        if self.summed:
            return frozenset()
        return frozenset(one.message for one in self._sums)

    @cached_property
    def _whole(self) -> bool:
        """No row is missing: their sums are right, or she added some and none is the model's."""
        if any(one.proves for one in self._sums):
            return all(one.state is CheckState.PASSED for one in self._sums)
        cells = {cell for row in self.cells for cell in row}
        added = set(self.state.rows) - set(self.context.rows)
        return bool(added) and not cells & (self.context.model.keys() - self.state.clerk_values)

    @cached_property
    def _sums(self) -> list[CheckOutcome]:
        """Of the checks that add up a column. A number that was looked for because it fits a check
        says nothing by fitting it."""
        read = {
            place: self.read_as(place, one.field.instead_of).value
            for place, one in self.decided.items()
            if one.field.instead_of is not None and one.how != Basis.CLERK
        }
        checks = self.context.doctype.checks
        return self.outcomes([one for one in checks if any(t.function for t in one.terms)], read)

    def outcomes(
        self,
        checks: Sequence[Check],
        changed: Mapping[FieldRef, str | None] = MappingProxyType({}),
        rows: Sequence[NormalForms] | None = None,
    ) -> list[CheckOutcome]:
        """Of ``checks`` as the document stands, but for normal forms that are ``changed`` and
        other ``rows``."""
        header = {at.fieldtype: value for at, value in changed.items() if at.row is None}
        texts = {name: text for name, text in self._texts.items() if name not in header}
        read = [
            *((at.fieldtype, False) for at in changed),
            *((one.fieldtype, _is_stated(one)) for one in self.decided.values()),
        ]
        return check_outcomes(
            open_checks(checks, read),
            {**self._header, **header},
            self._rows_with(changed) if rows is None else rows,
            style=self.style,
            texts=texts,
        )

    @cached_property
    def _header(self) -> dict[str, str | None]:
        return {at.fieldtype: one.value for at, one in self.decided.items() if at.row is None}

    @cached_property
    def _texts(self) -> dict[str, str | None]:
        return {at.fieldtype: one.field.text for at, one in self.decided.items() if at.row is None}

    @cached_property
    def _rows(self) -> list[dict[str, str | None]]:
        return [
            {cell.fieldtype: self.decided[cell].value for cell in row} for row in self.judged_rows
        ]

    def _rows_with(self, changed: Mapping[FieldRef, str | None]) -> list[dict[str, str | None]]:
        if all(at.row is None for at in changed):
            return self._rows
        return [
            {**known, **{cell.fieldtype: changed[cell] for cell in row if cell in changed}}
            for row, known in zip(self.judged_rows, self._rows, strict=True)
        ]

    @cached_property
    def fitting(self) -> dict[FieldRef, int | None]:
        """Which choice makes the sums right, of the places that were asked about: each is asked
        for many times, and all rows are added up for it."""
        return {}

    @cached_property
    def new_accounts(self) -> tuple[Blocker, ...]:
        """What is said of those that no earlier page of the sender names, or no other site paid to,
        be it that the page names one or that she says it."""
        context = self.context
        changed = (one for one in context.differences if one.code == BlockerCode.ACCOUNT_CHANGED)
        said = (
            self.decided[place].value or upper_alnum(self.field(place).text or "")
            for place in context.header
            if context.spec(place).type is FieldType.IBAN and place in self.state.clerk_values
        )
        on_page = accounts(context.document)
        hers = [account for account in said if account and account not in on_page]
        return tuple(dict.fromkeys((*changed, *context.account_differences(hers))))

    def _stop(self, blocker: Blocker) -> FieldRef:
        place = FieldRef(blocker.fieldtype or "", blocker.line_item_id)
        return place if place in self.decided or place == self.context.table else DOCUMENT

    @cached_property
    def needed(self) -> frozenset[FieldRef]:
        """What needs her before the document may be approved."""
        return frozenset(place for place in self.places if self._needs(place))

    @property
    def asked(self) -> frozenset[FieldRef]:
        """At whose values she has to look: how many rows there are is asked of none."""
        return self.needed - ({self.context.table} if self.draws else set())

    def _needs(self, place: FieldRef) -> bool:
        state, phase = self.state, self.phase_of(place)
        if place != DOCUMENT and state.phase is Phase.BLIND and phase is Phase.REVIEW:
            return False  # what is keyed blind comes first
        if (place == DOCUMENT or phase is not Phase.BLIND) and place in self.blockers:
            return True
        if place == DOCUMENT or phase is Phase.REVIEW:
            return place == self.context.table and self.miscounted
        answer = state.clerk_values.get(place)
        if answer and not answer.settled:
            return True
        if phase is Phase.COMPARE:
            return place not in state.compared and self.differs(place)
        if place == self.context.table:
            return state.counted is None if self.draws else place not in state.closed
        return (place.row is None or self.draws) and answer is None

    @property
    def miscounted(self) -> bool:
        """There are more rows or fewer than she counted, and she did not say that it is right."""
        state = self.state
        counted = state.counted is not None and not self.draws
        return (
            counted and state.counted != len(state.rows) and self.context.table not in state.closed
        )

    @cached_property
    def _users(self) -> Mapping[_WordAt | str, set[FieldRef]]:
        """Of each word of a page and of each text of the header, letters and figures alone: the
        fields that are known to mean it. She said so, or in a review nothing is open there."""
        users: dict[_WordAt | str, set[FieldRef]] = defaultdict(set)
        for place in (*self.context.header, *(cell for row in self.cells for cell in row)):
            answer, field = self.state.clerk_values.get(place), self.field(place)
            review = self.phase_of(place) is Phase.REVIEW
            known = answer.settled if answer else review and place not in self.blockers
            if known and field.text is not None:
                text = () if place.row is not None else (fold_alnum(field.text),)
                lines = (*field.spans[:1], *field.wraps)
                for key in (*text, *(word for line in lines for word in _words(line))):
                    users[key].add(place)
        return users

    def used(self, place: FieldRef, text: str, span: Span | None = None) -> bool:
        """Another field means all that stands there or, of a code or a text of the header, what is
        written alike: two dates, two numbers and two rows may say the same."""
        kind = self.context.spec(place).type
        alike = place.row is None and (kind in CODES or kind is FieldType.TEXT)
        users = self._users.get(fold_alnum(text), set()) if alike else set()
        if span is not None:
            users = users | set.intersection(
                *(self._users.get(word, set()) for word in _words(span))
            )
        return bool(users - {place})

    def differs(self, place: FieldRef) -> bool:
        """From what the model read there: of a row in the same position, of a table how many."""
        if place == self.context.table:
            return len(self.state.rows) != len(self.context.rows)
        if self._is_beyond(place):
            return False  # the count of rows is asked about
        other = self.read(place)
        answer = self.state.clerk_values.get(place) or ClerkValue(self.field(place))
        spec = self.context.spec(place)
        value = self.normal_of(place, other).value
        return answer.illegible or not same(
            spec, answer.field.text, answer.value, other.text, value
        )

    def _is_beyond(self, place: FieldRef) -> bool:
        """Where rows are keyed by their position, a cell of one that the model does not have."""
        if place.row is None or Section.TABLE not in self.context.blind:
            return False
        return self.state.rows.index(place.row) >= len(self.context.rows)

    def read(self, place: FieldRef) -> Field:
        """The model's answer; where she keyed the rows, that of the row in the same position."""
        by_itself = place.row is None or Section.TABLE not in self.context.blind
        if by_itself or self.phase_of(place) is Phase.REVIEW:
            return self.context.read(place)
        at = self.state.rows.index(place.row) if place.row in self.state.rows else -1
        if not 0 <= at < len(self.context.rows):
            return Field(place.fieldtype, None, line_item_id=place.row)
        return self.context.read(FieldRef(place.fieldtype, self.context.rows[at]))

    def came_whole(self, row: int | None) -> bool:
        """She took all rows of the appliance in place of hers, and this one is as it was read."""
        keyed = {place.row for place in self.state.keyed if place.row is not None}
        if row is None or self.state.rows != self.context.rows or len(keyed) == len(self.cells):
            return False
        if Section.TABLE not in self.context.blind:
            return False
        cells = self.context.cells(row)
        return all(self.field(cell).text == self.context.read(cell).text for cell in cells)

    def next(self, after: FieldRef | None) -> FieldRef | None:
        places = self.places
        start = places.index(after) + 1 if after in places else 0
        around = (*places[start:], *places[:start])
        return next((place for place in around if place in self.needed), None)


_WordAt = tuple[int, int]
"""Page, and number of the word on it."""


def _words(span: Span) -> Iterator[_WordAt]:
    return ((span.page, at) for at in range(span.start, span.end))


def _is_stated(decided: FieldJudgement) -> bool:
    """By an e-invoice, and no clerk decided otherwise."""
    return decided.field.einvoice is not None and decided.how != Basis.CLERK


def _place(field: Field) -> FieldRef:
    return FieldRef(field.fieldtype, field.line_item_id)


ChosenStyle = tuple[str, str]
"""A text that may be read in two ways, and the normal form that she chose for it."""


def infer_style(style: WritingStyle, chosen: Iterable[ChosenStyle]) -> WritingStyle:
    """What the document's own words tell stands."""
    for text, value in chosen:
        if style.day_first is None:
            style = replace(style, day_first=_day_first(text, value))
        if style.decimal is None:
            style = replace(style, decimal=_decimal(text, value))
    return style


def _day_first(text: str, value: str) -> bool | None:
    order = None if dates.readings(text).certain else dates.order_of(text, value)
    return None if order in (None, "year") else order == "day"


def _decimal(text: str, value: str) -> Literal[".", ","] | None:
    found = numbers.readings(text, units=True)
    if len(found) != 2 or "-" in value[1:]:
        return None
    lone_is_decimal = Decimal(value) == found[0]
    return "," if (numbers.lone_mark(text, units=True) == ",") == lone_is_decimal else "."
