"""The queue of the day: which document is where, and whose turn it is.

A job is claimed by lease with one statement. Rows are deleted by an erasure alone. The clock is
the caller's: ``now`` is seconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from appliance.domain.blockers import Blocker
from appliance.domain.results import LONGEST, Job, JobState
from appliance.records.database import Database


def over(until: str) -> str:
    """SQL for whether the lease or wait that ends at ``until`` is over ``:now``."""
    return f"({until} <= :now or {until} > :now + {LONGEST})"


JOB = "docid, doctype, state, source, arrived_at, attempts, reason"
ANEW = """state = 'arrived', attempts = 0, lease_until = 0, waits_until = 0, reason = '',
    station = null, station_until = 0"""
_FREE = f"{over('lease_until')} and {over('waits_until')}"
_REFUSED = """
    'rejected' is (select outcome from reviews
                    where reviews.docid = jobs.docid and reviews.doctype = jobs.doctype
                    order by id desc limit 1)
    """
"""By a clerk."""
_SINCE = """
    max(jobs.arrived_at,
        coalesce((select max(arrived_at) from arrivals where arrivals.docid = jobs.docid), 0),
        coalesce((select max(at) from audit where audit.docid = jobs.docid), 0))
    """
"""When it came for the last time, or somebody approved it or had it processed again."""


class Jobs:
    """Opens ``path`` and brings its schema up to date; many processes may do so at a time."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path)

    def close(self) -> None:
        self.database.close()

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
                update or ignore jobs set doctype = :doctype, {ANEW}
                 where docid = :docid and doctype = '' and :doctype <> ''
                """,
                values,
            )
            begun = self.database.execute(
                f"""
                update jobs set source = :source, arrived_at = :now, {ANEW}
                 where docid = :docid and :doctype in (doctype, '') and state = 'imported'
                """,
                values,
            )
            again = arrived and self.database.execute(
                f"""
                update jobs set {ANEW}
                 where docid = :docid and :doctype in (doctype, '') and state = 'failed'
                   and not {_REFUSED}
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

    def finish_mail(self, job: Job, *, reason: str) -> None:
        """What came in it are jobs of their own."""
        self._move(job, JobState.OPENED, reason=reason)

    def finish_joined(self, job: Job, *, reason: str) -> None:
        """Another job goes on for both."""
        self._move(job, JobState.JOINED, reason=reason)

    def ask_anew(self, job: Job) -> None:
        """As soon as its turn comes."""
        self._move(job, JobState.READ)

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

    def has(self, states: Iterable[JobState]) -> bool:
        """Whether there is a job in one of these states; without counting them."""
        rows = self.database.rows(
            "select 1 from jobs where state in (select value from json_each(?)) limit 1",
            [json.dumps(list(states))],
        )
        return bool(rows)

    def under_way_since(self) -> list[float]:
        """Of each job of which a step is to be done, when it came to that."""
        rows = self.database.rows(
            f"select {_SINCE} since from jobs where state in ('arrived', 'read', 'accepted')"
        )
        return [row["since"] for row in rows]

    def failed(self, *, since: float) -> int:
        """Jobs that came to it since then and failed; a clerk refused none of them."""
        (row,) = self.database.rows(
            f"""
            select count(*) n from jobs
             where state = 'failed' and not {_REFUSED} and {_SINCE} > ?
            """,
            [since],
        )
        return int(row["n"])

    def oldest_held(self) -> float | None:
        """When it arrived, seconds since 1970; None when none is held."""
        (row,) = self.database.rows("select min(arrived_at) at from jobs where state = 'held'")
        arrived_at: float | None = row["at"]
        return arrived_at

    def arrivals(self, docid: str, doctype: str | None = None) -> list[str]:
        """Every name under which these bytes were dropped, perhaps as this type; the first
        first."""
        rows = self.database.rows(
            """
            select source from arrivals
             where docid = :docid and (:doctype is null or doctype = :doctype) order by id
            """,
            {"docid": docid, "doctype": doctype},
        )
        return [row["source"] for row in rows]

    def came_here(self, docid: str) -> bool:
        """Dropped or imported. Of what a hub knows from its sites alone, the file may be there."""
        return bool(self.arrivals(docid))

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
