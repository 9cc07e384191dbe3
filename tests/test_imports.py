"""The house's rules: folders are floors, imports only go down, each library lives in few rooms."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import appliance

PACKAGE = Path(appliance.__file__).parent

FLOORS = [
    ["domain"],
    ["system"],
    ["fields"],
    ["doctypes", "einvoice", "mail", "settings", "samples"],
    ["records"],
    ["intake", "reading", "tables", "senders"],
    ["extraction"],
    ["judgement"],
    ["delivery", "evaluation"],
    ["promise"],
    ["learning"],
    ["review", "fleet"],
    ["service"],
    ["api", "cli"],
]
"""From the ground up. Folders on one floor do not import each other."""

TUNING = ["torch", "unsloth", "trl", "peft", "transformers", "datasets"]
SCREEN = [
    "app",
    "background",
    "browser_driver",
    "flow",
    "pictures",
    "screens",
    "terminal",
    "themes",
    "widgets",
]

ROOMS = {
    "llama_cpp": ["extraction.engine", "extraction.context", "learning.gguf.export"],
    "gguf": ["learning.gguf"],
    "llguidance": ["extraction"],
    "watchdog": ["intake"],
    "rapidfuzz": ["senders"],
    "pypdfium2": ["reading", "samples"],
    "PIL": ["mail.html", "reading", "service.child_answers", "service.child_processes"]
    + ["review.pictures", "samples"],
    "pi_heif": ["reading"],
    "rapidocr": ["reading"],
    "lxml": ["einvoice"],
    "facturx": ["samples"],
    "oxmsg": ["mail.outlook"],
    "olefile": ["mail.outlook"],
    "fpdf": ["samples"],
    "stdnum": ["fields", "samples"],
    "sqlite_utils": ["records"],
    "sqlite3": ["records.database"],
    "filelock": ["settings.home"],
    "typer": ["cli"],
    "rich": ["cli", "review"],
    "textual": [f"review.{room}" for room in SCREEN],
    "textual_image": ["review.pictures"],
    "textual_serve": ["review.browser"],
    "aiohttp": ["review.browser"],
    "matplotlib": ["promise.curves"],
    "nats": ["fleet"],
    "nkeys": ["fleet"],
    "cryptography": ["fleet"],
    "psutil": ["system.memory", "system.mounts", "system.processes"],
    "scipy": ["promise.bounds", "promise.fitting"],
    **dict.fromkeys(TUNING, ["learning.trainer.training", "learning.trainer.layers"]),
}
"""Who may touch which library, by module or folder."""


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


IMPORTS = {module: set(_imports(path)) for module, path in MODULES.items()}


def _folder(module: str) -> str:
    """Of ``appliance/`` in which it lies; empty for what lies loose."""
    parts = module.split(".")
    lies_in_one = len(parts) > 2 or MODULES.get(module, PACKAGE).name == "__init__.py"
    return parts[1] if len(parts) > 1 and lies_in_one else ""


def _climbs(module: str, imported: str) -> bool:
    """Whether the one may not import the other, by the floors of their folders."""
    mine, other = _folder(module), _folder(imported)
    if mine == other or not mine or not other:
        return bool(mine) and not other and imported != "appliance"
    return _floor(other) >= _floor(mine)


def _floor(folder: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if folder in floor)


def test_imports_only_go_down() -> None:
    climbed = [
        f"{module} imports {name}"
        for module, imported in IMPORTS.items()
        for name in imported
        if name.split(".")[0] == "appliance" and _climbs(module, name)
    ]
    assert not climbed


def test_every_folder_has_its_floor() -> None:
    folders = [folder for floor in FLOORS for folder in floor]
    assert sorted(folders) == sorted({_folder(module) for module in MODULES} - {""})


def mutual(imports: Iterable[tuple[str, str]]) -> set[tuple[str, ...]]:
    """Pairs of neighbouring folders, at whatever depth, that import each other."""
    ways = set()
    for module, imported in imports:
        mine, other = module.split("."), imported.split(".")
        depth = next((at for at, two in enumerate(zip(mine, other)) if two[0] != two[1]), 0)  # noqa: B905
        pair = ".".join(mine[: depth + 1]), ".".join(other[: depth + 1])
        if depth and all(MODULES.get(name, PACKAGE).name == "__init__.py" for name in pair):
            ways.add(pair)
    return {pair for pair in ways if pair[::-1] in ways and pair[0] < pair[1]}


def test_no_two_folders_import_each_other() -> None:
    found = [
        (module, name) for module, imported in IMPORTS.items() for name in imported & set(MODULES)
    ]
    assert not mutual(found)
    assert mutual([("appliance.intake.claim", "appliance.reading.read")]) == set()
    both = ("appliance.review.draft.draft", "appliance.review.editor.editor")
    assert mutual([both, both[::-1]]) == {("appliance.review.draft", "appliance.review.editor")}


def test_each_library_lives_in_few_rooms() -> None:
    strays = [
        f"{module} touches {name}"
        for module, imported in IMPORTS.items()
        for name in imported
        for library, rooms in ROOMS.items()
        if name.split(".")[0] == library
        and not any(f"{module}.".startswith(f"appliance.{room}.") for room in rooms)
    ]
    assert not strays


def test_made_up_documents_are_for_the_commands_alone() -> None:
    found = {
        _folder(module)
        for module, imported in IMPORTS.items()
        for name in imported
        if name.startswith("appliance.samples")
    }
    assert found == {"samples", "cli"}


def test_architecture_shows_these_floors() -> None:
    text = (PACKAGE.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    shown: dict[int, list[str]] = {}
    for number, folder in re.findall(r"^\| (\d+) \| `(\w+)/` \|", text, re.MULTILINE):
        shown.setdefault(int(number), []).append(folder)
    assert [sorted(shown[number]) for number in sorted(shown)] == [
        sorted(set(floor) - {"samples"}) for floor in FLOORS
    ]


def _importers(name: str) -> list[str]:
    return [module for module, imported in IMPORTS.items() if name in imported]


def test_nobody_imports_the_child_that_trains() -> None:
    """Torch takes seconds and a gigabyte, and may not be installed."""
    assert _importers("appliance.learning.trainer.training") == ["appliance.learning.trainer.child"]
    assert _importers("appliance.learning.trainer.child") == []


def test_the_daemon_carries_no_pandas() -> None:
    """Of no use to it, and as heavy as all the rest; who imports it himself still finds it."""
    pytest.importorskip("pandas", reason="only tuning brings it")
    code = (
        "import appliance.cli.day, appliance.service.wiring, sys\n"
        "assert 'pandas' not in sys.modules\n"
        "import pandas; pandas.DataFrame"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_rules_see_a_breach(tmp_path: Path) -> None:
    low = tmp_path / "low.py"
    low.write_text("def f() -> None:\n    from appliance.cli import main\n    import torch\n")
    assert {"appliance.cli.main", "torch"} <= set(_imports(low))
    assert _climbs("appliance.domain.document", "appliance.cli.main")
    assert _climbs("appliance.reading.read", "appliance.intake.intake")
    assert not _climbs("appliance.cli.main", "appliance.domain.document")
