"""What clerks have approved of a sender so far: looked up once a document, then plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from appliance.domain.doctype import DocType, FieldType
from appliance.domain.document import Document, Span
from appliance.domain.prediction import Basis, Field, Judgement
from appliance.domain.senders import SenderLookup, ToldSender
from appliance.fields.dates import order_of, readings
from appliance.fields.party import country_of
from appliance.fields.style import WritingStyle, style_of
from appliance.records.proof import AnsweredReview, Proof

NOTHING: Mapping[str, str | None] = MappingProxyType({})
MOST = 20
"""Documents of a sender that are looked at, the newest."""
TELLING = 10
"""Dates that show one order before it is the custom of a type; of a sender one is enough."""


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
    custom: bool | None = None
    """Whether dates of its sender, else of the type, put the day first; None where none that a
    clerk looked at tells, or they differ."""


UNKNOWN = SenderHistory()


def sender_history(proof: Proof, docid: str, doctype: str, lookup: SenderLookup) -> SenderHistory:
    """For the document ``docid``. The same, whenever it is asked: nothing that was approved later
    is in it, nor what was approved of the document itself. What is proven by ``Labels`` was looked
    up without what is told, so nothing is proven by that."""
    told = proof.told(lookup.told, until=lookup.reviews) if lookup.told is not None else None
    found = (
        proof.history(doctype, lookup.party, until=lookup.reviews, most=MOST, without=docid)
        if lookup.party is not None
        else ()
    )
    custom = _day_first(_seen(found), fewest=1)
    if custom is None:
        every = proof.dates(doctype, until=lookup.reviews, without=docid)
        custom = _day_first(every, fewest=TELLING)
    return SenderHistory(lookup.party, tuple(map(_approved, found)), told, custom)


def writing_style(
    document: Document, doctype: DocType, fields: Iterable[Field], history: SenderHistory
) -> WritingStyle:
    """Of the ``document``, of which ``fields`` are what is said of it."""
    said = list(fields)
    style = style_of(document, country=country_of(doctype, said))
    return replace(style, custom=custom_of(doctype, said, history))


def custom_of(doctype: DocType, fields: Iterable[Field], history: SenderHistory) -> bool | None:
    """Whether dates put the day first: as another date of the header does that can mean one day
    alone, else by the custom of earlier documents."""
    dates = {spec.name for spec in doctype if spec.type is FieldType.DATE}
    texts = [
        one.text
        for one in fields
        if one.text and one.line_item_id is None and one.fieldtype in dates
    ]
    certain = [(text, found.possible[0]) for text in texts if (found := readings(text)).certain]
    own = _day_first(((text, day.isoformat()) for text, day in certain), fewest=1)
    return history.custom if own is None else own


def _day_first(dates: Iterable[tuple[str, str]], *, fewest: int) -> bool | None:
    """``dates`` as they are written, and in ISO 8601."""
    told = [order for text, value in dates if (order := order_of(text, value))]
    if len(told) < fewest or len(set(told)) != 1:
        return None
    return {"day": True, "month": False, "year": None}[told[0]]


def _seen(earlier: Iterable[AnsweredReview]) -> Iterator[tuple[str, str]]:
    """What a clerk looked at, as it is written and its normal form: a custom may not feed on what
    it has read itself."""
    for review in earlier:
        for one in review.judgement.header:
            looked_at = one.looked_at or one.how == Basis.CLERK
            if looked_at and one.field.text and one.value:
                yield one.field.text, one.value


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
