"""The pictures of the evidence show what was computed, and are pictures."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from figures import figures
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.lines import Line2D
from PIL import Image

from appliance.domain.doctype import AccuracyTarget
from appliance.promise.curves import equal_mass, png, reliability, risk
from appliance.promise.guarantees import guarantees
from appliance.promise.threshold import EvidenceValue


def values(n: int, *, seed: int = 0) -> list[EvidenceValue]:
    """As right as their scores say."""
    rng = np.random.default_rng(seed)
    scores = rng.beta(4, 0.6, n)
    return [
        EvidenceValue(float(score), bool(rng.random() < score), f"d{at}", f"p{at}")
        for at, score in enumerate(scores)
    ]


def line(axes: Axes, label: str) -> Line2D:
    (found,) = [one for one in axes.get_lines() if one.get_label() == label]
    return found


def points(found: Line2D) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in np.column_stack(found.get_data())]


TOTAL = {"total": values(400)}
PROMISED = guarantees(TOTAL, AccuracyTarget(0.95))


def test_the_risk_of_accepting_so_much_is_drawn_with_what_is_promised_and_chosen() -> None:
    (axes,) = risk("receipt", PROMISED, TOTAL).axes
    (grant,) = PROMISED
    assert grant.proven
    share = grant.proven.n / 400
    assert points(line(axes, "accepted today")) == [(share, grant.proven.bound)]
    assert [y for _, y in points(line(axes, "promised at most"))] == pytest.approx([0.05, 0.05])
    curve = dict(points(line(axes, "wrong in the evidence")))
    assert curve[share] == grant.proven.errors / grant.proven.n
    assert curve[1.0] == sum(not value.right for value in TOTAL["total"]) / 400
    bounds = dict(points(line(axes, "wrong at most, with assurance")))
    assert bounds[share] == grant.proven.bound
    assert all(bound > curve[x] for x, bound in bounds.items())


def test_nothing_is_marked_while_nothing_is_accepted() -> None:
    few = {"total": values(20)}
    (axes,) = risk("receipt", guarantees(few, AccuracyTarget(0.95)), few).axes
    assert "accepted today" not in [one.get_label() for one in axes.get_lines()]


def test_each_grant_has_a_panel_of_its_own_and_the_rest_of_the_sheet_is_empty() -> None:
    names = ("shop", "date", "total", "number")
    found = {name: values(130, seed=at) for at, name in enumerate(names)}
    apart = AccuracyTarget(fields=dict.fromkeys(names, 0.95))
    figure = risk("receipt", guarantees(found, apart), found)
    assert [axes.get_title() for axes in figure.axes] == [*names, "", ""]
    assert [axes.axison for axes in figure.axes] == [True] * 4 + [False] * 2


def test_values_of_one_score_come_in_together() -> None:
    tied = {"total": [EvidenceValue(0.5, at % 4 > 0, f"d{at}", f"p{at}") for at in range(80)]}
    (axes,) = risk("receipt", guarantees(tied, AccuracyTarget(0.5)), tied).axes
    assert points(line(axes, "wrong in the evidence")) == [(1.0, 0.25)]


def test_ten_parts_hold_as_many_values_each_and_never_split_a_score() -> None:
    parts = equal_mass(values(400))
    assert [len(part) for part in parts] == [40] * 10
    assert all(
        low[-1].score < high[0].score for low, high in zip(parts[:-1], parts[1:], strict=True)
    )
    tied = [EvidenceValue(min(at, 5) / 10, True, "d", "p") for at in range(50)]
    assert [len(part) for part in equal_mass(tied)] == [5, 45]
    assert [len(part) for part in equal_mass(tied[:3])] == [1, 1, 1]


def test_reliability_sets_what_is_right_beside_what_the_score_says() -> None:
    above, below = reliability("receipt", TOTAL["total"], fitted=True).axes
    assert points(line(above, "as it says")) == [(0, 0), (1, 1)]
    (drawn,) = [one for one in above.containers if isinstance(one, ErrorbarContainer)]
    parts = equal_mass(TOTAL["total"])
    assert points(drawn.lines[0]) == [
        (np.mean([value.score for value in part]), np.mean([value.right for value in part]))
        for part in parts
    ]
    assert figures(str(drawn.get_label()))[:2] == ["10", "40"]
    assert sum(policy.get_height() for policy in below.patches) == 400  # type: ignore[attr-defined]


def test_a_ranking_is_not_called_a_probability() -> None:
    axes = [reliability("receipt", TOTAL["total"], fitted=one).axes[1] for one in (True, False)]
    fitted, ranked = (one.get_xlabel() for one in axes)
    assert fitted != ranked and "no probability" in ranked


def test_they_are_pictures_of_a_size_to_look_at() -> None:
    for figure in (
        risk("receipt", PROMISED, TOTAL),
        reliability("receipt", TOTAL["total"], fitted=True),
    ):
        picture = Image.open(BytesIO(png(figure)))
        assert picture.format == "PNG"
        assert 600 <= picture.width <= 3000 and 500 <= picture.height <= 3000
        assert len(picture.convert("RGB").getcolors(1_000_000) or []) > 20
