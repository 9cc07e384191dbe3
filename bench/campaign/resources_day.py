"""A home at work while the machine fails it: ``python -m bench.campaign.resources_day FOLDER KIND
SEED`` prints as JSON what was found. Disks fail by ``unsynced.c``, which has to be preloaded."""

from __future__ import annotations

import ctypes
import errno
import json
import logging
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Thread, Timer

from appliance.domain.errors import ApplianceError
from appliance.domain.results import JobState
from appliance.intake.watch import InboxWatcher
from appliance.records.store import Store
from appliance.service import wiring
from appliance.service.child_processes import Reader
from appliance.service.daemon import Daemon
from appliance.settings.config import ReadingSettings
from appliance.settings.home import Home
from bench import common
from bench.campaign.power_order import Owed, disorder
from bench.campaign.power_work import BEGIN, AtWork, ReadsHere, docid_of, mail
from bench.campaign.trial import Breach, Found
from bench.drops import note, pdf

ROUNDS = 25
LATER = 1000.0
"""Seconds until somebody has mended it."""
HOUR, YEAR = 3600.0, 365 * 86400.0
MANY = 300 if common.SMALL else 20_000
STOPPED = 3.0
"""Seconds."""
LOCKED = 35.0
"""Seconds; a connection waits 30."""


@dataclass
class Life:
    """One home, what is owed to people, and what was found."""

    folder: Path
    rng: Random
    owed: Owed = field(default_factory=Owed)
    found: list[Found] = field(default_factory=list)
    faults: int = 0
    dropped: int = 0
    now: float = BEGIN
    names: dict[str, str] = field(default_factory=dict)
    """Of what was dropped, in the inbox."""
    reader: Reader | ReadsHere = field(default_factory=ReadsHere)

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "home")
        self.at_work = AtWork(self.home, now=self.now, reader=self.reader)
        (self.home.inbox / "note").mkdir(exist_ok=True)
        logging.getLogger("appliance.service.daemon").addHandler(_Bugs(self.found))

    def drop(self, many: int = 2) -> None:
        for _ in range(many):
            self.dropped += 1
            text = note(self.dropped, self.rng)
            content, suffix = self.rng.choice(
                (
                    (text, ".txt"),
                    (text, ".txt"),
                    (pdf(text), ".pdf"),
                    (b"%PDF-1.4\n" + self.rng.randbytes(700), ".pdf"),
                    (mail(self.dropped, [note(self.dropped + 5000, self.rng)]), ".eml"),
                )
            )
            self.lay(f"note/{self.dropped}{suffix}", content)

    def lay(self, name: str | bytes, content: bytes) -> None:
        path = os.path.join(os.fsencode(self.home.inbox), os.fsencode(name))  # noqa: PTH118
        with open(path, "wb") as file:  # noqa: PTH123 - the name may be no text
            file.write(content)
        self.owed.taken.add(docid_of(content))
        self.names[docid_of(content)] = os.fsdecode(name)

    def go(self) -> str:
        """As ``run --once``: what it says at its end, empty when all is well."""
        at_work = self.at_work
        with closing(InboxWatcher(self.home.inbox, events=False)) as watcher:
            daemon = Daemon(
                at_work.store,
                at_work.intake,
                at_work.pipeline,
                watcher,
                listing=0.0,
                report=lambda event: None,
                clock=at_work.clock,
            )
            return self.met(lambda: daemon.run_once(Event()))

    def met(self, act: Callable[[], object]) -> str:
        """What it says that is wrong; that it says it in words is asked for."""
        try:
            act()
        except ApplianceError as error:
            if not error.hint:
                self.found.append(Found(Breach.DAEMON_DEATH, f"no next step is told: {error}"))
            return error.in_words
        except Exception as error:
            self.found.append(Found(Breach.DAEMON_DEATH, f"an end without words: {error!r}"))
            return repr(error)
        return ""

    def clerk(self) -> None:
        def act() -> None:
            for entry in self.at_work.waiting()[:1]:
                job = entry.job
                if self.at_work.approve(entry):
                    self.owed.approved[job.docid, job.doctype] += 1

        self.met(act)
        with suppress(ApplianceError):
            self.at_work.desk.leave()

    def restart(self) -> str:
        """Opened anew; if that fails, again when it is mended."""
        self.now = self.at_work.clock()
        self.met(self.at_work.close)
        return self.met(self._open)

    def _open(self) -> None:
        self.at_work = AtWork(self.home, now=self.now, reader=self.reader)

    def rest(self) -> None:
        """All is well again, and the home ends its work. Nobody collects."""
        self.now = max(self.now, self.at_work.clock()) + LATER
        with suppress(ApplianceError):
            self.at_work.close()
        self._open()
        for _ in range(2):
            said = self.go()
            if said:
                self.found.append(Found(Breach.DAEMON_DEATH, f"it does not go on: {said}"))

    def end(self) -> None:
        self.rest()
        self.at_work.close()
        self.found += disorder(self.home, self.owed)


class _Bugs(logging.Handler):
    """What the daemon's loop calls a bug."""

    def __init__(self, found: list[Found]) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._found.append(Found(Breach.DAEMON_DEATH, f"a bug: {record.exc_info[1]!r}"))


@contextmanager
def failing(
    where: Path, first: int, last: int, error: int, *, only_new: bool = False
) -> Iterator[ctypes.CDLL]:
    """Changes of the disk below ``where``, by their number from now on."""
    shim = ctypes.CDLL(None)
    below = ctypes.c_char_p(os.fsencode(where))
    removals = error != errno.ENOSPC
    numbers = ctypes.c_long(first), ctypes.c_long(last)
    shim.unsynced_fail(below, *numbers, error, removals, only_new)
    try:
        yield shim
    finally:
        shim.unsynced_fail(b"", ctypes.c_long(-1), ctypes.c_long(-1), 0, 0, 0)


def disk(life: Life, error: int, *, below: str = "", only_new: bool = False) -> None:
    """Which fails at any change, once, some times or until somebody has seen to it."""
    for number in range(ROUNDS):
        life.drop(life.rng.randint(1, 2))
        first = life.rng.randrange(12 if below or only_new else 60)
        last = first + life.rng.choice((1, 3, 10**6))
        where = life.home.folder / below
        with failing(where, first, last, error, only_new=only_new) as shim:
            started = number % 5 < 4 or not life.restart()
            if started:
                life.go()
                life.clerk()
            life.faults += shim.unsynced_failures() > 0
        if number % 3 == 2 or not started:
            life.rest()


def inbox_gone(life: Life) -> None:
    away = life.folder / "away"
    for _ in range(6):
        life.drop()
        life.home.inbox.rename(away)
        said = life.go()
        if "cannot be listed" not in said and "inbox" not in said:
            life.found.append(Found(Breach.DAEMON_DEATH, f"an inbox that is gone: {said!r}"))
        if life.rng.random() < 0.5:
            life.restart()
            with suppress(OSError):
                shutil.rmtree(life.home.inbox)
        away.rename(life.home.inbox)
        life.faults += 1
        life.go()


def archive_away(life: Life) -> None:
    """Its disk is taken off and mounted again; mounting wants to be root."""
    disk, kept = life.home.archive, life.folder / "disk"
    kept.mkdir()
    life.at_work.close()
    if subprocess.run(["mount", "-t", "tmpfs", "none", kept], capture_output=True).returncode:
        life._open()
        return
    mounted = False
    try:
        for _ in range(6):
            subprocess.run(["mount", "--bind", kept, disk], check=True)
            mounted = True
            life._open()
            life.drop()
            life.go()
            subprocess.run(["umount", "-l", disk], check=True)
            mounted = False
            life.drop()
            if "away" not in (said := life.go()):
                life.found.append(Found(Breach.LOST, f"an archive that is away: {said!r}"))
            if list(disk.iterdir()):
                life.found.append(Found(Breach.LOST, "written beside the disk of the archive"))
            if "away" not in (said := life.restart()):
                life.found.append(Found(Breach.LOST, f"a start without its archive: {said!r}"))
            life.faults += 1
        subprocess.run(["mount", "--bind", kept, disk], check=True)
        mounted = True
        life.end()
        subprocess.run(["umount", "-l", disk], check=True)
        shutil.copytree(kept, disk, dirs_exist_ok=True)
        (life.home.folder / ".disks").unlink()
        life._open()
    finally:
        if mounted:
            subprocess.run(["umount", "-l", disk], check=False)
        subprocess.run(["umount", "-l", kept], check=False)


def locked(life: Life) -> None:
    """By another program, for longer than anybody waits."""
    life.drop()
    life.go()
    life.drop()
    began, ended = Event(), Event()

    def hold() -> None:
        with closing(sqlite3.connect(life.home.database)) as held:
            held.execute("begin immediate")
            began.set()
            ended.wait(LOCKED * 4)

    thread = Thread(target=hold)
    thread.start()
    began.wait()
    with closing(sqlite3.connect(life.home.database)):
        said = life.go()
    if "another process holds it" not in said:
        life.found.append(Found(Breach.DAEMON_DEATH, f"a database that is held: {said!r}"))
    ended.set()
    thread.join()
    life.faults += 1


def wal_lost(life: Life) -> None:
    """With what was written since the last checkpoint. Where no row knows a document any more,
    ``verify`` names its file."""
    life.drop(4)
    life.go()
    copy = life.folder / "copy.db"
    shutil.copyfile(life.home.database, copy)
    life.drop(3)
    life.go()
    life.at_work.close()
    for beside in ("-wal", "-shm"):
        Path(f"{life.home.database}{beside}").unlink(missing_ok=True)
    shutil.copyfile(copy, life.home.database)
    life.faults += 1
    life._open()
    life.go()
    with closing(Store(life.home.database)) as store:
        known = {job.docid for job in store.jobs()}
        named = {Path(one.where).name for one in wiring.verify(life.home, store)}
    for docid in life.owed.taken - known - named:
        life.found.append(Found(Breach.LOST, f"neither a row nor verify knows {docid[:8]}"))
    archive = life.at_work.archive
    for docid in life.owed.taken - known:  # as verify says
        shutil.copyfile(archive.path(docid), life.home.inbox / life.names[docid])


def slow_copies(life: Life) -> None:
    """Somebody goes on writing while it is looked at."""
    for number in range(10):
        whole = note(number, life.rng) * 50
        path = life.home.inbox / "note" / f"slow-{number}.txt"
        with path.open("wb", buffering=0) as file:
            for at in range(0, len(whole), 700):
                file.write(whole[at : at + 700])
                life.go()
        life.owed.taken.add(docid_of(whole))
        life.faults += 1
        life.go()
    with closing(Store(life.home.database)) as store:
        for job in store.jobs():
            if job.docid not in life.owed.taken:
                life.found.append(Found(Breach.HALF_WRITTEN, f"half of {job.source} was taken"))


def other_owners(life: Life) -> None:
    """Files that the appliance may not read, or not move, until somebody lets it."""
    if os.geteuid():
        return
    life.drop(4)
    life.go()  # all is loaded that it takes
    for number in range(5):
        life.lay(f"note/theirs-{number}.txt", note(number, life.rng))
        path = life.home.inbox / "note" / f"theirs-{number}.txt"
        path.chmod(0)
        _as_nobody(life)
        life.faults += 1
        if not path.exists():
            life.found.append(Found(Breach.LOST, "a file that may not be read was taken"))
        path.chmod(0o644)
    home = life.home
    ours = [path for path in home.folder.rglob("*") if path.is_dir()]
    for folder in (home.folder, *ours):
        if folder.is_relative_to(home.models):
            continue
        life.drop(2)
        mode = folder.stat().st_mode
        folder.chmod(0)
        _as_nobody(life)
        folder.chmod(mode)
        life.faults += 1


def _as_nobody(life: Life) -> None:
    life.folder.parent.chmod(0o711)
    for path in (life.folder, *life.folder.rglob("*")):
        if "theirs" not in path.name:
            os.chown(path, 65534, 65534)
    os.seteuid(65534)
    try:
        life.go()
    finally:
        os.seteuid(0)


def names(life: Life) -> None:
    """As long and as odd as a file system takes them."""
    odd = [
        b"n" * 251 + b".txt",
        b"p" * 251 + b".pdf",
        "ä".encode() * 125 + b".txt",
        b"\xff\xfe\xfd.txt",
        b"a\nb\rc.txt",
        b"\x1b[31mred.txt",
        b"'; drop table jobs; --.txt",
        b"%s%n{0}.txt",
        "\u202egpj.txt".encode(),
        b"CON.txt",
        b"a.reason.txt",
        b"- rf.txt",
        b"x" * 255,
    ]
    for number, name in enumerate(odd):
        broken = life.rng.random() < 0.5
        content = b"%PDF-1.4\n" + life.rng.randbytes(300) if broken else note(number, life.rng)
        life.lay(b"note/" + name, content)
        life.faults += 1
    life.go()
    for _ in range(len(odd)):
        life.clerk()


def clock(life: Life) -> None:
    """Back an hour, ahead a year, and back."""
    for _ in range(ROUNDS):
        life.drop(1)
        life.at_work._now += life.rng.choice((-HOUR, YEAR, -YEAR, 0.0, HOUR))
        life.faults += 1
        if life.rng.random() < 0.3:
            life.restart()
        life.go()
        life.clerk()


def stopped(life: Life) -> None:
    """The child that reads, for some seconds, by somebody who looks for what slows the machine."""
    life.at_work.close()
    life.reader = Reader(ReadingSettings(), threads=1)
    life._open()
    try:
        life.drop(1)
        life.go()  # it has started
        for _ in range(5):
            life.drop(1)
            timers = [
                Timer(life.rng.uniform(0.0, 0.1), _tell_children, (signal.SIGSTOP,)),
                Timer(STOPPED, _tell_children, (signal.SIGCONT,)),
            ]
            for timer in timers:
                timer.start()
            life.go()
            for timer in timers:
                timer.join()
            life.faults += 1
        life.end()
    finally:
        life.reader.stop()
        life.reader = ReadsHere()
    life._open()


def _tell_children(number: signal.Signals) -> None:
    for child in multiprocessing.active_children():
        if child.pid:
            os.kill(child.pid, number)


def many(life: Life) -> None:
    """At once; half of them the same over and over."""
    for number in range(MANY):
        life.lay(f"note/{number}.txt", note(number % (MANY // 2), Random(number % (MANY // 2))))
    life.faults += MANY
    began = time.monotonic()
    life.at_work.look()
    print(f"{MANY} files: {time.monotonic() - began:.0f} s", file=sys.stderr)
    if left := sum(path.is_file() for path in life.home.inbox.rglob("*")):
        life.found.append(Found(Breach.LOST, f"{left} files stay in the inbox"))
    arrived = len(list(life.at_work.store.jobs(JobState.ARRIVED)))
    if arrived != len(life.owed.taken):
        life.found.append(Found(Breach.LOST, f"{arrived} of {len(life.owed.taken)} arrived"))
    if MANY > 1000:  # to read them all is another bench
        life.at_work.store.database.execute("update jobs set state = 'imported'")


def pages(life: Life) -> None:
    """Two thousand in one file, as text and as PDF."""
    text = b"\f".join(note(number, life.rng) for number in range(2000))
    life.lay("note/long.txt", text)
    life.lay("note/long.pdf", _blank(2000))
    life.faults += 2
    life.go()
    for job in life.at_work.store.jobs():
        if job.state is not JobState.FAILED or "pages" not in job.reason:
            life.found.append(Found(Breach.BELIEVED, f"{job.source} is {job.state}: {job.reason}"))


def _blank(many: int) -> bytes:
    from fpdf import FPDF  # a second that the other kinds do without

    document = FPDF()
    for _ in range(many):
        document.add_page()
    return bytes(document.output())


KINDS: dict[str, Callable[[Life], None]] = {
    "full": lambda life: disk(life, errno.ENOSPC),
    "no_inodes": lambda life: disk(life, errno.ENOSPC, only_new=True),
    "failing": lambda life: disk(life, errno.EIO),
    "read_only": lambda life: disk(life, errno.EROFS),
    "outbox": lambda life: disk(life, errno.EROFS, below="outbox"),
    "inbox": lambda life: disk(life, errno.EIO, below="inbox"),
    "inbox_gone": inbox_gone,
    "archive_away": archive_away,
    "locked": locked,
    "wal_lost": wal_lost,
    "slow_copies": slow_copies,
    "other_owners": other_owners,
    "names": names,
    "clock": clock,
    "stopped": stopped,
    "many": many,
    "pages": pages,
}


def main() -> None:
    folder, kind, seed = sys.argv[1:]
    logging.disable(logging.WARNING)
    life = Life(Path(folder), Random(f"{kind} {seed}"))
    KINDS[kind](life)
    life.end()
    told = [[one.breach, one.told] for one in life.found]
    print(json.dumps({"faults": life.faults, "found": told}))


if __name__ == "__main__":
    main()
