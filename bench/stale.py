"""Which recorded figures rest on code that has changed since.

Every file of ``bench/results`` names the commit at which its figures were made. A figure is stale
if a commit since then changed an answer, which the versions of reading, extraction and e-invoices
tell, or changed the module of the bench itself.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.common import ROOT

RESULTS = ROOT / "bench" / "results"
VERSIONS = {
    "reading": ("appliance/reading/__init__.py", "READING"),
    "extraction": ("appliance/extraction/__init__.py", "EXTRACTION"),
}
"""By what is versioned, the file and the constant that says which version it is."""


def stale() -> Iterator[str]:
    """Yield a line for each file of results, the oldest first: its commit, its day, and what has
    changed since."""
    told = []
    for path in sorted(RESULTS.rglob("*.json")):
        commit = _commit(json.loads(path.read_text(encoding="utf-8")))
        if commit and (day := _git("log", "-1", "--format=%cs", commit)):
            told.append((day, path.relative_to(RESULTS).as_posix(), commit))
    for day, name, commit in sorted(told):
        changed = "; ".join(_changed(commit, _bench(name))) or "nothing"
        yield f"{day} {commit} {name}: {changed}"


def _changed(commit: str, bench: Path | None) -> Iterator[str]:
    for what, (file, constant) in VERSIONS.items():
        then, now = (
            _version(_git("show", f"{commit}:{file}"), constant),
            _version((ROOT / file).read_text(encoding="utf-8"), constant),
        )
        if then != now:
            yield f"{what} {then} is {now}"
    if bench and (commits := _git("log", "--oneline", f"{commit}..", "--", str(bench))):
        yield f"{len(commits.splitlines())} commits to {bench.relative_to(ROOT)}"


def _commit(result: Any) -> str | None:
    """Return the commit that a result names; a bench in parts names one in each of its files."""
    named = result.get("commit") if isinstance(result, Mapping) else None
    return re.sub(r"\W+$", "", named) if isinstance(named, str) else None


def _bench(name: str) -> Path | None:
    """Return the module or folder that makes a file of results; None if no module has its name."""
    stem = Path(name).parts[0].removesuffix(".json")
    for path in (ROOT / "bench" / stem, ROOT / "bench" / f"{stem}.py"):
        if path.exists():
            return path
    return None


def _version(text: str, constant: str) -> str:
    found = re.search(rf"^{constant}\s*=\s*(\S+)", text, re.M)
    return found.group(1) if found else "unknown"


@cache
def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
