"""A tuning that was prepared in a folder, seen through to its end by the night's own child."""

from __future__ import annotations

import time
from pathlib import Path

from rich.progress import Progress as Bars

from appliance.learning.trainer import tuning

MEMORY = 4_000_000_000
"""Bytes that a tuning may take."""


def train(folder: Path) -> None:
    with Bars() as bars:
        task = bars.add_task("tuning", total=None)
        child = tuning.start(folder)
        while child.poll() is None:
            if now := tuning.progress(folder):
                bars.update(
                    task, description=now.phase, completed=now.done, total=now.steps or None
                )
            time.sleep(2)
    if child.returncode:
        raise SystemExit(f"the tuning of {folder} ended: {tuning.last_words(folder)}")
