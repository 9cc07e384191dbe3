"""The appliance's memory, the day's half: jobs, documents, answers, deliveries.

A job is claimed by lease with one statement, and its result and new state are written in one
transaction. Rows are never deleted. The clock is the caller's: ``now`` is seconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from appliance.domain.blockers import Blocker
from appliance.domain.document import Document
from appliance.domain.errors import StoreError
from appliance.domain.prediction import Judgement, Prediction, in_short
from appliance.domain.results import LONGEST, Job, JobState
from appliance.records.database import Database


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The latest prediction of a job and what was decided on it."""

    id: int
    """Of the prediction; a later one has a higher one."""
    prediction: Prediction
    judgement: Judgement
    """The appliance's own."""
    reviewed: Judgement | None
    """As a clerk approved this prediction the last time; None when nobody did."""
    seconds: float
    predicted_at: float

    @property
    def standing(self) -> Judgement:
        """What is delivered."""
        return self.reviewed or self.judgement


@dataclass(frozen=True, slots=True)
class Delivery:
    docid: str
    doctype: str
    revision: int
    """1 for the first; a document that is delivered again counts on."""
    path: str
    """Relative to the outbox."""
    delivered_at: float | None
    """None while the file has not appeared yet."""


def over(until: str) -> str:
    """SQL for whether the lease or wait that ends at ``until`` is over ``:now``."""
    return f"({until} <= :now or {until} > :now + {LONGEST})"


JOB = "docid, doctype, state, source, arrived_at, attempts, reason"
_ANEW = """state = 'arrived', attempts = 0, lease_until = 0, waits_until = 0, reason = '',
    station = null, station_until = 0"""
_FREE = f"{over('lease_until')} and {over('waits_until')}"
_document = TypeAdapter(Document)
_prediction = TypeAdapter(Prediction)
_judgement = TypeAdapter(Judgement)


class Store:
    """Opens ``path`` and brings its schema up to date; many processes may do so at a time."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)

    def close(self) -> None:
        self.database.close()

    # Jobs

    def record(self, docid: str, doctype: str, source: str, *, now: float) -> bool:
        """An arrival; True when a job begins with it, False when the same bytes were there before.

        The same arrival recorded twice, as after a crash, is one. A job of unknown kind becomes
        one of the kind that a later arrival says; one that was imported begins with it, and one
        that failed begins again, unless a clerk rejected it.
        """
        values = {"docid": docid, "doctype": doctype, "source": source, "now": now}
        with self.database.writing():
            arrived = self.database.execute(
                """
                insert into arrivals (docid, doctype, source, arrived_at)
                values (:docid, :doctype, :source, :now)
                on conflict do nothing
                """,
                values,
            )
            told = self.database.execute(
                f"""
                update or ignore jobs set doctype = :doctype, {_ANEW}
                 where docid = :docid and doctype = '' and :doctype <> ''
                """,
                values,
            )
            begun = self.database.execute(
                f"""
                update jobs set source = :source, arrived_at = :now, {_ANEW}
                 where docid = :docid and :doctype in (doctype, '') and state = 'imported'
                """,
                values,
            )
            again = arrived and self.database.execute(
                f"""
                update jobs set {_ANEW}
                 where docid = :docid and :doctype in (doctype, '') and state = 'failed'
                   and 'rejected' is not (
                           select outcome from reviews
                            where reviews.docid = jobs.docid and reviews.doctype = jobs.doctype
                            order by id desc limit 1)
                """,
                values,
            )
            made = self.database.execute(
                """
                insert into jobs (docid, doctype, state, source, arrived_at)
                select :docid, :doctype, 'arrived', :source, :now
                 where :doctype <> '' or not exists (select 1 from jobs where docid = :docid)
                on conflict (docid, doctype) do nothing
                """,
                values,
            )
            return told + begun + again + made > 0

    def claim(self, *states: JobState, now: float, lease: float) -> Job | None:
        """The oldest free job in one of ``states``, lent for ``lease`` seconds; None when there is
        none. One that had to wait, or had its turn, stands behind those that came before that."""
        rows = self.database.rows(
            f"""
            update jobs
               set lease_until = :now + :lease, attempts = attempts + 1
             where (docid, doctype) = (
                       select docid, doctype from jobs
                        where state in (select value from json_each(:states)) and {_FREE}
                        order by max(arrived_at, waits_until), docid limit 1)
            returning {JOB}
            """,
            {"states": json.dumps(states), "now": now, "lease": lease},
        )
        return next((job_of(row) for row in rows), None)

    def free(self, *, now: float) -> int:
        """How many jobs a step could be done of."""
        (row,) = self.database.rows(
            f"""
            select count(*) n from jobs
             where state in ('arrived', 'read', 'accepted') and {_FREE}
            """,
            {"now": now},
        )
        return int(row["n"])

    def attempts(self) -> int:
        """Counted so far, of all jobs together of which a step is to be done."""
        (row,) = self.database.rows(
            "select total(attempts) n from jobs where state in ('arrived', 'read', 'accepted')"
        )
        return int(row["n"])

    def coming(self, *, now: float, most: int) -> list[Job]:
        """What will be read next, in the order in which it is claimed."""
        rows = self.database.rows(
            f"""
            select {JOB} from jobs
             where state = 'arrived' and {_FREE}
             order by max(arrived_at, waits_until), docid limit :most
            """,
            {"now": now, "most": most},
        )
        return [job_of(row) for row in rows]

    def give_back(self, job: Job, *, attempts: int, until: float, reason: str) -> None:
        """The step failed; ``attempts`` are counted so far, the next may start at ``until``."""
        self._move(job, job.state, waits_until=until, reason=reason, attempts=attempts)

    def end_leases(self) -> None:
        """At the start of the only daemon: what it was doing when it ended costs no attempt."""
        self.database.execute(
            """
            update jobs set lease_until = 0, attempts = max(attempts - 1, 0)
             where lease_until > 0
            """
        )

    def end_waits(self) -> None:
        """At a start: what kept a job from being done may have been mended."""
        self.database.execute("update jobs set waits_until = 0 where waits_until > 0")

    def fail(self, job: Job, *, reason: str) -> None:
        self._move(job, JobState.FAILED, reason=reason)

    def hold(self, job: Job, blocker: Blocker) -> None:
        """Held before anything could be predicted."""
        self._move(job, JobState.HELD, reason=blocker.message)

    def restart(self, job: Job, *, doctype: str | None = None) -> Job:
        """From the start, perhaps as another kind of document.

        What was delivered stays known under its kind: another kind of it is a new job. Raises
        StoreError when the document is already there as that kind.
        """
        kind = job.doctype if doctype is None else doctype
        values = {"docid": job.docid, "doctype": job.doctype, "kind": kind}
        was_delivered = kind != job.doctype and bool(self.deliveries(job))
        if was_delivered:
            sql = f"""
                insert into jobs (docid, doctype, state, source, arrived_at)
                select docid, :kind, 'arrived', source, arrived_at from jobs
                 where docid = :docid and doctype = :doctype
                returning {JOB}
                """
        else:
            sql = f"""
                update jobs set doctype = :kind, {_ANEW}
                 where docid = :docid and doctype = :doctype
                returning {JOB}
                """
        with self.database.writing():
            if kind != job.doctype and self._knows(job.docid, kind):
                raise StoreError(
                    f"{job.source} is already there as {kind}",
                    hint=f"see `appliance show {job.docid[:8]}`",
                )
            if was_delivered and job.state is JobState.HELD:
                self._move(
                    job, JobState.DELIVERED
                )  # opened again it waits no more as what it is not
            return job_of(self.database.rows(sql, values)[0])

    def find(self, prefix: str) -> list[Job]:
        """Jobs whose docid starts with ``prefix``."""
        rows = self.database.rows(
            f"select {JOB} from jobs where substr(docid, 1, length(:prefix)) = :prefix "
            "order by arrived_at, docid, doctype",
            {"prefix": prefix.lower()},
        )
        return [job_of(row) for row in rows]

    def jobs(self, state: JobState | None = None) -> Iterator[Job]:
        """The oldest first."""
        for row in self.database.rows(
            f"select {JOB} from jobs where :state is null or state = :state "
            "order by arrived_at, docid, doctype",
            {"state": state},
        ):
            yield job_of(row)

    def in_hand(self) -> list[Job]:
        """What is being worked on; left by a daemon that was killed until the next one starts."""
        rows = self.database.rows(
            f"select {JOB} from jobs where lease_until > 0 order by arrived_at"
        )
        return [job_of(row) for row in rows]

    def counts(self) -> dict[tuple[str, JobState], int]:
        """Jobs by document type and state."""
        rows = self.database.rows(
            "select doctype, state, count(*) n from jobs group by doctype, state order by doctype"
        )
        return {(row["doctype"], JobState(row["state"])): row["n"] for row in rows}

    def arrivals(self, docid: str) -> list[str]:
        """Every name under which these bytes were dropped, the first first."""
        rows = self.database.rows(
            "select source from arrivals where docid = ? order by id", [docid]
        )
        return [row["source"] for row in rows]

    def repeats(self) -> int:
        """Drops beyond the first of each job; what was imported was not dropped."""
        rows = self.database.rows(
            """
            select (select count(*) from arrivals) - (select count(*) from jobs)
                 + (select count(*) from jobs where state = 'imported')
                 - (select count(*) from arrivals join reviews using (docid, doctype)
                     where station = 'import' and arrivals.arrived_at = reviewed_at) n
            """
        )
        return max(0, int(rows[0]["n"]))

    # Documents

    def keep_reading(self, document: Document, *, reading: str, seconds: float) -> None:
        """``reading`` is the version of the reading that made it."""
        self.database.execute(
            """
            insert into documents (docid, reading, document, seconds) values (?, ?, ?, ?)
            on conflict (docid) do update set
                reading = excluded.reading,
                document = excluded.document,
                seconds = excluded.seconds
            """,
            [document.docid, reading, _document.dump_json(document).decode(), seconds],
        )

    def keep_document(self, job: Job, document: Document, *, reading: str, seconds: float) -> None:
        """Keeps the reading and moves its job on."""
        with self.database.writing():
            self.keep_reading(document, reading=reading, seconds=seconds)
            self._move(job, JobState.READ)

    def is_read(self, docid: str, *, reading: str) -> bool:
        """By this version of the reading."""
        rows = self.database.rows(
            "select 1 from documents where docid = ? and reading = ?", [docid, reading]
        )
        return bool(rows)

    def document(self, docid: str, *, reading: str | None = None) -> Document | None:
        """As read, if by this version of the reading; None when not, also when the row is damaged:
        it can be read again."""
        rows = self.database.rows(
            "select document from documents "
            "where docid = :docid and (:reading is null or reading = :reading)",
            {"docid": docid, "reading": reading},
        )
        for row in rows:
            with suppress(ValidationError):
                return _document.validate_json(row["document"])
        return None

    # Answers

    def keep_answer(
        self,
        job: Job,
        prediction: Prediction,
        judgement: Judgement,
        *,
        twin: str | None,
        seconds: float,
        now: float,
    ) -> None:
        """``twin`` recognises another scan of the same document."""
        state = JobState.ACCEPTED if judgement.accepted else JobState.HELD
        reason = in_short(judgement.blockers)
        with self.database.writing():
            self.database.execute(
                """
                insert into predictions
                    (docid, doctype, model, prediction, judgement, seconds, predicted_at)
                values (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    job.docid,
                    job.doctype,
                    prediction.model,
                    _prediction.dump_json(prediction).decode(),
                    _judgement.dump_json(judgement).decode(),
                    seconds,
                    now,
                ],
            )
            self.database.execute(
                "update jobs set twin = ? where docid = ? and doctype = ?",
                [twin, job.docid, job.doctype],
            )
            self._move(job, state, reason=reason)

    def answer(self, job: Job) -> StoredAnswer | None:
        rows = self.database.rows(
            """
            select id, prediction, judgement, seconds, predicted_at,
                   (select judgement from reviews
                     where prediction = predictions.id and outcome = 'approved'
                     order by id desc limit 1) reviewed
              from predictions
             where docid = ? and doctype = ? order by id desc limit 1
            """,
            [job.docid, job.doctype],
        )
        return _answer(rows[0]) if rows else None

    def seen_before(self, job: Job, twin: str) -> str | None:
        """Name of another document of the type with the same party, number and gross.

        One that arrived earlier, or that was let pass while this one had to wait; not one that
        was imported, for nothing was delivered of it.
        """
        rows = self.database.rows(
            """
            select source from jobs
             where twin = :twin and doctype = :doctype and docid <> :docid
               and state <> 'imported'
               and (arrived_at <= :arrived_at or state in ('accepted', 'delivered'))
             order by arrived_at limit 1
            """,
            {
                "twin": twin,
                "doctype": job.doctype,
                "docid": job.docid,
                "arrived_at": job.arrived_at,
            },
        )
        return str(rows[0]["source"]) if rows else None

    # Deliveries

    def begin_delivery(self, job: Job, *, path: str) -> Delivery:
        """The file lies ready and is about to appear at ``path``."""
        rows = self.database.rows(
            """
            insert into deliveries (docid, doctype, revision, path)
            select :docid, :doctype, 1 + coalesce(max(revision), 0), :path from deliveries
             where docid = :docid and doctype = :doctype
            returning docid, doctype, revision, path, delivered_at
            """,
            {"docid": job.docid, "doctype": job.doctype, "path": path},
        )
        return Delivery(**rows[0])

    def finish_delivery(self, job: Job, delivery: Delivery, *, now: float) -> None:
        with self.database.writing():
            self.database.execute(
                "update deliveries set delivered_at = ? "
                "where docid = ? and doctype = ? and revision = ?",
                [now, delivery.docid, delivery.doctype, delivery.revision],
            )
            self._move(job, JobState.DELIVERED)

    def deliveries(self, job: Job) -> list[Delivery]:
        """The last one last."""
        rows = self.database.rows(
            """
            select docid, doctype, revision, path, delivered_at from deliveries
             where docid = ? and doctype = ? order by revision
            """,
            [job.docid, job.doctype],
        )
        return [Delivery(**row) for row in rows]

    # Below

    def _knows(self, docid: str, doctype: str) -> bool:
        sql = "select 1 from jobs where docid = ? and doctype = ?"
        return bool(self.database.rows(sql, [docid, doctype]))

    def _move(
        self,
        job: Job,
        state: JobState,
        *,
        reason: str = "",
        waits_until: float = 0.0,
        attempts: int = 0,
    ) -> None:
        """Ends the lease."""
        self.database.execute(
            """
            update jobs set state = ?, reason = ?, lease_until = 0, waits_until = ?, attempts = ?
             where docid = ? and doctype = ?
            """,
            [state, reason, waits_until, attempts, job.docid, job.doctype],
        )


def job_of(row: dict[str, Any]) -> Job:
    return Job(**{**row, "state": JobState(row["state"])})


def _answer(row: dict[str, Any]) -> StoredAnswer:
    return StoredAnswer(
        row["id"],
        _prediction.validate_json(row["prediction"]),
        _judgement.validate_json(row["judgement"]),
        _judgement.validate_json(row["reviewed"]) if row["reviewed"] else None,
        row["seconds"],
        row["predicted_at"],
    )
