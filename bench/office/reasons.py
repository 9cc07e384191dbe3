"""Why a document does not go straight through: every reason that holds it, also behind another.

The appliance stops at the first doubt; here all are asked, so that the bench can say what would go
through if one of them were gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.prediction import Judgement, Prediction
from appliance.judgement.assess import assess
from appliance.judgement.checks import CheckState


class Reason(StrEnum):
    """In the order in which the bench thinks of them as gone: the last one left held it last."""

    UNPROVEN = "nothing proven yet"
    """No accuracy is promised of some field, or of the table; also what says what the document is,
    for a clerk is asked about it until something is."""
    NEW_SENDER = "new sender"
    TABLE = "table"
    """Its cells are unsure, or its rows do not add up."""
    FIELDS = "several unsure fields"
    FIELD = "one unsure field"
    CHECK = "a check fails"
    UNLIKE = "unlike its sender"
    """A new account, an amount or a value that its earlier documents do not have."""
    SEEN_BEFORE = "seen before"
    EINVOICE = "its e-invoice"
    """It is not valid, or the page says something else."""
    DOCUMENT = "the document itself"
    """It was cut, hides text, or is several."""
    EVIDENCE = "evidence"


ORDER = tuple(Reason)
_OF_CODE = {
    BlockerCode.ACCOUNT_ABROAD: Reason.UNLIKE,
    BlockerCode.ACCOUNT_CHANGED: Reason.UNLIKE,
    BlockerCode.UNLIKE_BEFORE: Reason.UNLIKE,
    BlockerCode.SAME_NAME: Reason.UNLIKE,
    BlockerCode.WHICH_ACCOUNT: Reason.UNLIKE,
    BlockerCode.DECIDES: Reason.UNPROVEN,
    BlockerCode.EINVOICE_DIFFERS: Reason.EINVOICE,
    BlockerCode.EINVOICE_INVALID: Reason.EINVOICE,
    BlockerCode.SEEN_BEFORE: Reason.SEEN_BEFORE,
    BlockerCode.NEW_SENDER: Reason.NEW_SENDER,
    BlockerCode.UNPROMISED: Reason.UNPROVEN,
    BlockerCode.TABLE_CUT: Reason.TABLE,
}


def reasons(
    document: Document,
    doctype: DocType,
    prediction: Prediction,
    judgement: Judgement,
    *,
    unproven: bool,
    new: bool,
    evidence: bool,
) -> frozenset[Reason]:
    """``judgement`` is the appliance's own; what it may not have come to is said beside it."""
    fields: set[str] = set()
    found: set[Reason] = set()
    sums = _failed_sums(document, doctype, prediction)
    table = doctype.items.name if doctype.items else None
    for one in judgement.blockers:
        reason = _of(one, table, sums)
        found.add(reason)
        if reason is Reason.FIELD:
            fields.add(one.fieldtype or "")
    if len(fields) > 1:
        found = {*found, Reason.FIELDS} - {Reason.FIELD}
    hidden = {Reason.UNPROVEN: unproven, Reason.NEW_SENDER: new, Reason.EVIDENCE: evidence}
    return frozenset(found | {reason for reason, holds in hidden.items() if holds})


def last(held_by: Collection[Reason]) -> Reason:
    """That is left when all before it in ``ORDER`` are gone."""
    return max(held_by, key=ORDER.index)


def _of(blocker: Blocker, table: str | None, sums: Iterable[str]) -> Reason:
    if blocker.line_item_id is not None or (table and blocker.fieldtype == table):
        return Reason.TABLE
    if blocker.code == BlockerCode.CHECK_FAILED:
        return Reason.TABLE if blocker.message in sums else Reason.CHECK
    if known := _OF_CODE.get(BlockerCode(blocker.code)):
        return known
    return Reason.FIELD if blocker.fieldtype else Reason.DOCUMENT


def _failed_sums(document: Document, doctype: DocType, prediction: Prediction) -> set[str]:
    """What is said of rows that do not add up."""
    return {
        outcome.message
        for outcome in assess(document, doctype, prediction).sums
        if outcome.state is CheckState.FAILED
    }
