"""What a fleet survives, and what it costs: ``python -m bench.fleet [STEP ...]``.

Only a run of all steps is recorded.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench import common
from bench.fleet import costs, poison, survival, wire
from bench.living import history
from bench.steps import Figures, Step, run

WORK = common.CACHE / "fleet"
SITES, DOCUMENTS, CUTS, KILLS = (2, 24, 2, 3) if common.SMALL else (8, 4000, 60, 30)
HISTORY, SENDERS = (200, 8) if common.SMALL else (16_000, 300)
"""Documents of a home of which a clerk approved a third, and their senders."""
TIMES = 3 if common.SMALL else 30
TURNS, A_DAY = (1, 2) if common.SMALL else (10, 40)
HEALTHS = 4 * 24 * 7
"""Words of a site in a week on how it is."""


def surviving() -> tuple[Figures, list[str]]:
    folder = WORK / "survival"
    shutil.rmtree(folder, ignore_errors=True)
    found = survival.measured(folder, sites=SITES, documents=DOCUMENTS, cuts=CUTS, kills=KILLS)
    figures = {
        "sites": found.sites,
        "documents": found.documents,
        "kills": found.kills,
        "cuts": found.cuts,
        "setbacks": found.setbacks,
        "corrections": found.corrections,
        "corrections_lost": found.lost,
        "corrections_twice": found.twice,
        "deliveries_twice": found.deliveries_twice,
        "models_arrived": found.models_arrived,
    }
    took = "never" if found.together_s is None else f"after {found.together_s:.0f} s"
    lines = [
        f"{found.sites} sites, {found.documents:,} documents, {found.corrections:,} reviews;"
        f" {found.cuts} cuts of lines, {found.kills} kills of each home and more,"
        f" {found.setbacks} times the hub put back to an earlier day; all together {took}:",
        f"{found.lost} documents of which the hub does not know what their site knows,"
        f" {found.twice} reviews twice, {found.deliveries_twice} faults of homes at rest,"
        f" the newest version at {found.models_arrived} sites",
        *(f"* {one}" for one in found.wrong[:20]),
    ]
    return figures, lines


def sizes() -> tuple[Figures, list[str]]:
    folder = WORK / f"history-{HISTORY}"
    folder.mkdir(parents=True, exist_ok=True)
    home = history.made(folder, documents=HISTORY, senders=SENDERS)
    found, bundle = costs.corrections(home), costs.bundle(home)
    lines = [
        f"a correction of an invoice with its rows: {found.mean:,.0f} bytes, at most"
        f" {found.largest:,} (n = {found.documents:,}); what was read of it, once:"
        f" {found.reading:,.0f}",
        f"a version that learned from 1,500 documents: {bundle:,} bytes",
    ]
    return {"correction_bytes": found.largest, "update_bytes": bundle}, lines


def speeds() -> tuple[Figures, list[str]]:
    home = history.made(WORK / f"history-{HISTORY}", documents=HISTORY, senders=SENDERS)
    with tempfile.TemporaryDirectory(dir=common.CACHE) as made:
        seconds = costs.to_peer(Path(made) / "peer", times=TIMES)
        links, caught_up = costs.catching_up(Path(made) / "late", home)
    lines = [
        f"until another site knows what one corrected: {median(seconds):.2f} s in the middle,"
        f" {max(seconds):.2f} s at most (n = {TIMES})",
        f"{links:,} corrections that waited: "
        + ("never caught up" if caught_up is None else f"caught up in {caught_up:.0f} s"),
    ]
    figures = {"seconds_to_peer": round(max(seconds), 2)}
    if caught_up is not None:
        figures["catch_up_s"] = round(caught_up, 1)
    return figures, lines


def days() -> tuple[Figures, list[str]]:
    with tempfile.TemporaryDirectory(dir=common.CACHE) as made:
        alone, site = costs.days(Path(made), turns=TURNS, documents=A_DAY)
    ratio = sum(site) / sum(alone)
    line = (
        f"a day of {A_DAY} documents in a home in no fleet {median(alone):.2f} s, at a site whose"
        f" hub is dead {median(site):.2f} s: {ratio:.3f} (n = {TURNS} days each)"
    )
    return {"day_without_hub": round(ratio, 3)}, [line]


def idle() -> tuple[Figures, list[str]]:
    found = asyncio.run(wire.measured())
    week = found.idle_week + HEALTHS * costs.word_of_health()
    lines = [
        f"a week of an idle site: {week / 1e6:.2f} MB, of it {found.idle_week / 1e6:.2f} MB of the"
        " wire alone; to connect:"
        f" {found.connecting:,} bytes",
        f"messages of {wire.BYTES:,} bytes acknowledged in a second: {found.acknowledged};"
        f" without a sync of each: {found.without_sync}",
    ]
    return {"idle_bytes_week": round(week)}, lines


def poisoned() -> tuple[Figures, list[str]]:
    found = poison.measured()
    lines = [f"{name}: {count}" for name, count in asdict(found).items()]
    return {"poisoned_promoted": found.promoted}, lines


STEPS: dict[str, Step] = {
    "survival": surviving,
    "sizes": sizes,
    "speeds": speeds,
    "days": days,
    "idle": idle,
    "poison": poisoned,
}

if __name__ == "__main__":
    run("fleet", STEPS, n=DOCUMENTS, about=__doc__ or "")
