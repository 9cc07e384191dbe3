"""The ways in which a document reaches an inbox: typed, as a searchable scan, as a bad scan."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

RENDERINGS = ("clean",)


@dataclass(frozen=True, slots=True)
class Copy:
    data: bytes
    suffix: str


def render(pdf: bytes, rendering: str, *, rng: Random) -> Copy:
    return Copy(pdf, ".pdf")
