"""Power is cut at every sync of a day's life, and the home goes on from what the disk kept.

A day is lived once, over ``unsynced.c``, which notes every change of the disk. For each moment at
which something is about to be made durable, has been moved, or was said to somebody, a disk is made
as the cut may leave it. Then the appliance starts on it and ends its work. Everything that a person
had seen must be there, once and whole. Limits: files are small, and no device that lies about its
syncs is played; a real cut is not made.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

from appliance.domain.errors import ApplianceError
from appliance.learning.models.registry import CHAMPION
from appliance.settings.home import Home
from bench import common
from bench.campaign.power_disk import Act, Disk, acts, lay
from bench.campaign.power_order import Owed, broken_copy, disorder
from bench.campaign.power_work import BEGIN, KINDS, AtWork, docid_of
from bench.campaign.trial import Breach, Found, Outcome

SOURCE = Path(__file__).with_name("unsynced.c")
LATER = BEGIN + 100_000
"""When the power comes back."""
PATIENCE = 600.0
"""Seconds for a day that takes two."""


@dataclass(frozen=True)
class PowerCuts:
    name: str = "power"
    kinds: tuple[str, ...] = KINDS

    def trials(self, *, small: bool) -> int:
        return 1 if small else 12

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        library = shim()
        if library is None:
            return Outcome(counts={"power: skipped, for there is no C compiler": 1})
        root = folder / "day"
        journal = lived(root, kind, seed, library)
        rng = Random(f"cuts {kind} {seed}")
        found: list[Found] = []
        cuts = 0
        for number, (disk, owed) in enumerate(moments(journal, root)):
            ordered = rng.random() < 0.4
            there = folder / f"cut-{number}"
            lay(disk.remains(rng, ordered=ordered), there)
            cuts += 1
            after = [Found(one.breach, f"cut {number}: {one.told}") for one in ended(there, owed)]
            found += after
            shutil.rmtree(there)
        return Outcome(faults=cuts, found=tuple(found), counts={"power: cuts": cuts})


def shim() -> Path | None:
    """``unsynced.c`` as a library; None where nothing compiles it."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    library = common.CACHE / "campaign" / f"unsynced-{digest}.so"
    if not library.exists():
        library.parent.mkdir(parents=True, exist_ok=True)
        partial = library.with_suffix(f".{os.getpid()}")
        flags = ["-O1", "-Wall", "-Wextra", "-shared", "-fPIC"]
        subprocess.run([compiler, *flags, "-o", partial, SOURCE, "-ldl", "-lpthread"], check=True)
        partial.replace(library)
    return library


def lived(root: Path, kind: str, seed: int, library: Path) -> list[Act]:
    """A day in a folder, as the disk was changed by it."""
    root.mkdir()
    journal = root.parent / "journal"
    subprocess.run(
        [sys.executable, "-m", "bench.campaign.power_work", root, kind, str(seed)],
        env=os.environ
        | {
            "LD_PRELOAD": str(library),
            "UNSYNCED_ROOT": str(root),
            "UNSYNCED_JOURNAL": str(journal),
        },
        cwd=common.ROOT,
        timeout=PATIENCE,
        check=True,
    )
    return list(acts(journal.read_bytes()))


def moments(journal: list[Act], root: Path) -> Iterator[tuple[Disk, Owed]]:
    """The disk before each sync, and after each move and each word to somebody, with what is owed
    to people by then. The same two objects each time."""
    disk, owed = Disk(str(root)), Owed()
    for act in journal:
        if act.kind in "SF":
            yield disk, owed
        _see(act, disk, owed, root / "home")
        disk.do(act)
        if act.kind in "RM":
            yield disk, owed


def _see(act: Act, disk: Disk, owed: Owed, home: Path) -> None:
    """What people see of an act that is about to be done."""
    if act.kind == "M":
        if key := act.said.get("approved"):
            owed.approved[key[0], key[1]] += 1
        if name := act.said.get("serves"):
            owed.serves = {name}
        return
    if act.kind not in "RU":
        return
    path, now = act.first.decode(), PurePosixPath(act.second.decode())
    if _dropped(path, home) and (act.kind == "U" or now.is_relative_to(home / "inbox/.taken")):
        owed.taken.add(docid_of(disk.at(path) or b""))
    if owed.serves and now == PurePosixPath(home / "models" / CHAMPION):
        owed.serves.add(json.loads(disk.at(path) or b"")["name"])
    outbox = home / "outbox"
    if act.kind == "R" and now.is_relative_to(outbox) and ".staged" not in now.parts:
        result = json.loads(disk.at(path) or b"")
        owed.delivered[now.relative_to(outbox).as_posix()] = result["revision"]


def _dropped(path: str, home: Path) -> bool:
    where = PurePosixPath(path)
    inbox = home / "inbox"
    if not where.is_relative_to(inbox):
        return False
    return not any(part.startswith(".") for part in where.relative_to(inbox).parts)


def ended(folder: Path, owed: Owed) -> Iterator[Found]:
    """What is wrong once the home in ``folder`` has done all that it can."""
    home = Home(folder / "home")
    try:
        for _ in range(2):
            with closing(AtWork(home, now=LATER)) as at_work:
                at_work.look()
                at_work.work()
        yield from disorder(home, owed)
    except (ApplianceError, OSError) as error:
        yield Found(Breach.DAEMON_DEATH, f"it does not go on: {error!r}")
    yield from broken_copy(folder / "backup")
