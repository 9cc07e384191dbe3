"""What the station costs in keys for the tasks that were walked, and what a monkey does to it.

Four tasks on the demo's documents, by the scripted clerk who knows what they say: how many keys.
A monkey at the real station, before forty real documents of which a third is keyed blind: what it
decided without being asked for. The tests that bear a finding's number: which ones are mended.
"""

from __future__ import annotations

import ast
import asyncio
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from appliance.domain.sections import NOTHING, WHOLE, Section
from appliance.records.store import Store
from appliance.review.desk import Desk
from appliance.review.draft.draft import Draft
from appliance.review.draft.places import FieldRef
from appliance.review.editor import shortest
from appliance.review.editor.editor import Coming, take_up
from appliance.review.editor.shortest import Wanted, way
from appliance.review.scripted import KEYBOARD, KnownValues, ScriptedClerk, pressed, steps
from appliance.samples import make
from appliance.service import wiring
from appliance.settings.home import Home
from bench import common
from bench.held import fill
from bench.monkey import Monkey, Outcome
from bench.review import p95
from bench.waits import waits

FINDINGS = [*(f"A{at}" for at in range(1, 12)), *(f"B{at}" for at in range(1, 7))]
FINDINGS += [*(f"C{at}" for at in range(1, 15)), *(f"D{at}" for at in range(1, 7))]
"""Of the walk: a wrong outcome, time lost, what confuses, what is not beautiful."""
REASONS: dict[str, str] = {}
"""Of findings that are not mended, why."""
KEYS = 600 if common.SMALL else 20_000
DOCUMENTS = 3 if common.SMALL else 20
"""Of each folder, before the monkey."""
SEED = 25
GOALS = {"blind_invoice": 90, "table_18_rows": 80, "receipt": 6, "undo": 12}
BEFORE = {"blind_invoice": 135, "table_18_rows": 285, "receipt": 4, "undo": 18}
"""Keys of the walk by hand."""
WORK = common.CACHE / "station"


def main() -> None:
    pressed = tasks(_home("demo", _demo))
    held = _home(f"held-{DOCUMENTS}", _held)
    with _copied(held) as copy:  # first, while nothing else computes
        keys = waits(copy, skip=DOCUMENTS).keys
    outcome = asyncio.run(monkey(held))
    passing = tested()
    mended = [finding for finding in FINDINGS if finding in passing]
    figures = {
        "findings": len(FINDINGS),
        "mended": len(mended),
        "monkey_keys": outcome.keys,
        "monkey_decided": outcome.decided,
        "monkey_unmeant": len(outcome.unmeant),
        "monkey_lost": outcome.lost,
        "monkey_bugs": len(outcome.bugs),
        **{f"keys.{task}": count for task, count in pressed.items()},
        "p95_key_ms": round(p95(keys), 1),
        "timed_keys": len(keys),
    }
    missing = {finding: REASONS.get(finding, "") for finding in FINDINGS if finding not in mended}
    told = report(figures, pressed, outcome, missing)
    common.record("station", n=2 * DOCUMENTS, figures=figures, report=told, reasons=missing)
    for screen in outcome.unmeant[:3]:
        print(screen)


def _home(name: str, make_it: Callable[[Home], None]) -> Home:
    """Made once: what a model answered does not change with the station."""
    home = Home(WORK / name)
    if not (home.folder / "made").exists():
        shutil.rmtree(home.folder, ignore_errors=True)
        make_it(home)
        (home.folder / "made").touch()
    return home


def _demo(home: Home) -> None:
    command = [sys.executable, "-m", "appliance", "demo", str(home.folder)]
    subprocess.run(command, cwd=common.ROOT, env=os.environ | common.PAGES_ALONE, check=True)


def _held(home: Home) -> None:
    fill(home, [("sroie", DOCUMENTS), ("ad_orders", DOCUMENTS)], evidence=3)


# Keys


def tasks(home: Home) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        samples = make.demo(Path(folder))
        known = {}
        for sample in samples:
            labels = sample.draft.truth.labels()
            rows = tuple(labels.pop(sample.draft.truth.table, ()))
            known[sample.path.name] = KnownValues(labels, rows)
        with (
            _copied(home) as copy,
            wiring.desk(copy, common.settings(), station="b", clerk="b") as desk,
        ):
            found = {
                "blind_invoice": sum(_keys(desk, known, "invoice-en.pdf", blind=WHOLE).values()),
                "table_18_rows": _of_table(desk, known, "invoice-de-two-pages.pdf"),
                "receipt": sum(_keys(desk, known, "receipt-en-bad-scan.jpg").values()),
            }
            return {**found, "undo": _undo(desk, known, "receipt-en-bad-scan.jpg")}


def _keys(
    desk: Desk, known: dict[str, KnownValues], name: str, *, blind: frozenset[Section] = NOTHING
) -> dict[FieldRef, int]:
    """By the place where they were pressed, from the document's opening to its approval: with the
    rows mended or typed anew, as it takes fewer."""
    draft, ways = _draft(desk, name, blind=blind), []
    for clears in (False, True):
        state, pressed = take_up(draft), defaultdict[FieldRef, int](int)
        for step, after in steps(state, ScriptedClerk(draft, known[name], clears=clears)):
            pressed[step.place] += len(step.way) + len(step.keys)
            state = after
        if not state.done:
            raise SystemExit(f"{name} is never done: {state.entry}")
        ways.append(pressed)
    return min(ways, key=lambda pressed: sum(pressed.values()))


def _of_table(desk: Desk, known: dict[str, KnownValues], name: str) -> int:
    table = _draft(desk, name, blind=NOTHING).table
    assert table
    pressed = _keys(desk, known, name)
    return sum(n for place, n in pressed.items() if place.row is not None or place == table.place)


def _undo(desk: Desk, known: dict[str, KnownValues], name: str) -> int:
    """It was approved with a wrong value, the last of the header: undone, mended, approved."""
    draft = _draft(desk, name, blind=NOTHING)
    *_, (_, done) = steps(take_up(draft), ScriptedClerk(draft, known[name]))
    last = done.draft.entries[-1].place
    said = known[name].values[last.fieldtype]
    wrong = replace(done, done=False).stand(last).type(empty=True).write("9.99").keep()
    assert wrong.draft.entry(last).text == "9.99", "the slip that she takes back"
    reopened = take_up(wrong.draft, coming=Coming.TAKEN_BACK)
    mending = shortest.keys(reopened.stand(last), Wanted(said, lambda text: text == said))
    keys = (*way(reopened, last, KEYBOARD), *mending)
    asks = not pressed(reopened, keys).done
    return len(("u", *keys, *("enter",) * asks))


def _draft(desk: Desk, name: str, *, blind: frozenset[Section]) -> Draft:
    waiting = next(one for one in desk.queue() if one.job.source == name)
    draft = desk.load(replace(waiting, blind=blind)).draft
    assert draft
    return draft


# The monkey


async def monkey(home: Home) -> Outcome:
    """Begins anew with the same documents when none is left."""
    outcome, rng = Outcome(), random.Random(SEED)
    while outcome.keys < KEYS:
        with _copied(home) as copy:
            with closing(Store(copy.database)) as store:
                documents = sum(1 for _ in store.jobs())
            with wiring.desk(copy, common.settings(), station="m", clerk="Monkey") as desk:
                await Monkey(desk, rng.randrange(2**32)).work(outcome, keys=KEYS)
            with closing(Store(copy.database)) as store:
                outcome.lost += documents - sum(1 for _ in store.jobs())
    return outcome


@contextmanager
def _copied(home: Home) -> Iterator[Home]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "home")
        shutil.copytree(home.folder, copy, symlinks=True)
        yield Home(copy)


# The findings


def tested() -> set[str]:
    """Findings whose tests pass, all of them."""
    named = defaultdict[str, list[str]](list)
    for path in sorted((common.ROOT / "tests").rglob("test_*.py")):
        for finding, test in _named(path):
            named[finding].append(test)
    told = WORK / "tests.xml"
    tests = sorted({test for those in named.values() for test in those})
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={told}", *tests]
    subprocess.run(command, cwd=common.ROOT, check=False)
    failed = {
        case.get("name", "").partition("[")[0]
        for case in ElementTree.parse(told).iter("testcase")
        if any(case.find(bad) is not None for bad in ("failure", "error", "skipped"))
    }
    return {
        finding
        for finding, those in named.items()
        if not any(test.rpartition("::")[2] in failed for test in those)
    }


def _named(path: Path) -> Iterator[tuple[str, str]]:
    """Findings that a test's first line names, and the test."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            line = (ast.get_docstring(node) or "").partition("\n")[0]
            if node.name.startswith("test_") and re.match(r"[ABCD]\d+\b", line):
                for finding in re.findall(r"\b[ABCD]\d+\b", line):
                    yield finding, f"{path.relative_to(common.ROOT)}::{node.name}"


def report(
    figures: dict[str, float], pressed: dict[str, int], outcome: Outcome, missing: dict[str, str]
) -> str:
    lines = [
        "## Station",
        "",
        "A scripted clerk who knows what the demo's documents say does the tasks of the walk, keys",
        "counted to the one that approves. Before is the walk by hand.",
        "",
        "| task | keys | goal | before |",
        "|---|---|---|---|",
        *(f"| {task} | {n} | {GOALS[task]} | {BEFORE[task]} |" for task, n in pressed.items()),
        "",
        f"A monkey (seed {SEED}) pressed {outcome.keys:,} keys by hand, held, in bursts and",
        f"pasted, before {2 * DOCUMENTS} documents of sroie and ad_orders, a third of them blind,",
        f"again and again. It decided on {outcome.decided} documents. Decided without a key by",
        f"hand that the screen had asked for: {len(outcome.unmeant)}. Lost: {outcome.lost}.",
        f"Key to screen, p95: {figures['p95_key_ms']} ms of {figures['timed_keys']:.0f} keys.",
        f"Errors of the station: {len(outcome.bugs)}. Of the {figures['findings']:.0f} findings of",
        f"the walk {figures['mended']:.0f} are mended.",
        *(f"Not mended: {finding}, {why or 'without a test'}." for finding, why in missing.items()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
