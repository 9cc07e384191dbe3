"""Charts as SVG that stands in a page and takes its colours from there. Pure.

A chart is told in words too, for who does not see it; the page puts its numbers into a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from appliance.cli.report.markup import Markup, element

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 10, 24
"""Room for what is written around the picture."""
LABELS = 10
"""Below the picture, at most."""


@dataclass(frozen=True, slots=True)
class Series:
    colour: str
    """Class by which the page colours it."""
    numbers: Sequence[float]
    """One a column, 0 or more."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """0-1 all three."""

    value: float
    low: float
    high: float


def columns(labels: Sequence[str], series: Sequence[Series], *, told: str) -> Markup:
    """A column for each label, the first series at its foot; ``told`` says what it shows."""
    heights = [sum(numbers) for numbers in zip(*(one.numbers for one in series), strict=True)]
    step = _step(max(heights, default=0.0))
    top = step * max(1, ceil(max(heights, default=0.0) / step - 1e-9))
    width = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)

    def bars() -> Iterator[Markup]:
        for at in range(len(labels)):
            foot = 0.0
            for one in series:
                if number := one.numbers[at]:
                    yield element(
                        "rect",
                        class_=one.colour,
                        x=f"{LEFT + width * (at + 0.1):.1f}",
                        y=f"{_y(foot + number, top):.1f}",
                        width=f"{width * 0.8:.1f}",
                        height=f"{_y(foot, top) - _y(foot + number, top):.1f}",
                    )
                    foot += number

    lines = [step * number for number in range(round(top / step) + 1)]
    return _picture(told, *_grid({line: f"{line:g}" for line in lines}, top), *bars(), *_x(labels))


def estimates(labels: Sequence[str], found: Sequence[Estimate], *, told: str) -> Markup:
    """A point with its interval for each label, from 0 to 100 %."""
    width = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)

    def points() -> Iterator[Markup]:
        for at, one in enumerate(found):
            x = f"{LEFT + width * (at + 0.5):.1f}"
            low, high = f"{_y(one.low, 1):.1f}", f"{_y(one.high, 1):.1f}"
            yield element("line", class_="interval", x1=x, x2=x, y1=low, y2=high)
            yield element("circle", class_="straight", cx=x, cy=f"{_y(one.value, 1):.1f}", r=4)

    quarters = {at / 4: f"{25 * at} %" for at in range(5)}
    return _picture(told, *_grid(quarters, 1), *points(), *_x(labels))


def share_bar(share: float) -> Markup:
    """For a table that says the number beside it."""
    return element(
        "svg",
        element("rect", class_="rest", width=100, height=8),
        element("rect", class_="part", width=f"{100 * share:.1f}", height=8),
        class_="share",
        viewBox="0 0 100 8",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def _picture(told: str, *content: Markup) -> Markup:
    title = element("title", told)
    return element("svg", title, *content, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img")


def _y(number: float, top: float) -> float:
    return HEIGHT - BOTTOM - number / top * (HEIGHT - TOP - BOTTOM)


def _step(highest: float) -> float:
    """1, 2 or 5 of some power of ten, of which two to five reach ``highest``."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** floor(log10(highest))
    return next(power * part for part in (0.2, 0.5, 1, 2) if highest <= 5 * power * part)


def _grid(lines: dict[float, str], top: float) -> Iterator[Markup]:
    for number, said in lines.items():
        y = _y(number, top)
        yield element(
            "line", class_="grid", x1=LEFT, x2=WIDTH - RIGHT, y1=f"{y:.1f}", y2=f"{y:.1f}"
        )
        yield element("text", said, x=LEFT - 6, y=f"{y + 4:.1f}", text_anchor="end")


def _x(labels: Sequence[str]) -> Iterator[Markup]:
    every = ceil(len(labels) / LABELS) or 1
    width = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    for at in range(0, len(labels), every):
        x = f"{LEFT + width * (at + 0.5):.1f}"
        yield element("text", labels[at], x=x, y=HEIGHT - 6, text_anchor="middle")
