"""The line items are accepted row by row. Pure.

A cell is settled by a clerk, absent, proven, or of a score. Arithmetic proves the columns of an
equation that holds and no other: the description beside a sum that is right keeps its own score. A
row is as sure as its least certain cell that is filled and not proven, and the table is accepted
when each of its rows reaches what is promised of rows. Sums that fail, or that lack a number, hold
all rows at once. Without rows a table is proven where nothing is summed or a sum is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType, display_name
from appliance.domain.document import Document
from appliance.domain.prediction import Basis, Field, FieldJudgement
from appliance.domain.rows import CellKey, header, rows
from appliance.domain.rows import cells as cells_of
from appliance.judgement.assess import FieldAssessment, blocker, in_words
from appliance.judgement.checks import CheckOutcome, CheckState
from appliance.judgement.features import AnswerFeatures
from appliance.judgement.policy import AcceptancePolicy, least_certain

_UNNAMED = 0.01
"""Of a cell whose column the model did not name so: words above it and its numbers did."""
_IN_PLACE = 0.5
"""Share that is left of what memory says in place of the model: evidence has to let in what the
model named before it lets in that."""
_RECOGNISED = 0.5
"""Share that is left of what an OCR read: of 57 tables whose rows were keyed blind one of the 39
that were typed into their file had a wrong row, held by its sum, and six of the 18 scanned ones,
half of them by a letter."""

ProvenCells = frozenset[CellKey]

ProvesCells = Callable[[Document, DocType, Sequence[Field]], ProvenCells]
"""The cells in an equation of the page that holds."""


def remembering(prove: ProvesCells) -> ProvesCells:
    """The same, looked for anew only when a cell has changed or a header field that a sum names:
    a clerk's every key asks again, and a long table takes a second."""
    asked: tuple[object, ...] = ()
    known: ProvenCells = frozenset()

    def remembered(document: Document, doctype: DocType, fields: Sequence[Field]) -> ProvenCells:
        nonlocal asked, known
        totals = {term.name for check in doctype.checks if check.columns for term in check.terms}
        summed = (field.text for field in header(fields) if field.fieldtype in totals)
        now = (document, doctype, tuple(cells_of(fields)), tuple(summed))
        if now != asked:
            asked, known = now, prove(document, doctype, fields)
        return known

    return remembered


@dataclass(frozen=True, slots=True)
class TableJudgement:
    cells: tuple[FieldJudgement, ...]
    """In the order in which they came; each unsure one says so itself."""
    faults: tuple[Blocker, ...]
    """What is wrong with cells whatever their score."""
    doubt: Blocker | None
    """Why the table as a whole is held, however many of its cells are unsure."""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    sums: Sequence[CheckOutcome]
    """Of all checks that add up a column."""
    proven: ProvenCells
    policy: AcceptancePolicy

    @property
    def adds_up(self) -> bool:
        return all(one.state is CheckState.PASSED for one in self.sums)

    def is_proven(self, cell: FieldAssessment) -> bool:
        open_ = not (cell.settled or cell.stated or cell.absent)
        return open_ and (cell.line_item_id, cell.fieldtype) in self.proven

    def score(self, cell: FieldAssessment) -> float | None:
        if cell.settled or cell.stated:
            return None
        return 1.0 if self.is_proven(cell) else certainty(cell)

    def is_absent(self, cell: FieldAssessment) -> bool:
        """Not on the ground of too few earlier documents, where the model read something."""
        remembered = cell.field.remembered if cell.field.from_memory else None
        return cell.absent and (remembered is None or remembered.trusted)

    def is_unsure(self, cell: FieldAssessment) -> bool:
        decided = cell.settled or cell.stated or self.is_absent(cell)
        return not decided and not self.policy.reached(self.name, self.score(cell))

    def how(self, cell: FieldAssessment) -> Basis:
        if cell.settled:
            return Basis.CLERK
        if self.is_absent(cell):
            return Basis.ABSENT
        if cell.stated:
            return Basis.EINVOICE
        if self.is_unsure(cell) or not self.adds_up:
            return Basis.UNSUPPORTED
        if not self.policy.promises(self.name):
            return Basis.UNPROMISED
        if cell.field.from_memory:
            return Basis.SENDER
        return Basis.CHECK if self.is_proven(cell) else Basis.PROBABILITY


def judge_table(
    name: str,
    cells: Sequence[FieldAssessment],
    sums: Sequence[CheckOutcome],
    proven: ProvenCells,
    policy: AcceptancePolicy,
    *,
    settled: bool = False,
) -> TableJudgement:
    """Of the table ``name``; ``sums`` are the outcomes of all checks that add up a column. A clerk
    who ``settled`` it as a whole is asked about no unsure cell of it."""
    table = _Table(name, sums, proven | _added_up(cells, sums), policy)
    return TableJudgement(
        tuple(_decided(table, cell, asked=not settled) for cell in cells),
        tuple(fault for cell in cells for fault in cell.blockers),
        None if settled else _doubt(table, cells),
    )


def row_score(row: Iterable[FieldJudgement]) -> float | None:
    """That of its least certain cell, 1 when none is left to doubt; None when no model chose one
    of them."""
    scores = [cell.score for cell in row if cell.field.text is not None and cell.how != Basis.CLERK]
    known = [score for score in scores if score is not None]
    return min(known, default=1.0) if len(known) == len(scores) else None


def certainty(cell: FieldAssessment) -> float | None:
    """0-1, of a cell that nothing proves; None of what memory says in place of the model on too few
    documents. A ranking, no probability: what of it is right, evidence says."""
    named = _named(cell.field)
    return named if named is None or not cell.recognised else _RECOGNISED * named


def _named(cell: Field) -> float | None:
    """That it stands in the field's column. Of a model and of memory that agree both have to be
    wrong for the cell to be."""
    said, remembered = least_certain(cell, AnswerFeatures()), cell.remembered
    doubt = 1 - (_UNNAMED if said is None else said)
    if remembered is None:
        return 1 - doubt
    record = remembered.share * remembered.documents / (remembered.documents + 1)
    if cell.from_memory:
        return _IN_PLACE * record if remembered.trusted else None
    return 1 - doubt * (1 - record)


def _added_up(cells: Sequence[FieldAssessment], sums: Sequence[CheckOutcome]) -> ProvenCells:
    """Of one row that equals its total the total is copied, so nothing is proven by it."""
    columns = {term.name for one in sums if one.proves for term in one.check.terms if term.column}
    return frozenset(_known(cells, columns))


def _known(cells: Sequence[FieldAssessment], columns: set[str]) -> Iterator[CellKey]:
    for cell in cells:
        if cell.line_item_id is not None and cell.fieldtype in columns:
            yield cell.line_item_id, cell.fieldtype


def _decided(table: _Table, cell: FieldAssessment, *, asked: bool) -> FieldJudgement:
    unsure = (
        (blocker(BlockerCode.UNSURE, f" is unsure: {in_words(cell.field)}", cell.field),)
        if asked and table.is_unsure(cell)
        else ()
    )
    found = cell.blockers + unsure
    return FieldJudgement(
        cell.field,
        cell.value,
        table.score(cell),
        table.how(cell),
        found,
        proven=table.adds_up and not found and table.is_proven(cell),
    )


def _doubt(table: _Table, cells: Sequence[FieldAssessment]) -> Blocker | None:
    reason = _reason(table, cells)
    if not reason:
        return None
    return Blocker(BlockerCode.TABLE_UNPROVEN, f"{display_name(table.name)}: {reason}", table.name)


def _reason(table: _Table, cells: Sequence[FieldAssessment]) -> str:
    states = {outcome.state for outcome in table.sums}
    if not cells:
        return "no rows were found" if table.sums and states != {CheckState.PASSED} else ""
    if CheckState.FAILED in states or all(cell.settled or cell.stated for cell in cells):
        return ""  # the failed check speaks for itself
    if CheckState.NOT_APPLICABLE in states:
        return "the rows cannot be added up, a number is missing"
    every = rows(cells).values()
    unsure = sum(any(map(table.is_unsure, row)) for row in every)
    if not unsure:
        return ""
    return f"{unsure} of {len(every)} rows {'is' if unsure == 1 else 'are'} unsure"
