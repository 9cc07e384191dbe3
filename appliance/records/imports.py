"""Documents that come with their values from before the appliance: kept as if keyed blind."""

from __future__ import annotations

from dataclasses import replace

from appliance.domain.corrections import Review
from appliance.domain.document import Document
from appliance.domain.results import Job, JobState
from appliance.records.evidence import EvidenceDraws, SamplingPlan
from appliance.records.queue import values_of
from appliance.records.reviews import Reviews
from appliance.records.store import Store

IMPORT = "import"
"""The clerk and the station of what was imported."""


class Imports:
    def __init__(self, store: Store, plan: SamplingPlan, *, who: str = "") -> None:
        """On the same connection as ``store``; ``plan`` of the evidence, of which no part is
        spared: nobody keys it here. ``who`` has it done."""
        self._store = store
        self._who = who
        self._database = store.database
        self._evidence = EvidenceDraws(store, replace(plan, after=0, opening=False))
        self._reviews = Reviews(store)

    def labelled(self, docid: str, doctype: str) -> bool:
        """Has somebody approved its values?"""
        return bool(
            self._database.rows(
                "select 1 from reviews "
                "where docid = ? and doctype = ? and outcome = 'approved' limit 1",
                [docid, doctype],
            )
        )

    def document(self, docid: str, *, reading: str) -> Document | None:
        """As it was read by this version, or by any when a job was done on it: its answers speak
        of the words of that."""
        known = bool(self._store.find(docid))
        return self._store.document(docid, reading=None if known else reading)

    def keep(
        self,
        document: Document,
        doctype: str,
        review: Review,
        *,
        source: str,
        twin: str | None,
        now: float,
    ) -> bool | None:
        """All of it or nothing; True when it is evidence, None when somebody labelled it meanwhile.

        What was read is kept already. A job that is there goes its own way; ``twin`` is of one
        that is not.
        """
        job = Job(document.docid, doctype, JobState.IMPORTED, source, now)
        with self._database.writing():
            if self.labelled(job.docid, doctype):
                return None
            values = values_of(
                job, source=source, now=now, twin=twin, sender=review.judgement.sender
            )
            self._database.execute(
                """
                insert into arrivals (docid, doctype, source, arrived_at)
                values (:docid, :doctype, :source, :now)
                on conflict do nothing
                """,
                values,
            )
            self._database.execute(
                """
                insert into jobs (docid, doctype, state, source, arrived_at, twin, sender)
                values (:docid, :doctype, :state, :source, :now, :twin, :sender)
                on conflict do nothing
                """,
                values,
            )
            drawn = self._evidence.draw(job, now=now, whole=True)
            self._reviews.note(job, IMPORT, IMPORT, review, who=self._who, now=now)
        return bool(drawn)
