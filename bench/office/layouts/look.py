"""What a layout looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from appliance.samples.sheet import BLACK, WIDTH, Face, Ink

BOTTOM = 264.0
"""Millimetres from the top; the foot begins below."""
TEAL, NAVY, RUST, MOSS, PLUM = (
    (12, 98, 110),
    (28, 44, 92),
    (168, 66, 24),
    (62, 92, 40),
    (92, 36, 84),
)
GAP = 6.0


@dataclass(frozen=True, slots=True)
class Look:
    name: str
    face: Face
    head: str
    blocks: Sequence[str]
    """From the left."""
    title: str
    columns: Sequence[str]
    totals: str
    facts: Sequence[str] = ("number", "date", "order", "customer")
    """Of the details, from the top."""
    details: Literal["pairs", "stacked", "colon", "boxes"] = "pairs"
    ink: Ink = BLACK
    mark: Literal["before", "after", "head"] = "after"
    """Where the currency stands."""
    rules: Literal["grid", "rows", "head"] = "rows"
    fill: Ink | None = None
    """Of the table's head."""
    striped: bool = False
    step: float = 6.4
    """Height of a row."""
    noted: bool = False
    """The article's number stands below its description."""
    heading: bool = False
    """A word stands above an address."""
    payment: Literal["beside", "below", "foot"] = "beside"
    foot: Literal["columns", "line", "none"] = "line"
    prompt: bool = True
    """Tells when to pay, if the details do not."""
    margin: float = 18.0

    @property
    def right(self) -> float:
        return WIDTH - self.margin

    @property
    def wide(self) -> float:
        return WIDTH - 2 * self.margin
