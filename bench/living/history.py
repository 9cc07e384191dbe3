"""A home as it is after some hundred thousand documents, written by the appliance's own records.

Nothing is read, asked or keyed for it: papers are varied (``papers.py``), and each document goes
its way with the statements that the day makes. What ends a transaction there ends one of some
hundred documents here, so that a cut home is gone on with. Senders come as often as one over their
rank. The owner's software has collected
what was delivered, unless that is asked for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from rich.progress import track

from appliance.delivery.outbox import Outbox, file_name
from appliance.delivery.result import result
from appliance.domain.delivery import CallKind
from appliance.domain.results import GateOutcome, Job, JobState
from appliance.domain.senders import SenderLookup
from appliance.intake.archive import Archive
from appliance.learning.models.registry import Registry
from appliance.records.calls import Calls, Destination
from appliance.records.evidence import EvidenceDraws
from appliance.records.labels import Labels
from appliance.records.queue import ClerkQueue
from appliance.records.reviews import Reviews
from appliance.records.sender_rulings import LAST_NUMBER
from appliance.records.store import Store
from appliance.senders.directory import SenderDirectory
from appliance.service import wiring
from appliance.service.versions import answer_versions
from appliance.settings import config
from appliance.settings.home import Home
from bench.living.papers import DOCTYPE, MadeInvoice, Template, templates, varied
from bench.tiny_model import kept_tiny

BETWEEN = 631.0
"""Seconds from one document to the next: a hundred thousand come in two years."""
LATER = 140
"""Documents that come before a clerk gets to one: about a day's."""
NIGHTS = 2000
"""Documents from one night's verdict to the next."""
TOGETHER = 200
"""Documents of one transaction."""
TOLD = 5000
"""Documents from one line that says how far it is to the next."""
CLERKS = ("Ann", "Bea", "Cem")
_TO = Destination(DOCTYPE.name, CallKind.WEBHOOK)
BEGUN = "begun"
"""File beside the home: how many documents it is to have, of how many senders, and till when."""


@dataclass(frozen=True, slots=True)
class Plan:
    documents: int
    senders: int
    ends_at: float
    """When the last document came, seconds since 1970."""

    def arrives_at(self, number: int) -> float:
        return self.ends_at - (self.documents - number) * BETWEEN


def made(folder: Path, *, documents: int, senders: int, collected: bool = True) -> Home:
    """The home in ``folder``, made or gone on with where it is not done; with results in the outbox
    unless they were ``collected``."""
    home, begun = Home(folder / "home"), folder / BEGUN
    if not begun.exists():
        furnish(home)
        begun.write_text(json.dumps([documents, senders, time.time()]))
    plan = Plan(*json.loads(begun.read_text()))
    if (plan.documents, plan.senders) != (documents, senders):
        raise SystemExit(f"{folder} holds a history of another size: remove it")
    with closing(Store(home.database)) as store:
        writer = Writer(home, store, plan, collected=collected)
        if writer.done < documents:
            writer.write(list(track(templates(senders), "papers", total=senders)))
            for _ in Labels(store).taught():
                pass  # what the calibrations of those years have kept
    return home


def furnish(home: Home) -> None:
    home.make()
    wiring.show_types(home)
    registry = Registry(home.models)
    registry.begin_seals()
    registry.promote(registry.add(kept_tiny()))


class Writer:
    def __init__(self, home: Home, store: Store, plan: Plan, *, collected: bool) -> None:
        self._store, self._plan = store, plan
        self._outbox = None if collected else Outbox(home.outbox)
        self._archive = Archive(home.archive)
        self._reviews, self._queue = Reviews(store), ClerkQueue(store)
        self._calls, self._labels = Calls(store), Labels(store)
        self._directory = SenderDirectory(store)
        settings = config.load(home.folder, {})
        self._versions = answer_versions(settings)
        self._draws = EvidenceDraws(store, wiring.sampling(settings))
        self._model = Registry(home.models).pointer().name
        self._weights = list(accumulate(1 / rank for rank in range(1, plan.senders + 1)))
        rows = store.database.rows(
            "select distinct json_extract(judgement, '$.party') party from reviews"
        )
        self._known = {row["party"] for row in rows}
        (row,) = store.database.rows(f"select {LAST_NUMBER} n, (select count(*) from jobs) jobs")
        self._last, self.done = int(row["n"]), int(row["jobs"])

    def write(self, papers: Sequence[Template]) -> None:
        every = self._plan.documents
        for start in range(self.done, every, TOGETHER):
            if start % TOLD == 0:
                print(f"  {start:,} of {every:,} documents", flush=True)
            with self._store.database.writing():
                for number in range(start, min(start + TOGETHER, every)):
                    self._arrives(number, self._paper(papers, number))
                    if number >= LATER:
                        self._is_seen(number - LATER, self._paper(papers, number - LATER))
                    if number % NIGHTS == NIGHTS - 1:
                        self._night(number)
            self._directory.learn()

    def _paper(self, papers: Sequence[Template], number: int) -> MadeInvoice:
        """The same whenever it is asked for."""
        rng = Random(f"living/{number}")
        (of,) = rng.choices(papers, cum_weights=self._weights)
        day = date.fromtimestamp(self._plan.arrives_at(number))
        return varied(of, number, day, rng)

    def _arrives(self, number: int, paper: MadeInvoice) -> None:
        """It is read, answered, and delivered if nothing holds it."""
        now, store = self._plan.arrives_at(number), self._store
        self._archived(paper)
        store.record(paper.docid, DOCTYPE.name, f"scan-{number:06}.pdf", now=now)
        job = Job(paper.docid, DOCTYPE.name, JobState.ARRIVED, f"scan-{number:06}.pdf", now)
        reading, extraction = self._versions.reading, self._versions
        store.keep_document(job, paper.document, reading=reading, seconds=1.3)
        self._draws.draw(job, now=now)
        party = paper.right.party
        store.keep_answer(
            job,
            paper.prediction(self._model),
            paper.judgement(),
            versions=extraction,
            lookup=SenderLookup(party if party in self._known else None, self._last),
            twin=paper.twin,
            seconds=4.2,
            now=now + 6,
        )
        if not paper.held:
            self._delivered(job, now=now + 7)

    def _is_seen(self, number: int, paper: MadeInvoice) -> None:
        """By a clerk, if it is held, or was drawn as evidence."""
        now = self._plan.arrives_at(number + LATER) + 60
        (job,) = self._store.find(paper.docid)
        (row,) = self._store.database.rows(
            "select drawn from evidence where docid = ?", [paper.docid]
        )
        if job.state is not JobState.HELD and not row["drawn"]:
            return
        clerk = CLERKS[number % len(CLERKS)]
        self._queue.lend(job, clerk, now=now - 30, lease=900)
        seconds = 12.0 + number % 31
        review = paper.review(self._model, blind=bool(row["drawn"]), seconds=seconds)
        deliver = bool(paper.wrong)
        self._reviews.approve(job, clerk, clerk, review, deliver=deliver, now=now, twin=paper.twin)
        self._known.add(paper.right.party)
        self._last += 1
        (job,) = self._store.find(paper.docid)
        if job.state is JobState.ACCEPTED:
            self._delivered(job, now=now + 1)

    def _delivered(self, job: Job, *, now: float) -> None:
        path = file_name(job)
        if self._outbox:
            self._outbox.stage(path, self._result(job, now), {})
        delivery = self._store.begin_delivery(job, path=path.as_posix())
        if self._outbox:
            self._outbox.publish(path)
        self._store.finish_delivery(job, delivery, now=now)
        self._calls.note(delivery, [CallKind.WEBHOOK], "{}", now=now)
        call = self._calls.next(_TO, now=now)
        assert call
        self._calls.finish(call, now=now + 1)

    def _result(self, job: Job, now: float) -> dict[str, Any]:
        answer, document = self._store.answer(job), self._store.document(job.docid)
        assert answer and document
        return result(
            job,
            document,
            DOCTYPE,
            answer.standing,
            model=self._model,
            versions=self._versions,
            revision=len(self._store.deliveries(job)) + 1,
            now=now,
        )

    def _night(self, number: int) -> None:
        keys = self._labels.evidence_keys()
        now = self._plan.arrives_at(number) + 300
        outcome, reason = GateOutcome.NOT_PROVEN, "it is no better on the evidence"
        self._labels.decided(self._model, f"night-{number}", outcome, reason, keys, now=now)

    def _archived(self, paper: MadeInvoice) -> None:
        """Without a sync of each: a hundred thousand take an hour."""
        path = self._archive.path(paper.docid)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(paper.content)
        path.chmod(0o440)
