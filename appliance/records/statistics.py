"""What the records add up to: documents and their way, clerks' time, corrections, nights.

Each figure is one SQL statement that looks at the documents of a period alone, for answers and
readings are long and those of years take minutes. Times are seconds since 1970; days and weeks are
those of the machine's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.results import GateOutcome
from appliance.records.evidence import SECTIONS
from appliance.records.reviews import BY_PROGRAM, HERE
from appliance.records.store import Store

NEWEST = 1000
"""Documents of whose steps the time is looked at."""
HELD = 5000
"""Held documents of which it is looked why: an answer is read to its end for that."""


class Way(StrEnum):
    """What became of a document, until now."""

    STRAIGHT = "straight"
    """Delivered, and no clerk had approved it before."""
    CLERK = "clerk"
    """Delivered once a clerk had approved it."""
    PROGRAM = "program"
    """Delivered once a program had approved it."""
    WAITING = "waiting"
    """Held for a clerk."""
    REFUSED = "refused"
    """By a clerk."""
    FAILED = "failed"
    """It could not be processed."""
    UNDER_WAY = "under way"


@dataclass(frozen=True, slots=True)
class WayCount:
    day: str
    """On which they arrived, ``2026-11-29``."""
    doctype: str
    """Empty while nobody knows which kind they are."""
    way: Way
    documents: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    doctype: str
    code: str
    """A ``BlockerCode``; any text in a record that another version wrote."""
    documents: int
    """That were held for it, perhaps beside other reasons."""


@dataclass(frozen=True, slots=True)
class ClerkTime:
    monday: str
    """Of the week in which they were approved, ``2026-11-23``."""
    doctype: str
    documents: int
    seconds: float
    """With these documents in hand, in all."""


@dataclass(frozen=True, slots=True)
class FieldCorrections:
    doctype: str
    fieldtype: str
    row: bool
    """A cell of the line items."""
    corrected: int
    values: int
    """That a clerk looked at."""


@dataclass(frozen=True, slots=True)
class SenderCorrections:
    sender: str
    """As the owner calls it, or as it stands on a document; empty where nobody knows."""
    documents: int
    corrected: int
    values: int


@dataclass(frozen=True, slots=True)
class BlindDocument:
    """Evidence as a clerk keyed it, beside what a model had answered."""

    labels: int
    """Documents that had been approved before."""
    right: int
    values: int
    """Keyed blind; one at least."""


@dataclass(frozen=True, slots=True)
class Night:
    """A verdict on a candidate."""

    champion: str
    candidate: str
    outcome: GateOutcome
    reason: str
    """For the owner; it may name a sender."""
    decided_at: float
    documents: int
    """Of the evidence; 0 when none decided it."""


@dataclass(frozen=True, slots=True)
class StepTime:
    """Of the documents in which this step was done."""

    step: str
    """``reading`` or ``answering``."""
    documents: int
    median: float
    """Seconds."""
    ninetieth: float
    """Seconds that nine of ten documents did not exceed."""


@dataclass(frozen=True, slots=True)
class SlowDocument:
    docid: str
    doctype: str
    source: str
    reading: float
    """Seconds."""
    answering: float
    """Seconds; 0 when no model was asked."""


_BY_CLERK = f"({HERE} and reviews.station <> 'e-invoice' and not {BY_PROGRAM})"
"""Values that were imported, that an e-invoice said or a program gave are kept as reviews too."""
# Before the step m006 no delivery named its answer, and what is about to be delivered has none yet:
# of those the reviews tell.
_WAYS = f"""
    ways as materialized (
        select jobs.docid, jobs.doctype, arrived_at,
               case
                   when state = 'held' then 'waiting'
                   when state in ('arrived', 'read') then 'under way'
                   when state = 'failed' then iif(
                       'rejected' is (select outcome from reviews
                                       where reviews.docid = jobs.docid
                                         and reviews.doctype = jobs.doctype
                                       order by id desc limit 1),
                       'refused', 'failed')
                   when first.review is not null
                       then iif((select {BY_PROGRAM} from reviews where id = first.review),
                                'program', 'clerk')
                   when first.prediction is null
                     then coalesce((select iif({BY_PROGRAM}, 'program', 'clerk') from reviews
                                     where reviews.docid = jobs.docid
                                       and reviews.doctype = jobs.doctype
                                       and outcome = 'approved' and ({_BY_CLERK} or {BY_PROGRAM})
                                     order by id desc limit 1), 'straight')
                   else 'straight'
               end way
          from jobs
          left join deliveries first on first.docid = jobs.docid
               and first.doctype = jobs.doctype and first.revision = 1
         where arrived_at >= :since and state not in ('opened', 'joined', 'imported'))
    """
_LAST_APPROVED = f"""
    +reviews.outcome = 'approved' and {_BY_CLERK} and reviews.model <> ''
    and not exists (select 1 from reviews later
                     where later.docid = reviews.docid and later.doctype = reviews.doctype
                       and later.outcome = 'approved' and later.id > reviews.id)
    """
_TIMED = """
    newest as (
        select docid, doctype, source from jobs
         where arrived_at >= :since and state not in ('opened', 'joined', 'imported')
         order by arrived_at desc limit :newest),
    timed as materialized (
        select newest.docid, newest.doctype, source,
               coalesce((select seconds from documents where documents.docid = newest.docid), 0)
                   reading,
               coalesce((select seconds from predictions
                          where predictions.docid = newest.docid
                            and predictions.doctype = newest.doctype
                          order by id desc limit 1), 0) answering
          from newest)
    """
# "+" and "cross join": by the index of the days to reviews, and from there to their corrections.
_CORRECTED = "count(*) filter (where kind in ('changed', 'added', 'removed'))"
_LOOKED_AT = "seen and kind <> 'illegible'"


class Statistics:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._database = store.database

    def ways(self, *, since: float) -> list[WayCount]:
        """Of the documents that arrived since then, the first day first."""
        rows = self._database.rows(
            f"""
            with {_WAYS}
            select date(arrived_at, 'unixepoch', 'localtime') day, doctype, way,
                   count(*) documents
              from ways group by 1, 2, 3 order by 1, 2, 3
            """,
            {"since": since},
        )
        return [WayCount(**{**row, "way": Way(row["way"])}) for row in rows]

    def reasons(self, *, since: float) -> list[ReasonCount]:
        """Why those of them were held that a clerk had to see, or the ``HELD`` newest of these, the
        most frequent first; of each the last answer speaks."""
        rows = self._database.rows(
            f"""
            with {_WAYS},
            held as (
                select docid, doctype,
                       (select max(id) from predictions
                         where predictions.docid = ways.docid
                           and predictions.doctype = ways.doctype) answer
                  from ways where way in ('clerk', 'program', 'waiting', 'refused')
                 order by arrived_at desc limit :held),
            told as (
                select docid, held.doctype, json_extract(blocker.value, '$.code') code
                  from held join predictions using (docid), json_each(
                       iif(json_valid(judgement), judgement, '{{}}'), '$.blockers') blocker
                 where predictions.id = answer
                union
                select docid, doctype, iif(doctype = '', 'which-kind', 'wrong-doctype')
                  from held where answer is null)
            select doctype, coalesce(code, '') code, count(distinct docid) documents
              from told group by 1, 2 order by 3 desc, 1, 2
            """,
            {"since": since, "held": HELD},
        )
        return [ReasonCount(**row) for row in rows]

    def clerk_time(self, *, since: float) -> list[ClerkTime]:
        """Of what was approved since then, the first week first. Time with a document that was
        opened again counts for it."""
        rows = self._database.rows(
            f"""
            select date(reviewed_at, 'unixepoch', 'localtime', 'weekday 0', '-6 days') monday,
                   doctype, count(distinct docid) documents, total(seconds) seconds
              from reviews
             where reviewed_at >= ? and outcome = 'approved' and {_BY_CLERK}
               and seconds is not null
             group by 1, 2 order by 1, 2
            """,
            [since],
        )
        return [ClerkTime(**row) for row in rows]

    def approved_by_programs(self, *, since: float) -> int:
        """Documents that programs approved since then."""
        (row,) = self._database.rows(
            f"""
            select count(*) n from (
                select 1 from reviews
                 where reviewed_at >= ? and outcome = 'approved' and {BY_PROGRAM}
                 group by docid, doctype)
            """,
            [since],
        )
        return int(row["n"])

    def field_corrections(self, *, since: float) -> list[FieldCorrections]:
        """Of what was approved since then, as it was approved last; most corrected first."""
        rows = self._database.rows(
            f"""
            select doctype, fieldtype, line_item_id is not null row,
                   {_CORRECTED} corrected, count(*) "values"
              from reviews cross join corrections on review = reviews.id
             where reviewed_at >= ? and {_LAST_APPROVED} and {_LOOKED_AT}
             group by 1, 2, 3 order by corrected desc, "values" desc, 1, 3, 2
            """,
            [since],
        )
        return [FieldCorrections(**{**row, "row": bool(row["row"])}) for row in rows]

    def sender_corrections(self, *, since: float) -> list[SenderCorrections]:
        """The same by who sent it."""
        rows = self._database.rows(
            f"""
            select coalesce(max(senders.called), max(jobs.sender), max(party), '') sender,
                   count(distinct docid) documents, {_CORRECTED} corrected, count(*) "values"
              from reviews
              cross join corrections on review = reviews.id
              join jobs using (docid, doctype)
              left join sender_documents using (docid, doctype)
              left join senders on senders.id = sender_documents.sender
             where reviewed_at >= ? and {_LAST_APPROVED} and {_LOOKED_AT}
             group by coalesce(party, jobs.sender)
             order by corrected desc, "values" desc, 1
            """,
            [since],
        )
        return [SenderCorrections(**row) for row in rows]

    def keyed(self) -> list[BlindDocument]:
        """All evidence that was ever keyed, in that order: what its clerk had not seen of it."""
        rows = self._database.rows(
            f"""
            with approved as (
                select min(id) id, docid, doctype from reviews
                 where outcome = 'approved' group by docid, doctype),
            numbered as (
                select *, row_number() over (order by id) - 1 labels from approved)
            select labels, count(*) filter (where kind = 'confirmed') "right", count(*) "values"
              from evidence
              join numbered using (docid, doctype)
              join reviews on reviews.id = numbered.id
              join corrections on review = numbered.id
             where drawn and blind and reviews.model <> '' and {_LOOKED_AT}
               and (instr({SECTIONS}, iif(line_item_id is null, 'header', 'table'))
                    or instr({SECTIONS}, iif(line_item_id is null, 'fields', 'row'))
                       and keyed is not null)
             group by numbered.id order by numbered.id
            """
        )
        return [BlindDocument(**row) for row in rows]

    def labels(self) -> int:
        """Documents that were ever approved, also imported ones."""
        (row,) = self._database.rows(
            """
            select count(*) n from (
                select 1 from reviews where outcome = 'approved' group by docid, doctype)
            """
        )
        return int(row["n"])

    def nights(self) -> list[Night]:
        """All there were, the newest first."""
        rows = self._database.rows(
            """
            select champion, candidate, outcome, reason, decided_at,
                   (select count(*) from decision_evidence where decision = decisions.id) documents
              from decisions order by id desc
            """
        )
        return [Night(**{**row, "outcome": GateOutcome(row["outcome"])}) for row in rows]

    def steps(self, *, since: float) -> list[StepTime]:
        """Of the ``NEWEST`` documents that arrived since then."""
        rows = self._database.rows(
            f"""
            with {_TIMED},
            times as (
                select 1 turn, 'reading' step, reading seconds from timed where reading > 0
                union all
                select 2, 'answering', answering from timed where answering > 0),
            ranked as (
                select *, row_number() over (partition by step order by seconds) place,
                       count(*) over (partition by step) documents
                  from times)
            select step, documents,
                   max(seconds) filter (where place <= (documents + 1) / 2) median,
                   max(seconds) filter (where place <= (documents * 9 + 9) / 10) ninetieth
              from ranked group by turn, step, documents order by turn
            """,
            {"since": since, "newest": NEWEST},
        )
        return [StepTime(**row) for row in rows]

    def slowest(self, *, since: float, most: int) -> list[SlowDocument]:
        """Among the same documents, the slowest first."""
        rows = self._database.rows(
            f"""
            with {_TIMED}
            select docid, doctype, source, reading, answering from timed
             order by reading + answering desc, docid limit :most
            """,
            {"since": since, "newest": NEWEST, "most": most},
        )
        return [SlowDocument(**row) for row in rows]
