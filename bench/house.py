"""How large the house is, and how far a value walks through it.

``python -m bench.house`` counts, in seconds. ``install`` adds the megabytes of an installation
without extras in a fresh environment, which takes minutes and the network. ``papers`` counts the
papers of the training seed that are not what they were when the shipped starter learned from them.
``stale`` lists the figures whose code has changed since they were recorded.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import same_papers
from bench.common import CACHE, ROOT, record_in
from bench.house_walks import walk
from bench.stale import stale

LITERALS = "8c4f6d4"
"""The last commit at which languages and kinds of documents were Python."""
PAPERS = 2400
"""That the shipped starter learned from."""
PACKAGE = ROOT / "appliance"
WORK = CACHE / "house"
WALKS = {
    "decide": ("appliance.service.decide", "decide_on", "document"),
    "promise": ("appliance.promise.calibration", "Calibration.of", "doctype"),
}
"""By name, the module, function and parameter with which a walk begins."""
ABOUT = """\
`python -m bench.house` counts the lines and files of `appliance/`, of the fleet's package, of the
tests, and of `bench/`, `papers/` and `starter/` together (`beside_lines`); parameters of
`appliance/` that are typed `Callable`, and the most parameters of a function. `decide_rooms` and
`promise_rooms` are the modules in which the document of a decision and the type of a calibration
are handed on, `_returns` the calls back into a module that was left before (`bench/house_walks.py`
follows them in the source). `python -m bench.house install` adds the megabytes of a fresh
installation without extras. `python -m bench.house papers` counts the 2,400 papers of the training
seed that differ from what commit 8c4f6d4 made."""


def main(arguments: Sequence[str]) -> None:
    match arguments:
        case []:
            keep(counted() | walked())
        case ["install"]:
            keep({"install_mb": install_megabytes()})
        case ["papers"]:
            keep({"papers_changed": papers_changed()})
        case ["stale"]:
            for line in stale():
                print(line)
        case _:
            raise SystemExit(__doc__)


def counted() -> dict[str, float]:
    """Count files, lines and parameters as they are on disk."""
    modules = sorted(PACKAGE.rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in modules}
    functions = [one for tree in trees.values() for one in functions_of(tree)]
    return {
        "files": len(modules),
        "lines": sum(map(lines, modules)),
        "longest_file": max(map(lines, modules)),
        "fleet_lines": lines_below("appliance_fleet"),
        "test_lines": lines_below("tests"),
        "beside_lines": sum(map(lines_below, ("bench", "papers", "starter"))),
        "folders_importing_each_other": len(mutual(trees)),
        "callables": sum(map(callables, functions)),
        "parameters_most": max(len(parameters(one)) for one in functions),
        "functions_over_nine_parameters": sum(len(parameters(one)) > 9 for one in functions),
    }


def walked() -> dict[str, float]:
    found: dict[str, float] = {}
    for name, start in WALKS.items():
        way = walk(PACKAGE, *start)
        found |= {f"{name}_rooms": way.rooms, f"{name}_returns": way.returns}
    return found


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def lines_below(folder: str) -> int:
    return sum(map(lines, (ROOT / folder).rglob("*.py")))


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """Return all but ``self`` and ``cls``."""
    told = function.args
    every = [*told.posonlyargs, *told.args, *told.kwonlyargs]
    return [one for one in every if one.arg not in ("self", "cls")]


def callables(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    typed = (one.annotation for one in parameters(function) if one.annotation)
    return sum("Callable" in ast.unparse(one) for one in typed)


def mutual(trees: Mapping[Path, ast.Module]) -> set[tuple[str, str]]:
    """Return the folders of ``appliance/`` that import each other."""
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


def install_megabytes() -> float:
    """Install the appliance without extras in a fresh environment, and weigh it.

    Raises CalledProcessError if pip fails.
    """
    with TemporaryDirectory() as name:
        environment = Path(name) / "environment"
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", str(ROOT)]
        subprocess.run(pip, check=True)
        there = (one for one in environment.rglob("*") if one.is_file() and not one.is_symlink())
        return round(sum(one.stat().st_size for one in there) / 1e6, 1)


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


def keep(figures: dict[str, float]) -> None:
    """Beside the figures that other calls kept."""
    record_in("house", n=len(list(PACKAGE.rglob("*.py"))), figures=figures, about=ABOUT)


if __name__ == "__main__":
    main(sys.argv[1:])
