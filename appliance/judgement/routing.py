"""Accept or hold: a document is delivered only when nothing in it is unproven.

Accepted is a document whose required fields are all there and whose every value stands on the
page, parses, and is carried by a passed check or by a score from ``bound`` on. Everything else is
held, with blockers that a clerk can read; what she decided is not doubted again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from appliance.domain.doctype import DocType, FieldSpec
from appliance.domain.document import Blocker, Document
from appliance.domain.fields import Decided, Judgement, Prediction
from appliance.judgement.checks import Outcome, State, evaluate
from appliance.judgement.grounding import SHORT, by_its_label
from appliance.judgement.look import (
    NOTHING_SETTLED,
    Looked,
    Settled,
    blocker,
    look,
    spoken,
)
from appliance.judgement.party import country_of, party_of, sender_of, twin_key
from appliance.judgement.plain import letters
from appliance.judgement.style import Style, style_of
from appliance.judgement.table import decide_cells, unproven

__all__ = ["judge", "twin_key"]


def judge(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    *,
    bound: float,
    seen_before: str | None = None,
    settled: Settled = NOTHING_SETTLED,
    style: Style | None = None,
) -> Judgement:
    """``bound`` 0-1; ``seen_before`` the name of an earlier scan of the same document; ``style``
    the document's, the party's country regarded, found from its words when not given."""
    if style is None:
        style = style_of(document, country=country_of(doctype, prediction.fields))
    looked = [look(field, doctype, document, style, settled) for field in prediction.fields]
    header = [one for one in looked if one.field.line_item_id is None]
    cells = [one for one in looked if one.field.line_item_id is not None]
    outcomes = evaluate(doctype.checks, _values(header), _rows(cells))
    sums = [outcome for outcome in outcomes if outcome.sums_rows]
    decided = [_decide(one, outcomes, document, bound) for one in header]
    decided += decide_cells(cells, sums, bound=bound)
    said = [*document.blockers, *prediction.blockers, *_seen(seen_before)]
    table = doctype.items and unproven(doctype.items.name, cells, sums, bound=bound)
    blockers = [
        *_open([*said, *_never_answered(doctype, header)], settled),
        *(found for one in decided for found in one.blockers),
        *_open([table] if table else [], settled),
        *_still_failed(outcomes, doctype, settled),
    ]
    return Judgement(
        _in_order(prediction, decided),
        tuple(dict.fromkeys(blockers)),
        party_of(doctype, decided),
        sender_of(doctype, decided),
    )


def _decide(
    looked: Looked, outcomes: Sequence[Outcome], document: Document, bound: float
) -> Decided:
    if looked.settled:
        return Decided(looked.field, looked.value, None, "clerk")
    name = looked.field.fieldtype
    involved = [outcome for outcome in outcomes if _speaks_of(outcome, name)]
    proven = any(outcome.proves for outcome in involved)
    how = _how(looked, proven=proven, bound=bound)
    blockers = [*looked.blockers]
    if how == "unsupported":
        blockers.append(blocker("unsure", f"is unsure: {looked.field.text!r}", looked.field))
    if not (looked.absent or looked.blockers or proven) and _stands_anywhere(looked, document):
        message = f"{looked.field.text!r} is short and does not stand beside its label"
        blockers.append(blocker("not-on-the-page", message, looked.field))
    blockers += [_failed(one) for one in involved if one.state is State.FAILED]
    return Decided(looked.field, looked.value, looked.score, how, tuple(blockers))


def _how(looked: Looked, *, proven: bool, bound: float) -> str:
    if looked.absent:
        return "absent"
    if proven:
        return "check"
    return "probability" if looked.sure(bound) else "unsupported"


def _speaks_of(outcome: Outcome, name: str) -> bool:
    return any(term.name == name and not term.column for term in outcome.check.terms)


def _stands_anywhere(looked: Looked, document: Document) -> bool:
    """So short that it stands on the page by chance, and not beside its label."""
    return (
        looked.spec.type.verbatim
        and len(letters(looked.field.text or "")) <= SHORT
        and not by_its_label(looked.field, looked.spec, document)
    )


def _open(blockers: Sequence[Blocker], settled: Settled) -> list[Blocker]:
    """Those that no clerk has decided on."""
    return [one for one in blockers if (one.fieldtype or "", one.line_item_id) not in settled]


def _still_failed(
    outcomes: Sequence[Outcome], doctype: DocType, settled: Settled
) -> Iterator[Blocker]:
    """The failed checks of which a part is not settled; said of the table when only that is."""
    table = doctype.items.name if doctype.items else ""
    for outcome in outcomes:
        if outcome.state is not State.FAILED:
            continue
        header = {term.name for term in outcome.check.terms if not term.column}
        if any((name, None) not in settled for name in header):
            yield _failed(outcome)
        elif outcome.sums_rows and (table, None) not in settled:
            yield Blocker("check-failed", outcome.message, table)


def _failed(outcome: Outcome) -> Blocker:
    return Blocker("check-failed", outcome.message)


def _seen(earlier: str | None) -> list[Blocker]:
    if earlier is None:
        return []
    message = f"seen before: {earlier} has the same sender, number and amount"
    return [Blocker("seen-before", message)]


def _never_answered(doctype: DocType, header: Sequence[Looked]) -> list[Blocker]:
    """Required fields that the prediction does not even speak of."""
    answered = {one.field.fieldtype for one in header}
    missing: list[FieldSpec] = [
        spec for spec in doctype.fields if spec.required and spec.name not in answered
    ]
    return [
        Blocker("missing-required", f"{spoken(spec.name)} is missing", spec.name)
        for spec in missing
    ]


def _values(looked: Sequence[Looked]) -> dict[str, str | None]:
    return {one.field.fieldtype: one.value for one in looked}


def _rows(cells: Sequence[Looked]) -> list[dict[str, str | None]]:
    rows: dict[int | None, list[Looked]] = {}
    for cell in cells:
        rows.setdefault(cell.field.line_item_id, []).append(cell)
    return [_values(row) for row in rows.values()]


def _in_order(prediction: Prediction, decided: Sequence[Decided]) -> tuple[Decided, ...]:
    """Header and cells were decided apart; the judgement keeps the prediction's order."""
    header = iter(one for one in decided if one.field.line_item_id is None)
    cells = iter(one for one in decided if one.field.line_item_id is not None)
    return tuple(
        next(header if field.line_item_id is None else cells) for field in prediction.fields
    )
