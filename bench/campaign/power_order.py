"""Is a home in order after a fault? Compared with what people had seen and been told before it.

Nobody collects and nobody takes anything away here, so what ``verify`` calls harmless because
somebody may have taken it is none.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance.domain.errors import ApplianceError
from appliance.domain.results import ENDS, JobState
from appliance.intake.archive import Archive
from appliance.intake.quarantine import SUFFIX, Quarantine
from appliance.learning.models.registry import Registry
from appliance.records.reviews import Reviews
from appliance.records.store import Store
from appliance.service import wiring
from appliance.settings.home import Home
from bench.campaign.trial import Breach, Found

JobKey = tuple[str, str]
"""Docid and document type."""
_SAYS = (
    ("holds other bytes", Breach.HALF_WRITTEN),
    ("cannot be read as a result", Breach.HALF_WRITTEN),
    ("lies there, but has not failed", Breach.DUPLICATED),
)


@dataclass(slots=True)
class Owed:
    """What a home may not forget."""

    taken: set[str] = field(default_factory=set)
    """Docids of what was seen to leave the inbox."""
    approved: Counter[JobKey] = field(default_factory=Counter)
    """How often a station said that it is."""
    delivered: dict[str, int] = field(default_factory=dict)
    """Revisions of results that were seen, by path relative to the outbox."""
    serves: set[str] = field(default_factory=set)
    """Versions of which one has to serve: the one that was said to, and one promoted since."""


def disorder(home: Home, owed: Owed) -> Iterator[Found]:
    """Of a home that has done all that it can do by itself."""
    with closing(Store(home.database)) as store:
        store.database.check()
        jobs = list(store.jobs())
        for docid in owed.taken - {job.docid for job in jobs}:
            yield Found(Breach.LOST, f"{docid[:8]} was taken, and no job knows it")
        for job in jobs:
            if job.state not in ENDS:
                yield Found(Breach.LOST, f"{job.source} stays {job.state}: {job.reason}")
            if job.state is JobState.FAILED and "attempts" in job.reason:
                yield Found(Breach.LOST, f"{job.source} paid for the fault: {job.reason}")
        reviews = Reviews(store)
        for problem in wiring.verify(home, store):
            if problem.harmless and "failed/" in problem.message:
                continue  # a clerk refuses it in the records, and then it is shown
            if problem.where.startswith("models") and not owed.serves:
                continue  # nobody was told yet that a model serves
            breach = next((one for says, one in _SAYS if says in problem.message), Breach.LOST)
            yield Found(breach, f"verify: {problem.where} {problem.message}")
        said = {(job.docid, job.doctype): job for job in jobs}
        for key, times in owed.approved.items():
            there = reviews.reviews(said[key]) if key in said else []
            if sum(one.outcome == "approved" for one in there) < times:
                yield Found(Breach.LOST, f"an approval of {key[0][:8]} is gone")
    yield from _outbox(home.outbox, owed)
    yield from _strays(home)
    yield from _serving(Registry(home.models), owed.serves)


def _outbox(outbox: Path, owed: Owed) -> Iterator[Found]:
    seen: Counter[JobKey] = Counter()
    revisions: dict[str, int] = {}
    for path in sorted(outbox.glob("[!.]*/**/*")):
        name = path.relative_to(outbox).as_posix()
        if path.is_dir():
            continue
        try:
            result = json.loads(path.read_bytes())
            seen[result["docid"], result["doctype"]] += 1
            revisions[name] = result["revision"]
        except (ValueError, KeyError, TypeError):
            yield Found(Breach.HALF_WRITTEN, f"{name} in the outbox is no result")
    for key, times in seen.items():
        if times > 1:
            yield Found(Breach.DUPLICATED, f"{times} results of {key[0][:8]} lie in the outbox")
    for name, revision in owed.delivered.items():
        if revisions.get(name, 0) < revision:
            yield Found(Breach.LOST, f"revision {revision} of {name} is gone from the outbox")


def _strays(home: Home) -> Iterator[Found]:
    kept = {one.path for one in Quarantine(home.failed).kept()}
    for path in sorted(home.failed.iterdir()):
        if not path.name.endswith((SUFFIX, ".partial")) and path not in kept:
            yield Found(Breach.HALF_WRITTEN, f"{path.name} lies in failed/, and nothing says why")
    for path in sorted(home.inbox.rglob("*")):
        inside = path.relative_to(home.inbox)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield Found(Breach.LOST, f"{inside} stays in the inbox")


def _serving(registry: Registry, may: set[str]) -> Iterator[Found]:
    if may:
        champion = registry.champion()
        if champion.name not in may:
            yield Found(Breach.LOST, f"{champion.name} serves, and not one of {sorted(may)}")
        if not registry.sound(champion):
            yield Found(Breach.HALF_WRITTEN, f"the file of {champion.name}, which serves")


def broken_copy(folder: Path) -> Iterator[Found]:
    """Of a backup: if it has a database, that is whole, and so is each of its documents."""
    if not Home(folder).database.exists():
        return
    archive = Archive(Home(folder).archive)
    try:
        with closing(Store(Home(folder).database)) as store:
            store.database.check()
            docids: Iterable[str] = [job.docid for job in store.jobs()]
    except ApplianceError as error:
        yield Found(Breach.LOST, f"the backup does not open: {error}")
        return
    for docid in docids:
        if not archive.intact(docid):
            yield Found(Breach.LOST, f"{docid[:8]} is not whole in the backup")
