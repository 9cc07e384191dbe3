"""The appliance's memory, the clerks' half: what they said of a document, and what became of it.

Every change of a clerk's is guarded in its own transaction: the document is still where she found
it and still lent to her station, or nothing is written. What she said is only ever added to.
The clock is the caller's: ``now`` is seconds since 1970, a lease is in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from appliance.domain.corrections import Correction, CorrectionKind, Review
from appliance.domain.document import Span
from appliance.domain.errors import TakenError
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job, JobState
from appliance.records.jobs import over
from appliance.records.queue import FREE, LATEST, THIS, values_of
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
    documents: int
    """Approved ones."""
    seconds: float
    """In hand, over all of them."""


CORRECTION = "fieldtype, line_item_id, before, after, kind, seen, spans, value, keyed"
_spans = TypeAdapter(tuple[Span, ...])
_judgement = TypeAdapter(Judgement)
_REJECTED = f"""
    'rejected' = (select outcome from reviews where {THIS} order by id desc limit 1)
    """

_NOT_OURS = {
    JobState.ARRIVED: "it is being processed again",
    JobState.READ: "it is being processed again",
    JobState.ACCEPTED: "it is being delivered: try again in a moment",
    JobState.FAILED: "it has failed since: see failed/ for the reason",
}


class Reviews:
    def __init__(self, store: Store) -> None:
        """On the same connection as ``store``."""
        self._store = store
        self._database = store.database

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
        """What was held is delivered; what was delivered is again if ``deliver``.

        ``twin`` recognises another scan of the document as it is now. Raises TakenError.
        """
        state = JobState.ACCEPTED if deliver or job.state is JobState.HELD else job.state
        with self._database.writing():
            self._leave(job, station, state, now=now)
            self.note(job, station, clerk, review, now=now)
            self._database.execute(
                f"update jobs set twin = :twin where {THIS}", values_of(job, twin=twin)
            )

    def note(self, job: Job, station: str, clerk: str, review: Review, *, now: float) -> None:
        """Keeps what she approved and moves nothing; without a model it speaks of no answer."""
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

    def reject(self, job: Job, station: str, clerk: str, reason: str, *, now: float) -> None:
        """Nobody can use it, for ``reason``. Raises TakenError."""
        with self._database.writing():
            self._leave(job, station, JobState.FAILED, reason=reason, now=now)
            self._review(job, station, clerk, now, outcome="rejected", reason=reason)

    def retype(self, job: Job, station: str, clerk: str, doctype: str, *, now: float) -> Job:
        """It starts anew as ``doctype``. Raises TakenError, and StoreError when it is there so."""
        with self._database.writing():
            self._leave(job, station, job.state, now=now)
            if doctype != job.doctype:
                self._review(job, station, clerk, now, outcome="retyped", reason=doctype)
            return self._store.restart(job, doctype=doctype)

    def reopen(self, job: Job, station: str, *, now: float, lease: float) -> None:
        """Approved, delivered or rejected, it waits again, lent to ``station``.

        Raises TakenError, also while it is being delivered.
        """
        changed = self._database.execute(
            f"""
            update jobs
               set state = 'held', reason = 'opened again by a clerk', attempts = 0,
                   lease_until = 0, waits_until = 0,
                   station = :station, station_until = :now + :lease
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
            raise self._why_not(job)

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

    def pace(self, station: str, *, since: float) -> ClerkPace:
        """What one station approved."""
        (row,) = self._database.rows(
            """
            select count(*) documents, total(seconds) seconds from reviews
             where station = ? and outcome = 'approved' and reviewed_at >= ?
            """,
            [station, since],
        )
        return ClerkPace(**row)

    def clerk_of(self, station: str) -> str | None:
        """Who said her name there the last time."""
        rows = self._database.rows("select clerk from stations where station = ?", [station])
        return str(rows[0]["clerk"]) if rows else None

    def remember_clerk(self, station: str, clerk: str) -> None:
        self._database.execute(
            """
            insert into stations (station, clerk) values (?, ?)
            on conflict (station) do update set clerk = excluded.clerk
            """,
            [station, clerk],
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
            raise _taken()

    def _review(
        self, job: Job, station: str, clerk: str, now: float, *, outcome: str, **said: Any
    ) -> int:
        """The number of its row."""
        said = {"model": None, "reason": "", "judgement": None, "seconds": None, "blind": 0} | said
        (row,) = self._database.rows(
            f"""
            insert into reviews (docid, doctype, prediction, model, clerk, station, outcome,
                                 reason, judgement, seconds, blind, reviewed_at)
            values (:docid, :doctype, iif(:model = '', null, {LATEST}), :model, :clerk, :station,
                    :outcome, :reason, :judgement, :seconds, :blind, :now)
            returning id
            """,
            values_of(job, station=station, clerk=clerk, now=now, outcome=outcome, **said),
        )
        return int(row["id"])

    def _correct(self, review: int, corrections: Iterable[Correction]) -> None:
        for one in corrections:
            self._database.execute(
                """
                insert into corrections (review, fieldtype, line_item_id, before, after, kind,
                                         seen, spans, value, keyed)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
                ],
            )

    def _why_not(self, job: Job) -> TakenError:
        rows = self._database.rows(f"select state from jobs where {THIS}", values_of(job))
        said = _NOT_OURS.get(JobState(rows[0]["state"])) if rows else None
        return TakenError(said, hint="nothing was changed") if said else _taken()


def _taken() -> TakenError:
    return TakenError(
        "another station has this document now", hint="nothing was changed: go on with the next"
    )


def correction_of(row: dict[str, Any]) -> Correction:
    return Correction(
        **{
            **row,
            "kind": CorrectionKind(row["kind"]),
            "seen": bool(row["seen"]),
            "spans": _spans.validate_json(row["spans"]),
        }
    )
