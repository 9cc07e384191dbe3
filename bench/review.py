"""What a document costs a clerk: keystrokes, and how long the screen lets her wait.

Four measurements. A scripted clerk who knows the labels works off 40 held documents at the real
station. A station in a terminal of its own is timed from the key to the screen while the daemon
reads and extracts on the same home. Two stations in two processes empty one queue. Tables with
one mistake are put right with and without naming columns.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from appliance.settings.home import Home
from bench import common, table_repairs
from bench.held import fill
from bench.keystrokes import Cost, keystrokes
from bench.stations import two_stations
from bench.table_repairs import Repair, ratio, repairs
from bench.waits import Waits, waits

DOCUMENTS = 2 if common.SMALL else 20
"""Of each folder."""
QUEUE = 8 if common.SMALL else 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        held_home, queue_home = Home(Path(folder, "held")), Home(Path(folder, "queue"))
        held = fill(held_home, [("sroie", DOCUMENTS), ("ad_orders", DOCUMENTS)])
        timed = Home(Path(folder, "timed"))
        shutil.copytree(held_home.folder, timed.folder, symlinks=True)
        fill(queue_home, [("sroie", QUEUE)], choices=False)
        waited = waits(timed, skip=DOCUMENTS)
        costs = asyncio.run(keystrokes(held_home, held))
        lost, twice = two_stations(queue_home)
    record(costs, waited, lost, twice, repairs())


def record(
    costs: Sequence[Cost], waited: Waits, lost: int, twice: int, repaired: Sequence[Repair]
) -> None:
    confirmed = sum(cost.confirmed for cost in costs)
    pressed, budget = sum(cost.pressed for cost in costs), sum(cost.budget for cost in costs)
    figures = {
        "p95_key_ms": round(p95(waited.keys), 1),
        "p95_next_document_ms": round(p95(waited.documents), 1),
        "keystrokes_per_confirmed_field": round(
            sum(cost.on_confirmed for cost in costs) / max(confirmed, 1), 3
        ),
        "keystroke_budget_used": round(pressed / budget, 3),
        "documents_over_budget": sum(cost.pressed > cost.budget for cost in costs),
        "lost": lost,
        "approved_twice": twice,
        "table_keys_ratio": round(ratio(repaired), 3),
    }
    report = "\n".join((_report(costs, waited, figures), "", *table_repairs.report(repaired)))
    common.record("review", n=len(costs), figures=figures, report=report)


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 % do not exceed."""
    return sorted(values)[-(len(values) * 5 // 100) - 1]


def _report(costs: Sequence[Cost], waited: Waits, figures: dict[str, float]) -> str:
    wrong = sum(len(cost.wrong) for cost in costs)
    worst = max(costs, key=lambda cost: cost.pressed - cost.budget)
    lines = [
        "## Review",
        "",
        f"A scripted clerk who knows the labels corrects {len(costs)} held documents of sroie and",
        "ad_orders, by keyboard only. The model is untuned. The budget is 1.3 keys for a right",
        "field. For a wrong field it is half the characters of the right value plus 2. The key",
        "that approves counts with the last field. Waits are measured in a terminal of 120x40,",
        "from the key to the last byte drawn, while the daemon reads and extracts on the same",
        "cores. ",
        "| figure | value | n |",
        "|---|---|---|",
        f"| key to screen, p95 | {figures['p95_key_ms']} ms | {len(waited.keys)} |",
        f"| next document, p95 | {figures['p95_next_document_ms']} ms | {len(waited.documents)} |",
        f"| keys a right field | {figures['keystrokes_per_confirmed_field']} "
        f"| {sum(cost.confirmed for cost in costs)} |",
        f"| keys of the budget | {figures['keystroke_budget_used']:.0%} | {wrong} wrong fields |",
        f"| documents over their budget | {figures['documents_over_budget']} "
        f"(the worst: {worst.pressed} keys of {worst.budget:.0f}) | {len(costs)} |",
        f"| two stations, one queue: lost, approved twice | {figures['lost']}, "
        f"{figures['approved_twice']} | {QUEUE} |",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
