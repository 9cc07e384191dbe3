"""The appliance's memory, the day's half: jobs, documents, answers, deliveries.

A result and the new state of its job are written in one transaction. Rows are deleted by
an erasure alone. The clock is the caller's: ``now`` is seconds since 1970.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from appliance.domain.errors import StoreError
from appliance.domain.json_form import JsonForm
from appliance.domain.prediction import AnswerVersions, Judgement, Prediction, in_short
from appliance.domain.results import Job, JobState
from appliance.domain.senders import NOBODY, SenderLookup
from appliance.records.documents import Documents
from appliance.records.jobs import ANEW, JOB, job_of
from appliance.records.twin_keys import list_twin_keys


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
    """That the extraction took."""
    predicted_at: float
    """Seconds since 1970, UTC."""
    versions: AnswerVersions
    """Empty ones when a version before this one answered."""
    lookup: SenderLookup
    """What was known of its sender then."""

    @property
    def standing(self) -> Judgement:
        """What is delivered."""
        return self.reviewed or self.judgement


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """An earlier document that looks like another scan of one."""

    source: str
    path: str | None
    """Of its last result, relative to the outbox; None while it has none."""
    delivered_at: float | None
    """Of that, seconds since 1970; None while it has not appeared."""
    arrived_at: float
    """Of the earlier document, seconds since 1970."""


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


_STANDS = """
    with latest as (
        select max(id) id from predictions where docid = :docid and doctype = :doctype),
    stands as (
        select id prediction, (select max(id) from reviews
                                where prediction = latest.id and outcome = 'approved') review
          from latest)
    """
"""SQL for which answer and which review of it a delivery would hold now."""

_prediction = JsonForm(Prediction)
_judgement = JsonForm(Judgement)


class Store(Documents):
    """Jobs with what was answered and delivered of their documents."""

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
                update jobs set doctype = :kind, {ANEW}
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
                # Opened again it waits no more as what it is not.
                self._move(job, JobState.DELIVERED)
            return job_of(self.database.rows(sql, values)[0])

    # Answers

    def keep_answer(
        self,
        job: Job,
        prediction: Prediction,
        judgement: Judgement,
        *,
        versions: AnswerVersions,
        lookup: SenderLookup = NOBODY,
        twin: str | None,
        seconds: float,
        now: float,
    ) -> None:
        """``prediction`` is the model's answer, ``judgement`` of what it was recalled as with what
        ``lookup`` knew; ``twin`` recognises another scan of the same document."""
        state = JobState.ACCEPTED if judgement.accepted else JobState.HELD
        reason = in_short(judgement.blockers)
        with self.database.writing():
            self.database.execute(
                """
                insert into predictions
                    (docid, doctype, model, prediction, judgement, seconds, predicted_at,
                     reading, extraction, sender, reviews, told)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    job.docid,
                    job.doctype,
                    prediction.model,
                    _prediction.dump_json(prediction).decode(),
                    _judgement.dump_json(judgement).decode(),
                    seconds,
                    now,
                    versions.reading,
                    versions.extraction,
                    lookup.party,
                    lookup.reviews,
                    lookup.told,
                ],
            )
            self.database.execute(
                "update jobs set twin = ?, sender = ? where docid = ? and doctype = ?",
                [twin, judgement.sender, job.docid, job.doctype],
            )
            self._move(job, state, reason=reason)

    def answer(self, job: Job) -> StoredAnswer | None:
        rows = self.database.rows(
            """
            select id, prediction, judgement, seconds, predicted_at, reading, extraction,
                   sender, reviews, told,
                   (select judgement from reviews
                     where prediction = predictions.id and outcome = 'approved'
                     order by id desc limit 1) reviewed
              from predictions
             where docid = ? and doctype = ? order by id desc limit 1
            """,
            [job.docid, job.doctype],
        )
        return _answer(rows[0]) if rows else None

    def seen_before(
        self, job: Job, twin: str, is_another: Callable[[Judgement], bool] = lambda earlier: False
    ) -> SeenBefore | None:
        """Return another document of the type with the same ``twin_key``, by any id or the name of
        its seller, unless it ``is_another`` paper by what stands of it.

        One that arrived earlier, or that was let pass while this one had to wait. Not one of which
        nothing was delivered nor will be: it was imported, refused, or failed. Nor one that is a
        document with another.
        """
        rows = self.database.rows(
            f"""
            select {JOB}, path, delivered_at from jobs
              left join deliveries using (docid, doctype)
             where twin in (select value from json_each(:twins))
               and doctype = :doctype and docid <> :docid
               and state not in ('imported', 'joined')
               and (state <> 'failed' or delivered_at is not null)
               and (arrived_at <= :arrived_at or state in ('accepted', 'delivered'))
             order by arrived_at, docid, revision desc
            """,
            {
                "twins": json.dumps(list_twin_keys(self, job, twin)),
                "doctype": job.doctype,
                "docid": job.docid,
                "arrived_at": job.arrived_at,
            },
        )
        asked: set[str] = set()
        for row in rows:
            path, delivered_at = row.pop("path"), row.pop("delivered_at")
            earlier = job_of(row)
            if earlier.docid in asked:
                continue
            asked.add(earlier.docid)
            answer = None
            with suppress(ValidationError):  # damaged: then its key alone tells
                answer = self.answer(earlier)
            if answer is None or not is_another(answer.standing):
                return SeenBefore(earlier.source, path, delivered_at, earlier.arrived_at)
        return None

    # Deliveries

    def begin_delivery(self, job: Job, *, path: str) -> Delivery:
        """The file lies ready and is about to appear at ``path``: what stands now."""
        rows = self.database.rows(
            f"""
            {_STANDS}
            insert into deliveries (docid, doctype, revision, path, prediction, review)
            select :docid, :doctype, 1 + coalesce(max(revision), 0), :path,
                   (select prediction from stands), (select review from stands)
              from deliveries
             where docid = :docid and doctype = :doctype
            returning docid, doctype, revision, path, delivered_at
            """,
            {"docid": job.docid, "doctype": job.doctype, "path": path},
        )
        return Delivery(**rows[0])

    def renew_delivery(self, delivery: Delivery) -> None:
        """It has not appeared, and what lies ready was made anew: it holds what stands now."""
        self.database.execute(
            f"""
            {_STANDS}
            update deliveries
               set prediction = (select prediction from stands),
                   review = (select review from stands)
             where docid = :docid and doctype = :doctype and revision = :revision
            """,
            _numbered(delivery),
        )

    def finish_delivery(self, job: Job, delivery: Delivery, *, now: float) -> None:
        with self.database.writing():
            self.note_appeared(delivery, now=now)
            self._move(job, JobState.DELIVERED)

    def note_appeared(self, delivery: Delivery, *, now: float) -> None:
        """And its job goes on."""
        self.database.execute(
            """
            update deliveries set delivered_at = :now
             where docid = :docid and doctype = :doctype and revision = :revision
            """,
            _numbered(delivery) | {"now": now},
        )

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

    def last_deliveries(
        self, docid: str | None = None, doctype: str | None = None, *, since: float = 0.0
    ) -> list[Delivery]:
        """Of each job the highest revision, where that has appeared later than ``since``; the
        earliest first."""
        rows = self.database.rows(
            """
            select docid, doctype, max(revision) revision, path, delivered_at from deliveries
             where delivered_at > :since
               and (:docid is null or docid = :docid)
               and (:doctype is null or doctype = :doctype)
             group by docid, doctype order by delivered_at, docid, doctype
            """,
            {"docid": docid, "doctype": doctype, "since": since},
        )
        return [Delivery(**row) for row in rows]

    def delivered(self, job: Job) -> Judgement | None:
        """What the last delivery that appeared holds; None when nothing was delivered, or nobody
        can tell."""
        appeared = [one for one in self.deliveries(job) if one.delivered_at is not None]
        return self.held_by(appeared[-1]) if appeared else None

    def held_by(self, delivery: Delivery) -> Judgement | None:
        """None when nobody can tell: a version before this one made it, or the row is damaged."""
        rows = self.database.rows(
            """
            select coalesce(reviews.judgement, predictions.judgement) judgement
              from deliveries
              left join reviews on reviews.id = deliveries.review
              left join predictions on predictions.id = deliveries.prediction
             where deliveries.docid = :docid and deliveries.doctype = :doctype
               and revision = :revision
            """,
            _numbered(delivery),
        )
        for row in rows:
            with suppress(ValidationError):
                return _judgement.validate_json(row["judgement"] or "")
        return None


def _numbered(delivery: Delivery) -> dict[str, Any]:
    return {
        "docid": delivery.docid,
        "doctype": delivery.doctype,
        "revision": delivery.revision,
    }


def _answer(row: dict[str, Any]) -> StoredAnswer:
    return StoredAnswer(
        row["id"],
        _prediction.validate_json(row["prediction"]),
        _judgement.validate_json(row["judgement"]),
        _judgement.validate_json(row["reviewed"]) if row["reviewed"] else None,
        row["seconds"],
        row["predicted_at"],
        AnswerVersions(row["reading"], row["extraction"]),
        SenderLookup(row["sender"], row["reviews"], row["told"]),
    )
