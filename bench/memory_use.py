"""How much memory the appliance takes while it does scans, and whether it takes more and more.

Daemon and children together, as the system shares it out (PSS: what several processes share counts
once), looked at twice a second.
"""

from __future__ import annotations

import time
from statistics import median

import psutil

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
    try:
        whole = psutil.Process(process)
        family = [whole, *whole.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(map(_own, family))


def _own(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except psutil.Error:  # it has just ended
        return 0.0


if __name__ == "__main__":
    main()
