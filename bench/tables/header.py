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


def compared() -> dict[str, Any] | None:
    """Points of each source of the first day, now against the commit before; None where one was not
    measured with the shipped starter since. Where there are more values or fewer, the documents are
    others, made by a maker that has changed: they are named, and compare nothing."""
    before = _before()
    now: dict[str, Any] = {}
    others: list[str] = []
    for name, earlier in before.items():
        path = FIRST_DAY / f"{name}.json"
        found = json.loads(path.read_text())["starter"] if path.exists() else {}
        if found.get("model") != shipped().name or found["commit"] == earlier["commit"]:
            print(f"{name} is not measured since: python -m bench.starter {name} --column starter")
            return None
        if found["values"] == earlier["values"]:
            now[name] = found
        else:
            others.append(name)
    shares = {name: _share(one) for name, one in now.items()}
    then = {name: _share(before[name]) for name in now}
    told = {
        name: {"before": share, "now": shares[name], "points": points(share, shares[name])}
        for name, share in then.items()
    }
    return {
        "sources": told,
        "other_documents": others,
        "points_lost_most": lost_most(then, shares),
        "demo_whole": now["demo"]["whole"],
    }


def points(before: float, now: float) -> float:
    """Won; below zero where it lost."""
    return round(100 * (now - before), 1)


def lost_most(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Below zero where every source has won."""
    return max(points(now[name], share) for name, share in before.items())


def _share(one: Mapping[str, Any]) -> float:
    return float(one["normalised"][0])


def _before() -> dict[str, Any]:
    """What the starter of then was measured to say, by source."""
    folder = FIRST_DAY.relative_to(common.ROOT).as_posix()
    listed = _git("ls-tree", "--name-only", f"{BEFORE}:{folder}").split()
    found = {name: json.loads(_git("show", f"{BEFORE}:{folder}/{name}")) for name in listed}
    return {name.removesuffix(".json"): one["starter"] for name, one in found.items()}


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=common.ROOT, capture_output=True, check=True)
    return done.stdout.decode()
