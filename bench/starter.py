"""What the appliance reads on its first day: documents that nothing was ever learned from.

The shipped starter beside the model as it comes, its best prompt with worked examples, and Gemma 3
270M as it comes: real documents of all folders, made-up ones of two shipped kinds in layouts that
no training document has, and kinds of documents that the maker does not know. What is measured
lies in ``results/starter``, so a run that was cut goes on; ``python -m bench.starter NAME...``
measures those sources anew, ``--column starter`` the starter alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from appliance.domain.errors import ModelError
from appliance.domain.prediction import Prediction
from appliance.domain.results import ModelVersion
from appliance.evaluation.scoring import ScoredDocument, clustered, score
from appliance.fields.comparison import RowCounts
from appliance.fields.style import style_of
from appliance.learning.models.packages import FOLDER as SHIPPED
from appliance.learning.models.packages import GEMMA3, SMOLLM2
from appliance.learning.models.registry import Registry
from appliance.learning.models.versions import MANIFEST
from appliance.service import model_files
from bench import common, learning
from bench.accuracy import folders
from bench.asked import FEW, GOALS, WHOLE, Asked, sources
from bench.few_shot import few_shot
from bench.predictors import WORKERS, Predictors
from bench.studies import STARTER

Ask = Callable[[ModelVersion, Sequence[Asked], int], dict[str, Any]]
"""Of a model, documents, and how many of them one that takes long asks about: what is said of the
answers."""
_REAL_ONLY = ("few_shot", "gemma_untuned")

RESULTS = common.ROOT / "bench" / "results" / "starter"
SHOTS = (1, 2, 3)
MOST = 24
"""Documents of a folder with a goal that those peers are asked about which take long, spread over
it; of the others half as many."""


def main() -> None:
    asked_for = _arguments()
    named, alone = asked_for.names, asked_for.column
    every = sources(FEW if common.SMALL else WHOLE)
    # The starter's own answers first: its peers take three times as long.
    for column, (model, ask) in columns(Registry(common.CACHE / "models")).items():
        if alone not in (None, column):
            continue
        for name in named or every:
            path = RESULTS / f"{name}.json"
            found = json.loads(path.read_text()) if path.exists() else {}
            if not (named or alone) and found.get(column, {}).get("model") == model.name:
                continue
            if column in _REAL_ONLY and name not in {folder.name for folder in folders()}:
                continue
            print(f"{name}, {column} ...", flush=True)
            asked = list(every[name]())
            most = MOST if name in GOALS else MOST // 2
            origin = {"commit": common.commit(), "machine": common.machine()}
            found |= {"documents": len(asked), column: ask(model, asked, most) | origin}
            found[column]["model"] = model.name
            print(json.dumps(found[column]), flush=True)
            if not common.SMALL:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    record()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.starter", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of sources, to measure anew")
    columns = ("starter", "untuned", *_REAL_ONLY)
    parser.add_argument("--column", choices=columns, help="this one alone, anew")
    return parser.parse_args()


def columns(registry: Registry) -> dict[str, tuple[ModelVersion, Ask]]:
    """Each by its name in the results."""
    untuned = registry.add_packaged(SMOLLM2)
    found: dict[str, tuple[ModelVersion, Ask]] = {
        "starter": (model_files.add_default(registry), _every),
        "untuned": (untuned, _every),
        "few_shot": (untuned, _best_prompt),
    }
    try:
        found["gemma_untuned"] = (registry.add_packaged(GEMMA3), _some)
    except ModelError as error:
        print(error.in_words)
    return found


def _every(model: ModelVersion, every: Sequence[Asked], most: int) -> dict[str, Any]:
    return scored(every, answers(every, model))


def _some(model: ModelVersion, every: Sequence[Asked], most: int) -> dict[str, Any]:
    asked = _spread(every, most)
    return scored(asked, answers(asked, model))


def answers(every: Sequence[Asked], model: ModelVersion) -> list[Prediction]:
    predictors = Predictors(model)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(
                pool.map(lambda one: predictors.extract(one.case.document, one.doctype), every)
            )
    finally:
        predictors.stop()


def _best_prompt(model: ModelVersion, every: Sequence[Asked], most: int) -> dict[str, Any]:
    """Examples are documents of the same folder; those shown are not asked about. How many
    examples are best is found on every fourth of those that are. Rows are not asked for."""
    kind, shown = every[0].doctype, [one.case for one in every[::5]]
    asked = _spread([one for at, one in enumerate(every) if at % 5], most)
    trial, rest = asked[::4], [one for at, one in enumerate(asked) if at % 4]

    def said(some: Sequence[Asked], shots: int) -> list[Prediction]:
        return few_shot(model, kind, [one.case for one in some], shown, shots=shots)

    tried = {shots: said(trial, shots) for shots in SHOTS}
    best = max(SHOTS, key=lambda shots: scored(trial, tried[shots])["normalised"][0])
    found = scored([*trial, *rest], [*tried[best], *said(rest, best)])
    return found | {"items_f1": None, "shots": best}


def _spread(every: Sequence[Asked], most: int) -> Sequence[Asked]:
    number = min(most, len(every))
    return [every[at * len(every) // number] for at in range(number)]


def scored(every: Sequence[Asked], said: Sequence[Prediction]) -> dict[str, Any]:
    found: list[ScoredDocument] = [
        score(
            one.case.file,
            one.case.document,
            one.doctype,
            prediction,
            one.case.truth,
            style=style_of(one.case.document),
            accepted=False,
            counted=one.counted,
        )
        for one, prediction in zip(every, said, strict=True)
    ]
    share = clustered([[value.normalised for value in one.values] for one in found])
    rows = sum((one.rows for one in found), RowCounts())
    return {
        "documents": len(found),
        "values": sum(len(one.values) for one in found),
        "normalised": [round(part or 0.0, 4) for part in (share.share, share.low, share.high)],
        "whole": sum(all(value.normalised for value in one.values) for one in found),
        "items_f1": None if rows.f1 is None else round(rows.f1, 4),
    }


def record() -> None:
    found = {
        name: json.loads((RESULTS / f"{name}.json").read_text())
        for name in sources(WHOLE)
        if (RESULTS / f"{name}.json").exists()
    }
    found = {name: one for name, one in found.items() if "starter" in one}
    figures: dict[str, float | None] = {}
    for name, one in found.items():
        figures[f"{name}.normalised"] = one["starter"]["normalised"][0]
        for peer in ("untuned", "few_shot", "gemma_untuned"):
            if one.get(peer):
                figures[f"{name}.{peer}"] = one[peer]["normalised"][0]
        if one["starter"]["items_f1"] is not None:
            figures[f"{name}.items_f1"] = one["starter"]["items_f1"]
    saved = {folder: labels_saved(folder) for folder in ("sroie", "ad_orders")}
    figures |= {f"labels_saved_{folder}": labels for folder, labels in saved.items()}
    n = sum(one["documents"] for one in found.values())
    common.record("starter", n=n, figures=figures, report=report(found, saved))
    if not common.SMALL:
        vouch({name: one["starter"]["normalised"][0] for name, one in found.items()})


def vouch(evaluation: Mapping[str, float]) -> None:
    """What was found of it stands in the starter's own manifest too."""
    path = SHIPPED / MANIFEST
    manifest = json.loads(path.read_text()) | {"evaluation": dict(evaluation)}
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def labels_saved(folder: str) -> float | None:
    """How many labels more than the starter's 25 the bare base needs to be as good, on a straight
    line between the sizes that were measured; None without them."""
    curve: dict[int, float] = {}
    for path in learning.RESULTS.glob(f"{folder}.[0-9]*.json"):
        curve[int(path.stem.rpartition(".")[2])] = _right(path)
    begun = learning.RESULTS / f"{folder}_{STARTER}.25.json"
    if not begun.exists() or not curve:
        return None
    wanted, sizes = _right(begun), sorted(curve)
    return round(float(np.interp(wanted, [curve[size] for size in sizes], sizes)) - 25, 1)


def _right(path: Path) -> float:
    return float(json.loads(path.read_text())["normalised"][0])


def report(found: dict[str, Any], saved: dict[str, float | None]) -> str:
    lines = [
        "## The first day",
        "",
        "Header values right after normalisation, with 95 % intervals in brackets and documents as",
        "the unit. No model has learned from a document of the kind. The starter learned from",
        "made-up documents alone. Few-shot: the untuned model with the best of one to three worked",
        "examples of the same folder. Few-shot and Gemma 3, as it comes, are asked about as many",
        "documents as their cells say. Made: two shipped kinds in the demo's layouts, which no",
        "training document has. Invented: kinds that the maker of training documents does not",
        "know. Whole: documents with an entirely right header.",
        "",
        "| documents of | n | values | starter | whole | untuned | few-shot | Gemma 3 270M | goal "
        "| rows F1 |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        rows, goal = one["starter"]["items_f1"], GOALS.get(name)
        cells = [
            name,
            one["documents"],
            one["starter"]["values"],
            f"**{told(one['starter'])}**",
            one["starter"]["whole"],
            told(one.get("untuned")),
            *(of(one.get(peer)) for peer in _REAL_ONLY),
            "–" if goal is None else f"{goal:.0f}%",
            "–" if rows is None else f"{rows:.1%}",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        *(
            f"{folder}: with 25 labels the starter is as good as the bare base with"
            f" {25 + labels:.0f}."
            for folder, labels in saved.items()
            if labels is not None
        ),
    ]
    return "\n".join(lines)


def told(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "–"
    share, low, high = found["normalised"]
    return f"{share:.1%} ({low:.0%}–{high:.0%})"


def of(found: Mapping[str, Any] | None) -> str:
    return f"{told(found)} of {found['documents']}" if found else told(found)


if __name__ == "__main__":
    main()
