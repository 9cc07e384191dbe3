"""The keys under which a paper of the same seller may stand, who names itself in several ways."""

from __future__ import annotations

from appliance.domain.einvoice import EInvoice
from appliance.domain.results import Job
from appliance.fields.sellers import seller_marks
from appliance.records.documents import Documents

_MOST = 50
"""Papers of one number and amount that are compared."""


def list_twin_keys(documents: Documents, job: Job, twin: str) -> list[str]:
    """Return ``twin`` and the keys of papers with the same number and amount whose seller is the
    same by any of its ids, or by its name."""
    party, mark, paper = twin.partition("|")
    rows = list(
        documents.database.rows(
            """
            select docid, twin, sender from jobs
             where twin is not null and twin <> :twin
               and substr(twin, -length(:paper)) = :paper
               and doctype = :doctype and docid <> :docid
             order by arrived_at desc limit :most
            """,
            {
                "twin": twin,
                "paper": mark + paper,
                "doctype": job.doctype,
                "docid": job.docid,
                "most": _MOST,
            },
        )
    )
    if not rows:
        return [twin]
    own = seller_marks(party, None, _einvoice(documents, job.docid))
    found = [
        row["twin"]
        for row in rows
        if own.is_same(
            seller_marks(
                row["twin"].partition("|")[0], row["sender"], _einvoice(documents, row["docid"])
            )
        )
    ]
    return [twin, *dict.fromkeys(found)]


def _einvoice(documents: Documents, docid: str) -> EInvoice | None:
    document = documents.document(docid)
    return document.einvoice if document else None
