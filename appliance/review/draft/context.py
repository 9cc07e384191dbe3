"""What does not change while a clerk has a document in hand: what was read, asked and answered.

Pure. It knows which fields there are and in which order, and judges any set of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field, Judgement, Prediction
from appliance.domain.sections import (
    Lot,
    Section,
    drawn_row,
    first_lot,
    keyed_fields,
)
from appliance.extraction.column_words import header_words
from appliance.extraction.proven_cells import proven_cells
from appliance.extraction.recall import recalled
from appliance.extraction.table_choice import TableChoice
from appliance.fields.candidates import Lookup
from appliance.fields.grounding import row_line
from appliance.fields.party import country_of
from appliance.fields.style import WritingStyle, style_of
from appliance.judgement.assess import ClerkTexts
from appliance.judgement.judge import judge
from appliance.judgement.policy import AcceptancePolicy
from appliance.judgement.several_papers import several_papers
from appliance.judgement.suspicious_text import suspicious_text
from appliance.judgement.table_judgement import remembering
from appliance.judgement.told import with_told
from appliance.review.draft.places import DOCUMENT, FieldRef, Phase
from appliance.senders.difference import account_differences, differences
from appliance.senders.history import UNKNOWN, SenderHistory, custom_of
from appliance.senders.recall import told_header
from appliance.tables.find import find_tables
from appliance.tables.table import Table

ROWS_OF_THE_TABLE = frozenset({BlockerCode.TABLE_CUT})
"""Codes of blockers that are said of the document, but ask to look at its table."""


class ReviewContext:
    def __init__(
        self,
        document: Document,
        doctype: DocType,
        prediction: Prediction,
        judgement: Judgement,
        *,
        policy: AcceptancePolicy,
        history: SenderHistory = UNKNOWN,
        blind: frozenset[Section],
        lot: Lot = first_lot,
    ) -> None:
        """``judgement`` tells what no other can: whether the document was seen before. ``blind`` is
        keyed without the model's values, as far as the type has it; ``lot`` draws the fields and
        the row of which that is so."""
        prediction = recalled(prediction, document, doctype, history)
        self.document = document
        self.doctype = doctype
        self.prediction = prediction
        self.policy = policy
        self._history = history
        self.lookup = Lookup(document)
        self.table = FieldRef(doctype.items.name) if doctype.items else None
        self.columns = doctype.items.fields if doctype.items else ()
        self.blind = _blind(doctype, blind)
        self.keyed = keyed_fields([spec.name for spec in doctype], self.blind, lot)
        """Fields of the header that are keyed blind."""
        self._own = _answers(doctype, prediction, document)
        self.told = {} if self.keyed else told_header(prediction, document, doctype, history)
        """What other sites say, by fieldtype. Blind she is told nothing, nor when she compares."""
        self.model = self._own | {FieldRef(name): field for name, field in self.told.items()}
        """As it is shown."""
        self.rows = tuple(dict.fromkeys(p.row for p in self.model if p.row is not None))
        there = [row for row in self.rows if self._line_of(row)]
        self.drawn = drawn_row(there, lot) if Section.ROW in self.blind else None
        """The row that is keyed blind, without the others in sight; of those that stand on a page,
        as she could not be shown another."""
        self.rows_at_first = (
            (() if self.drawn is None else (self.drawn,))
            if Section.ROW in self.blind
            else (() if Section.TABLE in self.blind else self.rows)
        )
        shown = {place: one for place, one in self.model.items() if not self.is_blind(place)}
        self.header = _header(doctype, shown)
        self.differences = differences(prediction, document, doctype, history)
        """From earlier documents of the sender."""
        self.blockers = (
            *several_papers(document),
            *suspicious_text(document),
            *_blockers(doctype, prediction, judgement, blind=self.blind, keyed=self.keyed),
            *(one for one in self.differences if not self._gives_away(one)),
        )
        """Of the document, whatever its values are."""
        self._styles: dict[str | None, WritingStyle] = {}
        self._prove = remembering(proven_cells)

    def account_differences(self, said: Sequence[str]) -> tuple[Blocker, ...]:
        """From those of earlier documents, of bare accounts that she says."""
        return account_differences(said, self.doctype, self._history)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Of the pages, whatever was read of them, those first whose headers and cells are like the
        type's; none for a type without rows. Some 50 ms a page: it is asked for before the document
        comes to hand."""
        items, found = self.doctype.items, find_tables(self.document) if self.table else ()
        if items is None or not found:
            return ()
        style = style_of(self.document)
        choice = TableChoice(self.document, self.doctype, found, header_words(items), style)
        return tuple(dict.fromkeys((*(one.table for one in choice.ranked()), *found)))

    @cached_property
    def mark(self) -> Span | None:
        """The line of the page, from side to side, on which the drawn row begins: that it is there
        is told, and not which of its words are read."""
        line = self._line_of(self.drawn) if self.drawn is not None else None
        return _line(self.document, *line) if line else None

    def _line_of(self, row: int) -> tuple[int, int] | None:
        """Page and line."""
        cells = [self.read(cell).spans for cell in self.cells(row)]
        return row_line(self.document, cells, after=None)

    def spec(self, place: FieldRef) -> FieldSpec:
        """Raises KeyError for a place that the document does not have."""
        if place == DOCUMENT:
            return FieldSpec("document")
        if self.table and place == self.table:
            return FieldSpec(place.fieldtype, description=_described(self.doctype))
        return self.doctype.spec(place.fieldtype, in_items=place.row is not None)

    def is_blind(self, place: FieldRef) -> bool:
        """It is keyed without the model's values; the document where anything is."""
        if not self.blind or place == DOCUMENT:
            return bool(self.blind)
        if place.row is not None and place.row == self.drawn:
            return True
        if self._of_table(place):
            return Section.TABLE in self.blind
        return place.fieldtype in self.keyed

    def is_hidden(self, place: FieldRef) -> bool:
        """While she keys blind nothing of the machine's is shown there: where one row is drawn, in
        the whole table."""
        by_lot = Section.ROW in self.blind and self._of_table(place)
        return by_lot or self.is_blind(place)

    def _of_table(self, place: FieldRef) -> bool:
        return place.row is not None or place == self.table

    def cells(self, row: int) -> tuple[FieldRef, ...]:
        return tuple(FieldRef(spec.name, row) for spec in self.columns)

    def read(self, place: FieldRef) -> Field:
        """The model's answer; that the document does not say it where it gave none."""
        return self.model.get(place) or Field(place.fieldtype, None, line_item_id=place.row)

    def own(self, place: FieldRef) -> Field:
        """Likewise, without what other sites say: it is judged until she decides."""
        return self._own.get(place) or Field(place.fieldtype, None, line_item_id=place.row)

    def style(self, fields: Iterable[Field]) -> WritingStyle:
        said = list(fields)
        country = country_of(self.doctype, said)
        if country not in self._styles:
            self._styles[country] = style_of(self.document, country=country)
        if self.blind:  # evidence would never tell that a custom is wrong if it read what she keys
            return self._styles[country]
        custom = custom_of(self.doctype, said, self._history)
        return replace(self._styles[country], custom=custom)

    def prepare(self, style: WritingStyle) -> None:
        """Looks up beforehand what is offered in every field of the header, and the tables."""
        for spec in self.doctype.fields:
            self.lookup.of_type(spec, style)
        _ = self.tables

    def _gives_away(self, blocker: Blocker) -> bool:
        """It may say what is keyed blind."""
        of_two_fields = blocker.code == BlockerCode.SAME_NAME
        return bool(self.keyed) if of_two_fields else blocker.fieldtype in self.keyed

    def said(self, phase: Phase) -> tuple[Blocker, ...]:
        """Of the ``blockers``, what she may know by then."""
        if phase is not Phase.BLIND:
            return self.blockers
        return tuple(
            one
            for one in self.blockers
            if not self.is_hidden(FieldRef(one.fieldtype or "", one.line_item_id))
        )

    def judge(
        self,
        fields: Sequence[Field],
        settled: ClerkTexts,
        style: WritingStyle,
        phase: Phase,
        *,
        hers: Collection[FieldRef],
    ) -> Judgement:
        """``hers``: where she wrote or confirmed something. Elsewhere what other sites say comes
        after all has been judged."""
        asked = replace(self.prediction, fields=tuple(fields), blockers=self.said(phase))
        judgement = judge(
            self.document,
            self.doctype,
            asked,
            policy=self.policy,
            history=self._history,
            settled=settled,
            style=style,
            prove=self._prove,
        )
        told = {name: one for name, one in self.told.items() if FieldRef(name) not in hers}
        return with_told(judgement, told, self.document, self.doctype, style)


def _answers(doctype: DocType, prediction: Prediction, document: Document) -> dict[FieldRef, Field]:
    """Those that the type still has, the first of each, with the places that the document still
    has: it may have been read anew since."""
    header = {spec.name for spec in doctype.fields}
    cells = {spec.name for spec in doctype.items.fields} if doctype.items else set()
    found: dict[FieldRef, Field] = {}
    for field in prediction.fields:
        if field.fieldtype in (header if field.line_item_id is None else cells):
            place = FieldRef(field.fieldtype, field.line_item_id)
            found.setdefault(place, _standing(field, document))
    return found


def _line(document: Document, page: int, line: int) -> Span:
    words = [at for at, word in enumerate(document.pages[page].words) if word.line == line]
    return Span(page, words[0], words[-1] + 1)


def _standing(field: Field, document: Document) -> Field:
    """Of a value that wraps either all of its lines are there or none is."""
    spans = tuple(span for span in field.spans if span.lies_in(document))
    if not all(span.lies_in(document) for span in field.wraps):
        return replace(field, spans=(), wraps=())
    return replace(field, spans=spans, wraps=field.wraps if spans else ())


def _header(doctype: DocType, answers: dict[FieldRef, Field]) -> tuple[FieldRef, ...]:
    """In the order of the page; one that stands nowhere follows the one before it in the type."""
    where = (-1, -1)
    order: list[tuple[tuple[int, int], FieldRef]] = []
    for spec in doctype.fields:
        place = FieldRef(spec.name)
        spans = answers[place].spans if place in answers else ()
        where = (spans[0].page, spans[0].start) if spans else where
        order.append((where, place))
    return tuple(place for _, place in sorted(order, key=lambda pair: pair[0]))


def _blind(doctype: DocType, sections: frozenset[Section]) -> frozenset[Section]:
    """What there is of them; all there is where the type has lost what was to be keyed."""
    if doctype.items or not sections:
        return sections
    return sections - {Section.TABLE, Section.ROW} or frozenset({Section.HEADER})


def _blockers(
    doctype: DocType,
    prediction: Prediction,
    judgement: Judgement,
    *,
    blind: frozenset[Section],
    keyed: frozenset[str],
) -> tuple[Blocker, ...]:
    """Beside the document's own. What she keyed herself, extraction cannot have missed."""
    told = {BlockerCode.SEEN_BEFORE, BlockerCode.SEEN_OTHERWISE}
    if Section.HEADER not in blind:
        told.add(BlockerCode.SECOND_DOCUMENT)
    seen = tuple(one for one in judgement.blockers if one.code in told)
    table = doctype.items.name if doctype.items else None
    moved = (
        replace(one, fieldtype=table) if one.code in ROWS_OF_THE_TABLE else one
        for one in prediction.blockers
    )
    shown = (
        one
        for one in moved
        if _section(one, table) not in blind
        and (one.line_item_id is not None or one.fieldtype not in keyed)
    )
    return (*shown, *seen)


def _section(blocker: Blocker, table: str | None) -> Section:
    """What is said of the document is the header's."""
    of_table = blocker.line_item_id is not None or (table and blocker.fieldtype == table)
    return Section.TABLE if of_table else Section.HEADER


def _described(doctype: DocType) -> str:
    return doctype.items.description if doctype.items else ""
