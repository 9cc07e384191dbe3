"""``python -m bench.walks3`` measures every part, ``python -m bench.walks3 stacks`` only that one.

A part is a module of this package with a function ``measure``. Its figures replace those that
``bench/results/walks3.json`` holds of the same names; the other figures there stay.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from bench.common import record_in
from bench.walks3.findings import load_findings

PARTS = ("variants", "stacks", "einvoices", "long_tables", "findings")

ABOUT = """\
Three walks through the product from outside gave 25 findings in three groups: nights and what the
owner is told (A), deliveries that were wrong, doubled or missing (B), and the station (C).
`bench/walks3/findings.toml` names each finding with the tests that show its mend. `variants` are
made of every document of the starter, the demo, the tutorial and the data; `stacks_held` is the
share of files with several papers that are held as such, `singles_held` the share of single papers
of several pages that are held for nothing; `einvoice_wrong` counts the cells of the matrix of
e-invoices whose outcome is not the one that its table states; `long_tables.rows_f1` is of tables
over two and three pages, printed by a word processor and a browser."""


PREFIX = {"long_tables": "long_tables.", "stacks": "stacks."}
"""Before the names of a part's figures, where they do not say by themselves whose they are."""
NAMED = {"stacks.figure.stacks_held": "stacks_held", "stacks.figure.singles_held": "singles_held"}
"""What the figures of the kept-back half are called."""


def main(arguments: Sequence[str]) -> None:
    unknown = set(arguments) - set(PARTS)
    if unknown:
        raise SystemExit(f"unknown: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    for part in arguments or PARTS:
        measured = import_module(f"bench.walks3.{part}").measure()
        print(json.dumps(measured, indent=2))
        numbers = dict(flatten(measured, PREFIX.get(part, "")))
        figures = {NAMED.get(name, name): number for name, number in numbers.items()}
        record_in("walks3", n=len(load_findings()), figures=figures, about=ABOUT)


def flatten(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float | int]]:
    """Yield the numbers of nested figures under names with dots; lists are left to the reader."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield f"{prefix}{name}", value


if __name__ == "__main__":
    main(sys.argv[1:])
