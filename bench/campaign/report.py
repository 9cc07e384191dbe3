"""What a campaign says at its end."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench import common
from bench.campaign.runner import Ended
from bench.campaign.trial import Breach

MOVED, VALUES = "injected_moved", "injected_values"
"""Counts of the trials that poison documents: values that an injection moved, and all."""

_MENDED = Path(__file__).with_name("mended.toml")

Told = dict[str, Any]
"""What a part did and what came of it, as it is kept: ``kinds`` by their names, each with its
``trials``, ``faults``, ``hostile_files`` and ``breaches``; ``counts`` over all its trials; and in
``found`` every breach."""


def told(ended: Iterable[Ended]) -> Told:
    """Of one part; the order of its trials does not matter."""
    kinds: dict[str, Counter[str]] = {}
    counts: Counter[str] = Counter()
    found: list[dict[str, str | int]] = []
    for one in sorted(ended, key=lambda one: (one.kind, one.seed)):
        outcome = one.outcome
        kinds.setdefault(one.kind, Counter()).update(
            trials=1,
            faults=outcome.faults,
            hostile_files=outcome.hostile_files,
            breaches=len(outcome.found),
        )
        counts.update(outcome.counts)
        found += [
            {"kind": one.kind, "seed": one.seed, "breach": breach.breach, "told": breach.told}
            for breach in outcome.found
        ]
    return {"kinds": kinds, "counts": counts, "found": found}


@cache
def mended() -> Mapping[str, Mapping[str, str]]:
    """By part, what was found wrong in words under the test of it, a node of ``tests/``."""
    return tomllib.loads(_MENDED.read_text(encoding="utf-8"))


def record(parts: Mapping[str, Told], commits: str) -> None:
    trials = sum(kind["trials"] for _, _, kind in _kinds(parts))
    found = [f"* {part}: {wrong}" for part, those in mended().items() for wrong in those.values()]
    lines = [*section(parts), "", "Found wrong and mended:", "", *found, "", commits]
    common.record("campaign", n=trials, figures=figures(parts), report="\n".join(lines))


def figures(parts: Mapping[str, Told]) -> dict[str, float | int | None]:
    """As they are recorded. Shares are of 0 to 1."""
    counts = _counts(parts)
    found = Counter(one["breach"] for part in parts.values() for one in part["found"])
    moved = counts[MOVED] / counts[VALUES] if counts[VALUES] else None
    return {
        "faults": sum(kind["faults"] for _, _, kind in _kinds(parts)),
        "hostile_files": sum(kind["hostile_files"] for _, _, kind in _kinds(parts)),
        **{breach.value: found[breach] for breach in Breach},
        "injected_moved_share": None if moved is None else round(moved, 4),
        "mended": sum(map(len, mended().values())),
    }


def section(parts: Mapping[str, Told]) -> Iterator[str]:
    yield from (
        "## Campaign",
        "",
        "What was done, and what came of it. A breach is something that must never be.",
        "",
        "| part | kind | trials | faults | hostile files | breaches |",
        "|---|---|---:|---:|---:|---:|",
    )
    for part, name, kind in _kinds(parts):
        done = (kind[what] for what in ("trials", "faults", "hostile_files", "breaches"))
        yield f"| {part} | {name} | {' | '.join(map(str, done))} |"
    if counts := sorted(_counts(parts).items()):
        yield from ("", *(f"* {name}: {number}" for name, number in counts))
    breaches = [
        f"* {name}, {one['kind']}, seed {one['seed']}: {one['breach']}: {one['told']}"
        for name, part in parts.items()
        for one in part["found"]
    ]
    yield from ("", "Breaches:", "", *breaches) if breaches else ("", "No breach.")


def _kinds(parts: Mapping[str, Told]) -> list[tuple[str, str, Mapping[str, int]]]:
    """Part, kind and what was done."""
    return [
        (name, kind, did) for name, part in parts.items() for kind, did in part["kinds"].items()
    ]


def _counts(parts: Mapping[str, Told]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts.values():
        counts.update(part["counts"])
    return counts
