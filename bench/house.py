"""What a newcomer meets: files, names, minutes of tests, and how many files a change touches.

``python -m bench.house`` counts files and names and times both speeds of the tests; ``counts``
does without the tests, which want the machine alone. ``coverage before`` and ``coverage after`` run
all tests of the old house and of this one under coverage.py, child processes included. ``changes
BRANCH...`` counts the files beside tests that each branch touches; each branch makes one of the
changes that ARCHITECTURE names. ``papers`` counts the papers of the training seed that are not what
they were when the shipped starter learned from them.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import same_papers
from bench.common import CACHE, ROOT, record_in

BEFORE = "a5b5d47"
"""The last commit of the old house."""
LITERALS = "8c4f6d4"
"""The last commit at which languages and kinds of documents were Python."""
PAPERS = 2400
"""That the shipped starter learned from."""
PACKAGE = ROOT / "appliance"
WORK = CACHE / "house"
ABOUT = """\
`python -m bench.house` counts files and names of `appliance/` and times `make test` and
`make test-all`, in minutes of two idle cores. `python -m bench.house coverage before` (`after`)
gives the percent of statements that all tests run, child processes included, at commit a5b5d47
and now. `python -m bench.house changes BRANCH...` counts the files beside tests that each of ten
changes touches. `python -m bench.before_after compare FILE` asks 20 real documents and counts
those whose answers differ from FILE, which commit a5b5d47 answered. `python -m bench.house papers`
counts the 2,400 papers of the training seed that differ from what commit 8c4f6d4 made."""
UNITS = {"test_minutes": "not slow", "test_all_minutes": ""}
"""Each speed of the tests, by the marks that it runs."""

COVERAGE = """[run]
source_pkgs = appliance
parallel = true
patch = subprocess
concurrency = multiprocessing,thread
sigterm = true
"""


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case ["coverage", ("before" | "after") as when]:
            keep({f"coverage_{when}": coverage(when)})
        case ["changes", *branches] if branches:
            touched = {branch: files_touched(branch) for branch in branches}
            for branch, files in touched.items():
                print(f"{branch}: {', '.join(files)}")
            keep({"most_files_a_change": max(map(len, touched.values())), "changes": len(touched)})
        case ["papers"]:
            keep({"papers_changed": papers_changed()})
        case ["counts"]:
            keep(counted())
        case []:
            keep(counted() | {name: minutes(marks) for name, marks in UNITS.items()})
        case _:
            raise SystemExit(__doc__)


def counted() -> dict[str, float]:
    modules = sorted(PACKAGE.rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules}
    names = Counter(
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    return {
        "class_names_twice": sum(times > 1 for times in names.values()),
        "folders_importing_each_other": len(mutual(trees)),
        "files": len(modules),
        "loose_modules": len(list(PACKAGE.glob("*.py"))),
        "longest_file": max(map(lines, modules)),
        "starter_python_lines": sum(map(lines, (ROOT / "starter").rglob("*.py"))),
    }


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def mutual(trees: dict[Path, ast.Module]) -> set[tuple[str, str]]:
    """Folders of ``appliance/`` that import each other."""
    ways = {
        (path.relative_to(PACKAGE).parts[0], name.split(".")[1])
        for path, tree in trees.items()
        for name in imported(tree)
        if name.startswith("appliance.") and len(path.relative_to(PACKAGE).parts) > 1
    }
    return {(one, other) for one, other in ways if one < other and (other, one) in ways}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def minutes(marks: str) -> float:
    """Of the tests with these marks, on a machine that does nothing else."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", *(["-m", marks] if marks else [])]
    subprocess.run(command, cwd=ROOT, check=True)
    return round((time.perf_counter() - start) / 60, 2)


def coverage(when: str) -> float:
    """Percent of the statements of ``appliance/`` that all tests together run."""
    work = WORK / when
    work.mkdir(parents=True, exist_ok=True)
    tree = tree_at(BEFORE, work / "tree") if when == "before" else ROOT
    settings = work / "coverage.ini"
    # Where a test hides PYTHONPATH, a process of the old house runs what is installed.
    paths = f"[paths]\nappliance =\n    {tree / 'appliance'}\n    {PACKAGE}\n"
    settings.write_text(f"{COVERAGE}data_file = {work / 'data'}\n{paths}", encoding="utf-8")
    path = {**os.environ, "PYTHONPATH": str(tree)}
    run = [sys.executable, "-m", "coverage"]
    how = f"--rcfile={settings}"
    tests = [*run, "run", how, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    subprocess.run(tests, cwd=tree, env=path, check=True)
    subprocess.run([*run, "combine", "-q", how], cwd=tree, env=path, check=True)
    told = work / "coverage.json"
    subprocess.run([*run, "json", "-q", how, "-o", str(told)], cwd=tree, env=path, check=True)
    totals = json.loads(told.read_text(encoding="utf-8"))["totals"]
    return round(float(totals["percent_covered"]), 2)


def tree_at(commit: str, tree: Path) -> Path:
    if not tree.exists():
        add = ["git", "worktree", "add", "--detach", str(tree), commit]
        subprocess.run(add, cwd=ROOT, check=True)
    return tree


def papers_changed() -> int:
    """Of those that the training seed draws first, beside the maker whose data were Python."""
    before, now = (hashes(tree) for tree in (tree_at(LITERALS, WORK / LITERALS), ROOT))
    return sum(one != other for one, other in zip(before, now, strict=True))


def hashes(tree: Path) -> list[str]:
    # -P: bench/ holds a starter.py too, which is not to be taken for the package.
    command = [sys.executable, "-P", str(Path(same_papers.__file__)), str(PAPERS)]
    path = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(command, env=path, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout)
    return found


def files_touched(branch: str) -> list[str]:
    """Beside tests, since it left what is checked out."""
    diff = ["git", "diff", "--name-only", f"HEAD...{branch}"]
    done = subprocess.run(diff, cwd=ROOT, check=True, capture_output=True, text=True)
    return [name for name in done.stdout.splitlines() if not name.startswith("tests/")]


def keep(figures: dict[str, float]) -> None:
    """Beside the figures that other calls, and other benches of the house, kept."""
    record_in("house", n=len(list(PACKAGE.rglob("*.py"))), figures=figures, about=ABOUT)


if __name__ == "__main__":
    main(sys.argv[1:])
