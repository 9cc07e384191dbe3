"""The owner's server fails half of the time, and the appliance is killed: is each delivery told?

E-invoices that are files of their own need no model: they are dropped, read, accepted and delivered
by the daemon as its user runs it, and later each is delivered once more. The server is real: it
refuses half of the calls and cuts the line on some of these. At a kill the appliance dies at a
random moment, or right before or after it notes what became of a call.
"""

from __future__ import annotations

import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.doctypes import catalogue
from appliance.domain.results import ENDS, JobState
from appliance.records.calls import Calls, CallState
from appliance.records.store import Store
from bench.campaign.kills_home import KilledHome, Outcomes
from bench.campaign.kills_lives import Lives
from bench.campaign.kills_papers import INVOICE
from bench.told_server import SECRET_TEXT, Server, Told, serving

SECRET_FILE = "erp.key"
POINTS = ("call.made", "call.noted", "delivery.noted", "delivery.renamed", "delivery.finished")
"""Every second kill is at one of these, each in turn."""
LONGEST = 6.0
"""Seconds of a life that is killed at a random moment."""
PATIENCE = 3600.0
"""Seconds until a home that does not come to rest ends the bench."""
_PLAN = """

[deliver]
url = "{url}"
secret_file = "{file}"
timeout = 5
"""


@dataclass(frozen=True, slots=True)
class Account:
    """What the server was told, beside what was delivered."""

    deliveries: int
    calls: int
    kills: int
    lost: int
    """Deliveries that the server never took."""
    twice: int
    """Deliveries that were told under several keys or with several bodies."""
    disordered: int
    """Documents of which a later revision was told before the server had taken the earlier one."""
    repeats: int
    """Calls of what the server had taken before."""


def account(delivered: Iterable[tuple[str, int]], told: Iterable[Told], *, kills: int) -> Account:
    """``delivered``: docid and revision of each delivery; ``told`` in its order."""
    every, took = set(delivered), set[tuple[str, int]]()
    said: defaultdict[tuple[str, int], set[tuple[str, bytes]]] = defaultdict(set)
    disordered, calls, repeats = set(), 0, 0
    for one in told:
        this = one.docid, one.revision
        calls += 1
        repeats += this in took
        said[this].add((one.key, one.body))
        if any((one.docid, before) not in took for before in range(1, one.revision)):
            disordered.add(one.docid)
        if one.status == 200:
            took.add(this)
    keys = [key for those in said.values() for key in {key for key, _ in those}]
    shared = len(keys) - len(set(keys))
    return Account(
        deliveries=len(every),
        calls=calls,
        kills=kills,
        lost=len(every - took),
        twice=sum(len(those) > 1 for those in said.values()) + shared,
        disordered=len(disordered),
        repeats=repeats,
    )


def measured(folder: Path, *, deliveries: int, kills: int) -> Account:
    """Each document is delivered twice."""
    chance = Random("living/webhook")
    with serving(lambda number: _answer(chance)) as server, Lives(folder / "log") as lives:
        office = _Office(folder, lives, server)
        for killed in range(kills):
            office.drop(_share(deliveries // 2, killed, kills))
            office.again(deliveries // 2)
            office.killed_life(POINTS[killed // 2 % len(POINTS)] if killed % 2 else "")
        office.rest(deliveries)
        return account(office.deliveries(), server.told, kills=office.kills)


def _answer(chance: Random) -> int:
    return 200 if chance.random() < 0.5 else chance.choice((500, 503, 429, 0))


def _share(many: int, at: int, parts: int) -> int:
    return many * (at + 1) // parts - many * at // parts


class _Office:
    def __init__(self, folder: Path, lives: Lives, server: Server) -> None:
        self._server = server
        self._rng = Random("living/office")
        self._home = KilledHome(folder / "home", self._rng, Outcomes(), lives)
        self._home.furnish()
        home = self._home.home
        kind = (catalogue.SHIPPED / f"{INVOICE}.toml").read_text(encoding="utf-8")
        plan = _PLAN.format(url=server.url, file=SECRET_FILE)
        (home.doctypes / f"{INVOICE}.toml").write_text(kind + plan, encoding="utf-8")
        (home.folder / SECRET_FILE).write_text(SECRET_TEXT, encoding="ascii")

    @property
    def kills(self) -> int:
        return self._home.book.faults

    def drop(self, number: int) -> None:
        for _ in range(number):
            self._home.drop(0, "xml")

    def again(self, documents: int) -> None:
        """What was delivered once is delivered once more; ``documents`` at most in all."""
        with closing(self._store()) as store:
            for job in list(store.jobs(JobState.DELIVERED))[:documents]:
                if len(store.deliveries(job)) == 1:
                    store.restart(job)

    def killed_life(self, point: str) -> None:
        """It dies at ``point``, or at a random moment."""
        self._at_once()
        pid = self._home.begin("run", dies_at=point and f"{point}:{self._rng.randint(1, 9)}")
        end = time.monotonic() + self._rng.uniform(LONGEST / 3, LONGEST) * (3 if point else 1)
        while time.monotonic() < end and _lives(pid):
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        if self._home.wait(pid).killed:
            self._home.book.killed(point or "a random moment")

    def rest(self, deliveries: int) -> None:
        """Until all is delivered twice, and every call is made."""
        pid = self._home.begin("run")
        try:
            self._until(lambda: self._are_done(deliveries))
        finally:
            os.kill(pid, signal.SIGTERM)
            self._home.wait(pid)

    def deliveries(self) -> list[tuple[str, int]]:
        with closing(self._store()) as store:
            jobs = list(store.jobs())
            return [(one.docid, one.revision) for job in jobs for one in store.deliveries(job)]

    def _are_done(self, deliveries: int) -> bool:
        self.again(deliveries // 2)
        self._at_once()
        with closing(self._store()) as store:
            ended = all(job.state in ENDS for job in store.jobs())
            waits = any(one.state is CallState.WAITING for one in Calls(store).open())
        return ended and not waits and len(self.deliveries()) >= deliveries

    def _at_once(self) -> None:
        """As `appliance deliveries retry` does: nobody waits hours here."""
        with closing(self._store()) as store:
            Calls(store).retry(now=time.time())

    def _until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise SystemExit(f"the calls come to no end: {self._home.last_words()}")
            time.sleep(1)

    def _store(self) -> Store:
        return Store(self._home.home.database)


def _lives(pid: int) -> bool:
    """False of one that has died and whose mother has not asked yet."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
