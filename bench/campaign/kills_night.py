"""A night is killed between its steps, its training too; each time it goes on to the same end.

The real night: Unsloth trains the random model on notes that were imported with their labels. From
the trained state it is killed on its way to the verdict again and again, and to a promotion, which
the verdict of such a model would never give: it is written into the night's folder. At last notes
are forgotten that the promoted version learned from.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from appliance.domain.results import GateOutcome
from appliance.learning.importing.manifest import listed
from appliance.learning.models.registry import Registry
from appliance.learning.night.folder import TIMES, NightFolder
from appliance.learning.trainer import tuning
from appliance.records.store import Store
from appliance.service import wiring
from appliance.settings import config
from bench.campaign.kills_home import SETTINGS, KilledHome, Outcomes, killed_home, passage, points
from bench.campaign.kills_lives import children
from bench.campaign.kills_papers import NOTE, docid, note, said_in
from bench.campaign.order import found_wrong
from bench.campaign.trial import Breach, Found

NOTES = 18
BEFORE = ("night.collected", "night.planned")
"""Before anything is trained."""
AFTER = tuple(name for name in points("night") if name not in BEFORE)
ANYWHERE = points("file", "records")
SERVED = "erasure.served"
"""Passed once alone: where the version goes that learned what is forgotten."""
FORGET = tuple(name for name in points("erasure") if name != SERVED)
DECIDED = "night.decided"
"""Where it is always killed, for its verdict may be written anew there."""
ENTERING = AFTER[AFTER.index(DECIDED) + 1 :]
"""What follows from the verdict is one step of the night, cut so often at most: any of these."""
MOST = 6
"""Kills on the way from the trained state to the end, about."""
_KEPT = ("appliance.db", "models")
"""What a night changes."""


def nights(book: Outcomes, seed: int, folder: Path, times: int) -> None:
    with killed_home(book, f"night {seed}", folder) as home:
        _label(home)
        for point in BEFORE:
            home.live("tune", dies_at=point)
        _training(home)
        if not home.live("tune", dies_at="night.trained").killed:
            home.died("the night does not come to the end of its training")
            return
        trained = folder / "trained"
        _copy(home.home.folder, trained)
        ends = set()
        for left in reversed(range(max(1, times // MOST))):
            _put_back(trained, home.home.folder)
            ends.add(_to_the_end(home, promoted=not left or home.rng.random() < 0.7))
            home.book.found += found_wrong(home.home, home.dropped, collected=home.collected)
        _forget(home)
        if len(ends) > 1:
            told = f"nights that were killed end otherwise: {sorted(ends)}"
            home.book.found.append(Found(Breach.BELIEVED, told))


def _label(home: KilledHome) -> None:
    given = home.home.folder.with_name("given")
    given.mkdir()
    lines = []
    for number in range(NOTES):
        text = note(number, home.rng)
        (given / f"{number}.txt").write_bytes(text)
        lines.append(json.dumps({"file": f"{number}.txt", "labels": said_in(text.decode())}))
        home.dropped.add((docid(text), NOTE))
    (given / "labels.jsonl").write_text("\n".join(lines), encoding="utf-8")
    settings = config.load(home.home.folder, SETTINGS)
    kind = wiring.doctype(home.home, NOTE)
    with wiring.importer(home.home, settings, who="owner") as importer:
        list(importer.run(given, listed(given, kind).given, kind))


def _training(home: KilledHome) -> None:
    """The night's process and the child that trains, at random moments, a kill each: of three that
    nobody lives to tell of a night is given up."""
    for victim in ("night", "trainer"):
        pid = home.begin("tune")
        log = NightFolder(home.home.models).path / tuning.LOG
        while not log.exists() and not _is_over(pid):
            time.sleep(0.1)
        time.sleep(home.rng.uniform(0, 5))
        those = [pid] if victim == "night" else children(pid)
        for one in those[:1]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
                home.book.killed(f"a random moment of the {victim}")
        home.wait(pid)
        log.unlink(missing_ok=True)


def _is_over(pid: int) -> bool:
    """A process that nobody has waited for yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _to_the_end(home: KilledHome, *, promoted: bool) -> str:
    """SHA-256 of the version that came of it; empty where none did."""
    registry, folder = Registry(home.home.models), NightFolder(home.home.models)
    first = registry.champion()
    kills = Counter[str]()
    chosen = {DECIDED, *home.rng.sample(ENTERING, TIMES - 1)}
    for point in AFTER:
        if point not in chosen and (point in ENTERING or home.rng.random() < 0.4):
            continue
        if not folder.path.exists():
            break
        if promoted:
            _promote(home, folder)
        if kills[folder.stage()] == TIMES - 1:
            continue  # of one more the night would be given up
        elsewhere = point != DECIDED and home.rng.random() < 0.3
        at = passage(home.rng.choice(ANYWHERE), home.rng, files=3) if elsewhere else point
        killed = home.live("tune", dies_at=at).killed
        if killed and at != DECIDED and folder.path.exists():
            kills[folder.stage()] += 1
    if folder.path.exists() and (code := home.live("tune").code):
        home.died(f"the night ended with {code}")
    made = [one for one in registry.versions() if one.name != first.name]
    if len(made) != 1:
        told = f"{len(made)} versions came of one night"
        home.book.found.append(Found(Breach.DUPLICATED, told))
        return ""
    (version,) = made
    won = version.verdict and version.verdict.outcome is GateOutcome.PROMOTED
    if registry.champion().name != (version.name if won else first.name):
        told = f"{registry.champion().name} serves after the verdict {version.verdict}"
        home.book.found.append(Found(Breach.BELIEVED, told))
    return version.sha256


def _promote(home: KilledHome, folder: NightFolder) -> None:
    """The verdict, as long as nothing has followed from it."""
    judged = folder.judged()
    with closing(Store(home.home.database)) as store:
        if judged and not store.database.rows("select 1 from decisions"):
            verdict = replace(judged.verdict, outcome=GateOutcome.PROMOTED)
            folder.decide(replace(judged, verdict=verdict))


def _forget(home: KilledHome) -> None:
    """Some notes, and with them the version that serves, which learned from most."""
    left = sorted(key for key, _ in home.dropped)
    while left and not home.forget(left[0], dies_at=SERVED).killed:
        del left[0]
    for point, gone in zip((*FORGET, ""), left, strict=False):
        home.forget(gone, dies_at=point)
    if len(versions := Registry(home.home.models).versions()) > 1:
        told = f"{[one.name for one in versions]} stay, of which one learned what is forgotten"
        home.book.found.append(Found(Breach.BELIEVED, told))


def _copy(home: Path, kept: Path) -> None:
    kept.mkdir()
    for name in _KEPT:
        source = home / name
        if source.is_dir():
            shutil.copytree(source, kept / name)
        else:
            shutil.copy2(source, kept / name)


def _put_back(kept: Path, home: Path) -> None:
    for name in ("appliance.db-wal", "appliance.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "models")
    shutil.copytree(kept / "models", home / "models")
    shutil.copy2(kept / "appliance.db", home / "appliance.db")
