"""Docs and code use one word for one thing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import appliance

PACKAGE = Path(appliance.__file__).parent
GLOSSARY = PACKAGE.parent / "docs" / "reference" / "glossary.md"
ROW = re.compile(r"\| (?P<term>[^|]+) \| [^|]+ \|[^|]*\| `(?P<file>[^`]+)`: `(?P<name>[^`]+)` \|")


def terms() -> Iterator[tuple[str, str, str]]:
    """Term, file and name of every row."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| term", "| ---")):
            match = ROW.fullmatch(line)
            assert match, f"a row is term, meaning, standard term, place: {line}"
            yield match["term"], match["file"], match["name"]


def defined(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name


@pytest.mark.parametrize(("term", "file", "name"), list(terms()))
def test_every_term_of_the_glossary_exists(term: str, file: str, name: str) -> None:
    assert name in set(defined(PACKAGE / file)), f"{term}: {file} defines no {name}"


def test_no_term_stands_twice() -> None:
    assert [
        term for term, times in Counter(term for term, _, _ in terms()).items() if times > 1
    ] == []


def test_no_class_name_means_two_things() -> None:
    found = Counter(
        node.name
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in found.items() if times > 1] == []


def test_blockers_are_named_by_the_register_alone() -> None:
    """A code that is written out elsewhere would not change with it."""
    from appliance.domain.blockers import BlockerCode

    unmistakable = {code.value for code in BlockerCode if "-" in code}
    written = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if path.name != "blockers.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in unmistakable
    ]
    assert written == []
