"""The curves of the learning bench as a picture: what so many labelled documents bring."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

SERIES = {
    "sroie": "receipts, known and unknown companies",
    "sroie_unknown": "receipts, unknown companies",
    "ad_orders": "advertising orders, unknown advertisers",
}
"""By the first part of a study's name."""


def draw(found: Mapping[str, Any], path: Path) -> None:
    """``found``: by the name of the study, as ``learning.run`` says it."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for name, words in SERIES.items():
        _curve(axes, [one for study, one in found.items() if _is_size(study, name)], words)
    if shots := [one["normalised"][0] for name, one in found.items() if "few_shot" in name]:
        axes.axhline(100 * max(shots), ls="--", c="gray", label="receipts, best few-shot prompt")
    if "sroie.0" in found:
        axes.axhline(100 * found["sroie.0"]["ceiling"], ls=":", c="gray", label="receipts, ceiling")
    axes.set(
        xlabel="labelled documents that teach",
        ylabel="header values right after normalisation, %",
        ylim=(0, 100),
    )
    axes.legend(loc="lower right", fontsize="small")
    axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150, metadata={"Software": None})


def _is_size(study: str, series: str) -> bool:
    """Whether it is a point of the series."""
    name, _, size = study.partition(".")
    return name == series and size.isdigit()


def _curve(axes: Axes, points: list[Any], words: str) -> None:
    if not points:
        return
    at = [one["taught_on"] for one in points]
    share, low, high = (
        [100 * value for value in values]
        for values in zip(*(one["normalised"] for one in points), strict=True)
    )
    spread = [
        [middle - end for middle, end in zip(share, low, strict=True)],
        [end - middle for middle, end in zip(share, high, strict=True)],
    ]
    axes.errorbar(at, share, yerr=spread, marker="o", capsize=3, label=words)
