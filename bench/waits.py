"""How long the screen lets a clerk wait, while the daemon reads and extracts beside it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from shutil import copyfile

from appliance.domain.results import JobState
from appliance.records.store import Store
from appliance.settings.home import Home
from bench import common
from bench.terminal import Terminal

PRESSES = 60 if common.SMALL else 600
PACE = 0.12
"""Seconds between two keys: a quick clerk's."""
_ROUND = (b"\t", b"\t", b"\x1b[Z", b"e", b"1", b"2", b"\x7f", b"\x1b", b"w", b"\x1b[C", b"\x1b[B")
"""Along the fields, into one and out of it, over the words of the page."""
_LATER = b"\x1b[19~"
"""F8, which leaves a document for later wherever she stands."""
_ROUND_END = (b"\x1b", _LATER)


@dataclass
class Waits:
    keys: list[float] = field(default_factory=list)
    """Milliseconds."""
    documents: list[float] = field(default_factory=list)


def waits(home: Home, *, skip: int) -> Waits:
    """The daemon is given the orders after the first ``skip``, which the home holds already."""
    with _daemon(home, skip), closing(Store(home.database)) as store:
        _wait_for_extraction(store)
        command = [*_appliance(home), "review", "--clerk", "bench"]
        terminal = Terminal(command, {**os.environ, **common.PAGES_ALONE, "TERM": "xterm-256color"})
        try:
            terminal.wait_for(lambda text: " of " in text, at_most=60)
            time.sleep(1)
            return _press(terminal, store)
        finally:
            terminal.close()


def _press(terminal: Terminal, store: Store) -> Waits:
    found = Waits()
    for key in itertools.islice(itertools.cycle((*_ROUND, *_ROUND_END)), PRESSES):
        _wait_for_extraction(store)
        took = terminal.press(key)
        if took is not None:
            (found.documents if key == _LATER else found.keys).append(took)
        time.sleep(0.5 if key == _LATER else PACE)
    return found


def _wait_for_extraction(store: Store) -> None:
    end = time.monotonic() + 120
    while not any(job.state in (JobState.ARRIVED, JobState.READ) for job in store.in_hand()):
        if time.monotonic() > end:
            raise SystemExit("the daemon has nothing to do: drop more documents")
        time.sleep(0.05)


@contextmanager
def _daemon(home: Home, skip: int) -> Iterator[None]:
    """It reads and extracts real documents all the while."""
    source = common.data() / "ad_orders"
    (home.inbox / "ad_orders").mkdir(exist_ok=True)
    for path in sorted(source.glob("*.pdf"))[skip:]:
        copyfile(path, home.inbox / "ad_orders" / path.name)
    daemon = subprocess.Popen(
        [*_appliance(home), "run"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | common.PAGES_ALONE,
    )
    try:
        yield
    finally:
        daemon.kill()
        daemon.wait()


def _appliance(home: Home) -> list[str]:
    return [sys.executable, "-m", "appliance", "--home", str(home.folder)]
