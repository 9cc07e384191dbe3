"""How many documents a minute a full inbox is done at: with the next ones read meanwhile, and one
after another.

The appliance itself, as its user starts it: a home, scans in its inbox, the model as it comes,
nothing to be accepted yet. The clock runs from when the first document is read, before which both
ways do the same, to when the last is done.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import mean
from typing import Any

from appliance.doctypes import catalogue
from appliance.domain.results import ENDS, JobState, ModelVersion
from appliance.learning.models.registry import Registry
from appliance.records.store import Store
from appliance.service import model_files
from appliance.settings.home import Home
from bench import common
from bench.studies import sides

FOLDER = "sroie"
DOCUMENTS = 6 if common.SMALL else 60
PATIENCE = 3600.0
"""Seconds until a home that is not done ends the bench."""
RESULTS = common.ROOT / "bench" / "results" / "backlog.json"

Look = Callable[[int, int, int], None]
"""Hears the daemon's process id, and how many documents are read and how many done."""

_DOOR = (
    "from appliance.service import pipeline; pipeline.AHEAD = {}\n"
    "from appliance.cli.main import main; main()"
)


def main() -> None:
    served = model_files.add_default(Registry(common.CACHE / "models"))
    _, test = sides(FOLDER, by_party=False, lines=False)
    files = [case.file for case in test[:DOCUMENTS]]
    turns = [(ahead, _rate(served, files, ahead=ahead)) for ahead in (0, 2, 2, 0)]
    rates = {ahead: mean(rate for turn, rate in turns if turn == ahead) for ahead in (0, 2)}
    found: dict[str, Any] = {
        "commit": common.commit(),
        "machine": common.machine(),
        "model": served.name,
        "documents": DOCUMENTS,
        "per_minute": round(rates[2], 1),
        "per_minute_one_by_one": round(rates[0], 1),
        "gain": round(rates[2] / rates[0], 3),
    }
    print(json.dumps(found))
    if not common.SMALL:
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


def _rate(served: ModelVersion, files: Sequence[str], *, ahead: int) -> float:
    """Documents a minute."""
    times: list[float] = []

    def look(daemon: int, read: int, done: int) -> None:
        if (read and not times) or done == len(files):
            times.append(time.monotonic())

    day(served, files, ahead=ahead, look=look)
    return 60 * len(files) / (times[-1] - times[0])


def day(
    served: ModelVersion,
    files: Sequence[str],
    *,
    ahead: int = 2,
    look: Look,
    every: float = 0.02,
) -> None:
    """A home does these files."""
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name))
        home.make()
        registry = Registry(home.models)
        registry.promote(registry.add(Path(served.path)))
        source = catalogue.EXAMPLES / f"{FOLDER}.toml"
        shutil.copy(source, home.doctypes / source.name)
        inbox = home.inbox / FOLDER
        inbox.mkdir()
        for number, file in enumerate(files):
            # A file that comes twice is a document of its own here.
            data = (common.data() / FOLDER / file).read_bytes() + number.to_bytes(4, "big")
            (inbox / f"{number:04}.jpg").write_bytes(data)
        command = [sys.executable, "-c", _DOOR.format(ahead), "--home", name, "run", "--once"]
        with (home.folder / "log").open("wb") as log:
            daemon = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env=os.environ
                | common.PAGES_ALONE
                | {"PYTHONPATH": str(common.ROOT), "APPLIANCE_NIGHT_LABELS": "0"},
            )
            try:
                _watch(home, daemon, len(files), look, every)
            finally:
                daemon.terminate()
                daemon.wait()


def _watch(
    home: Home,
    daemon: subprocess.Popen[bytes],
    files: int,
    look: Look,
    every: float,
) -> None:
    deadline = time.monotonic() + PATIENCE
    with closing(Store(home.database)) as store:
        while True:
            ended = daemon.poll() is not None
            counts = store.counts().items()
            read = sum(n for (_, state), n in counts if state is not JobState.ARRIVED)
            done = sum(n for (_, state), n in counts if state in ENDS)
            look(daemon.pid, read, done)
            if done == files:
                break
            if ended or time.monotonic() > deadline:
                raise SystemExit((home.folder / "log").read_text()[-2000:])
            time.sleep(every)


if __name__ == "__main__":
    main()
