"""The evidence as two pictures: what accepting more costs, and whether a score means what it says.

Drawn without a screen; a picture is made in memory and is the caller's to keep.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from appliance.promise.bounds import upper
from appliance.promise.guarantees import Guarantee
from appliance.promise.threshold import EvidenceValue, reaches

BINS = 10
"""Groups of values in the reliability diagram."""
ACROSS = 3
"""Panels beside each other."""
WRONG, CEILING, GOAL, CHOSEN = "#1f5fa8", "#8fb4dc", "#b3402e", "#2b7a4b"
QUIET, GRID = "#6b7280", "#e5e7eb"
DASHED = (0, (4, 3))
PLAIN: dict[str, Any] = {"frameon": False, "fontsize": 9}

Floats = NDArray[np.float64]


def risk(
    doctype: str, grants: Sequence[Guarantee], values: Mapping[str, Sequence[EvidenceValue]]
) -> Figure:
    """A panel a grant: the more of its values is accepted, the more of them is wrong.

    There is a value of each.
    """
    across = min(ACROSS, len(grants))
    down = ceil(len(grants) / across)
    size = max(4.6 * across, 6.4), 3.3 * down + 1.1
    figure = Figure(figsize=size, layout="constrained")
    figure.suptitle(f"{doctype}: what is accepted, and how much of that is wrong")
    panels = figure.subplots(down, across, squeeze=False).flatten()
    for panel, grant in zip(panels, grants, strict=False):
        _risk(panel, grant, of_grant(grant, values))
    for panel in panels[len(grants) :]:
        panel.set_axis_off()
    legends = dict(zip(*reversed(_legends(figure)), strict=True))
    columns = len(legends) if across > 1 else 2
    figure.legend(
        legends.values(), legends.keys(), loc="outside lower center", ncols=columns, **PLAIN
    )
    return figure


def of_grant(
    grant: Guarantee, values: Mapping[str, Sequence[EvidenceValue]]
) -> list[EvidenceValue]:
    every = (value for name in grant.fields for value in values[name])
    return [value for value in every if grant.together or value.known is grant.known]


def reliability(doctype: str, values: Sequence[EvidenceValue], *, fitted: bool) -> Figure:
    """Are of those with a score of 0.9 nine in ten right? ``fitted`` scores mean to say so.

    What is held whatever its score, which then is 0, is left out. There is another value.
    """
    values = [value for value in values if value.score]
    figure = Figure(figsize=(5.6, 6.6), layout="constrained")
    figure.suptitle(f"{doctype}: does the score mean what it says?")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    above.plot([0, 1], [0, 1], color=QUIET, linestyle=DASHED, linewidth=1, label="as it says")
    _right(above, equal_mass(values))
    above.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), ylabel="right")
    above.legend(loc="upper left", **PLAIN)
    scores = [value.score for value in values]
    below.hist(scores, bins=np.linspace(0, 1, 2 * BINS + 1).tolist(), color=CEILING, rwidth=0.85)
    whose = "fitted score" if fitted else "least certain token: a ranking, no probability"
    below.set(xlabel=whose, ylabel="values")
    _dress(above, "xy")
    _dress(below, "x")
    return figure


def png(figure: Figure) -> bytes:
    made = BytesIO()
    figure.savefig(made, format="png", dpi=150)
    return made.getvalue()


def equal_mass(values: Sequence[EvidenceValue]) -> list[Sequence[EvidenceValue]]:
    """By score, in ten parts of as many values as can be; those of one score stay together."""
    order = sorted(values, key=lambda value: value.score)
    scores = np.array([value.score for value in order])
    wanted = np.linspace(0, len(order), BINS + 1).round().astype(int)[1:]
    cuts = np.unique(np.searchsorted(scores, scores[wanted[wanted > 0] - 1], side="right"))
    return [order[low:high] for low, high in pairwise([0, *cuts.tolist()])]


def _risk(axes: Axes, grant: Guarantee, values: Sequence[EvidenceValue]) -> None:
    many, allowed = len(grant.fields), 1 - grant.accuracy
    axes.set_title(grant.fields[0] if many == 1 else f"{many} fields together", fontsize=11)
    axes.axhline(allowed, color=GOAL, linewidth=1.2, label="promised at most")
    shares, wrong = _curve(values)
    axes.plot(shares, wrong, color=WRONG, linewidth=1.8, label="wrong in the evidence")
    every = list(reaches(values, assurance=grant.assurance))
    accepted = [reach.n / len(values) for reach in every]
    bounds = [reach.bound for reach in every]
    axes.plot(
        accepted,
        bounds,
        color=CEILING,
        linewidth=1.4,
        marker=".",
        label="wrong at most, with assurance",
    )
    if proven := grant.proven:
        share = sum(value.score >= proven.score for value in values) / len(values)
        axes.axvline(share, color=CHOSEN, linestyle=DASHED, linewidth=1)
        axes.plot([share], [proven.bound], "o", color=CHOSEN, label="accepted today", zorder=3)
    # The first few values may all be wrong: they would make the rest flat.
    top = max(4 * allowed, 1.15 * float(wrong[shares >= 0.1].max()))
    axes.set(xlim=(0, 1.02), ylim=(0, min(1.0, top)), xlabel="accepted", ylabel="wrong")
    _dress(axes, "xy")


def _curve(values: Sequence[EvidenceValue]) -> tuple[Floats, Floats]:
    """Share accepted and share of that which is wrong; values of one score come in together."""
    order = sorted(values, key=lambda value: -value.score)
    scores = np.array([value.score for value in order])
    wrong = np.array([not value.right for value in order], dtype=float)
    n = np.arange(1, len(order) + 1)
    last = np.append(scores[1:] != scores[:-1], True)
    return n[last] / len(order), (wrong.cumsum() / n)[last]


def _right(axes: Axes, bins: Sequence[Sequence[EvidenceValue]]) -> None:
    """With exact intervals that hold the true share 19 of 20 times, each by itself."""
    said = [float(np.mean([value.score for value in part])) for part in bins]
    right = [float(np.mean([value.right for value in part])) for part in bins]
    spans = [_interval(part) for part in bins]
    below = [share - low for share, (low, _) in zip(right, spans, strict=True)]
    above = [high - share for share, (_, high) in zip(right, spans, strict=True)]
    few, many = min(map(len, bins)), max(map(len, bins))
    each = str(few) if few == many else f"{few} to {many}"
    axes.errorbar(
        said,
        right,
        yerr=[below, above],
        color=WRONG,
        ecolor=CEILING,
        elinewidth=2,
        marker="o",
        markersize=5,
        linewidth=1.2,
        label=f"{len(bins)} parts of {each} values,\nwith 95 % intervals",
    )


def _interval(part: Sequence[EvidenceValue]) -> tuple[float, float]:
    n, wrong = len(part), sum(not value.right for value in part)
    return 1 - upper(wrong, n, 0.975), upper(n - wrong, n, 0.975)


def _legends(figure: Figure) -> tuple[list[Artist], list[str]]:
    """Of all panels; of one label the last one's."""
    found = [axes.get_legend_handles_labels() for axes in figure.axes]
    return [one for handles, _ in found for one in handles], [
        one for _, labels in found for one in labels
    ]


def _dress(axes: Axes, shares: str) -> None:
    """``shares``: which of the axes are shares, written in percent."""
    for axis in (getattr(axes, f"{letter}axis") for letter in shares):
        axis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
