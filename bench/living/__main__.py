"""What years of use cost, lose and leave: ``python -m bench.living [STEP ...]``.

A history that was made is used again, and one that was cut is gone on with. Only a run of all
steps is recorded; ``bench/results/living.json`` keeps the figures that were taken by hand.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from appliance.settings.home import Home
from bench import common
from bench.living import backups, costs, erasure, history, webhook
from bench.steps import Figures, Step, run

WORK = common.CACHE / "living"
DOCUMENTS, SENDERS = (300, 8) if common.SMALL else (100_000, 1500)
DELIVERIES, KILLS = (6, 2) if common.SMALL else (1000, 20)
ERASED_OF, ERASED_SENDERS, ERASED = (160, 8, 20) if common.SMALL else (500, 40, 50)
BACKUPS = 1 if common.SMALL else 20


def history_costs() -> tuple[Figures, list[str]]:
    folder = WORK / f"history-{DOCUMENTS}"
    folder.mkdir(parents=True, exist_ok=True)
    home = history.made(folder, documents=DOCUMENTS, senders=SENDERS)
    begun, renewed = costs.promise(home)
    found = {
        "report": costs.report(home),
        "status": costs.status(home),
        "promise of a model that begins to serve": begun,
        f"promise with {costs.OTHERS} replays to be made anew": renewed,
        "night's choice": costs.night_choice(home),
    }
    opened, shown = costs.station(home)
    with tempfile.TemporaryDirectory() as empty:
        nothing = Home(Path(empty))
        history.furnish(nothing)
        looks = costs.look(nothing), costs.look(home)
    parts = costs.taken(home)
    each = {name: round(size / DOCUMENTS) for name, size in parts.items()}
    lines = [
        f"A made history of {DOCUMENTS:,} documents of {SENDERS:,} senders, by processes of its"
        " own:",
        *(f"* {name}: {cost}" for name, cost in found.items()),
        f"* station: {opened:.2f} s from a loaded program to the first document, {shown:.2f} s from"
        " the command",
        f"* look into the inbox with {costs.FILES} files: {looks[1] * 1000:.1f} ms, in an empty"
        f" home {looks[0] * 1000:.1f} ms",
        f"* bytes a document: {', '.join(f'{size:,} {name}' for name, size in each.items())}",
    ]
    return {
        "report_s": round(found["report"].wall, 2),
        "status_s": round(found["status"].wall, 3),
        "station_open_s": round(opened, 3),
        "promise_begun_s": round(begun.wall, 1),
        "promise_renewed_s": round(renewed.wall, 1),
        "promise_mb": round(max(begun.peak, renewed.peak) / 1e6),
        "night_choice_s": round(found["night's choice"].wall, 2),
        "look_ms": round(looks[1] * 1000, 1),
        "look_of_empty_ms": round(looks[0] * 1000, 1),
        "bytes_a_document": sum(each.values()),
    }, lines


def webhook_account() -> tuple[Figures, list[str]]:
    found = webhook.measured(_fresh("webhook"), deliveries=DELIVERIES, kills=KILLS)
    line = (
        f"{found.deliveries:,} deliveries to a server that fails half of the time, the appliance"
        f" killed {found.kills} times: {found.calls:,} calls, {found.lost} lost, {found.twice} told"
        f" under another key or with another body, {found.disordered} documents out of order,"
        f" {found.repeats} repeats of what the server had taken."
    )
    return {
        "webhook_lost": found.lost,
        "webhook_twice": found.twice,
        "webhook_disordered": found.disordered,
    }, [line]


def erasure_account() -> tuple[Figures, list[str]]:
    found = erasure.measured(
        WORK / "erasure", documents=ERASED_OF, senders=ERASED_SENDERS, forgotten=ERASED
    )
    line = (
        f"{found.documents} of {ERASED_OF} documents forgotten: of {found.sought} words and docids"
        f" that only they say {len(found.found)} files hold one, {len(found.changed)} rows and"
        " files of others are changed."
    )
    where = [f"* {name}: {', '.join(words[:5])}" for name, words in found.found.items()]
    changed = [f"* {table}: {row}" for table, row in found.changed]
    figures = {"erased_found": len(found.found), "erased_changed": len(found.changed)}
    return figures, [line, *where, *changed]


def backups_account() -> tuple[Figures, list[str]]:
    found = backups.measured(_fresh("backups"), backups=BACKUPS)
    line = (
        f"{found.backups} backups under load, each restored: {found.failed} failed,"
        f" {found.disagreeing} disagree with themselves, {found.lost} deliveries of before are"
        f" missing; the last had {found.documents} to hold."
    )
    lost = found.lost + found.failed + found.disagreeing
    return {"backup_lost": lost}, [line]


STEPS: dict[str, Step] = {
    "history": history_costs,
    "webhook": webhook_account,
    "erasure": erasure_account,
    "backups": backups_account,
}


def _fresh(name: str) -> Path:
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    run("living", STEPS, n=DOCUMENTS, about=__doc__ or "")
