"""What a starter that is not shipped lets expect: ``python -m bench.pilot .cache/starter/NAME``.

Some of the documents of ``bench.asked``, and its answers alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.domain.errors import ModelError
from appliance.learning.models.packages import shipped
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import MANIFEST
from appliance.service import model_files
from bench import common
from bench.asked import FEW, GOALS, Amount, sources
from bench.starter import answers, scored, told

SOME = Amount(
    {
        "sroie": 40,
        "ad_orders": 20,
        "invoices_es": 14,
        "fiscal_pt": 14,
        "quality_certificates": 12,
    },
    copies=5,
    invented=3,
)


def main() -> None:
    folder = Path(sys.argv[1])
    try:
        served = model_files.add_starter(Registry(common.CACHE / "models"), shipped(folder))
    except ModelError as error:
        raise SystemExit(f"{error.in_words}: python -m starter --papers 300") from error
    found: dict[str, dict[str, Any]] = {}
    for name, source in sources(FEW if common.SMALL else SOME).items():
        every = list(source())
        found[name] = scored(every, answers(every, served)) | {"documents": len(every)}
        print(name, json.dumps(found[name]), flush=True)
    made = json.loads((folder / MANIFEST).read_text())
    figures = {f"{name}.normalised": one["normalised"][0] for name, one in found.items()}
    number = sum(one["documents"] for one in found.values())
    common.record("pilot", n=number, figures=figures, report=report(made, found))


def report(made: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> str:
    before, after = made["loss"]
    lines = [
        "## A pilot of the starter",
        "",
        f"Learned from {made['lesson']['documents']} made-up papers in {60 * made['hours']:.0f}"
        f" minutes (loss on held-back rows {before} before, {after} after);",
        "some of the documents that the shipped one is asked about.",
        "",
        "| documents of | n | values | normalised | goal | rows F1 |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        rows, goal = one["items_f1"], GOALS.get(name)
        cells = [
            name,
            one["documents"],
            one["values"],
            told(one),
            "–" if goal is None else f"{goal:.0f}%",
            "–" if rows is None else f"{rows:.1%}",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
