"""What the bench of the third walk claims is shown by tests that exist."""

from __future__ import annotations

import ast
from pathlib import Path

from bench.walks3.findings import load_findings

ROOT = Path(__file__).parents[2]


def test_each_finding_names_tests_that_exist_or_a_reason() -> None:
    findings = load_findings()
    assert len(findings) == 25
    for number, finding in findings.items():
        assert finding.tests or finding.left, number
        for test in finding.tests:
            file, _, name = test.partition("::")
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            functions = {
                node.name
                for node in tree.body
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            }
            assert name in functions, test
