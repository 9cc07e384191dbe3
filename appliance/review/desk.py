"""What one station does: it takes documents in hand, keeps what its clerk has done, and decides.

It never delivers: what she approves the daemon delivers, be it later. Any thread may call.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from appliance.delivery.result import differ
from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.errors import ApplianceError, DocumentError, TakenError
from appliance.domain.results import Job, JobState
from appliance.fields.party import twin_key
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import ClerkPace, Reviews
from appliance.records.store import Store
from appliance.review.draft.draft import Draft
from appliance.review.loading import Loaded, Loader


class Desk:
    def __init__(
        self,
        store: Store,
        archive: Archive,
        quarantine: Quarantine,
        loader: Loader,
        *,
        station: str,
        clerk: str,
        seat: str = "",
        lease: float = 120.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``station`` is the running process's alone, ``seat`` the place whose clerk is remembered;
        ``lease`` in seconds."""
        self.station = station
        self.clerk = clerk
        """Empty until she has said her name."""
        self._store = store
        self._queue, self._reviews = ClerkQueue(store), Reviews(store)
        self._archive = archive
        self._quarantine = quarantine
        self._loader = loader
        self._seat = seat or station
        self.lease = lease
        self._clock = clock
        self._began = clock()
        self._renewed_at = 0.0
        self._in_hand: Job | None = None
        self._done: list[Job] = []

    def introduce(self, clerk: str) -> None:
        """She says her name, which is remembered for the next time."""
        self._reviews.remember_clerk(self._seat, clerk)
        self.clerk = clerk

    def queue(self) -> list[QueueEntry]:
        """The oldest first."""
        return self._queue.waiting(now=self._clock())

    def kinds(self) -> list[DocType]:
        """What a document may be."""
        return self._loader.kinds()

    def pace(self) -> ClerkPace:
        """Since this station was opened."""
        return self._reviews.pace(self.station, since=self._began)

    def load(self, waiting: QueueEntry) -> Loaded:
        """Takes nothing in hand: good for looking ahead."""
        return self._loader.load(waiting)

    def open(self, loaded: Loaded) -> bool:
        """Takes it in hand, and nothing else; False when another station has it, or had it since
        it was loaded."""
        job, now = loaded.waiting.job, self._clock()
        if self._in_hand != job:
            self.leave()
        if not self._queue.lend(job, self.station, now=now, lease=self.lease):
            return False
        if not self._loader.fresh(loaded):
            self._queue.release(job, self.station)
            return False
        self._in_hand, self._renewed_at = job, now
        return True

    def touched(self) -> bool:
        """She is at work on it; False when it is in other hands since she was away."""
        since = self._clock() - self._renewed_at  # below 0 once the clock was set back
        if self._in_hand is None or 0 <= since < self.lease / 3:
            return True
        return self._renew(self._in_hand)

    def keep(self, loaded: Loaded, draft: Draft) -> None:
        """So that whoever opens it next goes on from there."""
        self._queue.keep_draft(loaded.waiting.job, self.station, draft.actions(), now=self._clock())

    def skip(self, loaded: Loaded) -> None:
        """It is free for everybody."""
        self._in_hand = loaded.waiting.job
        self.leave()

    def leave(self) -> None:
        """The station closes: what it has in hand is free at once."""
        if self._in_hand:
            self._queue.release(self._in_hand, self.station)
            self._in_hand = None

    def approve(self, loaded: Loaded, draft: Draft, seconds: float, because: str = "") -> None:
        """It is delivered; evidence that was delivered rightly is not again. ``because`` is why,
        where a check fails.

        Raises TakenError when it is in other hands now, ActionRefused while something needs her.
        """
        job, answer = loaded.waiting.job, loaded.answer
        review = draft.reviewed(seconds, because)
        self._renew(job)
        self.keep(loaded, draft)  # opened again, it is as she leaves it
        self._reviews.approve(
            job,
            self.station,
            self.clerk,
            review,
            deliver=answer is None or differ(answer.standing, review.judgement),
            twin=twin_key(draft.doctype, review.judgement),
            now=self._clock(),
        )
        self._finish(job)

    def reject(self, loaded: Loaded, reason: str) -> None:
        """It goes to failed/ with her reason. Raises TakenError, and HomeError when it cannot."""
        job = loaded.waiting.job
        self._renew(job)
        self._reviews.reject(job, self.station, self.clerk, reason, now=self._clock())
        try:
            self._show_rejected(job, reason)
        except ApplianceError:
            self._take_back(job, shown=True)
            raise
        self._finish(job)

    def retype(self, loaded: Loaded, doctype: str) -> None:
        """It starts anew as another kind. Raises TakenError, and StoreError when it is one."""
        job = loaded.waiting.job
        self._renew(job)
        self._reviews.retype(job, self.station, self.clerk, doctype, now=self._clock())
        self._in_hand = None

    def reopen_last(self) -> QueueEntry | None:
        """Takes back what this station approved or rejected last; None when there is nothing.

        It waits again, lent to this station; if it was delivered, it will be as a revision. Raises
        TakenError when it is in other hands, or on its way out at this moment.
        """
        if not self._done:
            return None
        job = self._done[-1]
        state = next((one.state for one in self._store.find(job.docid) if _same(one, job)), None)
        try:
            self._take_back(job, shown=state is JobState.FAILED and self._rejected(job))
        except TakenError:
            if state is not JobState.ACCEPTED:  # which can be taken back a moment later
                self._done.pop()
            raise
        self._done.pop()
        return next((one for one in self.queue() if _same(one.job, job)), None)

    def _renew(self, job: Job) -> bool:
        now = self._clock()
        renewed = self._queue.renew(job, self.station, now=now, lease=self.lease)
        if renewed:
            self._renewed_at = now
        return renewed

    def _finish(self, job: Job) -> None:
        self._done.append(job)
        self._in_hand = None

    def _take_back(self, job: Job, *, shown: bool) -> None:
        # A copy lies in failed/ only while its row says so, wherever this is cut off.
        if shown and not self._failed_otherwise(job):
            self._quarantine.remove(job.source, job.docid)
        self._reviews.reopen(job, self.station, now=self._clock(), lease=self.lease)

    def _rejected(self, job: Job) -> bool:
        """Failed by a clerk's word, which she may take back."""
        return [said.outcome for said in self._reviews.reviews(job)][-1:] == ["rejected"]

    def _failed_otherwise(self, job: Job) -> bool:
        return any(
            other.state is JobState.FAILED and not _same(other, job)
            for other in self._store.find(job.docid)
        )

    def _show_rejected(self, job: Job, reason: str) -> None:
        # Without its original there is nothing to show beside the reason; `verify` tells of it.
        with suppress(DocumentError):
            self._quarantine.put(
                self._archive.path(job.docid),
                name=job.source,
                docid=job.docid,
                error=DocumentError(
                    f"{self.clerk} rejected it: {reason}",
                    hint="ask the sender for another copy, or take it back with `appliance retry`",
                ),
                now=self._clock(),
            )


def _same(one: Job, other: Job) -> bool:
    return (one.docid, one.doctype) == (other.docid, other.doctype)
