"""A bench in steps, each of which can be asked for by name."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from bench import common

Figures = Mapping[str, float]
Step = Callable[[], tuple[Figures, list[str]]]
"""Gives its figures by name, and lines that tell of them."""


def run(name: str, steps: Mapping[str, Step], *, n: int, about: str) -> None:
    """``python -m bench.NAME [STEP ...]``, of which ``about`` tells. Only a run of all steps is
    recorded, with ``n`` documents."""
    asked = _asked(name, steps, about) or list(steps)
    figures: dict[str, float] = {}
    told: list[str] = []
    for one in asked:
        print(f"{one}:", flush=True)
        found, lines = steps[one]()
        figures |= found
        told += [*lines, ""]
        print("\n".join(lines), flush=True)
    if asked == list(steps):
        common.record_in(name, n=n, figures=figures, about="\n".join(told).strip())


def _asked(name: str, steps: Mapping[str, Step], about: str) -> list[str]:
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=about)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=", ".join(steps))
    asked: list[str] = parser.parse_args().steps
    if unknown := set(asked) - set(steps):
        parser.error(f"no such step: {', '.join(sorted(unknown))}; there are {', '.join(steps)}")
    return asked
