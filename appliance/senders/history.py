"""What clerks have approved of a sender so far: looked up once a document, then plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from appliance.domain.document import Document, Span
from appliance.domain.prediction import Field, Judgement
from appliance.domain.senders import SenderLookup, ToldSender
from appliance.records.proof import AnsweredReview, Proof

NOTHING: Mapping[str, str | None] = MappingProxyType({})
MOST = 20
"""Documents of a sender that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class ApprovedDocument:
    document: Document
    """As it is read; it may have been read anew since it was approved."""
    texts: Mapping[str, str | None]
    """Of the header as a clerk left them, by fieldtype."""
    values: Mapping[str, str | None]
    """Their normal forms."""
    spans: Mapping[str, Span]
    """Where they stand, of those that the document has."""
    answered: Mapping[str, str | None] = field(default_factory=dict)
    """What a model had written there at first, by fieldtype; empty where none was asked."""
    rows: tuple[tuple[Field, ...], ...] = ()
    """The line items as a clerk left them, from the top."""
    approved_at: float = 0.0
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class SenderHistory:
    party: str | None = None
    """Id of the sender; None where nobody knows whose page it is."""
    earlier: tuple[ApprovedDocument, ...] = ()
    """Approved before the document was answered, the newest first."""
    told: ToldSender | None = None
    """What other sites had told by then of whoever the page looks like. Of a known sender nothing
    but the accounts is asked."""


UNKNOWN = SenderHistory()


def sender_history(proof: Proof, docid: str, doctype: str, lookup: SenderLookup) -> SenderHistory:
    """For the document ``docid``. The same, whenever it is asked: nothing that was approved later
    is in it, nor what was approved of the document itself. What is proven by ``Labels`` was looked
    up without what is told, so nothing is proven by that."""
    told = proof.told(lookup.told, until=lookup.reviews) if lookup.told is not None else None
    if lookup.party is None:
        return SenderHistory(told=told) if told else UNKNOWN
    found = proof.history(doctype, lookup.party, until=lookup.reviews, most=MOST, without=docid)
    return SenderHistory(lookup.party, tuple(map(_approved, found)), told)


def _approved(one: AnsweredReview) -> ApprovedDocument:
    found = approved_document(one.judgement, one.document, one.answered)
    return replace(found, approved_at=one.approved_at)


def approved_document(
    judgement: Judgement, document: Document, answered: Mapping[str, str | None] = NOTHING
) -> ApprovedDocument:
    """What no longer lies in ``document`` has no place."""
    header = judgement.header
    placed = [one.field for one in header if one.field.spans]
    return ApprovedDocument(
        document,
        {one.fieldtype: one.field.text for one in header},
        {one.fieldtype: one.value for one in header},
        {one.fieldtype: one.spans[0] for one in placed if one.spans[0].lies_in(document)},
        answered,
        tuple(tuple(cell.field for cell in row) for row in judgement.rows),
    )
