"""At a hub: what came from its sites, each message once.

What comes is first kept as it came, and acknowledged. Then it is followed, in the order of its
site: what cannot be followed yet, since its document type is not here, waits and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.domain.corrections import Review
from appliance.domain.document import Document
from appliance.domain.fleet import (
    DocumentApproved,
    DocumentWithdrawn,
    FleetSite,
    HubStanding,
    SiteAccuracy,
    SiteHealth,
    VersionJudged,
)
from appliance.domain.json_form import JsonForm
from appliance.domain.results import Job, JobState
from appliance.records.chain import FLEET
from appliance.records.queue import THIS, values_of
from appliance.records.reviews import Reviews
from appliance.records.sender_rows import begin_anew
from appliance.records.store import Store

UNREAD = "what was read of the document is missing: its site is asked for it"
"""Why a message waits that came without it, when it was forgotten here or lost."""
EVIDENCE = 400
"""Documents of a site and a type, by which its accuracy is told."""
_health = JsonForm(SiteHealth)
_WAITS = "body is not null"


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """About one link of a site's audit."""

    site: str
    hash: str
    """Of the link, by which it is kept once: a home that was put back from a copy numbers other
    links as it did before."""
    link: int
    """Its number."""
    before: int
    """Number of the link that goes before it; 0 for the first."""
    at: float
    """When that was done, seconds since 1970, UTC."""
    body: bytes


class HubInbox:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._store = store
        self._database = store.database
        self._reviews = Reviews(store)

    # Sites

    def admit(self, site: str) -> None:
        """It belongs to the fleet, also if it was expelled before."""
        with self._database.writing():
            self._database.execute(
                """
                insert into fleet_sites (site) values (?)
                on conflict (site) do update set expelled_at = null
                """,
                [site],
            )
            begin_anew(self._database)

    def expel(self, site: str, *, now: float) -> None:
        """Nothing that came from it is learned from any more, or told of."""
        with self._database.writing():
            self._database.execute(
                "update fleet_sites set expelled_at = ? where site = ?", [now, site]
            )
            begin_anew(self._database)

    def sites(self) -> list[FleetSite]:
        """By name."""
        rows = self._database.rows(
            f"""
            select site name, heard_at, expelled_at, health,
                   (select coalesce(max(link), 0) from fleet_inbox
                     where fleet_inbox.site = fleet_sites.site) link,
                   (select count(*) from fleet_inbox
                     where fleet_inbox.site = fleet_sites.site and {_WAITS}) waiting,
                   coalesce((select problem from fleet_inbox
                              where fleet_inbox.site = fleet_sites.site and {_WAITS}
                              order by link limit 1), '') problem
              from fleet_sites order by site
            """
        )
        return [
            FleetSite(**{**row, "health": _health.validate_json(row["health"])})
            if row["health"]
            else FleetSite(**row)
            for row in rows
        ]

    def accuracies(self) -> list[SiteAccuracy]:
        """Of the newest ``EVIDENCE`` documents of evidence of each site and type."""
        rows = self._database.rows(
            f"""
            with keyed as (
                select reviews.id, reviews.station, reviews.doctype,
                       row_number() over (
                           partition by reviews.station, reviews.doctype order by reviews.id desc
                       ) place
                  from reviews join evidence using (docid, doctype)
                 where outcome = 'approved' and blind and drawn
                   and substr(reviews.station, 1, {len(FLEET)}) = '{FLEET}')
            select substr(station, {len(FLEET) + 1}) site, doctype,
                   count(distinct keyed.id) documents, count(*) "values",
                   count(*) filter (where kind = 'confirmed') "right"
              from keyed join corrections on review = keyed.id
             where place <= :most and seen
             group by station, doctype order by station, doctype
            """,
            {"most": EVIDENCE},
        )
        return [SiteAccuracy(**row) for row in rows]

    def standing(self, site: str) -> HubStanding:
        (row,) = self._database.rows(
            """
            with own as (select link, before, problem from fleet_inbox where site = :site),
            gap as (select min(link) behind from own
                     where before > 0 and before not in (select link from own))
            select coalesce(max(link), 0) last, min(link) filter (where problem = :unread) unread,
                   iif((select behind from gap) is null, null,
                       1 + coalesce(max(link) filter (where link < (select behind from gap)), 0)
                   ) missing
              from own
            """,
            {"site": site, "unread": UNREAD},
        )
        lacks = [one for one in (row["unread"], row["missing"]) if one is not None]
        return HubStanding(row["last"], min(lacks, default=None))

    # What comes

    def take(self, messages: Iterable[WaitingMessage], *, now: float) -> None:
        """All of them or none. What came before is known, but where it could not be followed."""
        with self._database.writing():
            for one in messages:
                self._database.execute(
                    """
                    insert into fleet_inbox (site, hash, link, before, at, body, received_at)
                    values (?, ?, ?, ?, ?, ?, ?)
                    on conflict (site, hash) do update set body = excluded.body, problem = ''
                     where problem <> ''
                    """,
                    [one.site, one.hash, one.link, one.before, one.at, one.body, now],
                )
                self._heard(one.site, now)

    def note_health(self, site: str, health: SiteHealth, *, now: float) -> None:
        with self._database.writing():
            self._heard(site, now)
            self._database.execute(
                "update fleet_sites set health = ? where site = ?",
                [_health.dump_json(health).decode(), site],
            )

    def waiting(self, *, most: int) -> list[WaitingMessage]:
        """What can be followed, of each site in its order."""
        rows = self._database.rows(
            f"""
            select site, hash, link, before, at, body from fleet_inbox
             where {_WAITS} and problem = '' order by received_at, site, at, link limit ?
            """,
            [most],
        )
        return [WaitingMessage(**row) for row in rows]

    def cannot(self, message: WaitingMessage, problem: str) -> None:
        """It is not followed, for this reason in words, until ``try_again``."""
        self._database.execute(
            "update fleet_inbox set problem = ? where site = ? and hash = ?",
            [problem, message.site, message.hash],
        )

    def try_again(self) -> None:
        """What could not be followed: a document type may have come."""
        self._database.execute("update fleet_inbox set problem = '' where problem <> ''")

    # What follows

    def reading(self, docid: str, *, of: str) -> Document | None:
        """As the corrections of its site speak of it, which has that version of the reading; of
        the same file another site may have told as another version reads it."""
        return self._store.document(docid, reading=of)

    def keep(
        self,
        message: WaitingMessage,
        said: DocumentApproved,
        review: Review,
        *,
        twin: str | None,
        now: float,
    ) -> None:
        """What a clerk of the site approved, in place of what was approved of it before; nothing of
        what came here itself, which is read, approved and delivered here."""
        job = Job(said.docid, said.doctype, JobState.IMPORTED, message.site, now)
        with self._database.writing():
            if self._store.came_here(said.docid) or not self._is_last(message, said):
                self._done(message, review=None)
                return
            if said.document is not None:
                self._store.keep_reading(said.document, reading=said.reading, seconds=0.0)
            values = values_of(
                job, source=message.site, now=now, twin=twin, sender=review.judgement.sender
            )
            self._database.execute(
                """
                insert into jobs (docid, doctype, state, source, arrived_at, twin, sender)
                values (:docid, :doctype, :state, :source, :now, :twin, :sender)
                on conflict (docid, doctype) do update set twin = :twin, sender = :sender
                """,
                values,
            )
            self._database.execute(
                """
                insert into evidence (docid, doctype, drawn, decided_at, sections, site)
                values (?, ?, ?, ?, ?, ?)
                on conflict do nothing
                """,
                [
                    said.docid,
                    said.doctype,
                    bool(said.evidence),
                    now,
                    said.evidence,
                    message.site,
                ],
            )
            station = FLEET + message.site
            number = self._reviews.note(job, station, message.site, review, now=now)
            self._done(message, review=number)

    def withdraw(self, message: WaitingMessage, said: DocumentWithdrawn, *, now: float) -> None:
        """A clerk of the site approved it, and it is no longer so; what stands was perhaps approved
        by another one."""
        job = Job(said.docid, said.doctype, JobState.IMPORTED, message.site, now)
        station = FLEET + message.site
        with self._database.writing():
            number = None
            if self._is_last(message, said) and self._approved_by(job) in (None, station):
                number = self._reviews.withdraw(job, station, message.site, said.outcome, now=now)
            self._done(message, review=number)

    def note_verdict(self, message: WaitingMessage, said: VersionJudged) -> None:
        with self._database.writing():
            self._database.execute(
                """
                insert or replace into fleet_verdicts (site, candidate, outcome, reason, judged_at)
                values (?, ?, ?, ?, ?)
                """,
                [message.site, said.candidate, said.outcome, said.reason, said.at],
            )
            self._done(message, review=None)

    def want_forgotten(self, message: WaitingMessage, hashes: Iterable[str]) -> None:
        """What was told of these links is to be forgotten, but what another site approved too, and
        what came here itself; what still waits is gone at once."""
        site = message.site
        with self._database.writing():
            for one in hashes:
                for row in self._database.rows(
                    """
                    select docid from reviews
                     where id = (select review from fleet_inbox where site = ? and hash = ?)
                    """,
                    [site, one],
                ):
                    if not self._elsewhere(row["docid"], site):
                        self._database.execute(
                            "insert or ignore into fleet_erasing (docid) values (?)",
                            [row["docid"]],
                        )
                self._database.execute(
                    """
                    update fleet_inbox set body = null, problem = '', review = null
                     where site = ? and hash = ?
                    """,
                    [site, one],
                )
            self._done(message, review=None)

    def done(self, message: WaitingMessage) -> None:
        """It came, and nothing follows from it."""
        self._done(message, review=None)

    def to_forget(self) -> frozenset[str]:
        """Docids of what sites have forgotten, and what is still here."""
        rows = self._database.rows("select docid from fleet_erasing")
        return frozenset(row["docid"] for row in rows)

    # Below

    def _heard(self, site: str, now: float) -> None:
        self._database.execute(
            """
            insert into fleet_sites (site, heard_at) values (?, ?)
            on conflict (site) do update set heard_at = excluded.heard_at
            """,
            [site, now],
        )

    def _done(self, message: WaitingMessage, *, review: int | None) -> None:
        self._database.execute(
            """
            update fleet_inbox set body = null, problem = '', review = ?
             where site = ? and hash = ?
            """,
            [review, message.site, message.hash],
        )

    def _is_last(self, message: WaitingMessage, said: DocumentApproved | DocumentWithdrawn) -> bool:
        """What came late, after a cut, is not said after what was done later."""
        return not self._database.rows(
            """
            select 1 from fleet_inbox join reviews on reviews.id = review
             where site = ? and at > ? and docid = ? and doctype = ? limit 1
            """,
            [message.site, message.at, said.docid, said.doctype],
        )

    def _approved_by(self, job: Job) -> str | None:
        """The station; None where nobody did."""
        rows = self._database.rows(
            f"""
            select station from reviews where {THIS} and outcome = 'approved'
             order by id desc limit 1
            """,
            values_of(job),
        )
        return str(rows[0]["station"]) if rows else None

    def _elsewhere(self, docid: str, site: str) -> bool:
        """Here, or at another site that has not forgotten it."""
        return bool(
            self._database.rows(
                """
                select 1 where exists (select 1 from arrivals where docid = :docid)
                   or exists (select 1 from reviews join fleet_inbox on review = reviews.id
                               where docid = :docid and outcome = 'approved' and site <> :site)
                """,
                {"docid": docid, "site": site},
            )
        )
