"""The appliance's memory, the clerks' half: what they said of a document, and what became of it.

Every change of a clerk's is guarded in its own transaction: the document is still where she found
it and still lent to her station, or nothing is written. What she said is only ever added to,
until its document is forgotten.
The clock is the caller's: ``now`` is seconds since 1970, a lease is in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.document import Span
from appliance.domain.errors import TakenError
from appliance.domain.json_form import JsonForm
from appliance.domain.local_time import at_time, clock_time
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job, JobState
from appliance.records import chain
from appliance.records.audit import Audit
from appliance.records.chain import FLEET, LinkKind
from appliance.records.jobs import over
from appliance.records.queue import FREE, LATEST, THIS, values_of
from appliance.records.sender_rulings import LAST_NUMBER
from appliance.records.store import Store


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One time that a clerk was done with a document."""

    clerk: str
    station: str
    model: str | None
    """Version that she reviewed; None when there was no answer."""
    outcome: Literal["approved", "rejected", "retyped"]
    reason: str
    """Why it was rejected, or approved although a check fails; or which kind it is; else empty."""
    blind: bool
    seconds: float | None
    """With the document in hand; None when it was not approved."""
    reviewed_at: float
    """Seconds since 1970, UTC."""


@dataclass(frozen=True, slots=True)
class ClerkPace:
    """What one clerk did; a document counts once, as she left it."""

    documents: int
    """Approved ones."""
    seconds: float
    """In hand, over all of them."""
    refused: int = 0


HERE = f"(reviews.station <> 'import' and substr(reviews.station, 1, {len(FLEET)}) <> '{FLEET}')"
"""SQL for whether a review came of what was done in this home."""
CORRECTION = "fieldtype, line_item_id, before, after, kind, seen, spans, value, keyed, wraps"
_spans = JsonForm(tuple[Span, ...])
_judgement = JsonForm(Judgement)
_REJECTED = f"""
    'rejected' = (select outcome from reviews where {THIS} order by id desc limit 1)
    """

PROGRAM = "program"
"""The seat of what programs approve: they take no seconds with a document in hand."""
BY_PROGRAM = f"substr(reviews.station || ' ', 1, {len(PROGRAM) + 1}) = '{PROGRAM} '"
"""SQL for whether a review is a program's."""

AT_SEAT = "(station = :seat or substr(station, 1, length(:seat) + 1) = :seat || ' ')"
"""SQL for whether ``station`` is a process at the seat."""

_GONE = {
    JobState.ARRIVED: "is being read again",
    JobState.READ: "is being read again",
    JobState.ACCEPTED: "is about to be delivered",
    JobState.DELIVERED: "was delivered",
    JobState.FAILED: "has failed: see failed/ for the reason",
    JobState.OPENED: "is an e-mail, and what came in it are documents of their own",
    JobState.JOINED: "is one document with another file",
    JobState.IMPORTED: "was imported with its values and never read",
}
_DECIDED = {
    (JobState.ACCEPTED, "approved"): "was approved",
    (JobState.DELIVERED, "approved"): "was approved",
    (JobState.FAILED, "rejected"): "was refused",
}


class Reviews:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._store = store
        self._database = store.database
        self._audit = Audit(store.database)

    def approve(
        self,
        job: Job,
        station: str,
        clerk: str,
        review: Review,
        *,
        deliver: bool,
        now: float,
        twin: str | None = None,
    ) -> None:
        """It is delivered; what was delivered before is again only if ``deliver``.

        ``twin`` recognises another scan of the document as it is now. Raises TakenError.
        """
        with self._database.writing():
            known = any(one.delivered_at is not None for one in self._store.deliveries(job))
            state = JobState.DELIVERED if known and not deliver else JobState.ACCEPTED
            self._leave(job, station, state, now=now)
            self.note(job, station, clerk, review, now=now)
            self._database.execute(
                f"update jobs set twin = :twin, sender = :sender where {THIS}",
                values_of(job, twin=twin, sender=review.judgement.sender),
            )

    def note(
        self,
        job: Job,
        station: str,
        clerk: str,
        review: Review,
        *,
        who: str | None = None,
        now: float,
    ) -> int:
        """Keeps what she approved and moves nothing; without a model it speaks of no answer.
        ``who`` had it done, where it was not she. The number of the review."""
        with self._database.writing():
            number = self._review(
                job,
                station,
                clerk,
                now,
                outcome="approved",
                model=review.model,
                reason=review.judgement.because,
                judgement=_judgement.dump_json(review.judgement).decode(),
                seconds=review.seconds,
                blind=review.blind,
            )
            self._correct(number, review.corrections)
            self._link("approved", number, job, station, who or clerk, now)
        return number

    def reject(self, job: Job, station: str, clerk: str, reason: str, *, now: float) -> None:
        """Nobody can use it, for ``reason``. Raises TakenError."""
        with self._database.writing():
            self._leave(job, station, JobState.FAILED, reason=reason, now=now)
            number = self._review(job, station, clerk, now, outcome="rejected", reason=reason)
            self._link("rejected", number, job, station, clerk, now)

    def retype(self, job: Job, station: str, clerk: str, doctype: str, *, now: float) -> Job:
        """It starts anew as ``doctype``. Raises TakenError, and StoreError when it is there so."""
        with self._database.writing():
            self._leave(job, station, job.state, now=now)
            if doctype != job.doctype:
                number = self._review(job, station, clerk, now, outcome="retyped", reason=doctype)
                self._link("retyped", number, job, station, clerk, now)
            return self._store.restart(job, doctype=doctype)

    def take_back_kind(
        self, job: Job, review: int, station: str, clerk: str, *, now: float, lease: float
    ) -> Job | None:
        """Give ``job`` back the kind that it had before ``review``, held and lent to ``station``.

        Return None where it is being read now, is open elsewhere, or went on as what it became,
        and where it was delivered as what it was.
        """
        rows = self._database.rows("select doctype from reviews where id = ?", [review])
        if not rows:
            return None
        with self._database.writing():
            changed = self._database.execute(
                f"""
                update or ignore jobs
                   set doctype = :former, state = 'held', reason = 'its kind was changed back',
                       attempts = 0, lease_until = 0, waits_until = 0,
                       station = :station, station_since = :now, station_until = :now + :lease
                 where {THIS} and state in ('arrived', 'read', 'held')
                   and {FREE} and {over("lease_until")}
                   and not exists (select 1 from deliveries where {THIS})
                """,
                values_of(job, former=rows[0]["doctype"], station=station, now=now, lease=lease),
            )
            if not changed:
                return None
            former = replace(job, doctype=rows[0]["doctype"], state=JobState.HELD)
            self._audit.note(
                LinkKind.REOPENED,
                who=clerk,
                station=station,
                about=former.doctype,
                docid=job.docid,
                now=now,
            )
        return former

    def reopen(self, job: Job, station: str, clerk: str, *, now: float, lease: float) -> None:
        """Approved, delivered or rejected, it waits again, lent to ``station``.

        Raises TakenError, also while it is being delivered.
        """
        with self._database.writing():
            changed = self._database.execute(
                f"""
                update jobs
                   set state = 'held', reason = 'opened again by a clerk', attempts = 0,
                       lease_until = 0, waits_until = 0,
                       station = :station, station_since = :now, station_until = :now + :lease
                 where {THIS}
                   and {FREE}
                   and (state = 'delivered'
                        or state = 'accepted' and {over("lease_until")}
                           and not exists (select 1 from deliveries
                                            where {THIS} and delivered_at is null)
                        or state = 'failed' and {_REJECTED})
                """,
                values_of(job, station=station, now=now, lease=lease),
            )
            if not changed:
                raise self._on_its_way(job) or self._taken(job, now)
            self._audit.note(
                LinkKind.REOPENED,
                who=clerk,
                station=station,
                about=job.doctype,
                docid=job.docid,
                now=now,
            )

    def whereabouts(self, job: Job, *, now: float) -> str:
        """Why a station does not have it any more, in words that follow its name."""
        rows = self._database.rows(
            f"""
            select state, nullif(station_since, 0) since,
                   station is not null and not {over("station_until")} lent from jobs where {THIS}
            """,
            values_of(job, now=now),
        )
        if not rows:
            known = self._database.rows("select 1 from jobs where docid = ?", [job.docid])
            return "is being read again as another kind" if known else "was forgotten"
        if rows[0]["lent"]:
            since = rows[0]["since"]  # an earlier version did not write it down
            told = f" since {clock_time(since, now=now)}" if since else ""
            return f"is open at another station{told}"
        state = JobState(rows[0]["state"])
        for last in self.reviews(job)[-1:]:
            if decided := _DECIDED.get((state, last.outcome)):
                return f"{decided} {at_time(last.reviewed_at, now=now)} by {last.clerk}"
        return _GONE.get(state, "was changed at another station, and waits again")

    # What is known of it

    def reviews(self, job: Job) -> list[Reviewed]:
        """The last one last."""
        rows = self._database.rows(
            f"""
            select clerk, station, model, outcome, reason, blind, seconds, reviewed_at
              from reviews where {THIS} order by id
            """,
            values_of(job),
        )
        return [Reviewed(**{**row, "blind": bool(row["blind"])}) for row in rows]

    def corrections(self, job: Job) -> list[Correction]:
        """Of the last time it was approved, in the order of the review."""
        rows = self._database.rows(
            f"""
            select {CORRECTION} from corrections
             where review = (select max(id) from reviews where {THIS} and outcome = 'approved')
             order by id
            """,
            values_of(job),
        )
        return [correction_of(row) for row in rows]

    def pace(self, seat: str, clerk: str, *, since: float) -> ClerkPace:
        """What is done of it; what she took back waits again."""
        (row,) = self._database.rows(
            f"""
            with done as (
                select outcome, max(id), sum(seconds) seconds from reviews
                 where reviewed_at >= :since and clerk = :clerk and {AT_SEAT}
                   and not exists (select 1 from jobs
                                    where jobs.docid = reviews.docid
                                      and jobs.doctype = reviews.doctype and state = 'held')
                 group by +docid, +doctype)  -- "+": by the day's index, not through all reviews
            select count(*) filter (where outcome = 'approved') documents,
                   total(seconds) filter (where outcome = 'approved') seconds,
                   count(*) filter (where outcome = 'rejected') refused
              from done
            """,
            {"seat": seat, "clerk": clerk, "since": since},
        )
        return ClerkPace(**row)

    def clerks(self, seat: str, *, most: int) -> tuple[str, ...]:
        """Return who was last seen at ``seat``, then who was at the other seats, the last first."""
        rows = self._database.rows(
            """
            select clerk from stations group by clerk
             order by max(station = :seat) desc, max(seen_at) desc, clerk limit :most
            """,
            {"seat": seat, "most": most},
        )
        return tuple(str(row["clerk"]) for row in rows)

    def remember_clerk(self, seat: str, clerk: str, *, now: float) -> None:
        """She is there at ``now``."""
        self._database.execute(
            """
            insert into stations (station, clerk, seen_at) values (?, ?, ?)
            on conflict (station) do update set
                clerk = excluded.clerk, seen_at = excluded.seen_at
            """,
            [seat, clerk, now],
        )

    # Below

    def _leave(
        self, job: Job, station: str, state: JobState, *, now: float, reason: str = ""
    ) -> None:
        """Moves it on and ends the lease; raises TakenError when it was not ours to move."""
        changed = self._database.execute(
            f"""
            update jobs
               set state = :to, reason = :reason, attempts = 0, lease_until = 0, waits_until = 0,
                   station = null, station_until = 0
             where {THIS} and state = :state and station = :station and station_until > :now
            """,
            values_of(job, station=station, now=now, to=state, reason=reason),
        )
        if changed != 1:
            raise self._taken(job, now)

    def _review(
        self, job: Job, station: str, clerk: str, now: float, *, outcome: str, **said: Any
    ) -> int:
        """The number of its row."""
        said = {"model": None, "reason": "", "judgement": None, "seconds": None, "blind": 0} | said
        (row,) = self._database.rows(
            f"""
            insert into reviews (id, docid, doctype, prediction, model, clerk, station, outcome,
                                 reason, judgement, seconds, blind, reviewed_at)
            values (1 + {LAST_NUMBER}, :docid, :doctype, iif(:model = '', null, {LATEST}), :model,
                    :clerk, :station, :outcome, :reason, :judgement, :seconds, :blind, :now)
            returning id
            """,
            values_of(job, station=station, clerk=clerk, now=now, outcome=outcome, **said),
        )
        return int(row["id"])

    def withdraw(
        self,
        job: Job,
        station: str,
        clerk: str,
        outcome: Literal["rejected", "retyped"],
        *,
        now: float,
    ) -> int:
        """What was approved of it elsewhere is no longer so; the number of the review."""
        with self._database.writing():
            number = self._review(job, station, clerk, now, outcome=outcome)
            self._link(outcome, number, job, station, clerk, now)
        return number

    def _link(
        self, outcome: str, number: int, job: Job, station: str, who: str, now: float
    ) -> None:
        self._audit.note(
            chain.review_kind(outcome, station),
            who=who,
            station=station,
            about=job.doctype,
            number=number,
            docid=job.docid,
            now=now,
        )

    def _correct(self, review: int, corrections: Iterable[Correction]) -> None:
        for one in corrections:
            self._database.execute(
                """
                insert into corrections (review, fieldtype, line_item_id, before, after, kind,
                                         seen, spans, value, keyed, wraps)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    review,
                    one.fieldtype,
                    one.line_item_id,
                    one.before,
                    one.after,
                    one.kind,
                    one.seen,
                    _spans.dump_json(one.spans).decode(),
                    one.value,
                    one.keyed,
                    _spans.dump_json(one.wraps).decode(),
                ],
            )

    def _on_its_way(self, job: Job) -> TakenError | None:
        rows = self._database.rows(
            f"select 1 from jobs where {THIS} and state = 'accepted'", values_of(job)
        )
        return TakenError("it is being delivered at this moment: try again") if rows else None

    def _taken(self, job: Job, now: float) -> TakenError:
        return TakenError(f"it {self.whereabouts(job, now=now)}")


def correction_of(row: dict[str, Any]) -> Correction:
    return Correction(
        **{
            **row,
            "kind": CorrectionKind(row["kind"]),
            "seen": bool(row["seen"]),
            "spans": _spans.validate_json(row["spans"]),
            "wraps": _spans.validate_json(row["wraps"]),
        }
    )
