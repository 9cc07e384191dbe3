"""What a home of many documents costs its user: each command a process of its own, as she starts
it.

Wall time is what she waits; CPU time is what is left of it on a machine that does nothing else.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.cli.main import SELDOM
from appliance.doctypes import catalogue
from appliance.intake.archive import Archive
from appliance.intake.intake import Intake
from appliance.learning.night.collect import DocumentCaps, chosen
from appliance.records.labels import Labels
from appliance.records.store import Store
from appliance.review.app import StationApp
from appliance.review.screens.review import ReviewScreen
from appliance.service import wiring
from appliance.settings.home import Home
from appliance.system import disk
from bench import common
from bench.living.papers import DOCTYPE
from bench.terminal import Terminal

TIMES = 5
"""That what takes a moment is done; the least counts."""
OPENED = " of "
"""What the station says once a document is there."""
OTHERS = 20
"""Replays that are removed before a promise is renewed."""
FILES = 200
"""In the inbox while it is looked through."""


@dataclass(frozen=True, slots=True)
class Cost:
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, of all cores together."""
    peak: int
    """Bytes."""

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, {self.cpu:.2f} s of CPU, {self.peak / 1e6:.0f} MB"


def run(*command: str) -> Cost:
    """Raises CalledProcessError."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=common.ROOT,
        env=_as_installed(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    with process.stderr as heard:
        said = heard.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if code := os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(code, command, stderr=said.decode())
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _as_installed() -> dict[str, str]:
    """What is installed is compiled once, and not at each start."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def command(home: Home, *words: str) -> Cost:
    return run("-m", "appliance", "--home", str(home.folder), *words)


def least(costs: Sequence[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.wall)


def status(home: Home) -> Cost:
    return least([command(home, "status") for _ in range(TIMES)])


def report(home: Home) -> Cost:
    return command(home, "report", "--to", str(home.folder.with_name("report.html")))


def promise(home: Home) -> tuple[Cost, Cost]:
    """As the daemon has it computed: from nothing, as of a model that begins to serve, and then
    with ``OTHERS`` replays to be made anew, as if their labels were other ones."""
    return _promise(home, -1), _promise(home, OTHERS)


def _promise(home: Home, others: int) -> Cost:
    with closing(Store(home.database)) as store:
        store.database.execute(
            "delete from replays where rowid in (select rowid from replays limit ?)", [others]
        )
    for path in home.models.glob("*/promise.json"):
        path.unlink()
    return command(home, "promise")


def night_choice(home: Home) -> Cost:
    """What a night does before it loads a model."""
    return run("-c", f"from bench.living.costs import choose_of; choose_of({str(home.folder)!r})")


def choose_of(folder: str) -> None:
    with closing(Store(Home(Path(folder)).database)) as store:
        if not chosen(Labels(store), DocumentCaps()):
            raise SystemExit("there is nothing to learn from")


def station(home: Home) -> tuple[float, float]:
    """Seconds until the first document is shown: of a program that is loaded, and from the command
    on, as a clerk sees it in her terminal."""
    command = f"from bench.living.costs import open_station; open_station({str(home.folder)!r})"
    loaded = [
        float(
            subprocess.check_output(
                [sys.executable, "-c", command], cwd=common.ROOT, env=_as_installed()
            )
        )
        for _ in range(TIMES)
    ]
    return min(loaded), min(_opened(home) for _ in range(TIMES))


def open_station(folder: str) -> None:
    """Prints the seconds."""
    gc.set_threshold(SELDOM)  # as the command does
    asyncio.run(_open_station(Home(Path(folder))))


async def _open_station(home: Home) -> None:
    start = time.perf_counter()
    with wiring.desk(home, common.settings(), station="bench", clerk="bench") as desk:
        app = StationApp(desk)
        async with app.run_test(size=(120, 40)) as pilot:
            while not isinstance(app.screen, ReviewScreen) or app.session.in_hand is None:
                await pilot.pause(0.005)
            await pilot.pause()
            print(time.perf_counter() - start)


def _opened(home: Home) -> float:
    command = [sys.executable, "-m", "appliance", "--home", str(home.folder), "review"]
    start = time.perf_counter()
    terminal = Terminal(
        [*command, "--clerk", "bench"], {**_as_installed(), "TERM": "xterm-256color"}
    )
    try:
        terminal.wait_for(lambda text: OPENED in text, at_most=120)
        return time.perf_counter() - start
    finally:
        terminal.close()


def look(home: Home) -> float:
    """Seconds of a look through an inbox with files that still change."""
    folder = home.inbox / DOCTYPE.name
    files = [folder / f"coming-{number}.pdf" for number in range(FILES)]
    for path in files:
        path.write_bytes(b"%PDF-1.4")
    try:
        with closing(Store(home.database)) as store:
            intake = Intake(
                home.inbox,
                Archive(home.archive),
                store,
                settle=1e9,
                doctypes=lambda: catalogue.names(home.doctypes),
            )
            return min(_look(intake) for _ in range(TIMES))
    finally:
        for path in files:
            path.unlink()


def _look(intake: Intake) -> float:
    start = time.perf_counter()
    intake.look(now=time.time())
    return time.perf_counter() - start


def taken(home: Home) -> dict[str, int]:
    """Bytes of the database and of the archive."""
    parts = [disk.taken(Path(f"{home.database}{end}"))[1] for end in ("", "-wal")]
    return {"database": sum(parts), "archive": disk.taken(home.archive)[1]}
