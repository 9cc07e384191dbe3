"""Which files could be one invoice, an e-invoice and its page, and that two of them are.

Looked for among those of one type that came within a week of each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath

from appliance.domain.results import Job
from appliance.fields.folding import upper_alnum
from appliance.records.evidence import SERVES
from appliance.records.jobs import JOB, job_of, over
from appliance.records.store import Store

WITHIN = 7 * 86400.0
"""Seconds between two arrivals."""
MOST = 50
"""Files that are looked at, the nearest in time first."""

_SAME_MAIL = """exists (
    select 1 from mailed this join mailed other using (mail)
     where this.docid = :docid and other.docid = jobs.docid)"""
_SAME_NAME = "substr(source, 1, length(:stem)) = :stem"
_NEAR = f"""
    doctype = :doctype and jobs.docid <> :docid
    and state in ('read', 'held', 'accepted', 'delivered')
    and abs(arrived_at - :arrived_at) <= {WITHIN}
    and jobs.docid not in (select docid from joined)
    and jobs.docid not in (select file from joined)"""


@dataclass(frozen=True, slots=True)
class NearbyFile:
    job: Job
    same_mail: bool
    same_name: bool
    """But for its suffix."""


class JoinedFiles:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._store = store
        self._database = store.database

    def joined(self, job: Job) -> Job | None:
        """The file that is one document with it, perhaps since it was of another kind."""
        rows = self._database.rows(
            f"""
            select {JOB} from jobs
             where state = 'joined' and docid = (select file from joined where joined.docid = ?)
             order by doctype = ? desc limit 1
            """,
            [job.docid, job.doctype],
        )
        return next(map(job_of, rows), None)

    def part_of(self, file: str) -> tuple[str, ...]:
        """Docid of the document that goes on for this joined file; empty when it is none."""
        rows = self._database.rows("select docid from joined where file = ?", [file])
        return tuple(row["docid"] for row in rows)

    def unread_beside(self, job: Job, *, suffix: str, now: float) -> str | None:
        """The name of a file ending in ``suffix`` that came with this one, by mail or under the
        same name, and that a step is about to read for the first time."""
        rows = self._database.rows(
            f"""
            select source from jobs
             where state = 'arrived' and attempts = 0 and {over("waits_until")}
               and doctype = :doctype and jobs.docid <> :docid
               and lower(substr(source, length(source) + 1 - length(:suffix))) = :suffix
               and ({_SAME_NAME} or {_SAME_MAIL}) limit 1
            """,
            _about(job) | {"suffix": suffix, "now": now},
        )
        return next((row["source"] for row in rows), None)

    def pages_near(self, einvoice: Job, number: str) -> list[NearbyFile]:
        """That could show the invoice with this ``number``, however they write it, or came with
        it."""
        figures = re.findall(r"\d+", number)
        near = self._near(einvoice, "jobs.docid not in (select docid from einvoices)")
        return [
            one
            for one in near
            if one.same_mail or one.same_name or self._shows(one.job.docid, figures)
        ][:MOST]

    def einvoices_near(self, page: Job, text: str) -> Iterator[Job]:
        """Whose number stands in the ``text`` of the page, or that came with it."""
        shown = upper_alnum(text)
        near = self._near(page, "jobs.docid in (select docid from einvoices)")
        found = (
            one.job
            for one in near
            if one.same_mail or one.same_name or upper_alnum(self._number(one.job.docid)) in shown
        )
        return islice(found, MOST)

    def join(self, document: Job, file: Job, *, has_pages: bool, anew: bool, now: float) -> bool:
        """``file`` is one document with ``document``, which is asked about ``anew``. False, and
        nothing is done, while a clerk has either in hand; true again where it was done before."""
        with self._database.writing():
            if self._in_hand(document, now) or self._in_hand(file, now):
                return False
            self._database.execute(
                "insert or ignore into joined (file, docid, has_pages) values (?, ?, ?)",
                [file.docid, document.docid, has_pages],
            )
            self._store.finish_joined(file, reason=f"one document with {document.source}")
            if anew:
                self._store.ask_anew(document)
            return True

    def is_settled(self, job: Job) -> bool:
        """It was delivered, or a clerk approved it."""
        return bool(self._store.deliveries(job)) or self._is_approved(job)

    def stands(self, job: Job) -> bool:
        """What was said of it is not asked anew: a clerk approved it, or is to key it blind."""
        drawn = self._database.rows(
            f"select 1 from evidence where docid = ? and doctype = ? and {SERVES}",
            [job.docid, job.doctype],
        )
        return bool(drawn) or self._is_approved(job)

    def _is_approved(self, job: Job) -> bool:
        return bool(
            self._database.rows(
                """
                select 1 from reviews
                 where docid = ? and doctype = ? and outcome = 'approved' limit 1
                """,
                [job.docid, job.doctype],
            )
        )

    def _near(self, job: Job, condition: str) -> list[NearbyFile]:
        rows = self._database.rows(
            f"""
            select {JOB}, {_SAME_MAIL} same_mail, {_SAME_NAME} same_name from jobs
             where {_NEAR} and {condition}
             order by abs(arrived_at - :arrived_at), jobs.docid
            """,
            _about(job),
        )
        beside = [(bool(row.pop("same_mail")), bool(row.pop("same_name"))) for row in rows]
        return [NearbyFile(job_of(row), *how) for row, how in zip(rows, beside, strict=True)]

    def _shows(self, file: str, figures: Iterable[str]) -> bool:
        words = self._store.telling_words(file)
        return all(any(one in word for word in words) for one in figures)

    def _number(self, docid: str) -> str:
        (row,) = self._database.rows("select number from einvoices where docid = ?", [docid])
        return str(row["number"])

    def _in_hand(self, job: Job, now: float) -> bool:
        return bool(
            self._database.rows(
                f"""
                select 1 from jobs where docid = :docid and doctype = :doctype
                   and station is not null and not {over("station_until")}
                """,
                {"docid": job.docid, "doctype": job.doctype, "now": now},
            )
        )


def _about(job: Job) -> dict[str, object]:
    stem = PurePosixPath(job.source).with_suffix("").as_posix()
    return {
        "docid": job.docid,
        "doctype": job.doctype,
        "arrived_at": job.arrived_at,
        "stem": f"{stem}.",
    }
