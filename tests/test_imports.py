"""The house's two rules: imports only go down, and each library lives in few rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import appliance

PACKAGE = Path(appliance.__file__).parent

FLOORS = [
    ("words", ["appliance", "appliance.domain"]),
    (
        "sums",
        [
            "appliance.extraction.batches",
            "appliance.extraction.guesses",
            "appliance.extraction.prompt",
            "appliance.extraction.shapes",
            "appliance.extraction.grammar",
            "appliance.extraction.chunks",
            "appliance.extraction.grounding",
            "appliance.extraction.windows",
            "appliance.reading.loose",
            "appliance.reading.piece",
            "appliance.reading.seams",
            "appliance.reading.stacks",
            "appliance.reading.wraps",
            "appliance.reading.layout",
            "appliance.intake.settle",
            "appliance.judgement",
            "appliance.promise",  # but what reads, fits or draws, further down
            "appliance.delivery.result",
            "appliance.learning.scoring",
            "appliance.learning.gate",
            "appliance.learning.before.lines",
            "appliance.learning.before.as_keyed",
            "appliance.learning.models.lineage",
            "appliance.learning.sampling",
            "appliance.learning.teaching",
            "appliance.learning.twins",
            "appliance.learning.trainer.recipe",
            "appliance.learning.night.window",
            "appliance.learning.night.choosing",
            "appliance.learning.night.marks",
            "appliance.review",  # but what acts or shows, further down
        ],
    ),
    (
        "tools",
        [
            "appliance.disk",
            "appliance.files",
            "appliance.promise.kept",
            "appliance.promise.bars",
            "appliance.promise.before",
            "appliance.promise.overview",
            "appliance.config",
            "appliance.confinement",
            "appliance.home",
            "appliance.lifeline",
            "appliance.memory",
            "appliance.records",
            "appliance.turns",
            "appliance.workers",
            "appliance.doctypes",
            "appliance.intake",
            "appliance.reading",
            "appliance.extraction",
            "appliance.delivery",
            "appliance.learning.teaching.examples",
            "appliance.learning.gguf",
            "appliance.learning.models",
            "appliance.learning.trainer.tuning",
            "appliance.learning.night.answers",
            "appliance.learning.night.news",
            "appliance.samples",
        ],
    ),
    (
        "work",
        [
            "appliance.children",
            "appliance.pipeline",
            "appliance.promise.account",
            "appliance.promising",
            "appliance.serving",
            "appliance.learning.evaluation",
            "appliance.learning.before.given",
            "appliance.learning.before.importing",
            "appliance.learning.night",
            "appliance.learning.trainer",
            "appliance.review.desk",
            "appliance.review.loading",
            "appliance.review.pictures.sheets",
        ],
    ),
    (
        "day",
        [
            "appliance.backup",
            "appliance.bookkeeper",
            "appliance.daemon",
            "appliance.nightly",
            "appliance.night",
            "appliance.wiring",
            "appliance.doctor",
            "appliance.demo",
        ],
    ),
    (
        "door",
        [
            "appliance.model_views",
            "appliance.promise.curves",
            "appliance.promise_views",
            "appliance.views",
            "appliance.reporting",
            "appliance.review.app",
            "appliance.review.browser",
            "appliance.review.errands",
            "appliance.review.flow",
            "appliance.review.pictures",
            "appliance.review.screens",
            "appliance.review.shift",
            "appliance.review.terminal",
            "appliance.review.themes",
            "appliance.review.widgets",
            "appliance.commands",
            "appliance.cli",
            "appliance.__main__",
        ],
    ),
]

TUNING = ["torch", "unsloth", "trl", "peft", "transformers", "datasets"]
TORCH = ["activations", "attention", "linear", "precision", "training"]
SCREEN = ["app", "errands", "flow", "pictures", "screens", "terminal", "themes", "widgets"]

ROOMS = {
    "llama_cpp": [
        "appliance.extraction.engine",
        "appliance.extraction.context",
        "appliance.learning.gguf.quantise",
    ],
    "gguf": ["appliance.learning.gguf"],
    "llguidance": ["appliance.extraction"],
    "watchdog": ["appliance.intake"],
    "pypdfium2": ["appliance.reading", "appliance.samples"],
    "PIL": [
        "appliance.reading",
        "appliance.children",
        "appliance.review.pictures",
        "appliance.samples",
    ],
    "rapidocr": ["appliance.reading"],
    "fpdf": ["appliance.samples"],
    "stdnum": ["appliance.judgement", "appliance.samples"],
    "sqlite_utils": ["appliance.records"],
    "sqlite3": ["appliance.records.database"],
    "filelock": ["appliance.home"],
    "typer": ["appliance.cli", "appliance.commands"],
    "rich": [
        "appliance.commands",
        "appliance.model_views",
        "appliance.promise_views",
        "appliance.views",
        "appliance.reporting",
        "appliance.review",
    ],
    "textual": [f"appliance.review.{room}" for room in SCREEN],
    "textual_image": ["appliance.review.pictures"],
    "textual_serve": ["appliance.review.browser"],
    "aiohttp": ["appliance.review.browser"],
    "matplotlib": ["appliance.promise.curves"],
    "scipy": ["appliance.promise.bounds"],
    "sklearn": ["appliance.promise.fitting"],
    **dict.fromkeys(TUNING, [f"appliance.learning.trainer.{room}" for room in TORCH]),
}


def _modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = _modules()


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


def _floor(module: str) -> int:
    """By the longest name that fits; a subpackage lives where its package lives."""
    fits = [
        (len(name), floor)
        for floor, (_, names) in enumerate(FLOORS)
        for name in names
        if module == name or (name != "appliance" and module.startswith(name + "."))
    ]
    assert fits, f"{module} has no floor yet: give it one in FLOORS"
    return max(fits)[1]


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module: str) -> None:
    climbed = [
        name
        for name in _imports(MODULES[module])
        if name.startswith("appliance") and _floor(name) > _floor(module)
    ]
    assert not climbed, f"{module} imports what stands above it: {climbed}"


@pytest.mark.parametrize("module", MODULES)
def test_each_library_lives_in_few_rooms(module: str) -> None:
    strays = [
        name
        for name in _imports(MODULES[module])
        for library, rooms in ROOMS.items()
        if name.split(".")[0] == library
        and not any(module == room or module.startswith(room + ".") for room in rooms)
    ]
    assert not strays, f"{module} touches a library of another room: {strays}"


def _importers(name: str) -> list[str]:
    return [module for module, path in MODULES.items() if name in _imports(path)]


def test_nobody_imports_the_child_that_trains() -> None:
    """Torch takes seconds and a gigabyte, and may not be installed."""
    assert _importers("appliance.learning.trainer.training") == ["appliance.learning.trainer.child"]
    assert _importers("appliance.learning.trainer.child") == []


def test_the_daemon_carries_no_pandas() -> None:
    """Of no use to it, and as heavy as all the rest; who imports it himself still finds it."""
    pytest.importorskip("pandas", reason="only tuning brings it")
    code = (
        "import appliance.cli, appliance.wiring, sys; assert 'pandas' not in sys.modules;"
        "import pandas; pandas.DataFrame"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_rules_see_a_breach(tmp_path: Path) -> None:
    low = tmp_path / "low.py"
    low.write_text("def f() -> None:\n    from appliance.cli import main\n    import torch\n")
    assert {"appliance.cli", "torch"} <= set(_imports(low))
    assert _floor("appliance.cli") > _floor("appliance.domain.document")
