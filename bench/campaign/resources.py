"""The machine fails a home at work: no room, no inodes, disks that fail or are away, a database
that is held, clocks that are wrong, files that are too many, too long or not ours.

A home lives in a process of its own (``resources_day.py``), over ``unsynced.c``, which lets writes
fail. Afterwards nothing may be lost or doubled, no document may have paid, and whatever ended with
an error must have said in words what to do. Limits: the model is made up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import common
from bench.campaign.power import shim
from bench.campaign.resources_day import KINDS
from bench.campaign.trial import Breach, Found, Outcome

PATIENCE = 7200.0
"""Seconds for one life, of which the longest takes minutes."""


@dataclass(frozen=True)
class Resources:
    name: str = "resources"
    kinds: tuple[str, ...] = tuple(KINDS)

    def trials(self, *, small: bool) -> int:
        return 1 if small else 8

    def run(self, kind: str, seed: int, folder: Path) -> Outcome:
        library = shim()
        if library is None:
            return Outcome(counts={"resources: skipped, for there is no C compiler": 1})
        if kind == "many" and seed:
            return Outcome()  # it has no chance in it
        root = folder / "life"
        root.mkdir()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bench.campaign.resources_day", root, kind, str(seed)],
                env=os.environ | {"LD_PRELOAD": str(library), "UNSYNCED_ROOT": str(root)},
                cwd=common.ROOT,
                timeout=PATIENCE,
                capture_output=True,
                text=True,
            )
        except subprocess.TimeoutExpired:
            return Outcome(faults=1, found=(Found(Breach.HANG, f"over {PATIENCE:.0f} s"),))
        if done.returncode:
            told = done.stderr.strip().splitlines()[-1:]
            return Outcome(faults=1, found=(Found(Breach.DAEMON_DEATH, f"it ended: {told}"),))
        said = json.loads(done.stdout)
        found = tuple(Found(Breach(breach), told) for breach, told in said["found"])
        return Outcome(faults=said["faults"], found=found)
