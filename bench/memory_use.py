"""How much memory the appliance takes while it does scans, and whether it takes more and more.

Daemon and children together, as the system shares it out (PSS: what several processes share counts
once), looked at twice a second.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from appliance.learning.models.registry import Registry
from appliance.service import model_files
from bench import common
from bench.backlog import FOLDER, day

DOCUMENTS = 12 if common.SMALL else 500
SETTLED = 4 if common.SMALL else 50
"""Documents after which it has all that it needs; as many are looked at in the end."""


def main() -> None:
    served = model_files.add_default(Registry(common.CACHE / "models"))
    files = [sample.row["file"] for sample in common.samples(common.data() / FOLDER)]
    files = [files[at % len(files)] for at in range(DOCUMENTS)]
    seen: list[tuple[int, float]] = []
    began = time.monotonic()
    day(served, files, look=lambda pid, read, done: seen.append((done, pss(pid))), every=0.5)
    minutes = (time.monotonic() - began) / 60
    first = [held for done, held in seen if SETTLED <= done < 2 * SETTLED]
    last = [held for done, held in seen if done >= DOCUMENTS - SETTLED]
    peak = max(held for _, held in seen)
    growth = median(last) - median(first)
    figures = {"pss_mb": round(peak / 1e6), "growth_mb_500": round(growth / 1e6, 1)}
    report = [
        "## Memory",
        "",
        f"Daemon, reader and extractor with {served.name}, {DOCUMENTS} receipt scans in"
        f" {minutes:.0f} minutes: at most",
        f"**{peak / 1e6:.0f} MB** together (PSS). Median over documents {SETTLED} to",
        f"{2 * SETTLED}: {median(first) / 1e6:.0f} MB, over the last {SETTLED}:"
        f" {median(last) / 1e6:.0f} MB.",
    ]
    common.record("memory_use", n=DOCUMENTS, figures=figures, report="\n".join(report))


def pss(process: int) -> float:
    """Bytes of a process and all below it."""
    return sum(map(_own, family(process)))


def family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            below = task.read_text().split()
        except OSError:  # it has just ended
            continue
        for child in below:
            yield from family(int(child))


def _own(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return 1024.0 * int(re.findall(r"^Pss:\s+(\d+)", told, re.MULTILINE)[0])


if __name__ == "__main__":
    main()
