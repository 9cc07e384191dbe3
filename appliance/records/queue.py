"""Which documents wait for a clerk, who has which in hand, and how far she is with it.

A document is lent to one station; the lease ends when it is given back or runs out. The clock is
the caller's: ``now`` is seconds since 1970, a lease is in seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from appliance.domain.blockers import BlockerCode
from appliance.domain.corrections import QueueEntry
from appliance.domain.results import Job
from appliance.domain.sections import NOTHING, Section, named
from appliance.domain.senders import NOBODY, SenderLookup
from appliance.records.evidence import SECTIONS, SERVES
from appliance.records.jobs import JOB, job_of, over
from appliance.records.mails import mails_of, origins_of
from appliance.records.store import Store

THIS = "docid = :docid and doctype = :doctype"
LATEST = f"(select max(id) from predictions where {THIS})"
"""Number of the answer that counts; null when there is none."""

FREE = f"(station is null or station = :station or {over('station_until')})"
KEYED = """exists (select 1 from reviews
                 where reviews.docid = jobs.docid and reviews.doctype = jobs.doctype
                   and (blind and outcome = 'approved' or outcome = 'retyped'))"""
_WAITS = f"(state = 'held' or state = 'delivered' and not {KEYED})"
_TOLD = "iif(json_valid(judgement), judgement, '{}')"
"""A row that is damaged must not hide all others."""
_WAITING = f"""
    with waiting as (
        select jobs.*, iif({SERVES}, sections, '') blind
          from jobs left join evidence using (docid, doctype)
         where state = 'held'
        union all
        -- "cross" goes through the few that were drawn, not all that is delivered
        select jobs.*, sections
          from evidence cross join jobs using (docid, doctype)
         where {SERVES} and state = 'delivered' and not {KEYED}
    )
    select {", ".join(f"waiting.{name}" for name in JOB.split(", "))}, blind,
           case when not {over("station_until")} then station end station,
           case when not {over("station_until")} then nullif(station_since, 0) end since,
           predictions.id is not null answered, json_extract({_TOLD}, '$.party') party,
           json_extract({_TOLD}, '$.sender') sender, {mails_of("waiting")} mails,
           (select json_group_array(json_extract(value, '$.code'))
              from json_each({_TOLD}, '$.blockers')) codes
      from waiting
      left join predictions on predictions.id = (
               select max(id) from predictions
                where predictions.docid = waiting.docid and predictions.doctype = waiting.doctype)
     order by arrived_at, waiting.docid, waiting.doctype
    """


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What was done with a document that is not decided."""

    actions: str = ""
    """As the station writes them; empty when nothing was done."""
    lookup: SenderLookup = NOBODY
    """What was known of the sender when it came to hand: the actions are about what was shown
    then."""
    approved_by: str | None = None
    """The clerk who approved it as far as she may: a second one has to."""


class ClerkQueue:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database

    def waiting(self, *, now: float) -> list[QueueEntry]:
        """Held documents, and evidence that nobody has keyed yet; the oldest first.

        An entry of evidence says nothing of the model's answer: its clerk keys it blind.
        """
        return [_waiting(row) for row in self._database.rows(_WAITING, {"now": now})]

    def lend(self, job: Job, station: str, *, now: float, lease: float) -> bool:
        """False when another station has it, or when it does not wait as ``job`` any more."""
        return self._take(job, station, now, lease, f"{FREE} and {_WAITS}")

    def renew(self, job: Job, station: str, *, now: float, lease: float) -> bool:
        """Also a lease that has run out, as long as nobody took the document since."""
        return self._take(job, station, now, lease, "station = :station")

    def holds(self, job: Job, station: str) -> bool:
        """It is lent to ``station``, or was when that lease ran out. Writes nothing."""
        return bool(
            self._database.rows(
                f"select 1 from jobs where {THIS} and state = :state and station = :station",
                values_of(job, station=station),
            )
        )

    def is_lent(self, job: Job, *, now: float) -> bool:
        """Some station has it in hand."""
        lent = f"station is not null and not {over('station_until')}"
        asked = f"select 1 from jobs where {THIS} and {lent}"
        return bool(self._database.rows(asked, values_of(job, now=now)))

    def release(self, job: Job, station: str) -> None:
        self._database.execute(
            "update jobs set station = null, station_until = 0 "
            f"where {THIS} and station = :station",
            values_of(job, station=station),
        )

    def free_those(self, is_gone: Callable[[str], bool]) -> None:
        """Ends the leases of stations that are gone, before they run out."""
        lent = self._database.rows("select distinct station from jobs where station is not null")
        for station in (row["station"] for row in lent):
            if is_gone(station):
                self._database.execute(
                    "update jobs set station = null, station_until = 0 where station = :station",
                    {"station": station},
                )

    def keep_draft(self, job: Job, station: str, draft: KeptDraft, *, now: float) -> None:
        """Written only while the document is this station's."""
        self._database.execute(
            f"""
            insert into drafts
                (docid, doctype, prediction, station, actions, kept_at, sender, reviews,
                 told, approved_by)
            select docid, doctype, {LATEST}, station, :actions, :now, :sender, :reviews,
                   :told, :approved_by
              from jobs
             where {THIS} and station = :station
            on conflict (docid, doctype) do update set
                prediction = excluded.prediction, station = excluded.station,
                actions = excluded.actions, kept_at = excluded.kept_at,
                sender = excluded.sender, reviews = excluded.reviews, told = excluded.told,
                approved_by = excluded.approved_by
            """,
            values_of(
                job,
                station=station,
                actions=draft.actions,
                now=now,
                sender=draft.lookup.party,
                reviews=draft.lookup.reviews,
                told=draft.lookup.told,
                approved_by=draft.approved_by,
            ),
        )

    def draft(self, job: Job) -> KeptDraft:
        """What was last kept of it; an empty one when nothing was since the latest answer."""
        for row in self._database.rows(
            f"""
            select actions, sender, reviews, told, approved_by from drafts
             where {THIS} and prediction = {LATEST}
            """,
            values_of(job),
        ):
            lookup = SenderLookup(row["sender"], row["reviews"], row["told"])
            return KeptDraft(row["actions"], lookup, row["approved_by"])
        return KeptDraft()

    def keyed(self, job: Job) -> frozenset[Section]:
        """What of the latest answer was approved blind."""
        rows = self._database.rows(
            f"""
            select {SECTIONS} sections from reviews left join evidence using (docid, doctype)
             where {THIS} and prediction = {LATEST} and blind and outcome = 'approved' limit 1
            """,
            values_of(job),
        )
        return named(rows[0]["sections"]) if rows else NOTHING

    def answer(self, job: Job) -> int | None:
        """Number of the latest; None when there is none."""
        (row,) = self._database.rows(f"select {LATEST} number", values_of(job))
        return row["number"]  # type: ignore[no-any-return]

    def _take(self, job: Job, station: str, now: float, lease: float, when: str) -> bool:
        changed = self._database.execute(
            f"""
            update jobs
               set station_since = iif(station = :station, station_since, :now),
                   station = :station, station_until = :now + :lease
             where {THIS} and state = :state and {when}
            """,
            values_of(job, station=station, now=now, lease=lease),
        )
        return changed == 1


def values_of(job: Job, **more: Any) -> dict[str, Any]:
    return {"docid": job.docid, "doctype": job.doctype, "state": job.state, **more}


def _waiting(row: dict[str, Any]) -> QueueEntry:
    job = job_of({name: row[name] for name in JOB.split(", ")})
    at = {"station": row["station"], "since": row["since"], "mails": origins_of(row["mails"])}
    if row["blind"]:
        return QueueEntry(replace(job, reason=""), None, (), named(row["blind"]), **at)
    codes = tuple(dict.fromkeys(json.loads(row["codes"])))
    if not row["answered"]:
        codes = (BlockerCode.WRONG_DOCTYPE if job.doctype else BlockerCode.WHICH_KIND,)
    return QueueEntry(job, row["party"], codes, NOTHING, row["sender"], **at)
