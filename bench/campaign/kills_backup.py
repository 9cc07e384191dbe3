"""A backup is killed, and so is the next one into the same folder; each time a home comes of it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from appliance.intake.archive import Archive
from appliance.intake.quarantine import Quarantine
from appliance.learning.models.registry import Registry
from appliance.records.mails import Mails
from appliance.records.store import Store
from appliance.service.backup import MARK
from appliance.service.verify import verify
from appliance.settings.home import Home
from bench.campaign.kills_home import (
    KilledHome,
    Outcomes,
    in_any_order,
    killed_home,
    passage,
    points,
)
from bench.campaign.order import JobKey
from bench.campaign.trial import Breach, Found

BACKUP = points("backup", "archive", "file")


def backups(book: Outcomes, seed: int, folder: Path, times: int) -> None:
    """The daemon works beside it."""
    kept = folder / "kept"
    with killed_home(book, f"backup {seed}", folder) as home:
        for point in in_any_order(BACKUP, times * 2 // 3, home.rng):
            home.drop(home.rng.randint(1, 3))
            day = home.begin("run", "--once")
            once = point.startswith("backup.")
            at = point if once else passage(point, home.rng, files=6)
            home.live("backup", str(kept), dies_at=at)
            home.wait(day)
            _look(home, kept)
        if code := home.live("backup", str(kept)).code:
            home.book.found.append(Found(Breach.LOST, f"the last backup ends with {code}"))
        _look(home, kept)
        _restored(home, kept)


def _look(home: KilledHome, kept: Path) -> None:
    """A backup that was ever whole is whole, for whoever restores it now."""
    mark = kept / MARK
    if not mark.exists() or "documents" not in json.loads(mark.read_bytes()):
        return
    for told in _flaws(Home(kept)):
        home.book.found.append(Found(Breach.LOST, f"in the backup: {told}"))


def _flaws(copy: Home) -> list[str]:
    registry = Registry(copy.models)
    told = [] if registry.sound(registry.champion()) else ["its champion is not whole"]
    with closing(Store(copy.database)) as store:
        store.database.check()
        problems = verify(
            Archive(copy.archive),
            copy.inbox,
            copy.outbox,
            Quarantine(copy.failed),
            store,
            mailed=Mails(store).noted,
        )
    # Neither results nor failed documents are kept; newer documents than the rows may be there.
    return told + [
        f"{one.where} {one.message}"
        for one in problems
        if not one.harmless and "does not know it" not in one.message
    ]


def _restored(home: KilledHome, kept: Path) -> None:
    """As docs/how-to/keeping.md says, elsewhere: it knows what was known, and goes on."""
    folder = kept.with_name("restored")
    if code := home.live("--home", str(folder), "restore", str(kept)).code:
        home.book.found.append(Found(Breach.LOST, f"its restore ends with {code}"))
        return
    known, copied = (_known(one) for one in (home.home, Home(folder)))
    for docid, doctype in known - copied:
        told = f"{docid[:8]} as {doctype} is not in the backup"
        home.book.found.append(Found(Breach.LOST, told))
    if code := home.live("--home", str(folder), "run", "--once").code:
        home.book.found.append(Found(Breach.LOST, f"what is restored ends with {code}"))


def _known(home: Home) -> set[JobKey]:
    with closing(Store(home.database)) as store:
        return {(job.docid, job.doctype) for job in store.jobs()}
