"""What one station does: it takes documents in hand, keeps what its clerk has done, and decides.

It never delivers: what she approves the daemon delivers, be it later. Any thread may call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from appliance.delivery.result import differ
from appliance.domain.corrections import QueueEntry
from appliance.domain.doctype import DocType
from appliance.domain.document import Document
from appliance.domain.errors import ApplianceError, DocumentError, TakenError
from appliance.domain.local_time import midnight
from appliance.domain.prediction import Judgement
from appliance.domain.results import Job, JobState
from appliance.domain.sender_rulings import SenderRuling
from appliance.domain.senders import ListedSenders, SenderEntry
from appliance.fields.party import twin_key
from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.records.audit import Audit
from appliance.records.chain import LinkKind
from appliance.records.history import ClerkAct, DoneEntry, History
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import ClerkPace, Reviews
from appliance.records.sender_list import SenderList
from appliance.records.store import Store
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import ActionRefused
from appliance.review.loading import Loaded, Loader
from appliance.senders.directory import SenderDirectory
from appliance.senders.identity import SentPage
from appliance.senders.profile import SenderProfile, sender_profile
from appliance.system.fault_points import reached

FOUND = 200
"""Documents that a search gives at most."""
NAMES = 5
"""Clerks that a station offers at most when it asks who sits there."""
APPROVED = {JobState.ACCEPTED, JobState.DELIVERED}
"""They stay so where nothing could be shown of them: else nobody could approve them again."""


@dataclass(frozen=True, slots=True)
class Reopened:
    done: DoneEntry
    """As it was until now."""
    waiting: QueueEntry | None
    """As it waits now; None for what is read again as another kind, which cannot be undone."""


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
        four_eyes: bool = False,
        running: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``station`` is the running process's alone, ``seat`` the place whose clerks it offers;
        ``lease`` in seconds. ``four_eyes`` wants two clerks where a sender's account is new;
        ``running`` says whether the daemon is."""
        self.station = station
        self.clerk = clerk
        """Empty until she has said her name."""
        self._store = store
        self._queue, self._reviews = ClerkQueue(store), Reviews(store)
        self._history = History(store)
        self._directory = SenderDirectory(store)
        self._archive = archive
        self._quarantine = quarantine
        self._loader = loader
        self._four_eyes = four_eyes
        self._seat = seat or station
        self.lease = lease
        self._clock = clock
        self._began = clock()
        self.running = running
        self._renewed_at = 0.0
        self._in_hand: Job | None = None
        self._passed: set[int | None] = set()
        """Reviews that she took back, or was told why not."""

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock()

    def introduce(self, clerk: str) -> None:
        """She says her name, which is offered the next time."""
        self._reviews.remember_clerk(self._seat, clerk, now=self._clock())
        self.clerk = clerk

    def known_clerks(self) -> tuple[str, ...]:
        """Return the names to offer: of this seat, then of the others, the last one first."""
        return self._reviews.clerks(self._seat, most=NAMES)

    def depart(self, seen_at: float) -> None:
        """The station closes, and she was last there then."""
        self.leave()
        if self.clerk:
            self._reviews.remember_clerk(self._seat, self.clerk, now=seen_at)

    def queue(self) -> list[QueueEntry]:
        """The oldest first."""
        return self._queue.waiting(now=self._clock())

    def kinds(self) -> list[DocType]:
        """What a document may be."""
        return self._loader.kinds()

    def pace(self) -> ClerkPace:
        """Of this clerk at this seat, today."""
        return self._reviews.pace(self._seat, self.clerk, since=midnight(self._clock()))

    def done(self) -> list[DoneEntry]:
        """What any clerk was done with today, and what was delivered; the newest first."""
        return self._history.done(since=midnight(self._clock()))

    def find(self, search: str) -> list[DoneEntry]:
        """Whatever does not wait and perhaps holds all words; the newest first, ``FOUND`` at
        most."""
        return self._history.find(search.split(), most=FOUND)

    def senders(self, document: Document | None) -> ListedSenders:
        """All by now, and who of them sent ``document``."""
        self._directory.learn()
        sent = self._directory.who_sent(SentPage(document)).party if document else None
        return ListedSenders(SenderList(self._store).entries(), sent)

    def sender(self, entry: SenderEntry) -> SenderProfile:
        return sender_profile(self._store, entry, doctype=self._loader.doctype)

    def rule(self, ruling: SenderRuling) -> None:
        """It counts for what is loaded from now on. Raises ConfigError and StoreError as the
        directory does."""
        self._directory.rule(ruling, who=self.clerk, station=self.station, now=self._clock())

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

    def holds(self, loaded: Loaded) -> bool:
        """False when it is in other hands now. Writes nothing."""
        return self._queue.holds(loaded.waiting.job, self.station)

    def whereabouts(self, loaded: Loaded) -> str:
        """Why it is not this station's, in words that follow its name."""
        return self._reviews.whereabouts(loaded.waiting.job, now=self._clock())

    def keep(self, loaded: Loaded, draft: Draft) -> None:
        """So that whoever opens it next goes on from there."""
        by = self._approved_by(loaded, draft)
        kept = replace(loaded.kept, actions=draft.actions(), approved_by=by)
        self._queue.keep_draft(loaded.waiting.job, self.station, kept, now=self._clock())

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
        """It is delivered; what was delivered rightly is not again. ``because`` is why, where a
        check fails.

        Raises TakenError when it is in other hands now, ActionRefused while something needs her, or
        another clerk.
        """
        job = loaded.waiting.job
        if self.wants_another(loaded, draft):
            raise ActionRefused(f"{job.source} wants another clerk: the account is new.")
        review = draft.reviewed(seconds, because)
        before = self._delivered(loaded)
        self._renew(job)
        self.keep(loaded, draft)  # opened again, it is as she leaves it
        reached("approval.kept")
        self._reviews.approve(
            job,
            self.station,
            self.clerk,
            review,
            deliver=before is None or differ(before, review.judgement),
            twin=twin_key(draft.doctype, review.judgement),
            now=self._clock(),
        )
        self._in_hand = None

    def stays_delivered(self, loaded: Loaded, draft: Draft, because: str = "") -> bool:
        """Whether the document was delivered, and would be approved as it was delivered: then it
        is delivered again at once, and nothing more is sent."""
        before = self._delivered(loaded)
        if before is None or not self._store.deliveries(loaded.waiting.job):
            return False
        try:
            return not differ(before, draft.reviewed(0.0, because).judgement)
        except ActionRefused:
            return False

    def wants_another(self, loaded: Loaded, draft: Draft) -> bool:
        """Two clerks have to approve a new account, and no other than this one has."""
        if not (self._four_eyes and draft.new_account):
            return False
        return self._approved_by(loaded, draft) in (None, self.clerk)

    def _approved_by(self, loaded: Loaded, draft: Draft) -> str | None:
        """Who did as far as she may; None for an account that she did not see."""
        same = loaded.draft is not None and loaded.draft.accounts == draft.accounts
        return loaded.kept.approved_by if same else None

    def hand_on(self, loaded: Loaded, draft: Draft) -> None:
        """She approves it as far as she may; it waits for another clerk. Raises TakenError."""
        job, now = loaded.waiting.job, self._clock()
        if not self._renew(job):
            raise TakenError(f"it {self.whereabouts(loaded)}")
        kept = replace(loaded.kept, actions=draft.actions(), approved_by=self.clerk)
        with self._store.database.writing():
            self._queue.keep_draft(job, self.station, kept, now=now)
            Audit(self._store.database).note(
                LinkKind.SECONDED,
                who=self.clerk,
                station=self.station,
                about=job.doctype,
                docid=job.docid,
                now=now,
            )
        self.leave()

    def _delivered(self, loaded: Loaded) -> Judgement | None:
        """What was delivered of it; None when nothing was, or nobody can tell."""
        job, answer = loaded.waiting.job, loaded.answer
        standing = answer.standing if answer and job.state is JobState.DELIVERED else None
        return self._store.delivered(job) or standing

    def reject(self, loaded: Loaded, reason: str) -> None:
        """It goes to failed/ with her reason. Raises TakenError, and HomeError when it cannot."""
        job = loaded.waiting.job
        self._renew(job)
        self._reviews.reject(job, self.station, self.clerk, reason, now=self._clock())
        reached("refusal.noted")
        try:
            self._show_rejected(job, reason)
        except ApplianceError:
            self._take_back(job, shown=True)
            raise
        self._in_hand = None

    def retype(self, loaded: Loaded, doctype: str) -> None:
        """It starts anew as another kind. Raises TakenError, and StoreError when it is one."""
        job = loaded.waiting.job
        self._renew(job)
        self._reviews.retype(job, self.station, self.clerk, doctype, now=self._clock())
        self._in_hand = None

    def reopen(self, done: DoneEntry) -> Reopened:
        """Approved, delivered or refused, it waits again, lent to this station; if it was
        delivered, it will be as a revision, should anything differ.

        Raises TakenError when it is in other hands, on its way out at this moment, or nothing that
        a clerk can open.
        """
        found = self._history.entry(done.job.docid, done.job.doctype)
        if found is None:
            raise TakenError(f"{done.job.source} is being read again as another kind")
        return self._open_again(found)

    def reopen_last(self) -> Reopened | None:
        """Takes back what this clerk at this seat decided last; None when there is nothing.

        Today's, and what she decided since the station was opened. Raises TakenError as ``reopen``
        does, and when somebody decided on it since. The next call goes on to what was before.
        """
        act, done = next(self._undoable(), (None, None))
        return self._back(act, done) if act and done else None

    def last_decided(self) -> DoneEntry | None:
        """Return the document that ``reopen_last`` would take back; None when there is none."""
        return next((done for _, done in self._undoable()), None)

    def _undoable(self) -> Iterator[tuple[ClerkAct, DoneEntry]]:
        """The newest first, without what is no longer there as that kind, and what is in hand."""
        since = min(midnight(self._clock()), self._began)
        for act in self._history.acts(self._seat, self.clerk, since=since):
            done = self._history.entry(act.docid, act.doctype)
            in_hand = done and self._in_hand and _same(done.job, self._in_hand)
            if done and not in_hand and act.review not in self._passed:
                yield act, done

    def _back(self, act: ClerkAct, done: DoneEntry) -> Reopened:
        self._passed.add(act.review)
        if act.outcome == "retyped":
            return Reopened(done, self._retyped_back(act, done))
        if done.review != act.review:
            raise self._elsewhere(done.job)
        try:
            return self._open_again(done)
        except TakenError:
            if done.job.state is JobState.ACCEPTED:  # which can be taken back a moment later
                self._passed.discard(act.review)
            raise

    def _retyped_back(self, act: ClerkAct, done: DoneEntry) -> QueueEntry | None:
        """As it waited under its former kind; None where its new kind went on too far."""
        former = self._reviews.take_back_kind(
            done.job, act.review, self.station, self.clerk, now=self._clock(), lease=self.lease
        )
        return next((one for one in self.queue() if former and _same(one.job, former)), None)

    def _open_again(self, done: DoneEntry) -> Reopened:
        job = done.job
        if job.state in APPROVED and not self._loader.reviewable(job):
            raise TakenError(f"{job.source} cannot be opened: its kind cannot be used any more")
        if job.state is not JobState.HELD:
            try:
                self._take_back(job, shown=done.outcome == "rejected")
            except TakenError as error:
                raise TakenError(f"{job.source} cannot be opened: {error}") from error
        waiting = next((one for one in self.queue() if _same(one.job, job)), None)
        if waiting is None or waiting.station not in (None, self.station):
            raise self._elsewhere(job)
        return Reopened(done, waiting)

    def _elsewhere(self, job: Job) -> TakenError:
        return TakenError(f"{job.source} {self._reviews.whereabouts(job, now=self._clock())}")

    def _renew(self, job: Job) -> bool:
        now = self._clock()
        renewed = self._queue.renew(job, self.station, now=now, lease=self.lease)
        if renewed:
            self._renewed_at = now
        return renewed

    def _take_back(self, job: Job, *, shown: bool) -> None:
        # A copy lies in failed/ only while its row says so, wherever this is cut off.
        if shown and not self._failed_otherwise(job):
            self._quarantine.remove(job.source, job.docid)
            reached("reopening.unshown")
        self._reviews.reopen(job, self.station, self.clerk, now=self._clock(), lease=self.lease)

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
                    f"{self.clerk} refused it: {reason}",
                    hint="ask the sender for another copy, or take it back with `appliance retry`",
                ),
                now=self._clock(),
            )


def _same(one: Job, other: Job) -> bool:
    return (one.docid, one.doctype) == (other.docid, other.doctype)
