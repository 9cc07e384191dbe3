"""What programs are told of one document: its values with their places, and why it waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from appliance.delivery.result import describe_values
from appliance.domain.blockers import Blocker
from appliance.domain.errors import DoctypeError
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job
from appliance.records.store import Store
from appliance.service import wiring
from appliance.settings.home import Home

BLIND = "it is evidence: a person keys it without the model's values"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a document waits for a clerk."""

    message: str
    """In words; if ``field`` is named, what is said of it behind its name."""
    code: str | None = None
    """A ``BlockerCode``; None where the document failed before anything was judged."""
    field: str | None = None
    """None if the document as a whole is meant."""
    row: int | None = None
    """Index among the rows of the table, from 0; None in the header."""


@dataclass(frozen=True, slots=True)
class DescribedDocument:
    """The values of a document as they stand now, in the shape of a result."""

    pages: int | None
    """None if the document was not read yet."""
    reasons: tuple[Reason, ...]
    """Empty if nothing was found against the document."""
    fields: Mapping[str, Any]
    """By field, as under ``fields`` of a result: docs/reference/result-keys.md. Empty if nothing
    was extracted, and for a document that is keyed blind."""
    items: Mapping[str, Sequence[Mapping[str, Any]]]
    """Rows by the name of their table, each by column."""


def describe_document(home: Home, store: Store, job: Job, *, blind: bool) -> DescribedDocument:
    """Return what stands of a document: what its clerk approved, else what the appliance read.

    Of a document that is keyed ``blind`` nothing is said that follows from the model's answer.
    """
    document = store.document(job.docid)
    pages = len(document.pages) if document else None
    if blind:
        return DescribedDocument(pages, (Reason(BLIND),), {}, {})
    untold = DescribedDocument(pages, _stated_reason(job), {}, {})
    if document is None:
        return untold
    try:
        answer = store.answer(job)
        doctype = wiring.doctype(home, job.doctype) if job.doctype else None
    except (ValidationError, DoctypeError):  # damaged, or its type is: the job's reason says so
        return untold
    if answer is None or doctype is None:
        return untold
    judgement = answer.standing
    reasons = tuple(_reason(blocker, judgement) for blocker in judgement.blockers)
    values = describe_values(doctype, judgement, document)
    return DescribedDocument(pages, reasons or _stated_reason(job), **values)


def _stated_reason(job: Job) -> tuple[Reason, ...]:
    return (Reason(job.reason),) if job.reason else ()


def _reason(blocker: Blocker, judgement: Judgement) -> Reason:
    return Reason(blocker.message, blocker.code, blocker.fieldtype, _row_index(blocker, judgement))


def _row_index(blocker: Blocker, judgement: Judgement) -> int | None:
    """Return where the blocker's row stands; rows that a clerk added may stand above older ones."""
    if blocker.line_item_id is None:
        return None
    ids = [row[0].line_item_id for row in judgement.rows]
    return ids.index(blocker.line_item_id) if blocker.line_item_id in ids else None
