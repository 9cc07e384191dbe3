"""What is delivered: the JSON of one document, described by ``result.schema.json``. Pure.

Also whether a later judgement says anything else than the one that was delivered.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from appliance.domain.doctype import DocType
from appliance.domain.document import BBox, Document
from appliance.domain.mail import MailOrigin
from appliance.domain.prediction import AnswerVersions, Basis, Field, FieldJudgement, Judgement
from appliance.domain.results import Job

FORMAT = 5
"""Counts up when readers have to know; docs/reference/results.md says what changed."""


def result(
    job: Job,
    document: Document,
    doctype: DocType,
    judgement: Judgement,
    *,
    model: str,
    versions: AnswerVersions,
    mail: MailOrigin | None = None,
    joined: Job | None = None,
    revision: int,
    now: float,
) -> dict[str, Any]:
    """Of what ``model`` answered on ``versions``, about a document that came in ``mail`` and that
    ``joined`` belongs to; ``now`` is the time of delivery, in seconds since 1970."""
    return {
        "format": FORMAT,
        "docid": job.docid,
        "doctype": job.doctype,
        "source": job.source,
        "joined": {"docid": joined.docid, "source": joined.source} if joined else None,
        "mail": _mail(mail) if mail else None,
        "revision": revision,
        "model": model,
        "reading": versions.reading or None,
        "extraction": versions.extraction or None,
        "party": judgement.party,
        "pages": len(document.pages),
        "arrived_at": _time(job.arrived_at),
        "delivered_at": _time(now),
        "checks_failed": [
            {"check": said, "because": judgement.because} for said in judgement.checks_failed
        ],
        **describe_values(doctype, judgement, document),
    }


def describe_values(doctype: DocType, judgement: Judgement, document: Document) -> dict[str, Any]:
    """Return the values of a judgement as a result has them: ``fields`` by name, and ``items``, the
    rows by the name of their table, each value with its places."""
    return {
        "fields": _row(judgement.header, document),
        "items": _items(doctype, judgement, document),
    }


def _mail(origin: MailOrigin) -> dict[str, str | None]:
    return {
        "from": origin.sender or None,
        "subject": origin.subject or None,
        "date": None if origin.sent_at is None else _time(origin.sent_at),
        "message_id": origin.message_id or None,
    }


def _items(
    doctype: DocType, judgement: Judgement, document: Document
) -> dict[str, list[dict[str, Any]]]:
    if doctype.items is None:
        return {}
    return {doctype.items.name: [_row(row, document) for row in judgement.rows]}


def _row(fields: Iterable[FieldJudgement], document: Document) -> dict[str, Any]:
    return {decided.field.fieldtype: _field(decided, document) for decided in fields}


def _field(decided: FieldJudgement, document: Document) -> dict[str, Any]:
    field = decided.field
    places = _places(field, document)
    first = places[0][0] if places else {"page": None, "box": None}
    return {
        "value": field.text,
        "normalised": decided.value,
        "text": field.text if field.words is None else field.words,
        **first,
        "places": places,
        "score": None if decided.score is None else round(decided.score, 4),
        "how": decided.how,
        **_earlier(field),
        "einvoice": _term(field),
        # Records of earlier versions say only what a clerk decided.
        "looked_at": decided.looked_at or decided.how == Basis.CLERK,
    }


def _earlier(field: Field) -> dict[str, int | None]:
    """On how many documents it stood: of here, or of other sites, which is said only then."""
    remembered = field.remembered
    if remembered is None or not remembered.told:
        return {"earlier_documents": remembered.documents if remembered else None}
    return {"earlier_documents": None, "documents_elsewhere": remembered.documents}


def _term(field: Field) -> dict[str, str] | None:
    """Of a value that an e-invoice says."""
    said = field.einvoice
    return {"term": said.term, "xpath": said.xpath} if said and said.xpath else None


def _places(field: Field, document: Document) -> list[list[dict[str, Any]]]:
    """Without those that are gone: it may have been read anew since it was answered."""
    return [
        [{"page": span.page + 1, "box": _corners(span.bbox(document))} for span in place]
        for place in field.places
        if all(span.lies_in(document) for span in place)
    ]


def _corners(box: BBox) -> list[float]:
    """A font's letters may reach above the page."""
    edges = box.left, box.top, box.right, box.bottom
    return [round(min(max(edge, 0.0), 1.0), 5) for edge in edges]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def differ(before: Judgement, after: Judgement) -> bool:
    """Would a reader of what is delivered find another value? Spelling and place do not count."""
    return _said(before) != _said(after)


def _said(judgement: Judgement) -> list[set[tuple[str, str]]]:
    """The values of the header, then of each row in the order of the table, whatever its number."""
    return [
        {(one.fieldtype, said) for one in part if (said := one.value or one.field.text) is not None}
        for part in (judgement.header, *judgement.rows)
    ]
