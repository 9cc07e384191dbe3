"""Runs trials, several at a time, and keeps each that has ended."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench import common
from bench.campaign.trial import Breach, Found, Outcome, Part

AT_ONCE = 2
A_POOL = 40
"""Trials after which their processes end and give back their memory. ``max_tasks_per_child`` would
do so without a pause, but Python 3.11 hangs with it (its issue 115634)."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A trial that has ended."""

    part: str
    kind: str
    seed: int
    outcome: Outcome


def run(part: Part, *, seeds: Sequence[int]) -> Iterator[Ended]:
    """The trials of ``part``, each kind with each seed; those of before first. A trial counts for
    the sources of the appliance and of its part as they stand."""
    book = _Book(part)
    known = {(one.kind, one.seed): one for one in book.ended()}
    todo = [(kind, seed) for seed in seeds for kind in part.kinds]
    yield from (known[one] for one in todo if one in known)
    fresh = [one for one in todo if one not in known]
    for first in range(0, len(fresh), A_POOL):
        for ended in _pooled(part, fresh[first : first + A_POOL]):
            book.add(ended)
            yield ended


def _pooled(part: Part, trials: Sequence[tuple[str, int]]) -> Iterator[Ended]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=context) as pool:
        tasks = {pool.submit(_trial, part, kind, seed): (kind, seed) for kind, seed in trials}
        try:
            for done in as_completed(tasks):
                kind, seed = tasks[done]
                yield Ended(part.name, kind, seed, done.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _trial(part: Part, kind: str, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return part.run(kind, seed, Path(name))


class _Book:
    """What has ended, a line each."""

    def __init__(self, part: Part) -> None:
        self._name = part.name
        folder = common.CACHE / "campaign"
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{part.name}-{sources(part)}.jsonl"

    def ended(self) -> Iterator[Ended]:
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                found = tuple(Found(Breach(one["breach"]), one["told"]) for one in row.pop("found"))
                kind, seed = row.pop("kind"), row.pop("seed")
                yield Ended(self._name, kind, seed, Outcome(found=found, **row))

    def add(self, ended: Ended) -> None:
        # asdict() makes a Counter anew from pairs, and so counts the pairs.
        outcome = replace(ended.outcome, counts=dict(ended.outcome.counts))
        row = {"kind": ended.kind, "seed": ended.seed, **asdict(outcome)}
        with self._path.open("a", encoding="utf-8") as book:
            book.write(json.dumps(row, ensure_ascii=False) + "\n")


def sources(part: Part) -> str:
    """Names those of the appliance, and all in ``bench/`` that this part is made of."""
    made_of: set[Path] = set()
    _follow(Path(inspect.getfile(type(part))), made_of)
    compiled = Path(__file__).parent.glob("*.c")
    whole = hashlib.sha256()
    for path in sorted([*(common.ROOT / "appliance").rglob("*.py"), *made_of, *compiled]):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def _follow(path: Path, found: set[Path]) -> None:
    """Adds the file to those ``found``, and whatever of ``bench/`` it imports."""
    if path in found or not path.exists():
        return
    found.add(path)
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bench":
            module = common.ROOT / (node.module or "").replace(".", "/")
            for name in (module, *(module / one.name for one in node.names)):
                _follow(name.with_suffix(".py"), found)
