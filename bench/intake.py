"""200 files dropped while the daemon is killed again and again: does each end in exactly one place?

A third is dropped while the daemon is stopped; some come twice, some are broken, some are written
slowly, some are written again under the same name at the moment they are claimed. What counts is
what lies in the outbox, in the queue and in failed/ at the end. Limits: one machine, a local disk,
small notes, and a settle time of 1 s instead of 5.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from random import Random
from types import MappingProxyType

from appliance.domain.results import ENDS, JobState
from appliance.intake.quarantine import Quarantine
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.service import model_files
from appliance.settings.home import Home
from bench.common import CACHE, SMALL, record, settings
from bench.drops import DOCTYPE, Drop, drops, put
from bench.granted import accept_all

SEED = 20
FILES = 20 if SMALL else 200
KILLS = 3 if SMALL else 30
SETTLE = 1.0
LONGEST = 12.0
"""Seconds between a start of the daemon and its kill; it needs one to come up."""
PATIENCE = 7200.0
"""Seconds until a queue that does not empty ends the bench."""
NONE: Mapping[str, object] = MappingProxyType({})
SETTINGS: dict[str, object] = {
    "INBOX_SETTLE": SETTLE,
    "INBOX_LISTING": 2.0,
    "PROMISE_NEW_SENDER": 0,
    "EXTRACTION_THREADS": 1,
    "EINVOICE_USE": False,
}


def main() -> None:
    home = fresh_home()
    rng = Random(SEED)
    todo = drops(FILES, rng)
    rounds = [todo[start :: KILLS + 1] for start in range(KILLS + 1)]
    with ThreadPoolExecutor(max_workers=FILES) as hands:
        dropped: list[Future[None]] = []
        for those in rounds[:-1]:
            with running(home, those, rng, hands, dropped) as daemon:
                end(daemon, signal.SIGKILL)
        with running(home, rounds[-1], rng, hands, dropped) as daemon:
            for each in dropped:
                each.result()
            wait_until_done(home)
            end(daemon, signal.SIGTERM)
    figures, report = outcome(home, todo)
    record("intake", n=FILES, figures=figures, report=report)


@contextmanager
def running(
    home: Home, those: list[Drop], rng: Random, hands: Executor, dropped: list[Future[None]]
) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon at a random moment of its work: a third of ``those`` was dropped before its start,
    the others while it ran."""
    before = len(those) // 3 + (rng.random() < len(those) % 3 / 3)
    dropped += [hands.submit(put, one, home.inbox, settle=SETTLE) for one in those[:before]]
    daemon = start(home)
    try:
        for one in those[before:]:
            time.sleep(rng.uniform(0, LONGEST / (len(those) + 1)))
            dropped.append(hands.submit(put, one, home.inbox, settle=SETTLE))
        time.sleep(rng.uniform(0, LONGEST / 2))
        yield daemon
    finally:
        daemon.kill()


def fresh_home() -> Home:
    home = Home(CACHE / "intake")
    shutil.rmtree(home.folder, ignore_errors=True)
    home.make()
    model_files.add_default(Registry(home.models))
    (home.doctypes / "note.toml").write_text(DOCTYPE, encoding="utf-8")
    (home.inbox / "note").mkdir()
    accept_all(home, settings())  # so that some are delivered
    return home


def appliance(home: Home, *words: str) -> list[str]:
    door = "from appliance.cli.main import main; main()"
    return [sys.executable, "-c", door, "--home", str(home.folder), *words]


def start(home: Home, others: Mapping[str, object] = NONE) -> subprocess.Popen[bytes]:
    """``others`` go before ``SETTINGS``."""
    environment = {
        f"APPLIANCE_{key}": str(value) for key, value in ({**SETTINGS, **others}).items()
    }
    with (home.folder / "daemon.log").open("ab") as log:
        return subprocess.Popen(
            appliance(home, "run"), stdout=log, stderr=log, env=os.environ | environment
        )


def end(daemon: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if daemon.poll() is not None:
        raise SystemExit(f"the daemon had ended by itself ({daemon.returncode}): see its log")
    daemon.send_signal(number)
    daemon.wait()


def wait_until_done(home: Home) -> None:
    deadline = time.monotonic() + PATIENCE
    with closing(Store(home.database)) as store:
        while time.monotonic() < deadline:
            time.sleep(1)
            dropped = any(path.is_file() for path in home.inbox.rglob("*"))
            if not dropped and all(job.state in ENDS for job in store.jobs()):
                return
    raise SystemExit(f"not done after {PATIENCE:.0f} s: see {home.folder}")


def outcome(home: Home, todo: list[Drop]) -> tuple[dict[str, int], str]:
    expected = {job for drop in todo for job in drop.jobs}
    outbox = Counter(delivered(home))
    failed = Counter(shown_as_failed(home))
    with closing(Store(home.database)) as store:
        queue = Counter((job.docid, job.doctype) for job in store.jobs(JobState.HELD))
        known = {(job.docid, job.doctype) for job in store.jobs()}
        arrivals = store.repeats() + len(known)
        sent = [len(store.deliveries(job)) for job in store.jobs()]
    places = Counter({job: 0 for job in expected})
    for place in (outbox, queue, failed):
        places.update(place.keys())
    verified = subprocess.run(appliance(home, "verify"), capture_output=True, text=True)
    figures = {
        "dropped": sum(drop.files for drop in todo),
        "documents": len(expected),
        "arrivals": arrivals,
        "lost": sum(count == 0 for count in places.values()),
        "in_two_places": sum(count > 1 for count in places.values()),
        "duplicated": sum(count > 1 for count in [*outbox.values(), *sent]),
        "invented": len(known - expected),
        "verify_exit": verified.returncode,
        "delivered": len(outbox),
        "held": len(queue),
        "failed": len(failed),
        "kills": KILLS,
    }
    return figures, table(figures, verified.stdout)


def delivered(home: Home) -> list[tuple[str, str]]:
    results = [json.loads(path.read_bytes()) for path in home.outbox.glob("*/[!.]*.json")]
    return [(result["docid"], result["doctype"]) for result in results]


def shown_as_failed(home: Home) -> list[tuple[str, str]]:
    """All of them are notes; a file that is not its document does not count."""
    return [
        (kept.docid, "note")
        for kept in Quarantine(home.failed).kept()
        if hashlib.sha256(kept.path.read_bytes()).hexdigest() == kept.docid
    ]


def table(figures: dict[str, int], verified: str) -> str:
    lines = [
        "## Intake",
        "",
        f"{figures['dropped']} files ({figures['documents']} different documents) were dropped, a",
        "third of them while the daemon was stopped. The daemon was killed (SIGKILL)",
        f"{figures['kills']} times at a random moment. `lost`: a document in none of outbox, queue",
        "and failed. `duplicated`: delivered more than once. `invented`: delivered but never",
        "dropped. `arrivals` should equal `dropped`.",
        "",
        "| " + " | ".join(figures) + " |",
        "|" + "---|" * len(figures),
        "| " + " | ".join(str(value) for value in figures.values()) + " |",
        "",
        f"`appliance verify` at the end: {verified.strip()}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
