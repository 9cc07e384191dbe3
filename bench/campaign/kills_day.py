"""The daemon is killed at its steps and at random under load, and its children beside it."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing, suppress
from pathlib import Path

from appliance.domain.results import JobState
from appliance.records.store import Store
from bench.campaign.kills_home import KilledHome, Outcomes, in_any_order, killed_home, passage
from bench.campaign.kills_home import points as points_of
from bench.campaign.kills_lives import children as children_of
from bench.campaign.trial import Breach, Found

DAY = points_of(
    "claim",
    "archive",
    "reading",
    "mail",
    "joining",
    "evidence",
    "judgement",
    "delivery",
    "failing",
    "quarantine",
    "records",
    "file",
    "call",
)
FORGET = points_of("erasure")
RETRY = (*points_of("retry"), "quarantine.emptied")
CHILDREN = tuple(
    f"{child}.{moment}" for child in ("reader", "extractor") for moment in ("asked", "answers")
)
NEEDS = {
    "mail": "mail",
    "joining": "pair",
    "evidence": "note",
    "failing": "broken",
    "quarantine": "broken",
    "delivery": "xml",
    "call": "xml",
    "erasure": "note",
    "archive": "note",
}
"""A paper without which a point is not passed."""
LONGEST = 40.0
"""Seconds of a life under load."""


def steps(book: Outcomes, seed: int, folder: Path, times: int) -> None:
    with killed_home(book, f"steps {seed}", folder) as home:
        for point in in_any_order(sorted({*DAY, *RETRY, *FORGET}), times, home.rng):
            home.drop(home.rng.randint(1, 3), NEEDS.get(point.split(".")[0], ""))
            at = passage(point, home.rng)
            if point in FORGET:
                home.day()  # what is dropped again meanwhile would come back
                if docid := _alone(home):
                    home.forget(docid, dies_at=point)
            elif point in RETRY and (docid := _done(home)):
                home.live("retry", docid, dies_at=point)
            elif home.day(at).killed:
                _lose_at_most(home, 1)


def load(book: Outcomes, seed: int, folder: Path, times: int) -> None:
    with killed_home(book, f"load {seed}", folder) as home:
        for _ in range(times):
            pid = home.begin("run")
            end = time.monotonic() + home.rng.uniform(0.1, LONGEST)
            while (left := end - time.monotonic()) > 0:
                home.drop(1)
                time.sleep(min(left, home.rng.uniform(0, 3.0)))
            _kill(home, pid)
            if home.wait(pid).killed:
                book.killed("a random moment")
                _lose_at_most(home, 1)
            else:
                home.died("the daemon ended by itself")


def children(book: Outcomes, seed: int, folder: Path, times: int) -> None:
    """Each death costs an attempt of one document, so none of them fails of three in a row."""
    with killed_home(book, f"children {seed}", folder) as home:
        for round_ in range(times // 6):
            home.drop(home.rng.randint(3, 6))
            if round_ % 2:
                point = home.rng.choice(CHILDREN)
                before = _deaths(home)
                home.day(f"{point}:{home.rng.randint(2, 4)}")
                book.killed(point, _deaths(home) - before)
            else:
                _at_random(home, kills=6)


def _at_random(home: KilledHome, *, kills: int) -> None:
    pid = home.begin("run")
    for _ in range(kills):
        time.sleep(home.rng.uniform(0.2, 2.0))
        home.drop(1)
        if those := children_of(pid):
            with suppress(ProcessLookupError):
                os.kill(home.rng.choice(those), signal.SIGKILL)
                home.book.killed("a child's random moment")
    time.sleep(0.5)
    _kill(home, pid)
    if home.wait(pid).killed:
        home.book.killed("a random moment")
        _lose_at_most(home, kills + 1)
    else:
        home.died("the daemon ended by itself")


def _kill(home: KilledHome, pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _lose_at_most(home: KilledHome, attempts: int) -> None:
    if (lost := home.attempts()) > attempts:
        told = f"{lost} attempts are counted after {attempts} kills"
        home.book.found.append(Found(Breach.LOST, told))


def _deaths(home: KilledHome) -> int:
    return home.log.read_text("utf-8", errors="replace").count("ended by a kill")


def _alone(home: KilledHome) -> str:
    """A note that came by itself, and not with a mail."""
    with closing(Store(home.home.database)) as store:
        known = [job.docid for job in store.jobs() if job.source.endswith("-note.txt")]
        alone = [docid for docid in known if len(store.find(docid)) == 1]
    return home.rng.choice(alone) if alone else ""


def _done(home: KilledHome) -> str:
    """A document that may be processed again, of one kind only."""
    wanted = {JobState.FAILED, JobState.DELIVERED, JobState.HELD}
    with closing(Store(home.home.database)) as store:
        done = [job.docid for job in store.jobs() if job.state in wanted and job.doctype]
        alone = [docid for docid in done if len(store.find(docid)) == 1]
    return home.rng.choice(alone) if alone else ""
