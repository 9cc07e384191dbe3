"""What the header lost or won since rows are no longer asked for in one breath with it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from appliance.learning.models.packages import shipped
from bench import common
from bench.starter import RESULTS as FIRST_DAY
from bench.tables.seconds import BEFORE

_RIGHT = ".normalised"


def compared() -> dict[str, Any] | None:
    """Points of each source of the first day, now against the commit before; None where the
    shipped starter was not measured yet."""
    before, now = _figures_before(), {}
    for name in before:
        path = FIRST_DAY / f"{name}.json"
        found = json.loads(path.read_text())["starter"] if path.exists() else {}
        if found.get("model") != shipped().name:
            print(f"{name} is not measured with {shipped().name}: python -m bench.starter {name}")
            return None
        now[name] = found
    shares = {name: one["normalised"][0] for name, one in now.items()}
    return {
        "sources": {
            name: {"before": share, "now": shares[name], "points": points(share, shares[name])}
            for name, share in before.items()
        },
        "points_lost_most": lost_most(before, shares),
        "demo_whole": now["demo"]["whole"],
    }


def points(before: float, now: float) -> float:
    return round(100 * (now - before), 1)


def lost_most(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Below zero where every source has won."""
    return max(-points(share, now[name]) for name, share in before.items())


def _figures_before() -> dict[str, float]:
    """By source, as it was recorded."""
    file = f"{BEFORE}:bench/results/starter.json"
    show = subprocess.run(["git", "show", file], cwd=common.ROOT, capture_output=True, check=True)
    figures: Mapping[str, float] = json.loads(show.stdout)["figures"]
    return {
        name.removesuffix(_RIGHT): share for name, share in figures.items() if name.endswith(_RIGHT)
    }
