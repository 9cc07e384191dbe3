"""What a clerk is shown of one place: its value, why it needs her, what she may choose. Pure.

Blind, nothing of the model's is in it. Blockers stand under their field, in a clerk's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from appliance.domain.blockers import AMBIGUOUS, Blocker, BlockerCode
from appliance.domain.doctype import NUMBERS, Check, FieldSpec, FieldType, Term
from appliance.domain.document import Document
from appliance.domain.plurals import counted
from appliance.domain.prediction import CARRYING, Basis, Field
from appliance.fields import dates
from appliance.fields.types import NormalForm
from appliance.fields.writing import written_day, written_number
from appliance.judgement.assess import HOLDS, grounded, unsaid, without_name
from appliance.judgement.checks import CheckOutcome, CheckState
from appliance.review.draft.choices import Choice, choices
from appliance.review.draft.derived import DerivedState
from appliance.review.draft.places import DOCUMENT, FieldRef, FieldView, Phase, sentence


def view_model(derived: DerivedState, place: FieldRef) -> FieldView:
    """Raises KeyError for a place that the document does not have."""
    state = derived.state
    offered = choices(derived, place)
    entry = FieldView(
        place,
        derived.context.spec(place),
        seen=place in state.seen,
        needs=place in derived.needed,
        problems=problems(derived, place),
        choices=tuple(choice.text for choice in offered),
        fits=_fits(derived, place, offered),
    )
    if place == derived.context.table and state.counted is not None:
        counted = str(state.counted)
        by_clerk = derived.draws or place in state.closed
        return replace(entry, text=counted, as_typed=counted, value=counted, by_clerk=by_clerk)
    if place in (DOCUMENT, derived.context.table):
        return replace(entry, by_clerk=place in state.closed)
    field, answer = derived.field(place), state.clerk_values.get(place)
    normal = derived.normal(place)
    model = answer is None and derived.phase_of(place) is Phase.REVIEW
    return replace(
        entry,
        text=field.text,
        as_typed=derived.as_typed(place, field) or "",
        value=normal.value,
        unclear=bool(offered) and normal.code in AMBIGUOUS,
        spans=field.spans,
        wraps=field.wraps,
        mark=derived.context.mark if derived.draws and place.row is not None else None,
        score=derived.decided[place].score if model else None,
        proven=model and derived.decided[place].proven,
        by_clerk=answer is not None,
        illegible=answer is not None and answer.illegible,
        remembered=_remembered(field),
        stated=_stated(field),
        reading=_reading(derived, place),
    )


def _stated(field: Field) -> str:
    said = field.einvoice
    return f"from the e-invoice, {said.term}" if said and said.xpath else ""


def _remembered(field: Field) -> str:
    return field.remembered.in_words if field.remembered and field.from_memory else ""


def _reading(derived: DerivedState, place: FieldRef) -> str:
    text, value = derived.field(place).text, derived.normal(place).value
    if not (text and value) or derived.context.spec(place).type is not FieldType.DATE:
        return ""
    of_document = derived.context.style(derived.fields)
    if dates.readings(text).under(of_document.day_first):
        return ""
    return written_day(date.fromisoformat(value))


def _fits(derived: DerivedState, place: FieldRef, offered: Sequence[Choice]) -> int | None:
    compared = derived.phase_of(place) is Phase.COMPARE
    if not offered or not (place in derived.needed or compared):
        return None
    if place not in derived.fitting:
        derived.fitting[place] = _fitting(derived, place, offered)
    return derived.fitting[place]


def _fitting(derived: DerivedState, place: FieldRef, offered: Sequence[Choice]) -> int | None:
    sums = [one for one in _checks(derived, place) if one.relation == "=="]
    right = [
        number
        for number, choice in enumerate(offered, 1)
        if _adds_up(_with_choice(derived, place, sums, choice, number))
    ]
    return right[0] if len(right) == 1 else None


def _with_choice(
    derived: DerivedState, place: FieldRef, checks: Sequence[Check], choice: Choice, number: int
) -> list[CheckOutcome]:
    if place == derived.context.table:
        return derived.outcomes(checks, rows=_read_rows(derived) if number == 2 else None)
    value = choice.value.value if choice.value else derived.read_as(place, choice.text).value
    return derived.outcomes(checks, {place: value})


def _read_rows(derived: DerivedState) -> list[dict[str, str | None]]:
    """Normal forms of the model's."""
    context = derived.context
    return [
        {
            cell.fieldtype: derived.normal_of(cell, context.read(cell)).value
            for cell in context.cells(row)
        }
        for row in context.rows
    ]


def _adds_up(outcomes: Sequence[CheckOutcome]) -> bool:
    states = {one.state for one in outcomes}
    return CheckState.PASSED in states and CheckState.FAILED not in states


_AS_TYPED = {BlockerCode.UNSURE, BlockerCode.NOT_ON_THE_PAGE, BlockerCode.MISSING_REQUIRED}
"""Codes that tell a clerk nothing about a text which she typed herself."""


def problems(derived: DerivedState, place: FieldRef) -> tuple[str, ...]:
    """Why she is asked; empty when nothing is open."""
    if place != DOCUMENT and derived.phase_of(place) is not Phase.REVIEW:
        answer = derived.state.clerk_values.get(place)
        if answer and not answer.settled:
            return _unread(derived.normal(place))
        return _differing(derived, place) if place in derived.needed else ()
    if place == derived.context.table and derived.miscounted:
        return (_miscounted(derived),)
    found = derived.blockers.get(place, ())
    if place in derived.state.clerk_values:
        found = tuple(blocker for blocker in found if blocker.code not in _AS_TYPED)
    if any(blocker.code != BlockerCode.UNSURE for blocker in found):
        found = tuple(blocker for blocker in found if blocker.code != BlockerCode.UNSURE)
    return tuple(dict.fromkeys(display_message(derived, place, one) for one in found))


def display_message(derived: DerivedState, place: FieldRef, blocker: Blocker) -> str:
    """A sentence without the field's name in front, which stands over it already."""
    judged = derived.decided.get(place)
    match blocker.code:
        case BlockerCode.NOT_ON_THE_PAGE if judged:
            return _where(judged.field, derived.context.document)
        case BlockerCode.UNSURE if judged:
            return sentence(_unsure(judged.field, derived.context.spec(place)))
        case BlockerCode.MISSING_REQUIRED:
            return "This value is missing."
        case code if code in HOLDS:
            return sentence(f"it {without_name(blocker)}")
    return sentence(without_name(blocker))


def _unsure(field: Field, spec: FieldSpec) -> str:
    if field.text is not None and (said := unsaid(field, spec)):
        return said
    if field.remembered is None:
        return "the appliance is not sure"
    read = field.remembered.answered
    model = "" if not field.from_memory else f"; read was {read}" if read else "; nothing was read"
    printed = f'; the page says "{field.words}"' if spec.type.verbatim and field.words else ""
    return f"{field.remembered.in_words}{printed}{model}"


def _where(field: Field, document: Document) -> str:
    if not grounded(field, document):
        return "This value does not stand on the page."
    many = "stands in several places" if len(field.spans) > 1 else "has no label beside it"
    return f'"{field.words or field.text}" {many}. Is this the right one?'


def _unread(normal: NormalForm) -> tuple[str, ...]:
    if not normal.problem:
        return ()
    return (sentence(f"it {normal.problem}" if normal.code in HOLDS else normal.problem),)


def _miscounted(derived: DerivedState) -> str:
    there = len(derived.state.rows)
    return f"You counted {counted(derived.state.counted or 0, 'row')}. Here {_are(there)}."


def _are(rows: int) -> str:
    return "is 1" if rows == 1 else f"are {rows or 'none'}"


def _differing(derived: DerivedState, place: FieldRef) -> tuple[str, ...]:
    if derived.phase_of(place) is Phase.BLIND:
        return ()
    if place == derived.context.table:
        typed, read = (
            counted(len(rows), "row") if rows else "no rows"
            for rows in (derived.state.rows, derived.context.rows)
        )
        return (f"You typed {typed}. The appliance read {read}.",)
    return ("You and the appliance differ.",)


def remarks(derived: DerivedState, place: FieldRef, text: str) -> tuple[str, ...]:
    """What would be said of ``text`` there: its normal form, or why it has none, and the checks
    that it would fail."""
    if place not in derived.places or place in (DOCUMENT, derived.context.table):
        return ()
    spec = derived.context.spec(place)
    if not text.strip() or not spec.type.verbatim:
        return ()
    normal = derived.read_as(place, text)
    found = [*_unread(normal)]
    if normal.value is not None and not normal.problem:
        written = _written(derived, spec.type, normal.value)
        found += [f"= {written}"] if written != text.strip() else []
    return tuple([*found, *_failing(derived, place, normal.value)])


def _written(derived: DerivedState, kind: FieldType, value: str) -> str:
    """A normal form for a clerk."""
    if kind is FieldType.DATE:
        return written_day(date.fromisoformat(value))
    return written_number(Decimal(value), derived.style) if kind in NUMBERS else value


def _failing(derived: DerivedState, place: FieldRef, value: str | None) -> Iterable[str]:
    outcomes = derived.outcomes(_checks(derived, place), {place: value})
    failed = (one for one in outcomes if one.state is CheckState.FAILED)
    return [one.message for one in failed if derived.summed or not one.sums_rows]


def _checks(derived: DerivedState, place: FieldRef) -> list[Check]:
    """In which it has a part; of the table, those that add it up."""
    table = place == derived.context.table
    return [
        check
        for check in derived.context.doctype.checks
        if (any(term.column for term in check.terms) if table else _concerns(check.terms, place))
    ]


def _concerns(terms: Sequence[Term], place: FieldRef) -> bool:
    return any(t.name == place.fieldtype and t.column == (place.row is not None) for t in terms)


def failing(derived: DerivedState) -> tuple[str, ...]:
    """What the checks say that fail, and which bank account is new. A table without rows has no
    sum."""
    outcomes = derived.outcomes(derived.context.doctype.checks)
    failed = (one for one in outcomes if one.state is CheckState.FAILED)
    return (
        *(one.message for one in failed if derived.judged_rows or not one.sums_rows),
        *(sentence(one.message) for one in derived.new_accounts),
    )


_OF_FIELDS = {BlockerCode.ACCOUNT_CHANGED, BlockerCode.SAME_NAME, BlockerCode.UNLIKE_BEFORE}
"""Codes of what is said where she decides it."""


def cautions(derived: DerivedState) -> tuple[str, ...]:
    """What was said of the document and still holds, though she may have passed over it."""
    found = derived.context.said(derived.state.phase)
    holds = (one for one in found if one.code not in _OF_FIELDS and not derived.is_idle(one))
    said = (sentence(without_name(one)) for one in holds)
    return tuple(dict.fromkeys(said))


def unseen(derived: DerivedState) -> tuple[FieldRef, ...]:
    """Places with a value that neither a promise nor arithmetic carries, and at which the clerk has
    not looked."""
    state, context = derived.state, derived.context
    header = [
        place
        for place in context.header
        if not context.is_blind(place)
        and derived.decided[place].field.text is not None
        and _is_unseen(derived, place)
    ]
    table = context.table
    if table is None or table in state.seen | state.closed:
        return tuple(header)
    is_shown = derived.phase_of(table) is Phase.REVIEW
    return (*header, table) if is_shown and _has_unseen_cells(derived) else tuple(header)


def _has_unseen_cells(derived: DerivedState) -> bool:
    """Where rows are not promised, that a cell is empty is not either."""
    cells = [cell for row in derived.cells for cell in row]
    carried = CARRYING | {Basis.ABSENT}
    promised = all(derived.decided[cell].how in carried for cell in cells)
    return not promised and any(_is_unseen(derived, cell) for cell in cells)


def _is_unseen(derived: DerivedState, place: FieldRef) -> bool:
    if place in derived.state.seen or place in derived.state.clerk_values:
        return False
    judged = derived.decided[place]
    return not judged.proven and judged.how not in CARRYING
