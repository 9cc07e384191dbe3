"""Backups while the appliance works, each restored somewhere else: does one lack a document, or
disagree with itself?

The daemon takes in and delivers all the while, as ``webhook.py`` has it do. What had been delivered
before a backup began has to be in it, with its original and its result's row.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.intake.archive import Archive
from appliance.records.store import Store
from appliance.settings.home import Home
from bench.campaign.kills_home import KilledHome, Outcomes
from bench.campaign.kills_lives import Lives

PAUSE = 1.0
"""Seconds between two looks while nothing is delivered yet."""
AT_ONCE = 4
"""Documents that are dropped before each backup."""


@dataclass(frozen=True, slots=True)
class Kept:
    backups: int
    documents: int
    """Delivered ones that the last backup had to hold."""
    failed: int
    """Backups, or restores of them, that ended with an error."""
    disagreeing: int
    """Restored homes of which ``verify`` finds something wrong."""
    lost: int
    """Deliveries from before a backup that are not in what is restored of it."""


def measured(folder: Path, *, backups: int) -> Kept:
    with Lives(folder / "log") as lives:
        home = KilledHome(folder / "home", Random("living/backups"), Outcomes(), lives)
        home.furnish()
        home.drop(2, "xml")
        pid = home.begin("run")
        try:
            _wait_for_a_delivery(home)
            found = [_backed_up(home, folder, number) for number in range(backups)]
        finally:
            os.kill(pid, signal.SIGTERM)
            home.wait(pid)
    return Kept(
        backups=len(found),
        documents=found[-1].documents,
        failed=sum(one.failed for one in found),
        disagreeing=sum(one.disagreeing for one in found),
        lost=sum(one.lost for one in found),
    )


def _backed_up(home: KilledHome, folder: Path, number: int) -> Kept:
    """Into one folder, as every night; restored into a new one."""
    home.drop(AT_ONCE, "xml")
    time.sleep(home.rng.uniform(0, PAUSE))
    before = _delivered(home.home)
    kept, restored = folder / "kept", Home(folder / f"restored-{number}")
    failed = bool(home.live("backup", str(kept)).code)
    failed |= bool(home.live("--home", str(restored.folder), "restore", str(kept)).code)
    if failed:
        return Kept(1, len(before), 1, 0, len(before))
    disagreeing = bool(home.live("--home", str(restored.folder), "verify").code)
    archive = Archive(restored.archive)
    there = {one for one in _delivered(restored) if archive.intact(one[0])}
    return Kept(1, len(before), 0, disagreeing, len(before - there))


def _delivered(home: Home) -> set[tuple[str, str, int]]:
    """Docid, document type and revision of each."""
    with closing(Store(home.database)) as store:
        return {
            (one.docid, one.doctype, one.revision)
            for job in store.jobs()
            for one in store.deliveries(job)
            if one.delivered_at is not None
        }


def _wait_for_a_delivery(home: KilledHome) -> None:
    until = time.monotonic() + 300
    while not any(_delivered(home.home)):
        if time.monotonic() > until:
            raise SystemExit(f"nothing is delivered: {home.last_words()}")
        time.sleep(PAUSE)
